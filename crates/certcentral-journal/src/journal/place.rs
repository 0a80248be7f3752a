//! Placing an order once: what the journal knows, what CertCentral lists, a slot, the claim, the
//! sending, and the record of how it ended.

use std::time::Duration;

use certcentral::model::{OrderId, ProductOrder};
use certcentral::transport::{Baseline, Deadline, HolderOrder, HolderOrders, LookBefore};
use certcentral::{LookupError, Outcome, Validated};
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::time::sleep;
use tracing::{Instrument as _, Span, error, warn};

use crate::claim::{Refusal, besides, decide};
use crate::clock::BootClock;
use crate::error::JournalError;
use crate::journal::{Inner, Journal};
use crate::placement::{
    ConflictingReference, ListedOrders, OrderInFlight, OrderNotPlaced, OrdersOfPerson, PlacedOrder,
    Placement, RejectedOrder, UnknownOrder,
};
use crate::record::{Allowed, LookNumber, NewAttempt, Record};
use crate::reference::Reference;
use crate::state::State;
use crate::store::{Store, Wanted};
use crate::transition::{Ended, Obstacle, Transited, Transition};

/// The waits between the tries to record how an order ended.
const RECORD_AGAIN: [Duration; 6] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// How an order is placed through a journal.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct PlaceOptions {
    reference: Option<Reference>,
    label: Option<String>,
    file: Option<String>,
    row: Option<u64>,
    allowed: Allowed,
    look_first: bool,
    listed: Option<(Option<LookNumber>, Baseline)>,
}

impl PlaceOptions {
    /// Returns the options of [`place_once`](Journal::place_once) but for the reference.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what the caller calls the order: unique per server among live attempts.
    pub fn reference(mut self, reference: Reference) -> Self {
        self.reference = Some(reference);
        self
    }

    /// Sets where the order comes from, for [`Entry`](crate::Entry): the name of the file, without its
    /// folder.
    pub fn file(mut self, name: impl Into<String>) -> Self {
        self.file = Some(name.into());
        self
    }

    /// Sets the row of the order in its sheet.
    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// Sets what the row is called in its sheet. It need not be unique.
    pub fn label(mut self, label: Reference) -> Self {
        self.label = Some(label.as_str().to_owned());
        self
    }

    /// Names placed orders that the person may have besides. They are kept: the person may have them
    /// from then on.
    pub fn besides(mut self, ids: impl IntoIterator<Item = OrderId>) -> Self {
        self.allowed.besides.extend(ids);
        self
    }

    /// Lets any other order for the person be. For services that order several for one person and
    /// have references to tell them apart.
    pub fn same_person_is_fine(mut self) -> Self {
        self.allowed.same_person = true;
        self
    }

    /// Sends although an open attempt for the person may turn out to be an order. **This can buy
    /// twice.**
    pub fn although_it_may_exist(mut self) -> Self {
        self.allowed.open = true;
        self
    }

    /// Sends unchanged what was refused for a reason of its own.
    pub fn refused_again(mut self) -> Self {
        self.allowed.refused = true;
        self
    }

    /// Refuses the order if CertCentral lists one for the person that is in the way: the second guard.
    /// It is best effort: that a look fails or shows nothing proves nothing, and holds nothing up.
    pub fn look_first(mut self) -> Self {
        self.look_first = true;
        self
    }

    /// Says what was listed before: by [`Journal::ask`], or for many orders at once. It is not asked
    /// again.
    pub fn listed_before(mut self, look: Option<LookNumber>, listed: Baseline) -> Self {
        self.listed = Some((look, listed));
        self
    }
}

/// What both guards say of an order before it is placed.
#[derive(Debug)]
pub enum Asked {
    /// The journal knows nothing that is in the way.
    Clear(Box<Clear>),
    /// It must not be placed, by what the journal knows.
    Refused(Box<Placement>),
}

/// What CertCentral lists of the person of an order that may be placed, by what the journal knows.
#[derive(Debug)]
#[non_exhaustive]
pub struct Clear {
    /// The person's orders, without those that were named besides.
    pub holder: HolderOrders,
    /// Whether both lists could be read.
    pub is_complete: bool,
    /// Why not.
    pub failure: Option<LookupError>,
    /// What was listed, for [`PlaceOptions::listed_before`].
    pub listed: (Option<LookNumber>, Baseline),
}

impl Clear {
    /// Returns the orders that are in the way: certainly the person's, and those that bear the full name
    /// where nothing decides.
    #[must_use]
    pub fn in_the_way(&self) -> Vec<HolderOrder> {
        self.holder.in_the_way(certcentral::today())
    }
}

impl<S: Store> Journal<S> {
    /// Places an order once: the same reference gives the same answer from any process, for ever.
    ///
    /// The order is sent only if the journal knows no live attempt with this reference, and none for
    /// this person that is in the way. It is claimed in the store, durably, before its first byte
    /// leaves. From then on it is in the hands of a task of its own: a caller that goes away loses
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`JournalError`]: nothing was sent by this call.
    pub async fn place_once<P>(
        &self,
        reference: &Reference,
        order: &Validated<P>,
    ) -> Result<Placement, JournalError>
    where
        P: ProductOrder + Clone + Send + Sync + 'static,
    {
        self.place(order, PlaceOptions::new().reference(reference.clone())).await
    }

    /// Places an order as [`place_once`](Self::place_once) does, with options. Without a reference its
    /// identity is its person alone.
    ///
    /// # Errors
    ///
    /// [`JournalError`]: nothing was sent by this call.
    pub async fn place<P>(
        &self,
        order: &Validated<P>,
        options: PlaceOptions,
    ) -> Result<Placement, JournalError>
    where
        P: ProductOrder + Clone + Send + Sync + 'static,
    {
        let runtime = Handle::try_current().map_err(|_| JournalError::NoRuntime)?;
        let (journal, order) = (self.clone(), order.clone());
        let task = async move { journal.place_here(&order, options).await };
        runtime
            .spawn(task.instrument(Span::current()))
            .await
            .map_err(|_| JournalError::TaskEnded)?
    }

    /// Asks both guards whether an order may be placed: what the journal knows, and what CertCentral
    /// lists. It claims and sends nothing; [`place`](Self::place) asks the journal again within the claim.
    ///
    /// For those who ask a person before they place it: what was listed is handed on with
    /// [`PlaceOptions::listed_before`].
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    pub async fn ask<P: ProductOrder>(
        &self,
        order: &P,
        options: &PlaceOptions,
    ) -> Result<Asked, JournalError> {
        let store = &self.inner.store;
        let new = self.new_attempt(order, options)?;
        let known = self.related(&new).await?;
        let now = store.now().await?;
        if let Err(refusal) = decide(&new, &known, now) {
            return Ok(Asked::Refused(Box::new(self.refused(refusal, now))));
        }
        let orders = [order];
        let (look, _) = tokio::join!(self.client.look_before_sending(&orders), self.account());
        let LookBefore { baseline, mut holders, is_complete, failure, .. } = look;
        let mut holder = holders.pop().unwrap_or_default();
        holder.drop_orders(&besides(&known, &new.person, &new.allowed.besides));
        let number =
            if baseline.is_empty() { None } else { Some(store.add_look(&baseline).await?) };
        Ok(Asked::Clear(Box::new(Clear {
            holder,
            is_complete,
            failure,
            listed: (number, baseline),
        })))
    }

    async fn place_here<P>(
        &self,
        order: &Validated<P>,
        options: PlaceOptions,
    ) -> Result<Placement, JournalError>
    where
        P: ProductOrder + Sync,
    {
        let store = &self.inner.store;
        let client = &self.client;
        let listed = match &options.listed {
            Some(listed) => listed.clone(),
            None => match self.ask(order.order(), &options).await? {
                Asked::Refused(placement) => return Ok(*placement),
                Asked::Clear(clear) => {
                    let orders = clear.in_the_way();
                    if options.look_first && !orders.is_empty() {
                        return Ok(Placement::Listed(ListedOrders { orders }));
                    }
                    clear.listed
                }
            },
        };
        let mut new = self.new_attempt(order.order(), &options)?;
        let (number, listed) = listed;
        new.look = number;

        // The slot comes before the claim, so that a claim is followed by its sending.
        let turn = match client.turn().await {
            Ok(turn) => turn,
            Err(reason) => {
                return Ok(Placement::NotPlaced(OrderNotPlaced {
                    reason: reason.as_str().to_owned(),
                    retry_after: None,
                    outcome: None,
                    entry: None,
                }));
            }
        };

        // The deadline begins before the claim is asked for, and the store measures from the claim on:
        // the sender is over first.
        let deadline = Deadline::after(self.send_within);
        new.over_after = self.send_within.saturating_add(client.attempt_timeout());
        new.over_boot = BootClock::now().map(|clock| clock.plus(new.over_after));
        new.clock_offset_ms = self.offset_to(store.now().await?);
        let record = match store.claim(&new).await {
            Ok(Ok(record)) => record,
            Ok(Err(refusal)) => return Ok(self.refused(refusal, store.now().await?)),
            Err(failure) => {
                // It is not known whether it was claimed. Nothing was sent, and nothing will be.
                if let Err(failure) = store.disown(&new.token).await {
                    warn!(error = %failure, "a claim was not confirmed, and could not be taken back");
                }
                return Err(failure.into());
            }
        };

        let sender = client.with_turn(turn).with_deadline(deadline).with_listed_before(&listed);
        let outcome = sender.place_order(order).await;
        Ok(self.end(*record, outcome).await)
    }

    /// Records how an attempt ended, and says what became of the order.
    async fn end(&self, record: Record, outcome: Outcome) -> Placement {
        let ended = self.ended(&outcome).await;
        let attempt = record.entry.attempt;
        let transition = Transition::Ended(ended);
        let mut waits = RECORD_AGAIN.into_iter();
        let transited = loop {
            match self.inner.store.transit(attempt, &transition).await {
                Ok(transited) => break Some(transited),
                Err(failure) => match waits.next() {
                    Some(wait) => sleep(wait).await,
                    None => {
                        error!(
                            attempt = attempt.0,
                            outcome = outcome.kind().as_str(),
                            order_id = transition.claims_order().map(OrderId::get),
                            error = %failure,
                            "how an order ended could not be recorded"
                        );
                        break None;
                    }
                },
            }
        };
        let (record, obstacle, recorded) = match transited {
            Some(Transited { record, obstacle }) => (record, obstacle, true),
            None => {
                // As it will be read once it is recorded.
                let now = Timestamp::now();
                let Transited { record, obstacle } =
                    crate::transition::apply(record, &transition, None, now);
                (record, obstacle, false)
            }
        };
        if let Some(obstacle) = obstacle {
            self.report(&record, obstacle, &transition);
        }
        self.placement(record, outcome, obstacle, recorded)
    }

    /// Says in the log what should not have happened.
    fn report(&self, record: &Record, obstacle: Obstacle, transition: &Transition) {
        let order_id = transition.claims_order().map(OrderId::get);
        let attempt = record.entry.attempt.0;
        match obstacle {
            Obstacle::OwnedBy(owner) => error!(
                attempt,
                order_id,
                owner = owner.0,
                "an answer names an order that is recorded as that of another attempt"
            ),
            Obstacle::State(state) if order_id.is_some() => error!(
                attempt,
                order_id,
                state = state.as_str(),
                "an order was placed by an attempt that was settled otherwise before"
            ),
            Obstacle::State(_) => {}
        }
    }

    fn placement(
        &self,
        record: Record,
        outcome: Outcome,
        obstacle: Option<Obstacle>,
        recorded: bool,
    ) -> Placement {
        let look_from = self.look_from(&record.entry);
        let entry = record.entry;
        let is_anothers = matches!(obstacle, Some(Obstacle::OwnedBy(_)));
        match &outcome {
            Outcome::Placed(_) if !is_anothers => {
                Placement::Placed(PlacedOrder { entry, outcome: Some(outcome), recorded })
            }
            // A look, or a person, was faster than the answer.
            _ if entry.state == State::Placed => {
                Placement::Placed(PlacedOrder { entry, outcome: Some(outcome), recorded })
            }
            Outcome::Rejected(rejected) if rejected.is_about_the_order() => {
                Placement::Rejected(RejectedOrder { entry, outcome: Some(outcome) })
            }
            Outcome::Rejected(rejected) => Placement::NotPlaced(OrderNotPlaced {
                reason: entry.reason.clone().unwrap_or_default(),
                retry_after: rejected.retry_after,
                entry: Some(entry),
                outcome: Some(outcome),
            }),
            Outcome::NotSent(not_sent) => Placement::NotPlaced(OrderNotPlaced {
                reason: not_sent.reason.as_str().to_owned(),
                retry_after: None,
                entry: Some(entry),
                outcome: Some(outcome),
            }),
            Outcome::Placed(_) | Outcome::Unknown(_) => Placement::Unknown(UnknownOrder {
                entry,
                look_from,
                outcome: Some(outcome),
                recorded,
            }),
        }
    }

    /// What a refused claim says to its caller.
    fn refused(&self, refusal: Refusal, now: Timestamp) -> Placement {
        match refusal {
            Refusal::OtherOrder(record) => {
                Placement::Conflict(ConflictingReference { entry: record.entry })
            }
            Refusal::SamePerson(records) => Placement::SamePerson(OrdersOfPerson {
                entries: records.into_iter().map(|record| record.entry).collect(),
                read_at: now,
            }),
            Refusal::SameOrder(record) => {
                let entry = record.entry;
                match entry.state_at(now) {
                    State::Sending => {
                        Placement::InFlight(OrderInFlight { until: entry.over_at, entry })
                    }
                    State::Placed => {
                        Placement::Placed(PlacedOrder { entry, outcome: None, recorded: true })
                    }
                    State::Rejected | State::NotSent | State::Absent => {
                        Placement::Rejected(RejectedOrder { entry, outcome: None })
                    }
                    State::Unknown => Placement::Unknown(UnknownOrder {
                        look_from: self.look_from(&entry),
                        entry,
                        outcome: None,
                        recorded: true,
                    }),
                }
            }
        }
    }

    fn new_attempt<P: ProductOrder>(
        &self,
        order: &P,
        options: &PlaceOptions,
    ) -> Result<NewAttempt, JournalError> {
        let salt = self.inner.store.salt();
        let mut token = [0; 16];
        getrandom::fill(&mut token).map_err(JournalError::NoRandomNumbers)?;
        Ok(NewAttempt {
            server: self.inner.server.clone(),
            product: P::PRODUCT_NAME_ID.to_owned(),
            reference: options.reference.as_ref().map(|it| it.as_str().to_owned()),
            label: options.label.clone(),
            file: options.file.clone(),
            row: options.row,
            digest: salt.order(order),
            person: salt.person(order.holder()),
            key: self.inner.key,
            account: self.inner.account.get().copied(),
            token,
            look: None,
            over_after: Duration::ZERO,
            clock_offset_ms: None,
            over_boot: None,
            allowed: options.allowed.clone(),
        })
    }

    /// The attempts that a claim would be judged by.
    async fn related(&self, new: &NewAttempt) -> Result<Vec<Record>, JournalError> {
        let server = &*self.inner.server;
        let mut known = self.all(&Wanted::Person { server, person: &new.person }).await?;
        if let Some(reference) = &new.reference {
            let named = self.all(&Wanted::Reference { server, reference }).await?;
            for record in named {
                if known.iter().all(|it| it.entry.attempt != record.entry.attempt) {
                    known.push(record);
                }
            }
        }
        Ok(known)
    }

    /// The digest of the account that the API key belongs to, as far as it can be asked for.
    pub(crate) async fn account(&self) -> Option<crate::digest::Print> {
        let Inner { store, account, .. } = &*self.inner;
        let client = &self.client;
        let asked = account.get_or_try_init(|| async {
            let user = client.get_user().await.map_err(|_| ())?;
            let id = user.account_id.ok_or(())?;
            Ok::<_, ()>(store.salt().print("account", &id.to_string()))
        });
        asked.await.ok().copied()
    }

    /// The server's clock minus the store's, in milliseconds, as far as it is known.
    fn offset_to(&self, store: Timestamp) -> Option<i64> {
        let server_to_machine = self.client.clock_offset()?;
        let machine_to_store = Timestamp::now().duration_since(store);
        i64::try_from((server_to_machine + machine_to_store).as_millis()).ok()
    }

    async fn ended(&self, outcome: &Outcome) -> Ended {
        let clock_offset_ms = match self.inner.store.now().await {
            Ok(now) => self.offset_to(now),
            Err(_) => None,
        };
        let mut ended = Ended { clock_offset_ms, reason: None, ..Ended::unknown("") };
        match outcome {
            Outcome::Placed(placed) => {
                ended.state = State::Placed;
                ended.order_id = Some(placed.order_id());
                ended.certificate_id = placed.response.certificate_id;
                ended.request_id = placed.response.requests.first().map(|request| request.id);
            }
            Outcome::Rejected(rejected) => {
                ended.state = State::Rejected;
                ended.http_status = Some(rejected.status);
                let code = rejected.errors.first().map(|error| error.code.as_str().to_owned());
                let code = code.filter(|code| !code.is_empty());
                ended.reason = Some(code.unwrap_or_else(|| format!("http_{}", rejected.status)));
            }
            Outcome::NotSent(not_sent) => {
                ended.state = State::NotSent;
                ended.reason = Some(not_sent.reason.as_str().to_owned());
            }
            Outcome::Unknown(unknown) => {
                ended.hinted_order_id = unknown.order_id;
                ended.has_evidence = unknown.speaks_for_the_order();
                ended.http_status = unknown.status;
                ended.reason = Some(unknown.reason.as_str().to_owned());
            }
        }
        ended
    }
}
