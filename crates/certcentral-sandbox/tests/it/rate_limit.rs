//! The documented windows, with time under control.

use std::time::Duration;

use certcentral_sandbox::{RateLimit, Sandbox};

use crate::http::get;

/// How many of so many look-ups are admitted.
async fn admitted(sandbox: &Sandbox, requests: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..requests {
        let answer = get(sandbox, "/request").await;
        if answer.status == 429 {
            assert_eq!(answer.codes(), ["request_limit_exceeded"]);
        } else {
            assert_eq!(answer.status, 200);
            admitted += 1;
        }
    }
    admitted
}

#[tokio::test(start_paused = true)]
async fn a_hundred_in_five_seconds_and_a_thousand_in_three_minutes() {
    let sandbox = Sandbox::builder().rate_limit(RateLimit::documented()).start().await.unwrap();
    for _ in 0..10 {
        assert_eq!(admitted(&sandbox, 102).await, 100);
        tokio::time::advance(Duration::from_secs(5)).await;
    }
    // A thousand came within 50 seconds: the long window is full, until the first leave it.
    assert_eq!(admitted(&sandbox, 2).await, 0);
    tokio::time::advance(Duration::from_secs(130)).await;
    assert_eq!(admitted(&sandbox, 101).await, 100);
}

#[tokio::test(start_paused = true)]
async fn windows_roll() {
    let limit = RateLimit::none().and(2, Duration::from_secs(10));
    let sandbox = Sandbox::builder().rate_limit(limit).start().await.unwrap();
    assert_eq!(admitted(&sandbox, 1).await, 1);
    tokio::time::advance(Duration::from_secs(6)).await;
    assert_eq!(admitted(&sandbox, 2).await, 1);
    // The first has left the window, the second has not; what was refused never counted.
    tokio::time::advance(Duration::from_secs(4)).await;
    assert_eq!(admitted(&sandbox, 2).await, 1);
}

#[tokio::test]
async fn there_is_no_limit_unless_asked_for() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(admitted(&sandbox, 150).await, 150);
}
