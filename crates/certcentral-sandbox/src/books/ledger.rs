//! Where the books are written, under one lock that is held for moments.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use certcentral_model::{
    CertificateId, IndividualInfo, InvalidId, OrderId, OrderStatus, PaymentMethod, PlacedRequest,
    RequestId, RequestStatus,
};
use jiff::Timestamp;
use tokio::sync::Notify;

use super::order::{InjectedFault, PlacedOrder, ReceivedRequest};
use crate::fault::FaultKind;
use crate::settings::Approval;

/// Ids begin where they cannot be taken for small numbers, each kind somewhere else.
const FIRST_ORDER_ID: u64 = 112_000_001;
const FIRST_REQUEST_ID: u64 = 34_000_001;
const FIRST_CERTIFICATE_ID: u64 = 56_000_001;

#[derive(Debug)]
pub(crate) struct Ledger {
    capacity: usize,
    entries: Mutex<Entries>,
    changed: Notify,
}

#[derive(Debug, Default)]
pub(crate) struct Entries {
    pub(super) orders: VecDeque<Arc<PlacedOrder>>,
    pub(super) requests: VecDeque<ReceivedRequest>,
    pub(super) order_count: u64,
    pub(super) request_count: u64,
    pub(super) post_count: u64,
    pub(super) fault_counts: BTreeMap<FaultKind, u64>,
    /// How many answers to orders were made up, placed or not: ids never come twice.
    answered: u64,
}

/// An order that is in order, before it has ids.
pub(crate) struct NewOrder {
    pub(crate) product_name_id: &'static str,
    pub(crate) product_name: &'static str,
    pub(crate) individual: IndividualInfo,
    pub(crate) common_name: Option<String>,
    pub(crate) payment_method: PaymentMethod,
    pub(crate) json: String,
    pub(crate) request_number: u64,
}

/// A page of a list, and how long the list is.
pub(crate) struct Listed<T> {
    pub(crate) total: usize,
    pub(crate) entries: Vec<T>,
}

impl Entries {
    pub(super) fn order(&self, id: OrderId) -> Option<&Arc<PlacedOrder>> {
        // Ids grow, so the orders are sorted by them.
        let index = self.orders.binary_search_by_key(&id, |order| order.id).ok()?;
        self.orders.get(index)
    }

    pub(super) fn request(&self, number: u64) -> Option<&ReceivedRequest> {
        self.requests.get(self.request_index(number)?)
    }

    fn request_index(&self, number: u64) -> Option<usize> {
        let first = self.requests.front()?.number;
        usize::try_from(number.checked_sub(first)?).ok()
    }
}

impl Ledger {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: Mutex::default(), changed: Notify::new() }
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&Entries) -> T) -> T {
        read(&self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, write: impl FnOnce(&mut Entries) -> T) -> T {
        let written = write(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_waiters();
        written
    }

    /// Waits until the entries are so.
    pub(super) async fn wait_until(&self, reached: impl Fn(&Entries) -> bool) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Enabled before the look, so that no change between the two is missed.
            changed.as_mut().enable();
            if self.read(&reached) {
                return;
            }
            changed.await;
        }
    }

    /// Enters a request, and gives it its number.
    pub(crate) fn receive(&self, mut request: ReceivedRequest) -> u64 {
        self.write(|entries| {
            entries.request_count += 1;
            request.number = entries.request_count;
            let number = request.number;
            if entries.requests.len() == self.capacity {
                entries.requests.pop_front();
            }
            entries.requests.push_back(request);
            number
        })
    }

    /// Counts a POST whose body was read to its end.
    pub(crate) fn read_whole_post(&self) {
        self.write(|entries| entries.post_count += 1);
    }

    pub(crate) fn note_individual(&self, number: u64, individual: IndividualInfo) {
        self.note(number, |request| request.individual = Some(individual));
    }

    pub(crate) fn note_status(&self, number: u64, status: u16) {
        self.note(number, |request| request.status = Some(status));
    }

    pub(crate) fn note_fault(&self, number: u64, fault: InjectedFault) {
        self.write(|entries| *entries.fault_counts.entry(fault.kind).or_default() += 1);
        self.note(number, |request| request.fault = Some(fault));
    }

    /// Places an order: from here on it exists.
    pub(crate) fn place(
        &self,
        order: NewOrder,
        now: Timestamp,
        approval: Approval,
    ) -> Result<Arc<PlacedOrder>, InvalidId> {
        self.write(|entries| {
            let order = Arc::new(entries.make(order, now, approval)?);
            entries.order_count += 1;
            if entries.orders.len() == self.capacity {
                entries.orders.pop_front();
            }
            entries.orders.push_back(Arc::clone(&order));
            if let Some(index) = entries.request_index(order.request_number)
                && let Some(request) = entries.requests.get_mut(index)
            {
                request.order = Some(order.id);
            }
            Ok(order)
        })
    }

    /// Answers as if an order were placed, but places none. Its ids will never be any order's.
    pub(crate) fn pretend(
        &self,
        order: NewOrder,
        now: Timestamp,
        approval: Approval,
    ) -> Result<Arc<PlacedOrder>, InvalidId> {
        self.write(|entries| entries.make(order, now, approval).map(Arc::new))
    }

    /// Has an order stand otherwise. `false`: there is no such order.
    pub(crate) fn set_status(&self, id: OrderId, status: OrderStatus) -> bool {
        self.write(|entries| {
            let Ok(index) = entries.orders.binary_search_by_key(&id, |order| order.id) else {
                return false;
            };
            let Some(order) = entries.orders.get_mut(index) else { return false };
            Arc::make_mut(order).status = status;
            true
        })
    }

    pub(crate) fn order(&self, id: OrderId) -> Option<Arc<PlacedOrder>> {
        self.read(|entries| entries.order(id).cloned())
    }

    pub(crate) fn order_of_request(&self, id: RequestId) -> Option<Arc<PlacedOrder>> {
        self.read(|entries| {
            entries.orders.iter().find(|order| order.request_id() == Some(id)).cloned()
        })
    }

    /// The orders that are wanted, oldest first or newest first by the time of placing, and of
    /// these the part that is asked for.
    pub(crate) fn list(
        &self,
        wanted: impl Fn(&PlacedOrder) -> bool,
        sorting: Sorting,
        offset: usize,
        limit: usize,
    ) -> Listed<Arc<PlacedOrder>> {
        self.read(|entries| {
            let mut matching: Vec<&Arc<PlacedOrder>> =
                entries.orders.iter().filter(|order| wanted(order)).collect();
            // A clock that was set back mixes the times up. Sorting what is sorted is cheap.
            if sorting.by == SortBy::Time {
                matching.sort_by_key(|order| order.placed_at.as_second());
            }
            if sorting.newest_first {
                matching.reverse();
            }
            let total = matching.len();
            let entries = matching.into_iter().skip(offset).take(limit).cloned().collect();
            Listed { total, entries }
        })
    }

    fn note(&self, number: u64, note: impl FnOnce(&mut ReceivedRequest)) {
        self.write(|entries| {
            if let Some(index) = entries.request_index(number)
                && let Some(request) = entries.requests.get_mut(index)
            {
                note(request);
            }
        });
    }
}

/// How a list is sorted.
#[derive(Clone, Copy)]
pub(crate) struct Sorting {
    pub(crate) by: SortBy,
    pub(crate) newest_first: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SortBy {
    Time,
    Id,
}

impl Entries {
    fn make(
        &mut self,
        order: NewOrder,
        now: Timestamp,
        approval: Approval,
    ) -> Result<PlacedOrder, InvalidId> {
        let number = self.answered;
        self.answered += 1;
        let approval = approval.of(number);
        let request = |status| -> Result<Option<PlacedRequest>, InvalidId> {
            Ok(Some(PlacedRequest::new(RequestId::new(FIRST_REQUEST_ID + number)?, status)))
        };
        let certificate = || CertificateId::new(FIRST_CERTIFICATE_ID + number).map(Some);
        let (status, request, certificate_id) = match approval {
            Approval::Pending | Approval::InTurn => {
                (OrderStatus::Pending, request(RequestStatus::Pending)?, None)
            }
            Approval::Submitted => {
                (OrderStatus::NeedsApproval, request(RequestStatus::Submitted)?, None)
            }
            Approval::Approved => {
                (OrderStatus::Processing, request(RequestStatus::Approved)?, certificate()?)
            }
            Approval::WithoutRequest => (OrderStatus::Processing, None, certificate()?),
        };
        let NewOrder {
            product_name_id,
            product_name,
            individual,
            common_name,
            payment_method,
            json,
            request_number,
        } = order;
        Ok(PlacedOrder {
            id: OrderId::new(FIRST_ORDER_ID + number)?,
            certificate_id,
            request,
            status,
            product_name_id,
            product_name,
            individual,
            common_name,
            payment_method,
            placed_at: now,
            approval,
            json,
            request_number,
        })
    }
}
