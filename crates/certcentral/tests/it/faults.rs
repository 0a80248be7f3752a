//! Every fault that the sandbox can inject: the outcome says of the order what the books say. What the
//! transport makes of each answer is tried there.

use std::time::Duration;

use certcentral::Outcome;
use certcentral::transport::{OutcomeKind, RetryPolicy};
use certcentral_sandbox::{Effect, Fault, FaultKind, Placing, Sandbox};
use tokio::task::JoinSet;

use super::{client_of, example};

/// The outcome under a fault, and how many attempts it takes. None where it depends on timing.
fn expected(kind: FaultKind) -> Option<(OutcomeKind, u32)> {
    use FaultKind as F;
    Some(match (kind, kind.effect()) {
        // Whether the body was already claimed when the reset arrived is a race.
        (F::ResetBeforeRead, _) => return None,
        // What means "later" is retried, and the second attempt meets no fault.
        (F::Status(429 | 503) | F::RateLimited(1), _)
        | (F::RateLimitedDate | F::RateLimitedPast | F::RateLimitedRubbish, _) => {
            (OutcomeKind::Placed, 2)
        }
        (F::ResetMidRequest | F::Aged | F::Status(303), _) | (_, Effect::Open) => {
            (OutcomeKind::Unknown, 1)
        }
        (_, Effect::Placed) => (OutcomeKind::Placed, 1),
        (_, Effect::Unplaced) => (OutcomeKind::Rejected, 1),
    })
}

#[tokio::test]
async fn every_outcome_is_as_the_table_says_and_the_books_agree() {
    let mut cases = JoinSet::new();
    for &kind in FaultKind::ALL {
        for placing in [Placing::Placed, Placing::Unplaced] {
            let Ok(fault) = Fault::with_placing(kind, placing) else { continue };
            // Only time ends these, and the transport tries them with a paused clock.
            if !matches!(kind, FaultKind::Hang | FaultKind::Drip) {
                cases.spawn(check(fault));
            }
        }
    }
    while let Some(case) = cases.join_next().await {
        case.unwrap();
    }
}

async fn check(fault: Fault) {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(fault);
    let retry = RetryPolicy::default().first_wait(Duration::from_millis(1));
    let client = client_of(&sandbox).retry(retry).build();
    let outcome = client.place_order(&crate::checked(example("card-payment"))).await;

    let books = sandbox.books();
    if let Some(expected) = expected(fault.kind()) {
        assert_eq!((outcome.kind(), outcome.attempts()), expected, "{fault}: {outcome}");
        assert!(books.request_count() <= u64::from(expected.1), "{fault}: too many requests");
    }
    match &outcome {
        Outcome::Placed(placed) => {
            assert!(books.order(placed.order_id()).is_some(), "{fault}");
            assert_eq!(books.order_count(), 1, "{fault}");
        }
        Outcome::Rejected(_) | Outcome::NotSent(_) => assert_eq!(books.order_count(), 0, "{fault}"),
        Outcome::Unknown(_) => {
            let placed = fault.placing() == Some(Placing::Placed);
            assert_eq!(books.order_count(), u64::from(placed), "{fault}");
        }
    }
}
