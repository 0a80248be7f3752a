//! What is written in the books: orders and their requests, and the HTTP requests that came in.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use certcentral_model::{CertificateId, InvalidId, OrderId, OrderStatus, RequestId, RequestStatus};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::order::{Certificate, NewOrder, OrderRequest, PlacedOrder, Purpose};
use super::received::ReceivedRequest;
use crate::fault::FaultKind;
use crate::settings::Approval;

/// Ids begin where they cannot be taken for small numbers, each kind somewhere else.
pub(super) const FIRST_ORDER_ID: u64 = 112_000_001;
const FIRST_REQUEST_ID: u64 = 34_000_001;
pub(super) const FIRST_CERTIFICATE_ID: u64 = 56_000_001;
pub(super) const FIRST_NOTE_ID: u64 = 7_000_001;

#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) records: Records,
    pub(super) received: VecDeque<ReceivedRequest>,
    pub(super) request_count: u64,
    pub(super) post_count: u64,
    pub(super) fault_counts: BTreeMap<FaultKind, u64>,
    /// How many ids of each kind were given out, so that no id is given out twice.
    pub(super) orders_numbered: u64,
    pub(super) requests_numbered: u64,
    pub(super) notes_numbered: u64,
    /// The day on which expiry was last checked.
    pub(super) today: Option<Date>,
}

/// What a change affects. It is restored if the change only seems to happen.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    /// Sorted by id, since ids grow.
    pub(super) orders: VecDeque<Arc<PlacedOrder>>,
    /// The order of each request, sorted by the id of the request.
    pub(super) requests: VecDeque<(RequestId, OrderId)>,
    /// When which order is issued automatically.
    pub(super) issue_at: VecDeque<(Timestamp, OrderId)>,
    pub(super) order_count: u64,
}

impl Records {
    pub(super) fn order(&self, id: OrderId) -> Option<&Arc<PlacedOrder>> {
        self.orders.get(self.index(id)?)
    }

    pub(super) fn order_mut(&mut self, id: OrderId) -> Option<&mut PlacedOrder> {
        let index = self.index(id)?;
        self.orders.get_mut(index).map(Arc::make_mut)
    }

    fn index(&self, id: OrderId) -> Option<usize> {
        self.orders.binary_search_by_key(&id, |order| order.id).ok()
    }

    pub(super) fn order_of_request(&self, id: RequestId) -> Option<&Arc<PlacedOrder>> {
        let index = self.requests.binary_search_by_key(&id, |(request, _)| *request).ok()?;
        self.order(self.requests.get(index)?.1)
    }

    pub(super) fn add(&mut self, order: Arc<PlacedOrder>, capacity: usize) {
        if self.orders.len() == capacity {
            self.orders.pop_front();
            let first = self.orders.front().map_or(order.id, |first| first.id);
            while self.requests.front().is_some_and(|(_, order)| *order < first) {
                self.requests.pop_front();
            }
        }
        self.requests.extend(order.requests.iter().map(|request| (request.id, order.id)));
        self.orders.push_back(order);
    }
}

impl Entries {
    pub(super) fn request(&self, number: u64) -> Option<&ReceivedRequest> {
        self.received.get(self.received_index(number)?)
    }

    fn received_index(&self, number: u64) -> Option<usize> {
        let first = self.received.front()?.number;
        usize::try_from(number.checked_sub(first)?).ok()
    }

    pub(super) fn note(&mut self, number: u64, note: impl FnOnce(&mut ReceivedRequest)) {
        if let Some(index) = self.received_index(number)
            && let Some(request) = self.received.get_mut(index)
        {
            note(request);
        }
    }

    pub(super) fn make(
        &mut self,
        order: NewOrder,
        now: Timestamp,
        approval: Approval,
    ) -> Result<PlacedOrder, InvalidId> {
        let number = self.orders_numbered;
        self.orders_numbered += 1;
        let (status, request, has_certificate) = match approval.of(number) {
            Approval::Submitted => {
                (OrderStatus::NeedsApproval, Some(RequestStatus::Submitted), false)
            }
            Approval::Approved => (OrderStatus::Processing, Some(RequestStatus::Approved), true),
            Approval::WithoutRequest => (OrderStatus::Processing, None, true),
            Approval::Pending | Approval::InTurn => {
                (OrderStatus::Pending, Some(RequestStatus::Pending), false)
            }
        };
        let id = OrderId::new(FIRST_ORDER_ID + number)?;
        let certificate = Certificate { id: certificate_of(id)?, issued: None, is_revoked: false };
        let request = match request {
            Some(status) => Some(self.make_request(Purpose::NewOrder, status, None, now)?),
            None => None,
        };
        Ok(PlacedOrder {
            id,
            status,
            status_changed_at: now,
            certificate: has_certificate.then_some(certificate),
            requests: request.into_iter().collect(),
            notes: Vec::new(),
            placed_at: now,
            ordered: order,
        })
    }

    pub(super) fn make_request(
        &mut self,
        purpose: Purpose,
        status: RequestStatus,
        comments: Option<String>,
        now: Timestamp,
    ) -> Result<OrderRequest, InvalidId> {
        let id = RequestId::new(FIRST_REQUEST_ID + self.requests_numbered)?;
        self.requests_numbered += 1;
        let processed_at = (status == RequestStatus::Approved).then_some(now);
        Ok(OrderRequest {
            id,
            purpose,
            status,
            made_at: now,
            processed_at,
            comments,
            processor_comment: None,
        })
    }

    /// Schedules the automatic issue of an order, unless it waits for an administrator.
    pub(super) fn plan_issue(
        &mut self,
        id: OrderId,
        after: Option<SignedDuration>,
        now: Timestamp,
    ) {
        if let Some(time) = after.and_then(|after| now.checked_add(after).ok())
            && self.records.order(id).is_some_and(|it| it.status != OrderStatus::NeedsApproval)
        {
            self.records.issue_at.push_back((time, id));
        }
    }
}

/// Certificates are numbered like their orders, so an id tells the order.
pub(super) fn certificate_of(order: OrderId) -> Result<CertificateId, InvalidId> {
    CertificateId::new(FIRST_CERTIFICATE_ID + order.get().saturating_sub(FIRST_ORDER_ID))
}
