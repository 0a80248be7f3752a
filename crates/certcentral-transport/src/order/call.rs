//! One call of `place_unchecked`: its attempts, and what a dropped future means.
//!
//! The caller's future drives the attempt. If it is dropped before the HTTP engine claimed the
//! order's bytes, the gate is revoked and nothing leaves. If it is dropped later, the attempt moves
//! to a task of its own and runs to its end there, so that its outcome reaches the log and the
//! observer; the order may exist, and somebody must learn of it.

use std::sync::Arc;
use std::time::Duration;

use certcentral_model::ProductOrder;
use jiff::Timestamp;
use tokio::runtime::Handle;

use crate::attempts::{self, Repeat, Retried};
use crate::client::Client;
use crate::http::redact::Secrets;
use crate::order::attempt::Attempt;
use crate::order::body::OrderBody;
use crate::order::classify::interrupted;
use crate::order::in_flight::InFlight;
use crate::order::observer::{Caller, Notifier};
use crate::order::outcome::{NotSent, Outcome};
use crate::order::reason::NotSentReason;
use crate::settings::pacing::Slot;

/// The attempts of one order. Dropping it decides what becomes of an attempt in flight.
pub(crate) struct Call<'a, P> {
    client: &'a Client,
    order: &'a P,
    card: Option<Arc<Secrets>>,
    in_flight: Option<InFlight<Outcome>>,
    /// The last refusal that the server answered. What is not sent afterwards does not undo it.
    refused: Option<Outcome>,
    notifier: Option<Notifier>,
}

impl<'a, P: ProductOrder + Sync> Call<'a, P> {
    pub(crate) fn new(client: &'a Client, order: &'a P) -> Self {
        Self {
            client,
            order,
            card: order.credit_card().map(|card| Arc::new(Secrets::of_card(card))),
            in_flight: None,
            refused: None,
            notifier: Some(Notifier::new(client.observer.clone(), P::PRODUCT_NAME_ID)),
        }
    }

    pub(crate) async fn place(mut self) -> Outcome {
        let client = self.client;
        let outcome = match attempts::run(client, client.take_turn(), &mut self).await {
            Ok(outcome) => outcome,
            Err(reason) => not_sent(reason, 0),
        };
        let outcome = self.with_refusal(outcome);
        if let Some(notifier) = self.notifier.take() {
            notifier.end(&outcome, Caller::Waiting);
        }
        outcome
    }

    /// An order that was refused once and then not sent is refused.
    fn with_refusal(&mut self, outcome: Outcome) -> Outcome {
        match (outcome, self.refused.take()) {
            (Outcome::NotSent(NotSent { attempts, .. }), Some(Outcome::Rejected(mut rejected))) => {
                rejected.attempts = attempts;
                Outcome::Rejected(rejected)
            }
            (outcome, _) => outcome,
        }
    }
}

impl<P: ProductOrder + Sync> Retried for Call<'_, P> {
    type End = Outcome;

    async fn attempt(&mut self, number: u32, slot: Option<Slot>) -> Outcome {
        let shared = &self.client.shared;
        let Ok(runtime) = Handle::try_current() else {
            return not_sent(NotSentReason::NoRuntime, number - 1);
        };
        if let Err(failure) = shared.engine.for_orders() {
            return not_sent(failure.into(), number - 1);
        }
        let body = OrderBody::encode(self.order).until(self.client.deadline);
        let gate = body.gate();
        let sent_at = Timestamp::now();
        if let Some(notifier) = &mut self.notifier {
            notifier.attempt(number, &gate, sent_at);
        }
        let attempt = Attempt {
            shared: Arc::clone(shared),
            gate: gate.clone(),
            slot,
            card: self.card.clone(),
            sent_at,
            listed_before: self.client.listed_before.clone(),
            number,
        };
        let target = shared.target::<P>();
        let in_flight = InFlight::new(attempt.run(target, body), gate.clone(), runtime);
        // Polled where dropping this call can find it.
        let in_flight = self.in_flight.insert(in_flight);
        let outcome = in_flight.end_unless(self.client.stop.given_up()).await;
        // If it was given up, the attempt ends here.
        self.in_flight = None;
        outcome.unwrap_or_else(|| match gate.revoke() {
            true => not_sent(NotSentReason::Stopped, number),
            false => Outcome::Unknown(interrupted(sent_at, shared.clock_offset(), number)),
        })
    }

    fn repeat(&self, outcome: &Outcome) -> Repeat {
        match outcome {
            Outcome::Rejected(rejected) if rejected.is_temporary() => {
                Repeat::After(rejected.retry_after)
            }
            Outcome::NotSent(not_sent) if not_sent.reason.is_temporary() => Repeat::After(None),
            _ => Repeat::Never,
        }
    }

    fn ended(&mut self, outcome: &Outcome, wait: Option<Duration>) {
        if matches!(outcome, Outcome::Rejected(_)) {
            self.refused = Some(outcome.clone());
        }
        if let Some(notifier) = &mut self.notifier {
            notifier.attempt_ended(outcome, wait);
        }
    }
}

impl<P> Drop for Call<'_, P> {
    fn drop(&mut self) {
        // Without an attempt in flight the notifier itself reports what is known.
        if let (Some(in_flight), Some(notifier)) = (self.in_flight.take(), self.notifier.take()) {
            in_flight.abandon(move |outcome| notifier.end(&outcome, Caller::Gone));
        }
    }
}

fn not_sent(reason: NotSentReason, attempts: u32) -> Outcome {
    Outcome::NotSent(NotSent { reason, attempts })
}
