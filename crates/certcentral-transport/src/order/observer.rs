//! What an observer and the log learn of an order: its outcome without personal data, even if the
//! caller's future was dropped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use certcentral_model::OrderId;
use jiff::Timestamp;
use tracing::{debug, error, info, warn};

use crate::order::gate::Gate;
use crate::order::outcome::{Outcome, OutcomeKind};
use crate::order::reason::{NotSentReason, UnknownReason};

/// What an observer of orders is told.
///
/// Events hold no personal data and nothing that a server sent but numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderEvent {
    /// An attempt failed without placing the order, and another one follows. Meant for progress
    /// output.
    Retrying(FailedAttempt),
    /// The order ended: exactly once for each call of
    /// [`Client::place_unchecked`](crate::Client::place_unchecked), also if the caller's future was dropped
    /// meanwhile.
    Ended(EndedOrder),
}

/// An attempt that failed and is followed by another one: the order does not exist, and the cause may
/// be temporary.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// The `name_id` of the product.
    pub product: &'static str,
    /// What became of the attempt: it was rejected or not sent.
    pub outcome: OutcomeKind,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The code of the reason, where it was not sent.
    pub reason: Option<&'static str>,
    /// The number of attempts so far.
    pub attempts: u32,
    /// How long it will be until the next attempt, if no other request to the server is told to wait
    /// meanwhile.
    pub wait: Duration,
}

/// The end of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndedOrder {
    /// The `name_id` of the product.
    pub product: &'static str,
    /// What became of the order.
    pub outcome: OutcomeKind,
    /// The order's id, or the place to look first where the outcome is
    /// [`Unknown`](OutcomeKind::Unknown).
    pub order_id: Option<OrderId>,
    /// The HTTP status, where there was one and it is not that of success.
    pub status: Option<u16>,
    /// The code of the reason, where the outcome has one.
    pub reason: Option<&'static str>,
    /// The number of attempts.
    pub attempts: u32,
    /// When the call began, by this machine's clock.
    pub started_at: Timestamp,
    /// When the last attempt began, by this machine's clock, if one did.
    pub sent_at: Option<Timestamp>,
    /// When the order ended, by this machine's clock.
    pub ended_at: Timestamp,
    /// How long it took altogether.
    pub elapsed: Duration,
    /// Whether the caller was gone by then, so that only the observer and the log learn of it.
    pub caller_gone: bool,
}

/// What is called with [`OrderEvent`]s.
pub(crate) type Observer = Arc<dyn Fn(&OrderEvent) + Send + Sync>;

/// Whether a caller waits for the outcome.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    Waiting,
    Gone,
}

/// The part of an event that an outcome tells.
#[derive(Clone, Copy)]
struct Summary {
    outcome: OutcomeKind,
    order_id: Option<OrderId>,
    status: Option<u16>,
    reason: Option<&'static str>,
}

impl Summary {
    fn of(outcome: &Outcome) -> Self {
        let (order_id, status, reason) = match outcome {
            Outcome::Placed(placed) => (Some(placed.order_id()), None, None),
            Outcome::Rejected(rejected) => (None, Some(rejected.status), None),
            Outcome::NotSent(not_sent) => (None, None, Some(not_sent.reason.as_str())),
            Outcome::Unknown(unknown) => {
                (unknown.order_id, unknown.status, Some(unknown.reason.as_str()))
            }
        };
        Self { outcome: outcome.kind(), order_id, status, reason }
    }

    fn without_answer(outcome: OutcomeKind, reason: &'static str) -> Self {
        Self { outcome, order_id: None, status: None, reason: Some(reason) }
    }
}

/// Tells the log and the observer how an order ended: once, whatever happens. If it is dropped
/// before that, it tells what is then the truth.
pub(crate) struct Notifier {
    observer: Option<Observer>,
    product: &'static str,
    started_at: Timestamp,
    clock: Instant,
    attempts: u32,
    sent_at: Option<Timestamp>,
    /// Of the attempt in flight.
    gate: Option<Gate>,
    /// How the last attempt ended, or the last one that was answered.
    last: Option<Summary>,
    told: bool,
}

impl Notifier {
    pub(crate) fn new(observer: Option<Observer>, product: &'static str) -> Self {
        Self {
            observer,
            product,
            started_at: Timestamp::now(),
            clock: Instant::now(),
            attempts: 0,
            sent_at: None,
            gate: None,
            last: None,
            told: false,
        }
    }

    pub(crate) fn attempt(&mut self, number: u32, gate: &Gate, sent_at: Timestamp) {
        self.attempts = number;
        self.sent_at = Some(sent_at);
        self.gate = Some(gate.clone());
    }

    /// Takes note of the end of an attempt, and tells it if there will be another after a wait.
    pub(crate) fn attempt_ended(&mut self, outcome: &Outcome, wait: Option<Duration>) {
        self.gate = None;
        let summary = Summary::of(outcome);
        let was_refused = self.last.is_some_and(|last| last.outcome == OutcomeKind::Rejected);
        if !(was_refused && summary.outcome == OutcomeKind::NotSent) {
            self.last = Some(summary);
        }
        let Some(wait) = wait else { return };
        let Summary { outcome, status, reason, order_id: _ } = summary;
        let attempts = self.attempts;
        debug!(attempt = attempts, status, reason, wait_ms = millis(wait), "retrying after a wait");
        self.notify(&OrderEvent::Retrying(FailedAttempt {
            product: self.product,
            outcome,
            status,
            reason,
            attempts,
            wait,
        }));
    }

    pub(crate) fn end(mut self, outcome: &Outcome, caller: Caller) {
        self.attempts = outcome.attempts();
        self.tell(Summary::of(outcome), caller);
    }

    fn tell(&mut self, summary: Summary, caller: Caller) {
        self.told = true;
        let Summary { outcome, order_id, status, reason } = summary;
        let elapsed = self.clock.elapsed();
        let ended = EndedOrder {
            product: self.product,
            outcome,
            order_id,
            status,
            reason,
            attempts: self.attempts,
            started_at: self.started_at,
            sent_at: self.sent_at,
            ended_at: self.started_at.checked_add(elapsed).unwrap_or(self.started_at),
            elapsed,
            caller_gone: caller == Caller::Gone,
        };
        log(&ended);
        self.notify(&OrderEvent::Ended(ended));
    }

    /// An observer's panic must not take the outcome with it.
    fn notify(&self, event: &OrderEvent) {
        let Some(observer) = &self.observer else { return };
        if catch_unwind(AssertUnwindSafe(|| observer(event))).is_err() {
            error!(product = self.product, "the observer of an order panicked");
        }
    }
}

impl Drop for Notifier {
    fn drop(&mut self) {
        if self.told {
            return;
        }
        let may_exist = self.gate.as_ref().is_some_and(|gate| !gate.revoke());
        let summary = if may_exist {
            let reason = UnknownReason::Abandoned.as_str();
            Summary::without_answer(OutcomeKind::Unknown, reason)
        } else {
            let reason = NotSentReason::Cancelled.as_str();
            self.last.unwrap_or(Summary::without_answer(OutcomeKind::NotSent, reason))
        };
        self.tell(summary, Caller::Gone);
    }
}

/// Writes the end of an order to the log: nothing but what is in the event.
fn log(ended: &EndedOrder) {
    macro_rules! log_at {
        ($level:ident, $message:literal) => {
            $level!(
                product = ended.product,
                outcome = ended.outcome.as_str(),
                order_id = ended.order_id.map(|id| id.get()),
                status = ended.status,
                reason = ended.reason,
                attempts = ended.attempts,
                elapsed_ms = millis(ended.elapsed),
                caller_gone = ended.caller_gone,
                $message
            )
        };
    }
    match ended.outcome {
        OutcomeKind::Unknown => log_at!(warn, "it is unknown whether the order was placed"),
        _ => log_at!(info, "the order ended"),
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
