//! One attempt at an order, and all that it needs to end without its caller.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tracing::debug;

use crate::client::Shared;
use crate::http::answer::ORDER_CAP;
use crate::http::redact::{Redactor, Secrets};
use crate::http::request::Target;
use crate::lookup::find::baseline::Baseline;
use crate::order::body::OrderBody;
use crate::order::classify::{AttemptResult, Sending, outcome};
use crate::order::gate::Gate;
use crate::order::observer::millis;
use crate::order::outcome::Outcome;
use crate::settings::pacing::Slot;

pub(crate) struct Attempt {
    pub(crate) shared: Arc<Shared>,
    pub(crate) gate: Gate,
    pub(crate) slot: Option<Slot>,
    pub(crate) card: Option<Arc<Secrets>>,
    pub(crate) sent_at: Timestamp,
    pub(crate) listed_before: Option<Arc<Baseline>>,
    pub(crate) number: u32,
}

impl Attempt {
    pub(crate) async fn run(mut self, target: Target, body: OrderBody) -> Outcome {
        let began_at = Instant::now();
        if let Some(slot) = &mut self.slot {
            slot.sending(began_at);
        }
        debug!(
            attempt = self.number,
            method = "POST",
            path = target.url.path(),
            "sending the order"
        );
        // An answer's date is whole seconds, and servers differ; without one to compare it with, this
        // machine's clock counts, which may be wrong.
        let (sent_at, doubt) = match self.shared.server_time() {
            Some(time) => (time, SignedDuration::from_mins(1)),
            None => (self.sent_at, SignedDuration::from_hours(26)),
        };
        let oldest_answer = sent_at.checked_sub(doubt).ok();
        let result = self.exchange(target, body).await;
        let ended_at = Instant::now();
        if let AttemptResult::Answered(answer) = &result {
            self.shared.note_clock(answer.clock_offset);
            if let Some(slot) = self.slot.take() {
                slot.answered(ended_at, answer.status, answer.retry_after);
            }
            debug!(
                attempt = self.number,
                status = answer.status,
                bytes = answer.body.len(),
                elapsed_ms = millis(ended_at - began_at),
                "the server answered"
            );
        }
        let sending = Sending {
            sent_at: self.sent_at,
            clock_offset: self.shared.clock_offset(),
            oldest_answer,
            listed_before: self.listed_before.as_deref(),
        };
        let redactor = Redactor { key: &self.shared.key_secrets, card: self.card.as_deref() };
        outcome(result, redactor, sending, self.number)
    }

    async fn exchange(&self, target: Target, body: OrderBody) -> AttemptResult {
        let withdraw = || self.gate.revoke();
        match self.shared.engine.post(target, body, withdraw, ORDER_CAP).await {
            Ok(answer) => AttemptResult::Answered(answer),
            Err(failure) if self.gate.revoke() => {
                AttemptResult::NeverLeft(self.gate.reason(failure))
            }
            Err(failure) => AttemptResult::NoAnswer(failure),
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if let Some(slot) = &mut self.slot
            && self.gate.revoke()
        {
            slot.never_left();
        }
    }
}
