//! A batch that is killed again and again: by the sandbox's books nothing is ordered twice, and
//! nothing is lost.
//!
//! The figures of docs/reliability.md:
//! `CERTCENTRAL_KILL_ORDERS=1000 CERTCENTRAL_KILLS=100 cargo test --release -p certcentral-cli
//! --test it batch_kills -- --nocapture`
#![cfg(unix)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use certcentral_sandbox::Sandbox;

use crate::batch::{batch, desk, email, find, results};
use crate::program::Desk;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

/// A random number below a limit, different in each run: the instants of kills are no more repeatable
/// than that.
fn random(below: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(Instant::now()) % below
}

/// Waits until nothing reaches the sandbox any more: what a killed process had sent does.
async fn silence(sandbox: &Sandbox) {
    let mut seen = (sandbox.books().request_count(), Instant::now());
    while seen.1.elapsed() < Duration::from_millis(500) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let count = sandbox.books().request_count();
        if count != seen.0 {
            seen = (count, Instant::now());
        }
    }
}

fn assert_none_twice(sandbox: &Sandbox, orders: u64) {
    for number in 1..=orders {
        let placed = sandbox.books().orders_of(&email(number)).len();
        assert!(placed <= 1, "R-{number} was ordered {placed} times");
    }
}

/// Each row of the journal is as the books say, or says that it is not known.
async fn assert_true(desk: &Desk, sandbox: &Sandbox) -> BTreeMap<String, u64> {
    let mut states = BTreeMap::new();
    for row in results(desk, sandbox).await {
        let Some(state) = row["state"].as_str() else { continue };
        *states.entry(state.to_owned()).or_default() += 1;
        let reference = row["reference"].as_str().unwrap();
        let booked = sandbox.books().orders_of(&email(reference[2..].parse().unwrap()));
        match state {
            "placed" => assert_eq!(row["order_id"], booked[0].id().get(), "{reference}"),
            "unknown" | "sending" => {}
            _ => assert!(booked.is_empty(), "{reference} is {state}, and exists"),
        }
    }
    states
}

/// How long an order is sent at most, in seconds: its deadline and one attempt.
const SEND_WITHIN: &str = "1";
const TIMEOUT: &str = "1";

/// Looks for all that is open until only what a person has to settle is: what a killed process was
/// sending is over after its deadline and one attempt.
async fn settle(desk: &Desk, sandbox: &Sandbox) {
    silence(sandbox).await;
    loop {
        let ran = find(desk, sandbox).run().await;
        for row in ran.json_lines() {
            let reference = row["reference"].as_str().unwrap();
            let email = email(reference[2..].parse().unwrap());
            let exists = !sandbox.books().orders_of(&email).is_empty();
            match row["verdict"].as_str().unwrap() {
                "found" => assert!(exists, "{reference}"),
                "not_found" => assert!(!exists, "{reference}"),
                "too_early" => {}
                // An answer spoke for it, or several may be it: a person says so, at a terminal.
                "ambiguous" => {}
                other => panic!("{reference}: {other} {row}"),
            }
        }
        if ran.json_lines().iter().all(|row| row["verdict"] != "too_early") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn killed_again_and_again(sandbox: Sandbox, with_faults: bool) {
    let orders = setting("CERTCENTRAL_KILL_ORDERS", 60);
    let kills = setting("CERTCENTRAL_KILLS", 8);
    let desk = desk(orders);
    let start = || {
        batch(&desk, &sandbox).args([
            "--concurrency",
            "4",
            "--timeout",
            TIMEOUT,
            "--send-within",
            SEND_WITHIN,
        ])
    };
    let mut unknown_after_kill = 0;
    let mut killed = 0;
    for _ in 0..kills {
        let running = start().spawn();
        if random(4) == 0 {
            // Somewhere in the beginning: the check, the journal, the look.
            tokio::time::sleep(Duration::from_micros(random(60_000))).await;
        } else {
            // Somewhere between two orders, or within one.
            let share = (orders / kills).max(2) * 2;
            let until = sandbox.books().request_count() + 2 + random(share);
            let patience = Instant::now();
            while sandbox.books().request_count() < until
                && patience.elapsed() < Duration::from_secs(20)
            {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            tokio::time::sleep(Duration::from_micros(random(2_000))).await;
        }
        running.signal("KILL").await;
        let ran = running.end().await;
        killed += u64::from(ran.code.is_none());
        silence(&sandbox).await;
        assert_none_twice(&sandbox, orders);
        if desk.path("journal.db").exists() {
            let states = assert_true(&desk, &sandbox).await;
            let open = ["unknown", "sending"];
            let open: u64 = open.iter().filter_map(|state| states.get(*state)).sum();
            unknown_after_kill += open;
            if open > 0 {
                settle(&desk, &sandbox).await;
            }
        }
    }
    // Started until there is nothing left to do.
    let mut rounds = 0;
    loop {
        let ran = start().run().await;
        assert!(matches!(ran.code, Some(0 | 6)), "{ran:?}");
        settle(&desk, &sandbox).await;
        assert_none_twice(&sandbox, orders);
        let states = assert_true(&desk, &sandbox).await;
        let open = ["ready", "not_sent", "absent", "sending"];
        let open = open.iter().any(|state| states.contains_key(*state));
        rounds += 1;
        if !open {
            println!(
                "{orders} orders, {kills} kills ({killed} before the end), {unknown_after_kill} \
                 unknown rows looked up, {rounds} further runs: {states:?}"
            );
            let placed = states.get("placed").copied().unwrap_or(0);
            let unknown = states.get("unknown").copied().unwrap_or(0);
            let booked = sandbox.books().order_count();
            assert!((placed..=placed + unknown).contains(&booked), "{booked} booked, {states:?}");
            if !with_faults {
                assert_eq!(placed, orders, "{states:?}");
            }
            break;
        }
        assert!(rounds < 500, "{states:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_ordered_twice_or_lost() {
    killed_again_and_again(crate::batch::sandbox().await, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_ordered_twice_or_lost_while_everything_fails() {
    let sandbox = Sandbox::builder()
        .api_key(crate::program::KEY)
        .every_fault(0.5)
        .slow_answer(Duration::from_millis(20))
        .seed(random(u64::MAX))
        .start()
        .await
        .unwrap();
    killed_again_and_again(sandbox, true).await;
}
