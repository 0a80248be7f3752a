//! What was listed before an order was sent, and so cannot be that order.

use certcentral_model::{OrderId, RequestId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::lookup::find::row::Row;

/// What CertCentral listed before an order was sent, by
/// [`look_before_sending`](crate::Client::look_before_sending). A search for the
/// order that takes it ([`OrderSearch::baseline`]) never mistakes an older order for the one.
///
/// It holds ids and times and no personal data, and can be stored until the search.
///
/// [`OrderSearch::baseline`]: crate::OrderSearch::baseline
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    orders: Vec<OrderId>,
    /// Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    requests: Vec<RequestId>,
    /// What the clocks said at one moment before the sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clocks: Option<Clocks>,
}

/// One moment by two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Clocks {
    server: Timestamp,
    machine: Timestamp,
}

impl Baseline {
    /// What both lists showed, and the server's time then, as far as it is known.
    pub(crate) fn listing(
        orders: Vec<OrderId>,
        requests: Vec<RequestId>,
        server: Option<Timestamp>,
    ) -> Self {
        let machine = Timestamp::now();
        Self::new(orders, requests, server.map(|server| Clocks { server, machine }))
    }

    fn new(mut orders: Vec<OrderId>, mut requests: Vec<RequestId>, clocks: Option<Clocks>) -> Self {
        orders.sort_unstable();
        orders.dedup();
        requests.sort_unstable();
        requests.dedup();
        Self { orders, requests, clocks }
    }

    /// Returns the orders that were listed.
    #[must_use]
    pub fn orders(&self) -> &[OrderId] {
        &self.orders
    }

    /// Returns the requests that were listed.
    #[must_use]
    pub fn requests(&self) -> &[RequestId] {
        &self.requests
    }

    /// Returns the server's time of the look, if it is known.
    #[must_use]
    pub fn server_time(&self) -> Option<Timestamp> {
        self.clocks.map(|clocks| clocks.server)
    }

    /// Returns the server's clock minus this machine's at the time of the look, if it is known.
    #[must_use]
    pub fn clock_offset(&self) -> Option<SignedDuration> {
        self.clocks.map(|clocks| clocks.server.duration_since(clocks.machine))
    }

    /// Returns whether the look found out nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty() && self.requests.is_empty() && self.clocks.is_none()
    }

    /// Whether a row was there before.
    pub(crate) fn lists(&self, row: &Row) -> bool {
        row.order_id.is_some_and(|id| self.orders.binary_search(&id).is_ok())
            || row.request_ids.iter().any(|id| self.requests.binary_search(id).is_ok())
    }

    #[cfg(test)]
    pub(crate) fn listing_orders(orders: Vec<OrderId>) -> Self {
        Self::new(orders, Vec::new(), None)
    }

    #[cfg(test)]
    pub(crate) fn at(machine: Timestamp, server: Option<Timestamp>) -> Self {
        let clocks = server.map(|server| Clocks { server, machine });
        Self { clocks, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_survives_being_stored() {
        let id = |id| OrderId::new(id).expect("an id");
        let request = |id| RequestId::new(id).expect("an id");
        let now = Timestamp::from_second(1_780_000_000).expect("a time");
        let clocks = Some(Clocks { server: now + SignedDuration::from_secs(9), machine: now });
        let full = Baseline::new(vec![id(3), id(1), id(3)], vec![request(7)], clocks);
        for baseline in [full, Baseline::at(now, Some(now)), Baseline::default()] {
            let stored = serde_json::to_string(&baseline).expect("JSON");
            assert_eq!(serde_json::from_str::<Baseline>(&stored).expect(&stored), baseline);
        }
        assert_eq!(serde_json::to_string(&Baseline::default()).expect("JSON"), "{}");
    }

    #[test]
    fn what_is_known_of_the_clocks() {
        let now = Timestamp::from_second(1_780_000_000).expect("a time");
        let hour = SignedDuration::from_hours(1);
        let baseline = Baseline::at(now, Some(now + hour));
        assert_eq!(baseline.server_time(), Some(now + hour));
        assert_eq!(baseline.clock_offset(), Some(hour));
        assert!(!baseline.is_empty() && Baseline::default().is_empty());
    }
}
