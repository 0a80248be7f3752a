//! A deadline: nothing leaves after it, and every wait ends with it. A turn: the wait for the pacing,
//! done beforehand.

use std::num::NonZeroU32;
use std::time::Duration;

use certcentral_model::OrderId;
use certcentral_sandbox::scripted::Script;
use certcentral_transport::{
    ChangeOutcome, Client, Deadline, NotSentReason, Outcome, OutcomeKind, Pacing, RetryPolicy,
};
use tokio::time::timeout;

use crate::caller::{builder, client, order, placed, respond, serve};

/// Longer than anything here takes.
const GENEROUS: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn reason(outcome: Outcome) -> NotSentReason {
    match outcome {
        Outcome::NotSent(not_sent) => not_sent.reason,
        other => panic!("{other}"),
    }
}

/// One request an hour.
fn slow(url: &str) -> Client {
    builder(url).pacing(Pacing::windows([(NonZeroU32::MIN, HOUR)])).build()
}

#[tokio::test]
async fn after_the_deadline_nothing_is_sent() {
    let server = serve([placed()]).await;
    let late = client(&server).with_deadline(Deadline::after(Duration::ZERO));
    let outcome = late.place_unchecked(&order()).await;
    assert_eq!(outcome.attempts(), 0);
    assert_eq!(reason(outcome), NotSentReason::DeadlinePassed);
    let id = OrderId::new(1).unwrap();
    let ChangeOutcome::NotSent(unsent) = late.cancel_order(id, "x").await else { panic!("sent") };
    assert_eq!(unsent.reason, NotSentReason::DeadlinePassed);
    assert!(late.get_order(id).await.is_err());
    assert_eq!(server.connections(), 0);

    let in_time = client(&server).with_deadline(Deadline::after(HOUR));
    assert_eq!(in_time.place_unchecked(&order()).await.kind(), OutcomeKind::Placed);
}

#[tokio::test]
async fn a_server_that_asks_to_wait_beyond_the_deadline_is_not_waited_for() {
    let answer = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7200\r\nContent-Length: 0\r\n\r\n";
    let server = serve([Script::new().read_request().write(answer)]).await;
    let client = builder(&server.url())
        .retry(RetryPolicy::default().total(10 * HOUR))
        .build()
        .with_deadline(Deadline::after(HOUR));
    let outcome = timeout(GENEROUS, client.place_unchecked(&order())).await.expect("at once");
    assert_eq!((outcome.kind(), outcome.attempts()), (OutcomeKind::Rejected, 1));
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_the_pacing_ends_at_the_deadline() {
    let client = slow("http://127.0.0.1:9");
    let _held = client.turn().await.unwrap();
    let client = client.with_deadline(Deadline::after(Duration::from_secs(60)));
    assert_eq!(reason(client.place_unchecked(&order()).await), NotSentReason::DeadlinePassed);
    let again = client.with_deadline(Deadline::after(Duration::from_secs(60)));
    assert_eq!(again.turn().await.unwrap_err(), NotSentReason::DeadlinePassed);
    let ChangeOutcome::NotSent(unsent) = again
        .with_deadline(Deadline::after(Duration::from_secs(60)))
        .cancel_order(OrderId::new(1).unwrap(), "x")
        .await
    else {
        panic!("sent")
    };
    assert_eq!(unsent.reason, NotSentReason::DeadlinePassed);
}

#[tokio::test]
async fn a_turn_is_used_by_the_next_order_or_given_back() {
    let server = serve([placed()]).await;
    let client = slow(&server.url());
    // The only slot of this hour, given back each time.
    drop(client.turn().await.unwrap());
    drop(client.with_turn(client.turn().await.unwrap()));
    let turn = timeout(GENEROUS, client.turn()).await.expect("it was given back").unwrap();
    let sending = client.with_turn(turn).with_deadline(Deadline::after(HOUR));
    let outcome = timeout(GENEROUS, sending.place_unchecked(&order())).await.expect("its turn");
    assert_eq!(outcome.kind(), OutcomeKind::Placed);
    // It was used, and a second order waits as any other.
    let soon = sending.with_deadline(Deadline::after(Duration::from_millis(1)));
    assert_eq!(reason(soon.place_unchecked(&order()).await), NotSentReason::DeadlinePassed);
    assert_eq!(server.posts(), 1);
}

/// Processes that are really stopped.
#[cfg(unix)]
mod paused {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    use super::*;

    const URL: &str = "URL_OF_THE_DEADLINES_TEST";
    const WITHIN: Duration = Duration::from_secs(2);

    #[tokio::test]
    #[ignore = "run by the test below, in a process of its own"]
    async fn sender() {
        let url = std::env::var(URL).unwrap();
        let client = builder(&url)
            .retry(RetryPolicy::default().first_wait(Duration::from_millis(200)))
            .build()
            .with_deadline(Deadline::after(WITHIN))
            .with_observer(|event| {
                if let certcentral_transport::OrderEvent::Retrying(_) = event {
                    println!("\nretrying");
                }
            });
        let outcome = client.place_unchecked(&order()).await;
        println!("\noutcome {} {}", outcome.kind(), outcome.attempts());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_process_that_is_paused_beyond_its_deadline_sends_nothing_afterwards() {
        let server = serve([respond(429, "{}"), placed()]).await;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["deadline::paused::sender", "--exact", "--ignored", "--nocapture"])
            .env(URL, server.url())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let pid = child.id().to_string();
        let signal = |name: &str| {
            assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
        };
        let mut said = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if line == "retrying" {
                signal("-STOP");
                // Another process's clock cannot be injected.
                tokio::time::sleep(WITHIN).await;
                signal("-CONT");
            }
            said.push(line);
        }
        assert!(child.wait().unwrap().success());
        // On a machine so slow that even the first attempt is late, nothing is sent at all.
        let end = said.iter().find(|line| line.starts_with("outcome")).unwrap();
        assert!(["outcome rejected 1", "outcome not_sent 0"].contains(&end.as_str()), "{end}");
        assert!(server.posts() <= 1);
    }
}
