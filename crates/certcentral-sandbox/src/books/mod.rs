//! What came in, what was placed, and which faults were injected: what a test compares with what
//! the client believes.

mod entries;
mod fill;
mod ledger;
mod life;
mod order;
mod received;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use certcentral_model::OrderId;

pub(crate) use self::ledger::{Ledger, Listed};
pub(crate) use self::life::{Decision, Refused};
pub use self::order::PlacedOrder;
pub(crate) use self::order::{NewOrder, Note, OrderRequest, Purpose, Validity};
pub use self::received::{InjectedFault, KeyCheck, ReceivedRequest};
use crate::fault::FaultKind;

/// The books of a [`Sandbox`](crate::Sandbox). They can still be read when it is gone.
///
/// Kept in memory are the latest orders and requests, as many as
/// [`capacity`](crate::SandboxBuilder::capacity) says of each; older ones are forgotten, the
/// counts go on. No API key and no card is in them.
///
/// An answer is in the books before its first byte leaves.
#[derive(Clone)]
pub struct Books(pub(crate) Arc<Ledger>);

impl Books {
    /// Returns the orders that were placed, oldest first.
    #[must_use]
    pub fn orders(&self) -> Vec<Arc<PlacedOrder>> {
        self.orders_where(|_| true)
    }

    /// Returns the order of this id.
    #[must_use]
    pub fn order(&self, id: OrderId) -> Option<Arc<PlacedOrder>> {
        self.0.read(|entries| entries.records.order(id).cloned())
    }

    /// Returns the orders that were placed for the holder with this email address, oldest first.
    /// More than one means that a client ordered twice.
    #[must_use]
    pub fn orders_of(&self, email: &str) -> Vec<Arc<PlacedOrder>> {
        self.orders_where(|order| order.is_for(email))
    }

    /// Returns the orders that were placed for the individual with this id, oldest first.
    #[must_use]
    pub fn orders_of_individual(&self, id: u64) -> Vec<Arc<PlacedOrder>> {
        self.orders_where(|order| order.ordered.individual.id == Some(id))
    }

    /// Returns the orders that have a note with this text, oldest first: a note is where a caller
    /// may leave a reference of its own.
    #[must_use]
    pub fn orders_noted(&self, text: &str) -> Vec<Arc<PlacedOrder>> {
        self.orders_where(|order| order.notes().any(|note| note == text))
    }

    fn orders_where(&self, wanted: impl Fn(&PlacedOrder) -> bool) -> Vec<Arc<PlacedOrder>> {
        self.0.read(|entries| {
            entries.records.orders.iter().filter(|order| wanted(order)).cloned().collect()
        })
    }

    /// Returns the HTTP requests that came in, oldest first, whatever became of them.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.0.read(|entries| entries.received.iter().cloned().collect())
    }

    /// Returns the HTTP requests that came in to order for the holder with this email address,
    /// oldest first, as far as their bodies were read.
    #[must_use]
    pub fn requests_of(&self, email: &str) -> Vec<ReceivedRequest> {
        self.0.read(|entries| {
            let theirs = |request: &&ReceivedRequest| request.is_for(email);
            entries.received.iter().filter(theirs).cloned().collect()
        })
    }

    /// Returns the HTTP request that placed an order, with the fault that struck it.
    #[must_use]
    pub fn request_of(&self, order: OrderId) -> Option<ReceivedRequest> {
        self.0.read(|entries| {
            let number = entries.records.order(order)?.request_number();
            entries.request(number).cloned()
        })
    }

    /// Returns how many orders were placed since the start; those that were
    /// [filled in](crate::Sandbox::fill) do not count.
    #[must_use]
    pub fn order_count(&self) -> u64 {
        self.0.read(|entries| entries.records.order_count)
    }

    /// Returns how many HTTP requests came in since the start, of any kind.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.0.read(|entries| entries.request_count)
    }

    /// Returns how many POSTs of orders were read to the last byte since the start.
    #[must_use]
    pub fn post_count(&self) -> u64 {
        self.0.read(|entries| entries.post_count)
    }

    /// Waits until at least `posts` POSTs of orders were read whole since the start, answered or
    /// not.
    pub async fn wait_for_posts(&self, posts: u64) {
        self.0.wait_until(|entries| entries.post_count >= posts).await;
    }

    /// Waits until at least `orders` orders were placed since the start.
    pub async fn wait_for_orders(&self, orders: u64) {
        self.0.wait_until(|entries| entries.records.order_count >= orders).await;
    }

    /// Waits until at least `faults` faults struck since the start, of any kind.
    pub async fn wait_for_faults(&self, faults: u64) {
        self.0.wait_until(|entries| entries.fault_counts.values().sum::<u64>() >= faults).await;
    }

    /// Returns how often each kind of fault struck since the start.
    #[must_use]
    pub fn fault_counts(&self) -> BTreeMap<FaultKind, u64> {
        self.0.read(|entries| entries.fault_counts.clone())
    }
}

/// Shows counts only: the books hold personal data.
impl fmt::Debug for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Books")
            .field("order_count", &self.order_count())
            .field("request_count", &self.request_count())
            .field("post_count", &self.post_count())
            .field("fault_counts", &self.fault_counts())
            .finish()
    }
}
