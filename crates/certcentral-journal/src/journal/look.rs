//! Looking for open attempts, all in one reading of the lists, and recording what was found.

use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;
use std::sync::Arc;

use certcentral::model::{Holder, OrderId, ProductOrder, RequestId};
use certcentral::transport::{FindReport, OrderSearch, OtherOrders, Verdict};
use jiff::{SignedDuration, Timestamp};

use crate::clock::BootClock;
use crate::error::JournalError;
use crate::journal::{Inner, Journal};
use crate::record::{DecidedBy, Entry, Record};
use crate::reference::Reference;
use crate::store::{Store, Wanted};
use crate::transition::{Obstacle, Transition, apply};

/// How open attempts are looked for.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LookOptions {
    not_orders: Vec<OrderId>,
    not_requests: Vec<RequestId>,
    records_nothing: bool,
}

impl LookOptions {
    /// Returns the options of [`look_up`](Journal::look_up).
    pub fn new() -> Self {
        Self::default()
    }

    /// Says of orders that they are not those of the attempts that are looked for: a person has looked
    /// at them. It is kept.
    pub fn not_orders(mut self, ids: impl IntoIterator<Item = OrderId>) -> Self {
        self.not_orders.extend(ids);
        self
    }

    /// The same of requests.
    pub fn not_requests(mut self, ids: impl IntoIterator<Item = RequestId>) -> Self {
        self.not_requests.extend(ids);
        self
    }

    /// Records nothing of what is found.
    pub fn dry_run(mut self) -> Self {
        self.records_nothing = true;
        self
    }
}

/// What a look said of one open attempt.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Looked {
    /// Which of the orders that were asked for it is an attempt of; `None` of a look without orders.
    pub order: Option<usize>,
    /// The attempt as it is recorded now.
    pub entry: Entry,
    /// What the lists say. [`Verdict::Found`] and [`Verdict::NotFound`] are recorded.
    pub report: FindReport,
    /// From when on a look may say that the order does not exist, by the store's clock.
    pub look_from: Timestamp,
    /// Why the verdict was not recorded, if it was not: the order is another attempt's, or the attempt
    /// was settled meanwhile.
    pub obstacle: Option<Obstacle>,
}

/// An open attempt, and the order that it is of.
struct Target<'a> {
    order: Option<usize>,
    holder: Holder<'a>,
    record: Record,
}

impl<S: Store> Journal<S> {
    /// Looks for the open attempts with these references, all in one reading of CertCentral's lists, and
    /// records what it found: an order that was found is placed, one that is proven not to be there is
    /// absent. References without an open attempt are left out.
    ///
    /// # Errors
    ///
    /// [`JournalError::Lookup`] if neither list can be read. Nothing is recorded then.
    pub async fn look_up<P: ProductOrder>(
        &self,
        orders: &[(Reference, &P)],
        options: &LookOptions,
    ) -> Result<Vec<Looked>, JournalError> {
        let mut targets = Vec::new();
        for (index, (reference, order)) in orders.iter().enumerate() {
            let latest = self.latest(reference).await?;
            if let Some(record) = latest.filter(|record| record.entry.state.is_open()) {
                targets.push(Target { order: Some(index), holder: order.holder(), record });
            }
        }
        self.look(targets, options).await
    }

    /// Looks for all open attempts that may be for the persons of these orders.
    ///
    /// # Errors
    ///
    /// As [`look_up`](Self::look_up).
    pub async fn look_up_persons<P: ProductOrder>(
        &self,
        orders: &[&P],
        options: &LookOptions,
    ) -> Result<Vec<Looked>, JournalError> {
        let Inner { store, server, .. } = &*self.inner;
        let mut targets: Vec<Target<'_>> = Vec::new();
        let open = self.all(&Wanted::Open { server }).await?;
        for (index, order) in orders.iter().enumerate() {
            let person = store.salt().person(order.holder());
            for record in &open {
                let is_for = record.person.as_ref().is_some_and(|it| it.may_be(&person));
                let is_new =
                    || targets.iter().all(|it| it.record.entry.attempt != record.entry.attempt);
                if is_for && is_new() {
                    let holder = order.holder();
                    targets.push(Target { order: Some(index), holder, record: record.clone() });
                }
            }
        }
        self.look(targets, options).await
    }

    /// Looks for all that is open at this server, by times and by what was listed before: no name is
    /// known, so an order is found only by an id that an answer gave.
    ///
    /// # Errors
    ///
    /// As [`look_up`](Self::look_up).
    pub async fn look_up_open(&self, options: &LookOptions) -> Result<Vec<Looked>, JournalError> {
        let open = self.all(&Wanted::Open { server: &self.inner.server }).await?;
        let target = |record| Target { order: None, holder: Holder::default(), record };
        self.look(open.into_iter().map(target).collect(), options).await
    }

    /// Looks for attempts in one reading, and records what was found.
    async fn look(
        &self,
        mut targets: Vec<Target<'_>>,
        options: &LookOptions,
    ) -> Result<Vec<Looked>, JournalError> {
        if targets.is_empty() {
            return Ok(Vec::new());
        }
        self.rule_out(&mut targets, options).await?;
        let searches = self.searches(&targets).await?;
        let reports = self.client.find_orders(&searches).await.map_err(JournalError::Lookup)?;
        let mut looked = Vec::with_capacity(targets.len());
        for (Target { order, record, .. }, report) in targets.into_iter().zip(reports) {
            let attempt = record.entry.attempt;
            let (record, obstacle) = if options.records_nothing {
                (record, None)
            } else {
                let transition = match report.verdict {
                    Verdict::Found(id) => Transition::Found(id),
                    Verdict::NotFound => Transition::NotFound,
                    other => Transition::Looked { verdict: other.as_str().to_owned() },
                };
                let transited = self.inner.store.transit(attempt, &transition).await?;
                (transited.record, transited.obstacle)
            };
            let look_from = self.look_from(&record.entry);
            looked.push(Looked { order, entry: record.entry, report, look_from, obstacle });
        }
        Ok(looked)
    }

    /// Keeps what a person ruled out.
    async fn rule_out(
        &self,
        targets: &mut [Target<'_>],
        options: &LookOptions,
    ) -> Result<(), JournalError> {
        let LookOptions { not_orders: orders, not_requests: requests, records_nothing } = options;
        if orders.is_empty() && requests.is_empty() {
            return Ok(());
        }
        let ruled_out = Transition::RuledOut { orders: orders.clone(), requests: requests.clone() };
        for target in targets {
            target.record = if *records_nothing {
                apply(target.record.clone(), &ruled_out, None, Timestamp::now()).record
            } else {
                self.inner.store.transit(target.record.entry.attempt, &ruled_out).await?.record
            };
        }
        Ok(())
    }

    /// What is known of each attempt, for a search: the one place that turns a record into one.
    async fn searches(&self, targets: &[Target<'_>]) -> Result<Vec<OrderSearch>, JournalError> {
        let Inner { store, key, .. } = &*self.inner;
        // The search goes by this machine's clock, the records by the store's.
        let (store_now, machine_now) = (store.now().await?, Timestamp::now());
        let ahead = machine_now.duration_since(store_now);
        let boot_now = BootClock::now();
        let others = self.orders_of_others().await?;
        let is_other_key = targets.iter().any(|target| target.record.key != *key);
        let account = if is_other_key { self.account().await } else { None };
        let mut looks = HashMap::new();
        let mut searches = Vec::with_capacity(targets.len());
        for Target { holder, record, .. } in targets {
            let entry = &record.entry;
            let by_machine = |time: Timestamp| time.saturating_add(ahead).unwrap_or(time);
            let holder = record
                .person
                .as_ref()
                .map_or_else(Holder::default, |person| person.as_sent(&store.salt(), *holder));
            let mut search = OrderSearch::for_holder(
                &entry.product,
                holder,
                by_machine(entry.sent_at),
                by_machine(entry.given_up_at()),
            )
            .settle(self.settle)
            .others(Arc::clone(&others))
            .exclude_orders(record.not_orders.iter().copied())
            .exclude_requests(record.not_requests.iter().copied());
            if let Some(offset) = record.clock_offset_ms {
                let offset = SignedDuration::from_millis(offset);
                search = search.clock_offset(offset.saturating_sub(ahead));
            }
            let given_up = record.given_up_boot.as_ref().zip(boot_now.as_ref());
            if let Some(elapsed) = given_up.and_then(|(then, now)| now.since(then)) {
                search = search.elapsed_since_given_up(elapsed);
            }
            if let Some(id) = entry.hinted_order_id {
                search = search.order_id(id);
            }
            if entry.has_evidence {
                search = search.with_evidence();
            }
            if entry.is_in_flight_at(store_now) {
                search = search.may_still_be_sent();
            }
            if record.key != *key && (account.is_none() || account != record.account) {
                search = search.other_account();
            }
            if let Some(number) = record.look {
                let look = match looks.entry(number) {
                    MapEntry::Occupied(known) => known.into_mut(),
                    MapEntry::Vacant(new) => new.insert(store.look(number).await?),
                };
                search = search.baseline(look.clone());
            }
            searches.push(search);
        }
        Ok(searches)
    }

    /// The orders that the journal knows as those of attempts at this server.
    async fn orders_of_others(&self) -> Result<Arc<OtherOrders>, JournalError> {
        let mut others = OtherOrders::default();
        for record in self.all(&Wanted::Placed { server: &self.inner.server }).await? {
            let Some(id) = record.entry.order_id else { continue };
            match record.entry.decided_by {
                Some(DecidedBy::Look) => others.by_look.insert(id),
                _ => others.by_answer.insert(id),
            };
        }
        Ok(Arc::new(others))
    }
}
