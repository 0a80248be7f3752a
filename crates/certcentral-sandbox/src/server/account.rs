//! What all connections share.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::HeaderMap;

use crate::books::{KeyCheck, Ledger};
use crate::clock::Clock;
use crate::fault::{Fault, Placing, Plan, Target};
use crate::settings::{Approval, Balance, CustomField, SubmittedOrders};

/// The header that carries the API key.
pub(crate) const KEY_HEADER: &str = "x-dc-devkey";

/// One account at the sandbox: its key, how it answers, and its books.
pub(crate) struct Account {
    pub(crate) api_key: String,
    pub(crate) approval: Approval,
    pub(crate) submitted_orders: SubmittedOrders,
    pub(crate) balance: Balance,
    pub(crate) custom_fields: Vec<CustomField>,
    pub(crate) slow_answer: Duration,
    pub(crate) redirect_to: Option<String>,
    pub(crate) clock: Clock,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) plan: Mutex<Plan>,
}

/// What is settled about an HTTP request before its route is called.
#[derive(Clone, Copy)]
pub(crate) struct Arrival {
    /// Its number in the books.
    pub(crate) number: u64,
    pub(crate) key: KeyCheck,
    /// Whether the order is placed, or the change made, or only answered.
    pub(crate) placing: Placing,
}

impl Account {
    pub(crate) fn check_key(&self, headers: &HeaderMap) -> KeyCheck {
        match headers.get(KEY_HEADER) {
            None => KeyCheck::Missing,
            Some(key) if key.as_bytes() == self.api_key.as_bytes() => KeyCheck::Right,
            Some(_) => KeyCheck::Wrong,
        }
    }

    pub(crate) fn draw_fault(&self, target: Target) -> Option<(Fault, Placing)> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).draw(target)
    }

    pub(crate) fn set_next_fault(&self, target: Target, fault: Fault) {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).set_next(target, fault);
    }
}
