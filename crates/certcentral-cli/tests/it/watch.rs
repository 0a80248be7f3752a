//! `certcentral watch`: the end of an order, and of what cannot be watched. How often it looks is
//! tested with a paused clock, beside the code.

use certcentral_sandbox::Sandbox;
use certcentral_sandbox::scripted::{Script, ScriptedServer};
use serde_json::json;

use crate::program::{at, certcentral, placed};

#[tokio::test]
async fn orders_that_have_ended_are_shown_at_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let [one, other] = [placed(&sandbox).await, placed(&sandbox).await];
    let [one, other] = [one, other].map(|order| order["order_id"].to_string());
    for id in [&one, &other] {
        assert!(sandbox.issue(id.parse().unwrap()));
    }
    let before = sandbox.books().request_count();
    let ran = at(&sandbox, &["watch", &one, &other, "--format", "json"]).run().await.exits(0);
    let expected = [&one, &other]
        .map(|id| json!({"order_id": id.parse::<u64>().unwrap(), "status": "issued"}).to_string());
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), expected);
    assert_eq!(sandbox.books().request_count(), before + 1);
    let ran = at(&sandbox, &["watch", &one]).run().await.exits(0);
    assert!(ran.stdout.starts_with(&format!("order {one}: issued\n")), "{ran:?}");
    assert!(ran.stdout.contains(&format!("certcentral download {one}")), "{ran:?}");
}

#[tokio::test]
async fn what_cannot_be_watched() {
    let sandbox = Sandbox::start().await.unwrap();
    let ran = at(&sandbox, &["watch", "999"]).run().await.exits(3);
    assert!(ran.sentence().contains("404"), "{ran:?}");
    let html = Script::new().read_request().respond(200, "<html>").repeat();
    let server = ScriptedServer::start([html]).await.unwrap();
    let ran = certcentral(["watch", "7", "--format", "json"]).at(server.url()).run().await.exits(4);
    assert_eq!(ran.json()["reason"], "unreadable");
    certcentral(["watch"]).at(server.url()).run().await.exits(2);
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupt_ends_it_at_once() {
    let pending = Script::new().read_request().respond(200, r#"{"id":7,"status":"pending"}"#);
    let server = ScriptedServer::start([pending]).await.unwrap();
    let running = certcentral(["watch", "7"]).at(server.url()).spawn();
    server.wait_for_heads(1).await;
    // A script that runs the tests in the background has them, and so the program, ignore interrupts.
    running.signal(if ignores_interrupts() { "TERM" } else { "INT" }).await;
    assert_eq!(running.end().await.code, None);
}

/// Whether this process ignores interrupts, as far as Linux tells.
#[cfg(unix)]
fn ignores_interrupts() -> bool {
    const INTERRUPT: u64 = 1 << 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & INTERRUPT != 0)
}
