//! Where the books are written, under one lock that is held for moments.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use certcentral_model::{
    CertificateId, IndividualInfo, InvalidId, OrderId, OrderStatus, RequestId, RequestStatus,
};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::entries::{
    Entries, FIRST_CERTIFICATE_ID, FIRST_NOTE_ID, FIRST_ORDER_ID, certificate_of,
};
use super::life::{Decision, Refused, day};
use super::order::{NewOrder, Note, OrderRequest, PlacedOrder, Purpose};
use super::received::{InjectedFault, ReceivedRequest};
use crate::fault::Placing;
use crate::settings::Approval;

#[derive(Debug)]
pub(crate) struct Ledger {
    capacity: usize,
    issue_after: Option<SignedDuration>,
    entries: Mutex<Entries>,
    changed: Notify,
}

/// A page of a list, and how long the list is.
pub(crate) struct Listed<T> {
    pub(crate) total: usize,
    pub(crate) entries: Vec<T>,
}

impl Ledger {
    pub(crate) fn new(capacity: usize, issue_after: Option<SignedDuration>) -> Self {
        Self { capacity, issue_after, entries: Mutex::default(), changed: Notify::new() }
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&Entries) -> T) -> T {
        read(&self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, write: impl FnOnce(&mut Entries) -> T) -> T {
        let written = write(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_waiters();
        written
    }

    /// Makes a change, or undoes it at once so that it only seems to have happened. Ids are never
    /// given out twice.
    fn change<T>(&self, placing: Placing, change: impl FnOnce(&mut Entries) -> T) -> T {
        self.write(|entries| {
            let before = (placing == Placing::Unplaced).then(|| entries.records.clone());
            let changed = change(entries);
            if let Some(before) = before {
                entries.records = before;
            }
            changed
        })
    }

    /// Waits until the entries fulfil a condition.
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

    /// Enters an HTTP request, and gives it its number.
    pub(crate) fn receive(&self, mut request: ReceivedRequest) -> u64 {
        self.write(|entries| {
            entries.request_count += 1;
            request.number = entries.request_count;
            let number = request.number;
            if entries.received.len() == self.capacity {
                entries.received.pop_front();
            }
            entries.received.push_back(request);
            number
        })
    }

    /// Counts a POST of an order whose body was read to its end.
    pub(crate) fn read_whole_post(&self) {
        self.write(|entries| entries.post_count += 1);
    }

    pub(crate) fn note_individual(&self, number: u64, individual: IndividualInfo) {
        self.write(|entries| entries.note(number, |it| it.individual = Some(individual)));
    }

    pub(crate) fn note_status(&self, number: u64, status: u16) {
        self.write(|entries| entries.note(number, |it| it.status = Some(status)));
    }

    pub(crate) fn note_fault(&self, number: u64, fault: InjectedFault) {
        self.write(|entries| {
            *entries.fault_counts.entry(fault.kind).or_default() += 1;
            entries.note(number, |it| it.fault = Some(fault));
        });
    }

    /// Applies the time that has passed: issues the orders that are due, and marks expired ones.
    pub(crate) fn pass_time(&self, now: Timestamp) {
        let today = day(now);
        let is_due = |entries: &Entries| {
            let issues = entries.records.issue_at.front().is_some_and(|(time, _)| *time <= now);
            issues || entries.today != Some(today)
        };
        if !self.read(is_due) {
            return;
        }
        self.write(|entries| {
            let records = &mut entries.records;
            while let Some(&(time, id)) = records.issue_at.front().filter(|(time, _)| *time <= now)
            {
                records.issue_at.pop_front();
                if let Ok(certificate) = certificate_of(id)
                    && let Some(order) = records.order_mut(id)
                    && matches!(order.status, OrderStatus::Pending | OrderStatus::Processing)
                {
                    order.issue(certificate, time);
                }
            }
            if entries.today.replace(today) != Some(today) {
                for order in &mut records.orders {
                    if let Some(end) = order.end_of_validity(now) {
                        Arc::make_mut(order).set_status(OrderStatus::Expired, end);
                    }
                }
            }
        });
    }

    /// Places an order, or only answers as if it were placed.
    pub(crate) fn place(
        &self,
        order: NewOrder,
        now: Timestamp,
        approval: Approval,
        placing: Placing,
    ) -> Result<Arc<PlacedOrder>, InvalidId> {
        let order = self.change(placing, |entries| {
            let order = Arc::new(entries.make(order, now, approval)?);
            entries.records.add(Arc::clone(&order), self.capacity);
            entries.records.order_count += 1;
            entries.plan_issue(order.id, self.issue_after, now);
            Ok(order)
        })?;
        if placing == Placing::Placed {
            self.write(|entries| {
                entries.note(order.request_number(), |request| request.order = Some(order.id));
            });
        }
        Ok(order)
    }

    /// Adds orders from before the start.
    pub(super) fn enter(
        &self,
        orders: impl IntoIterator<Item = (NewOrder, Timestamp, Approval)>,
        finish: impl Fn(&mut PlacedOrder, CertificateId, u64),
    ) -> Result<(), InvalidId> {
        self.write(|entries| {
            for (order, placed_at, approval) in orders {
                let number = entries.orders_numbered;
                let mut order = entries.make(order, placed_at, approval)?;
                let certificate = certificate_of(order.id)?;
                finish(&mut order, certificate, number);
                entries.records.add(Arc::new(order), self.capacity);
            }
            // Some may have expired already.
            entries.today = None;
            Ok(())
        })
    }

    /// Changes an order directly, as a test may. Returns `false` if there is no such order.
    pub(crate) fn alter(
        &self,
        id: OrderId,
        alter: impl FnOnce(&mut PlacedOrder, CertificateId),
    ) -> bool {
        self.write(|entries| match (entries.records.order_mut(id), certificate_of(id)) {
            (Some(order), Ok(certificate)) => {
                alter(order, certificate);
                true
            }
            _ => false,
        })
    }

    /// Approves or rejects a request.
    pub(crate) fn decide(
        &self,
        request: RequestId,
        decision: Decision,
        comment: Option<String>,
        now: Timestamp,
        placing: Placing,
    ) -> Result<(), Refused> {
        let missing = Refused("not_found|request", "there is no such request");
        self.change(placing, |entries| {
            let id = entries.records.order_of_request(request).ok_or(missing)?.id;
            let certificate = certificate_of(id).map_err(|_| missing)?;
            let order = entries.records.order_mut(id).ok_or(missing)?;
            order.decide(request, decision, comment, certificate, now)?;
            entries.plan_issue(id, self.issue_after, now);
            Ok(())
        })
    }

    /// Changes an order, or only answers as if it were changed.
    pub(crate) fn change_order(
        &self,
        id: OrderId,
        placing: Placing,
        change: impl FnOnce(&mut PlacedOrder) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        self.change(placing, |entries| change(entries.records.order_mut(id).ok_or(NO_ORDER)?))
    }

    /// Adds a request to revoke, which waits for approval.
    pub(crate) fn ask_to_revoke(
        &self,
        id: OrderId,
        purpose: Purpose,
        comments: Option<String>,
        now: Timestamp,
        placing: Placing,
    ) -> Result<OrderRequest, Refused> {
        self.change(placing, |entries| {
            entries.records.order(id).ok_or(NO_ORDER)?.check_revocable()?;
            let request = entries
                .make_request(purpose, RequestStatus::Pending, comments, now)
                .map_err(|_| NO_ORDER)?;
            entries.records.requests.push_back((request.id, id));
            entries.records.order_mut(id).ok_or(NO_ORDER)?.requests.push(request.clone());
            Ok(request)
        })
    }

    pub(crate) fn add_note(
        &self,
        id: OrderId,
        text: String,
        now: Timestamp,
        placing: Placing,
    ) -> Result<Note, Refused> {
        self.change(placing, |entries| {
            let number = entries.notes_numbered;
            let order = entries.records.order_mut(id).ok_or(NO_ORDER)?;
            let note = Note { id: FIRST_NOTE_ID + number, text, made_at: now };
            order.notes.push(note.clone());
            entries.notes_numbered += 1;
            Ok(note)
        })
    }

    pub(crate) fn order(&self, id: OrderId) -> Option<Arc<PlacedOrder>> {
        self.read(|entries| entries.records.order(id).cloned())
    }

    pub(crate) fn order_of_request(&self, id: RequestId) -> Option<Arc<PlacedOrder>> {
        self.read(|entries| entries.records.order_of_request(id).cloned())
    }

    /// Returns the order whose certificate has this id, if it has one by now.
    pub(crate) fn order_of_certificate(&self, id: CertificateId) -> Option<Arc<PlacedOrder>> {
        let number = id.get().checked_sub(FIRST_CERTIFICATE_ID)?;
        let order = self.order(OrderId::new(FIRST_ORDER_ID + number).ok()?)?;
        (order.certificate_id() == Some(id)).then_some(order)
    }

    /// Counts the orders that match.
    pub(crate) fn count(&self, wanted: impl Fn(&PlacedOrder) -> bool) -> usize {
        self.read(|entries| entries.records.orders.iter().filter(|order| wanted(order)).count())
    }

    /// Returns one page of the orders that match, sorted.
    pub(crate) fn list(
        &self,
        wanted: impl Fn(&PlacedOrder) -> bool,
        compare: impl Fn(&PlacedOrder, &PlacedOrder) -> Ordering,
        offset: usize,
        limit: usize,
    ) -> Listed<Arc<PlacedOrder>> {
        self.read(|entries| {
            let orders = entries.records.orders.iter().filter(|order| wanted(order)).cloned();
            Listed::page(orders.collect(), |one, other| compare(one, other), offset, limit)
        })
    }

    /// Returns one page of the requests that match, sorted, each with its order.
    pub(crate) fn list_requests(
        &self,
        wanted: impl Fn(&OrderRequest, &PlacedOrder) -> bool,
        compare: impl Fn(&OrderRequest, &OrderRequest) -> Ordering,
        offset: usize,
        limit: usize,
    ) -> Listed<(OrderRequest, Arc<PlacedOrder>)> {
        self.read(|entries| {
            let records = &entries.records;
            let matching = records.requests.iter().filter_map(|(request, order)| {
                let order = records.order(*order)?;
                let request = order.request(*request).filter(|request| wanted(request, order))?;
                Some((request.clone(), Arc::clone(order)))
            });
            let compare = |one: &(_, _), other: &(_, _)| compare(&one.0, &other.0);
            Listed::page(matching.collect(), compare, offset, limit)
        })
    }
}

impl<T> Listed<T> {
    fn page(
        mut matching: Vec<T>,
        compare: impl FnMut(&T, &T) -> Ordering,
        offset: usize,
        limit: usize,
    ) -> Self {
        matching.sort_by(compare);
        let total = matching.len();
        Self { total, entries: matching.into_iter().skip(offset).take(limit).collect() }
    }
}

const NO_ORDER: Refused = Refused("not_found|order", "there is no such order");
