//! Ctrl-C while an order is under way: first patience, then the truth.
#![cfg(unix)]

use certcentral_sandbox::scripted::{Answer, Cue, Script, ScriptedServer};

use crate::program::{Desk, certcentral};

#[tokio::test]
async fn the_first_interrupt_waits_for_the_answer() {
    for signal in ["INT", "TERM", "HUP"] {
        let answer_now = Cue::new();
        let script = Script::new().read_request().wait_for(&answer_now).respond(201, r#"{"id":1}"#);
        let server = ScriptedServer::start([script]).await.unwrap();
        let desk = Desk::new();
        let mut running = certcentral(["order"]).at(server.url()).arg(desk.order()).spawn();
        server.wait_for_posts(1).await;
        running.signal(signal).await;
        running.says("waits for the answer").await;
        answer_now.give();
        let ran = running.end().await.exits(0);
        assert!(ran.stdout.starts_with("placed: order 1"), "{ran:?}");
        assert_eq!(desk.receipt()["state"], "placed");
    }
}

#[tokio::test]
async fn the_second_ends_with_unknown() {
    for format in ["human", "json"] {
        let server = ScriptedServer::start([Script::new().read_request().hang()]).await.unwrap();
        let desk = Desk::new();
        let mut running =
            certcentral(["order", "--format", format]).at(server.url()).arg(desk.order()).spawn();
        server.wait_for_posts(1).await;
        running.signal("INT").await;
        running.says("waits for the answer").await;
        running.signal("INT").await;
        let ran = running.end().await.exits(5);
        assert_eq!(server.posts(), 1);
        let receipt = desk.receipt();
        assert_eq!(receipt["state"], "unknown");
        assert!(receipt["given_up_at"].is_string());
        if format == "json" {
            assert_eq!(ran.json()["outcome"], "unknown");
            assert_eq!(ran.json()["reason"], "interrupted");
        } else {
            assert!(ran.stdout.contains("The order may have been placed"), "{ran:?}");
        }
        certcentral(["order"]).at(server.url()).arg(desk.order()).run().await.exits(2);
        assert_eq!(server.posts(), 1);
    }
}

#[tokio::test]
async fn what_was_tried_before_counts() {
    let busy = Script::new()
        .read_request()
        .respond_with(Answer::json(429, "{}").header("Retry-After", "1"));
    let server = ScriptedServer::start([busy, Script::new().read_request().hang()]).await.unwrap();
    let desk = Desk::new();
    let mut running =
        certcentral(["order", "--format", "json"]).at(server.url()).arg(desk.order()).spawn();
    server.wait_for_posts(2).await;
    running.signal("INT").await;
    running.says("waits for the answer").await;
    running.signal("INT").await;
    let ran = running.end().await.exits(5);
    assert_eq!(ran.json()["attempts"], 2);
    let receipt = desk.receipt();
    assert_eq!(receipt["attempts"], 2);
    let time = |name: &str| receipt[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(time("time") < time("sent_at"), "only the last attempt can have placed it");
    assert!(time("sent_at") <= time("given_up_at"));
}

#[tokio::test]
async fn patience_ends_with_the_timeout() {
    let server = ScriptedServer::start([Script::new().read_request().hang()]).await.unwrap();
    let desk = Desk::new();
    let mut running =
        certcentral(["order", "--timeout", "8"]).at(server.url()).arg(desk.order()).spawn();
    server.wait_for_posts(1).await;
    running.signal("INT").await;
    running.says("8 seconds at most").await;
    running.end().await.exits(5);
    assert_eq!(desk.receipt()["state"], "unknown");
}

#[tokio::test]
async fn an_order_that_waits_for_its_next_attempt_is_not_sent() {
    let busy = Script::new()
        .read_request()
        .respond_with(Answer::json(429, "{}").header("Retry-After", "200"));
    let server = ScriptedServer::start([busy]).await.unwrap();
    let desk = Desk::new();
    let mut running = certcentral(["order"])
        .at(server.url())
        .env("CERTCENTRAL_LOG", "debug")
        .arg(desk.order())
        .spawn();
    running.says("trying again after a wait").await;
    running.signal("INT").await;
    running.says("waits for the answer").await;
    running.signal("INT").await;
    let ran = running.end().await.exits(4);
    assert!(ran.stdout.contains("No order exists"), "{ran:?}");
    assert_eq!(desk.receipt()["state"], "not_sent");
    assert_eq!(server.posts(), 1);
}
