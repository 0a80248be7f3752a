//! The journal: one memory of what was ordered.

pub(crate) mod look;
pub(crate) mod place;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use certcentral::Client;
use certcentral::model::{OrderId, OrderInfo, ProductOrder};
use certcentral::transport::OrderQuery;
use jiff::Timestamp;
use tokio::sync::OnceCell;

use crate::digest::Print;
use crate::error::{JournalError, Refused};
use crate::record::{AttemptNumber, Entry, Record};
use crate::reference::Reference;
use crate::store::{Store, Wanted};
use crate::transition::{Obstacle, Transition};

/// How long an order is sent at most, waits for a slot and retries included.
const SEND_WITHIN: Duration = Duration::from_secs(120);

/// How long after an attempt is over its order may still appear.
const SETTLE: Duration = Duration::from_secs(15 * 60);

/// Attempts that are read at a time.
const AT_A_TIME: usize = 500;

/// One memory of what was ordered, for all processes that share its [`Store`]. Clones share it, too.
///
/// A journal belongs to a client: it sees the attempts at the client's server. Attempts at other
/// servers may be in the same store, and are never evidence for this one.
///
/// It must be used within a tokio runtime.
pub struct Journal<S> {
    inner: Arc<Inner<S>>,
    client: Client,
    send_within: Duration,
    settle: Duration,
}

struct Inner<S> {
    store: S,
    server: String,
    key: Print,
    /// The digest of the account of the key, once it is known.
    account: OnceCell<Print>,
}

impl<S: Store> Journal<S> {
    /// Opens the journal in a store for the orders of a client.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`] if the store does not answer.
    pub async fn open(store: S, client: Client) -> Result<Self, JournalError> {
        store.now().await?;
        let server = client.base_url().to_string();
        let key = store.salt().print("key", client.api_key().expose());
        let inner = Inner { store, server, key, account: OnceCell::new() };
        Ok(Self { inner: Arc::new(inner), client, send_within: SEND_WITHIN, settle: SETTLE })
    }

    /// Sets for how long an order may be sent from its claim on, retries included: 2 minutes by default.
    /// No byte of it leaves later, however long the process was paused.
    #[must_use]
    pub fn send_within(self, time: Duration) -> Self {
        Self { send_within: time, ..self }
    }

    /// Sets how long after an attempt is over its order may still appear in the lists: 15 minutes by
    /// default. A look does not say `not_found` before that.
    ///
    /// The promise rests on it: *arrival at the server − the last look at the deadline < the limit of
    /// one attempt + this time*. A shorter one is for tests.
    #[must_use]
    pub fn settle(self, time: Duration) -> Self {
        Self { settle: time, ..self }
    }

    /// Returns the store.
    #[must_use]
    pub fn store(&self) -> &S {
        &self.inner.store
    }

    /// Returns the client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns a clone of this journal that sends through a variant of its client: with a stop switch or an
    /// observer of its own. Server and key must be the same.
    #[must_use]
    pub fn with_client(&self, client: Client) -> Self {
        Self { client, ..self.clone() }
    }

    /// Returns the latest attempt with a reference at this server.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    pub async fn entry(&self, reference: &Reference) -> Result<Option<Entry>, JournalError> {
        Ok(self.latest(reference).await?.map(|record| record.entry))
    }

    /// Returns the attempts at this server whose orders may exist: for a resolver, a dashboard, an
    /// alarm.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    pub async fn open_entries(&self) -> Result<Vec<Entry>, JournalError> {
        let records = self.all(&Wanted::Open { server: &self.inner.server }).await?;
        Ok(records.into_iter().map(|record| record.entry).collect())
    }

    /// Returns the attempts at this server that may be for the person of an order, whatever their state.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    pub async fn of_person<P: ProductOrder>(&self, order: &P) -> Result<Vec<Entry>, JournalError> {
        let person = self.inner.store.salt().person(order.holder());
        let wanted = Wanted::Person { server: &self.inner.server, person: &person };
        let records = self.all(&wanted).await?;
        Ok(records.into_iter().map(|record| record.entry).collect())
    }

    /// Settles an open attempt by the order that a person names as its order.
    ///
    /// # Errors
    ///
    /// [`JournalError::NoSuchReference`], or [`JournalError::Refused`] if the order is that of another
    /// attempt or the attempt is settled.
    pub async fn accept(&self, reference: &Reference, id: OrderId) -> Result<Entry, JournalError> {
        let record = self.latest(reference).await?.ok_or(JournalError::NoSuchReference)?;
        self.decide(record.entry.attempt, &Transition::Accepted(id)).await
    }

    /// Settles an open attempt as absent, because a person has looked and decided so. It is refused
    /// before the attempt is over and has settled.
    ///
    /// # Errors
    ///
    /// [`JournalError::NoSuchReference`], or [`JournalError::Refused`].
    pub async fn release(&self, reference: &Reference) -> Result<Entry, JournalError> {
        let record = self.latest(reference).await?.ok_or(JournalError::NoSuchReference)?;
        self.release_attempt(&record.entry).await
    }

    /// As [`accept`](Self::accept), for an attempt without a reference.
    ///
    /// # Errors
    ///
    /// [`JournalError::Refused`].
    pub async fn accept_attempt(
        &self,
        attempt: AttemptNumber,
        id: OrderId,
    ) -> Result<Entry, JournalError> {
        self.decide(attempt, &Transition::Accepted(id)).await
    }

    /// As [`release`](Self::release), for an attempt without a reference.
    ///
    /// # Errors
    ///
    /// [`JournalError::Refused`].
    pub async fn release_attempt(&self, entry: &Entry) -> Result<Entry, JournalError> {
        let now = self.inner.store.now().await?;
        if entry.is_in_flight_at(now) {
            return Err(JournalError::Refused(Refused::InFlight));
        }
        if now < self.look_from(entry) {
            return Err(JournalError::Refused(Refused::TooEarly));
        }
        self.decide(entry.attempt, &Transition::Released).await
    }

    /// Empties the digests of all attempts with a reference, and returns how many attempts there were.
    /// The reference, the states and the ids stay.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    pub async fn forget(&self, reference: &Reference) -> Result<u64, JournalError> {
        Ok(self.inner.store.forget(&self.inner.server, reference.as_str()).await?)
    }

    /// Returns the orders of a product that CertCentral lists since a time and that this journal does not
    /// know: after a restore or a failover, before the workers start again.
    ///
    /// # Errors
    ///
    /// [`JournalError::Lookup`] if the list cannot be read whole.
    pub async fn strangers<P: ProductOrder>(
        &self,
        since: Timestamp,
    ) -> Result<Vec<OrderInfo>, JournalError> {
        let (client, server) = (&self.client, &self.inner.server);
        let known = self.all(&Wanted::Placed { server }).await?;
        let known: std::collections::BTreeSet<_> =
            known.iter().filter_map(|record| record.entry.order_id).collect();
        let mut strangers = Vec::new();
        let mut list = client.list_orders(OrderQuery::new().page_size(AT_A_TIME as u32));
        while let Some(order) = list.next().await {
            let order = order.map_err(JournalError::Lookup)?;
            let product = order.product.as_ref().and_then(|product| product.name_id.as_deref());
            let is_of_product = product.is_none_or(|name| name == P::PRODUCT_NAME_ID);
            // A row without a date that can be read is kept.
            let created = order.date_created.as_deref().and_then(|date| date.parse().ok());
            let is_since = created.is_none_or(|created: Timestamp| created >= since);
            if is_of_product && is_since && !known.contains(&order.id) {
                strangers.push(order);
            }
        }
        if list.is_whole() { Ok(strangers) } else { Err(JournalError::ListNotWhole) }
    }

    /// When a look may say that an attempt's order does not exist.
    fn look_from(&self, entry: &Entry) -> Timestamp {
        entry.given_up_at().saturating_add(self.settle).unwrap_or(Timestamp::MAX)
    }

    async fn decide(
        &self,
        attempt: AttemptNumber,
        transition: &Transition,
    ) -> Result<Entry, JournalError> {
        let transited = self.inner.store.transit(attempt, transition).await?;
        match transited.obstacle {
            None => Ok(transited.record.entry),
            Some(Obstacle::OwnedBy(_)) => Err(JournalError::Refused(Refused::OwnedByAnother)),
            Some(Obstacle::State(state)) if state.is_open() => {
                Err(JournalError::Refused(Refused::InFlight))
            }
            Some(Obstacle::State(_)) => Err(JournalError::Refused(Refused::Settled)),
        }
    }

    async fn latest(&self, reference: &Reference) -> Result<Option<Record>, JournalError> {
        let wanted =
            Wanted::Reference { server: &self.inner.server, reference: reference.as_str() };
        Ok(self.all(&wanted).await?.pop())
    }

    async fn all(&self, wanted: &Wanted<'_>) -> Result<Vec<Record>, JournalError> {
        let mut all: Vec<Record> = Vec::new();
        loop {
            let after = all.last().map(|record| record.entry.attempt);
            let records = self.inner.store.records(wanted, after, AT_A_TIME).await?;
            let is_last = records.len() < AT_A_TIME;
            all.extend(records);
            if is_last {
                return Ok(all);
            }
        }
    }
}

impl<S> Clone for Journal<S> {
    fn clone(&self) -> Self {
        let Self { inner, client, send_within, settle } = self;
        let (inner, client) = (Arc::clone(inner), client.clone());
        Self { inner, client, send_within: *send_within, settle: *settle }
    }
}

impl<S> fmt::Debug for Journal<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { inner, client: _, send_within, settle } = self;
        f.debug_struct("Journal")
            .field("server", &inner.server)
            .field("send_within", send_within)
            .field("settle", settle)
            .finish_non_exhaustive()
    }
}
