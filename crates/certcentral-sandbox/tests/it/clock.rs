//! The server's time.

use std::time::Duration;

use certcentral_sandbox::{Sandbox, SignedDuration, Timestamp};
use serde_json::json;

use crate::http::{get, order, place};

fn date(header: &str) -> Timestamp {
    jiff::fmt::rfc2822::parse(header).unwrap().timestamp()
}

async fn server_time(sandbox: &Sandbox) -> Timestamp {
    date(get(sandbox, "/request").await.header("date").unwrap())
}

fn seconds_apart(one: Timestamp, other: Timestamp) -> i64 {
    one.duration_since(other).as_secs()
}

#[tokio::test]
async fn every_answer_has_the_servers_date() {
    let sandbox =
        Sandbox::builder().clock_offset(SignedDuration::from_hours(2)).start().await.unwrap();
    let ahead = server_time(&sandbox).await;
    assert!((7195..=7260).contains(&seconds_apart(ahead, Timestamp::now())));

    sandbox.set_clock_offset(SignedDuration::from_hours(-1));
    let behind = server_time(&sandbox).await;
    assert!((10795..=10805).contains(&seconds_apart(ahead, behind)));

    for path in ["/nowhere", "/order/certificate/1"] {
        assert!(get(&sandbox, path).await.header("date").is_some());
    }
}

#[tokio::test]
async fn orders_are_dated_by_it() {
    let sandbox =
        Sandbox::builder().clock_offset(SignedDuration::from_hours(-48)).start().await.unwrap();
    let answer = place(&sandbox, &order()).await;
    let at = date(answer.header("date").unwrap());
    let info = get(&sandbox, &format!("/order/certificate/{}", answer.json()["id"])).await.json();
    let created: Timestamp = info["date_created"].as_str().unwrap().parse().unwrap();
    assert!(seconds_apart(created, at).abs() <= 1);
}

#[tokio::test]
async fn the_rules_take_its_day() {
    let sandbox = Sandbox::start().await.unwrap();
    let in_a_month = Timestamp::now() + SignedDuration::from_hours(30 * 24);
    let mut order = order();
    order["order_validity"] =
        json!({ "custom_expiration_date": in_a_month.strftime("%d %b %Y").to_string() });
    assert_eq!(place(&sandbox, &order).await.status, 201);

    // By the server's clock the day is long past.
    sandbox.set_clock_offset(SignedDuration::from_hours(365 * 24));
    let answer = place(&sandbox, &order).await;
    assert_eq!(answer.codes(), ["invalid_value:order_validity.custom_expiration_date"]);
}

#[tokio::test(start_paused = true)]
async fn it_moves_with_tokios_clock() {
    let sandbox = Sandbox::start().await.unwrap();
    let before = server_time(&sandbox).await;
    tokio::time::advance(Duration::from_secs(900)).await;
    let after = server_time(&sandbox).await;
    assert!((900..=901).contains(&seconds_apart(after, before)));
}
