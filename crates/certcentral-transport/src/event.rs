//! What an observer hears of an order: its outcome without anybody's data, whatever became of the
//! future that waited for it.

use std::sync::Arc;
use std::time::Duration;

use certcentral_model::{OrderId, OrderResponse};
use jiff::Timestamp;

use crate::{Outcome, OutcomeKind};

/// The end of an order, as the observer of a client hears it: exactly once for each call of
/// [`Client::order`](crate::Client::order), also if the caller's future was dropped meanwhile.
///
/// It holds no personal data and nothing that a server sent but numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderEvent {
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
    /// How often the order was tried.
    pub attempts: u32,
    /// When the call began, by this machine's clock.
    pub started_at: Timestamp,
    /// When the last attempt began, by this machine's clock, if one did.
    pub sent_at: Option<Timestamp>,
    /// When the order ended, by this machine's clock.
    pub ended_at: Timestamp,
    /// How long it took altogether.
    pub elapsed: Duration,
    /// Whether the caller was gone by then, so that nobody but the observer hears of it.
    pub caller_gone: bool,
}

/// An order was not placed for now and will be tried again: it surely does not exist, and the trouble
/// may pass. For a person who waits and wonders.
///
/// Like [`OrderEvent`] it holds no personal data and nothing that a server sent but numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryEvent {
    /// The `name_id` of the product.
    pub product: &'static str,
    /// What became of the attempt: it was rejected or not sent.
    pub outcome: OutcomeKind,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The code of the reason, where it was not sent.
    pub reason: Option<&'static str>,
    /// How often the order was tried so far.
    pub attempts: u32,
    /// How long it will be until the next attempt, if no other request to the server is told to wait
    /// meanwhile.
    pub wait: Duration,
}

/// What hears [`RetryEvent`]s.
pub(crate) type RetryObserver = Arc<dyn Fn(&RetryEvent) + Send + Sync>;

/// What hears [`OrderEvent`]s.
pub(crate) type Observer = Arc<dyn Fn(&OrderEvent) + Send + Sync>;

/// The part of an event that an outcome tells.
pub(crate) struct Told {
    pub(crate) outcome: OutcomeKind,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) status: Option<u16>,
    pub(crate) reason: Option<&'static str>,
    pub(crate) attempts: u32,
}

impl<R: AsRef<OrderResponse>> From<&Outcome<R>> for Told {
    fn from(outcome: &Outcome<R>) -> Self {
        let (order_id, status, reason) = match outcome {
            Outcome::Placed(placed) => (Some(placed.order_id()), None, None),
            Outcome::Rejected(rejected) => (None, Some(rejected.status), None),
            Outcome::NotSent(not_sent) => (None, None, Some(not_sent.reason.code())),
            Outcome::Unknown(unknown) => {
                (unknown.order_id, unknown.status, Some(unknown.reason.code()))
            }
        };
        Self { outcome: outcome.kind(), order_id, status, reason, attempts: outcome.attempts() }
    }
}
