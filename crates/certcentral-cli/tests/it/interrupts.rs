//! Ctrl-C while an order is under way: first patience, then the truth.
#![cfg(unix)]

use certcentral_sandbox::scripted::{Answer, Cue, Script, ScriptedServer};

use serde_json::json;

use crate::program::{Desk, Program, certcentral, desk_and_server, placing, serving};

/// A run that says when it waits for its next attempt.
fn order(desk: &Desk, url: impl AsRef<std::ffi::OsStr>, format: &str) -> Program {
    let program = certcentral(["order", "--format", format]).at(url).arg(desk.order());
    program.env("CERTCENTRAL_LOG", "debug")
}

#[tokio::test]
async fn the_first_interrupt_waits_for_the_answer() {
    for signal in ["INT", "TERM", "HUP"] {
        let answer_now = Cue::new();
        let script = Script::new().read_request().wait_for(&answer_now).respond(201, r#"{"id":1}"#);
        let (desk, server) = desk_and_server([script]).await;
        let mut running = certcentral(["order"]).at(server.url()).arg(desk.order()).spawn();
        server.wait_for_posts(1).await;
        running.signal(signal).await;
        running.says("waits for the answer").await;
        answer_now.give();
        let ran = running.end().await.exits(0);
        assert!(ran.stdout.starts_with("placed: order 1"), "{ran:?}");
        assert_eq!(desk.attempt().await["state"], "placed");
    }
}

#[tokio::test]
async fn the_second_ends_with_unknown() {
    for format in ["human", "json"] {
        let (desk, server) = desk_and_server([Script::new().read_request().hang()]).await;
        let mut running =
            certcentral(["order", "--format", format]).at(server.url()).arg(desk.order()).spawn();
        server.wait_for_posts(1).await;
        running.signal("INT").await;
        running.says("waits for the answer").await;
        running.signal("INT").await;
        let ran = running.end().await.exits(5);
        assert_eq!(server.posts(), 1);
        assert_eq!(desk.attempt().await["state"], "unknown");
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
        .respond_with(Answer::json(429, "{}").header("Retry-After", "0"));
    let (desk, server) = desk_and_server([busy, Script::new().read_request().hang()]).await;
    let mut running =
        certcentral(["order", "--format", "json"]).at(server.url()).arg(desk.order()).spawn();
    server.wait_for_posts(2).await;
    running.signal("INT").await;
    running.says("waits for the answer").await;
    running.signal("INT").await;
    let ran = running.end().await.exits(5);
    assert_eq!(ran.json()["attempts"], 2);
    assert_eq!(desk.attempt().await["state"], "unknown");
}

/// An answer that lets the order be tried again after a long wait.
fn busy() -> Script {
    Script::new().read_request().respond_with(Answer::json(429, "{}").header("Retry-After", "100"))
}

#[tokio::test]
async fn between_two_attempts_the_first_interrupt_ends_it_with_the_truth() {
    for signal in ["INT", "TERM", "HUP"] {
        let placing = placing(1);
        let (desk, server) = desk_and_server([busy(), placing]).await;
        let mut running = order(&desk, server.url(), "human").spawn();
        running.says("retrying after a wait").await;
        running.signal(signal).await;
        running.says("no further attempt will begin").await;
        let ran = running.end().await.exits(3);
        assert!(!ran.stderr.contains("in flight"), "{ran:?}");
        assert!(ran.stdout.contains("HTTP status 429") && ran.stdout.contains("No order exists"));
        assert_eq!(desk.attempt().await["state"], "rejected");
        assert_eq!(server.posts(), 1, "no further attempt left");
    }
}

#[tokio::test]
async fn while_connecting_is_refused_the_first_interrupt_ends_it_as_not_sent() {
    let address = serving([]).await.url();
    let desk = Desk::new();
    let mut running = order(&desk, address, "json").spawn();
    running.says("retrying after a wait").await;
    running.signal("TERM").await;
    let ran = running.end().await.exits(4);
    assert_eq!(ran.json()["outcome"], "not_sent");
    assert!(ran.json()["attempts"].as_u64().unwrap() < 4);
    assert_eq!(desk.attempt().await["state"], "not_sent");
}

#[tokio::test]
async fn after_an_interrupt_a_refusal_is_the_last_word() {
    let answer_now = Cue::new();
    let slow = Script::new().read_request().wait_for(&answer_now);
    let slow = slow.respond_with(Answer::json(429, "{}").header("Retry-After", "0"));
    let placing = placing(1);
    let (desk, server) = desk_and_server([slow, placing]).await;
    let mut running = order(&desk, server.url(), "json").spawn();
    server.wait_for_posts(1).await;
    running.signal("INT").await;
    running.says("waits for the answer").await;
    answer_now.give();
    let ran = running.end().await.exits(3);
    assert_eq!((&ran.json()["status"], &ran.json()["attempts"]), (&json!(429), &json!(1)));
    assert_eq!(server.posts(), 1, "no further attempt left");
}

#[tokio::test]
async fn an_interrupt_before_anything_is_sent_leaves_nothing() {
    for signal in ["INT", "TERM", "HUP", "KILL"] {
        // The look before the sending hangs, for some seconds.
        let hanging = Script::new().read_request().hang();
        let server = ScriptedServer::start_with_look_ups(hanging, []).await.unwrap();
        let desk = Desk::new();
        let running = order(&desk, server.url(), "json").spawn();
        server.wait_for_heads(1).await;
        assert_eq!(desk.names(), ["order.json"]);
        running.signal(signal).await;
        let ran = running.end().await;
        if signal != "KILL" {
            assert_eq!(
                ran.exits(4).json(),
                json!({"outcome": "not_sent", "reason": "interrupted", "attempts": 0})
            );
        }
        assert_eq!(desk.names(), ["order.json"]);
        assert_eq!(server.posts(), 0);
    }
}
