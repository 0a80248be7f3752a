//! What came in, what was placed, and which faults were injected: what a test compares with what
//! the client believes.

mod ledger;
mod order;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use certcentral_model::OrderId;

pub(crate) use self::ledger::{Ledger, Listed, NewOrder, SortBy, Sorting};
pub use self::order::{InjectedFault, KeyCheck, PlacedOrder, ReceivedRequest};
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
    /// The orders that were placed, oldest first.
    #[must_use]
    pub fn orders(&self) -> Vec<Arc<PlacedOrder>> {
        self.0.read(|entries| entries.orders.iter().cloned().collect())
    }

    /// The order of this id.
    #[must_use]
    pub fn order(&self, id: OrderId) -> Option<Arc<PlacedOrder>> {
        self.0.read(|entries| entries.order(id).cloned())
    }

    /// The orders that were placed for the holder of this email address, oldest first. More than
    /// one means that somebody ordered twice.
    #[must_use]
    pub fn orders_of(&self, email: &str) -> Vec<Arc<PlacedOrder>> {
        self.0.read(|entries| {
            let theirs = |order: &&Arc<PlacedOrder>| order.is_for(email);
            entries.orders.iter().filter(theirs).cloned().collect()
        })
    }

    /// The requests that came in, oldest first, whatever became of them.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.0.read(|entries| entries.requests.iter().cloned().collect())
    }

    /// The requests that came in to order for the holder of this email address, oldest first, as
    /// far as their bodies were read.
    #[must_use]
    pub fn requests_of(&self, email: &str) -> Vec<ReceivedRequest> {
        self.0.read(|entries| {
            let theirs = |request: &&ReceivedRequest| request.is_for(email);
            entries.requests.iter().filter(theirs).cloned().collect()
        })
    }

    /// The request by which an order was placed, with the fault that struck it.
    #[must_use]
    pub fn request_of(&self, order: OrderId) -> Option<ReceivedRequest> {
        self.0.read(|entries| {
            let number = entries.order(order)?.request_number();
            entries.request(number).cloned()
        })
    }

    /// How many orders were placed since the start.
    #[must_use]
    pub fn order_count(&self) -> u64 {
        self.0.read(|entries| entries.order_count)
    }

    /// How many requests came in since the start, of any kind.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.0.read(|entries| entries.request_count)
    }

    /// How many POSTs to order were read to the last byte since the start.
    #[must_use]
    pub fn post_count(&self) -> u64 {
        self.0.read(|entries| entries.post_count)
    }

    /// Waits until so many POSTs to order were read whole since the start, answered or not.
    pub async fn wait_for_posts(&self, posts: u64) {
        self.0.wait_until(|entries| entries.post_count >= posts).await;
    }

    /// Waits until so many orders were placed since the start.
    pub async fn wait_for_orders(&self, orders: u64) {
        self.0.wait_until(|entries| entries.order_count >= orders).await;
    }

    /// Waits until so many faults struck since the start, of any kind.
    pub async fn wait_for_faults(&self, faults: u64) {
        self.0.wait_until(|entries| entries.fault_counts.values().sum::<u64>() >= faults).await;
    }

    /// How often each kind of fault struck since the start.
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
