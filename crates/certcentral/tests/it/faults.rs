//! Every fault that the sandbox can inject, and what an order comes to through the facade.

use std::time::Duration;

use certcentral::transport::{OutcomeKind, RetryPolicy};
use certcentral::{ApiKey, Client, Outcome};
use certcentral_sandbox::scripted::{Script, ScriptedServer, Tls};
use certcentral_sandbox::{Effect, Fault, FaultKind, Placing, Sandbox};
use tokio::task::JoinSet;

use super::{client_of, example};

/// What one attempt ends as.
fn expected(kind: FaultKind) -> &'static [OutcomeKind] {
    match (kind, kind.effect()) {
        // Whether the body was already claimed when the reset arrived is a race.
        (FaultKind::ResetBeforeRead, _) => &[OutcomeKind::NotSent, OutcomeKind::Unknown],
        (FaultKind::ResetMidRequest, _) | (_, Effect::Open) => &[OutcomeKind::Unknown],
        (_, Effect::Placed) => &[OutcomeKind::Placed],
        (_, Effect::Unplaced) => &[OutcomeKind::Rejected],
    }
}

/// Kinds that mean "later", after which an order is tried again.
fn passes(kind: FaultKind) -> bool {
    use FaultKind as F;
    matches!(
        kind,
        F::Status(429 | 503)
            | F::RateLimited(1)
            | F::RateLimitedDate
            | F::RateLimitedPast
            | F::RateLimitedRubbish
    )
}

fn variants(kind: FaultKind) -> Vec<Fault> {
    match kind.effect() {
        Effect::Open => [Placing::Placed, Placing::Unplaced]
            .into_iter()
            .map(|placing| Fault::with_placing(kind, placing).unwrap())
            .collect(),
        Effect::Placed | Effect::Unplaced => vec![kind.into()],
    }
}

/// Only these are given up by time, and not before the order has left, however slow the machine.
fn timeout(kind: FaultKind) -> Duration {
    let gives_up = matches!(kind, FaultKind::Hang | FaultKind::Drip);
    Duration::from_secs(if gives_up { 10 } else { 60 })
}

#[tokio::test]
async fn one_attempt_ends_as_the_table_says_and_the_books_agree() {
    let mut cases = JoinSet::new();
    for fault in FaultKind::ALL.iter().copied().flat_map(variants) {
        cases.spawn(async move {
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.fail_next_order(fault);
            let client = client_of(&sandbox).attempt_timeout(timeout(fault.kind())).build();
            let outcome = client.place_order(&example("card-payment")).await.unwrap().outcome;

            assert!(expected(fault.kind()).contains(&outcome.kind()), "{fault}: {outcome}");
            assert_eq!(outcome.attempts(), 1, "{fault}");
            let books = sandbox.books();
            assert!(books.request_count() <= 1, "{fault}: more than one request arrived");
            let placed = fault.placing() == Some(Placing::Placed);
            assert_eq!(books.order_count(), u64::from(placed), "{fault}");
            match &outcome {
                Outcome::Placed(order) => {
                    assert!(books.order(order.order_id()).is_some(), "{fault}");
                }
                Outcome::Rejected(_) | Outcome::NotSent(_) => assert!(!placed, "{fault}"),
                Outcome::Unknown(_) => {}
            }
        });
    }
    while let Some(case) = cases.join_next().await {
        case.unwrap();
    }
}

#[tokio::test]
async fn only_what_surely_was_not_placed_is_tried_again() {
    let mut cases = JoinSet::new();
    for fault in FaultKind::ALL.iter().copied().flat_map(variants) {
        cases.spawn(async move {
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.fail_next_order(fault);
            let retry = RetryPolicy::default().first_wait(Duration::from_millis(1));
            let client =
                client_of(&sandbox).retry(retry).attempt_timeout(timeout(fault.kind())).build();
            let outcome = client.place_order(&example("new-professional")).await.unwrap().outcome;

            let books = sandbox.books();
            if passes(fault.kind()) {
                assert_eq!(outcome.kind(), OutcomeKind::Placed, "{fault}: {outcome}");
                assert_eq!((outcome.attempts(), books.order_count()), (2, 1), "{fault}");
            } else if fault.kind() == FaultKind::ResetBeforeRead {
                // Not sent is tried again, unknown is not.
                assert_ne!(outcome.kind(), OutcomeKind::NotSent, "{outcome}");
                assert_eq!(books.order_count(), u64::from(outcome.attempts() > 1));
            } else {
                assert_eq!(books.request_count(), 1, "{fault}: {outcome}");
            }
        });
    }
    while let Some(case) = cases.join_next().await {
        case.unwrap();
    }
}

#[tokio::test]
async fn every_error_that_the_server_names_is_kept() {
    for (kind, codes) in [
        (FaultKind::Status(400), 1),
        (FaultKind::ErrorsObject, 1),
        (FaultKind::ErrorObject, 1),
        (FaultKind::ErrorDescription, 1),
        (FaultKind::ErrorText, 1),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.fail_next_order(kind);
        let outcome = client_of(&sandbox)
            .build()
            .place_order(&example("new-professional"))
            .await
            .unwrap()
            .outcome;
        let Outcome::Rejected(rejected) = outcome else { panic!("{kind}: {outcome}") };
        assert_eq!(rejected.errors.len(), codes, "{kind}: {rejected:?}");
        assert!(!rejected.errors[0].message.is_empty(), "{kind}: {rejected:?}");
    }
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(FaultKind::SeveralErrors);
    let outcome = client_of(&sandbox)
        .build()
        .place_order(&example("new-professional"))
        .await
        .unwrap()
        .outcome;
    let Outcome::Rejected(rejected) = outcome else { panic!("{outcome}") };
    assert!(rejected.errors.len() > 1, "{rejected:?}");
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed() {
    for kind in [FaultKind::Status(302), FaultKind::Status(307), FaultKind::Status(308)] {
        let elsewhere = Sandbox::start().await.unwrap();
        let sandbox = Sandbox::builder()
            .redirect_to(format!("{}/order/certificate/x", elsewhere.url()))
            .start()
            .await
            .unwrap();
        sandbox.fail_next_order(kind);
        let outcome = client_of(&sandbox)
            .build()
            .place_order(&example("card-payment"))
            .await
            .unwrap()
            .outcome;
        assert_eq!(outcome.kind(), OutcomeKind::Rejected, "{kind}: {outcome}");
        assert_eq!(elsewhere.books().request_count(), 0, "{kind}");
    }
}

/// What no order gets past: none of these is a server that could have read one.
#[tokio::test]
async fn without_a_trusted_connection_nothing_is_sent() {
    let tls = Tls::self_signed(["http/1.1"]).unwrap();
    let untrusted = ScriptedServer::start_tls(&tls, [Script::new().read_request()]).await.unwrap();
    let silent = ScriptedServer::start([Script::new().hang()]).await.unwrap();
    for (what, base) in [
        ("a certificate that nobody trusts", untrusted.url()),
        ("a server that never speaks TLS", silent.url().replace("http://", "https://")),
        ("a name that leads nowhere", "https://certcentral.invalid".to_owned()),
    ] {
        let client = Client::builder(ApiKey::new("key").unwrap())
            .base_url(base.parse().unwrap())
            .connect_timeout(Duration::from_secs(2))
            .retry(RetryPolicy::never())
            .build();
        let outcome = client.place_order(&example("card-payment")).await.unwrap().outcome;
        assert_eq!(outcome.kind(), OutcomeKind::NotSent, "{what}: {outcome}");
    }
    assert_eq!((untrusted.posts(), silent.posts()), (0, 0));
}
