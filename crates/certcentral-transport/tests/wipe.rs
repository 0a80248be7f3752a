//! What is promised of memory (`docs/security.md`): the card number, the cvv and the key leave no
//! unwiped copy in any block of memory that our own types had. An allocator looks at every block
//! when it is freed.
//!
//! A test binary of its own, since a program has one allocator.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "it/card.rs"]
mod card;
#[path = "../../certcentral-model/tests/memory/mod.rs"]
mod memory;

use std::time::Duration;

use certcentral_model::CsaAgreement;
use certcentral_model::pkio_professional::{Certificate, Individual, Order};
use certcentral_sandbox::scripted::{Script, ScriptedServer};
use certcentral_transport::{ApiKey, BaseUrl, Client, OutcomeKind, Pacing, order_request};

use crate::card::card;
use crate::memory::freed_with;

const NUMBER: &str = "5555555555554444";
const KEY: &str = "WipeMe-0f1e2d3c4b5a-Key";

/// How many freed blocks held the card number, and how many the key, while this ran. Only the
/// thread that sends is asked: the server, which reads the order, has its own.
fn freed(run: impl FnOnce()) -> (usize, usize) {
    freed_with(&[NUMBER, KEY], run).into()
}

fn card_order() -> Order {
    let certificate = Certificate::new(Individual::existing(21));
    Order::new(certificate, CsaAgreement::Agreed, card(NUMBER, "739"))
}

fn key() -> ApiKey {
    ApiKey::new(KEY.to_owned()).unwrap()
}

/// Orders once, on this thread alone, at a server on another.
fn order_at(script: Script, timeout: Duration) -> ((usize, usize), OutcomeKind) {
    let servers =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = servers.block_on(ScriptedServer::start([script])).unwrap();
    let mut kind = None;
    let found = freed(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = Client::builder(key())
            .base_url(server.url().parse().unwrap())
            .attempt_timeout(timeout)
            .pacing(Pacing::unlimited())
            .build();
        let order = card_order();
        kind = Some(runtime.block_on(client.place_unchecked(&order)).kind());
    });
    (found, kind.unwrap())
}

#[test]
fn what_is_promised_is_wiped() {
    // The searcher sees what is not wiped, or nothing below would mean anything.
    assert_eq!(freed(|| drop(NUMBER.to_owned())), (1, 0));
    assert_eq!(freed(|| drop(KEY.to_owned())), (0, 1));

    // Our own types.
    assert_eq!(freed(|| drop((card_order(), card_order().clone()))), (0, 0));
    assert_eq!(freed(|| drop((key(), key().clone()))), (0, 0));
    let padded = || {
        // Room for all of it, or growing would leave a copy that is the test's own.
        let mut padded = String::with_capacity(64);
        padded.extend([" ", KEY, "\n"]);
        padded
    };
    assert_eq!(freed(|| drop(ApiKey::new(padded()))), (0, 0));

    // The encoded order: one buffer, never grown.
    let base = BaseUrl::europe();
    assert_eq!(freed(|| drop(order_request(&base, &key(), &card_order()))), (0, 0));

    // All the way over the wire. The key in hyper's buffer for the head is not promised.
    let read = || Script::new().read_request();
    for (script, expected) in [
        (read().respond(201, r#"{"id":1}"#), OutcomeKind::Placed),
        (read().respond(400, r#"{"errors":[{"code":"a"}]}"#), OutcomeKind::Rejected),
        (read().reset(), OutcomeKind::Unknown),
    ] {
        let (found, kind) = order_at(script, Duration::from_secs(60));
        assert_eq!((found.0, kind), (0, expected));
    }

    // A timeout, wherever it strikes.
    for millis in [1, 20, 200] {
        let (found, _) = order_at(Script::new().hang(), Duration::from_millis(millis));
        assert_eq!(found.0, 0);
    }
}
