//! Sends the orders of a batch through the journal.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use certcentral::model::{OrderId, PaymentMethod};
use certcentral::pkio_professional::Order;
use certcentral::transport::{
    Baseline, FailedAttempt, HolderOrder, ListedHolders, OrderEvent, StopSwitch,
};
use certcentral::{LookupError, Outcome};
use certcentral_journal::{
    Entry, Journal, JournalError, Known, LookNumber, LookOptions, PlaceOptions, Placement,
    Reference, Store, known,
};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::check::{Batch, RowOrder, is_paid_by_card};
use crate::error::BatchError;
use crate::summary::Summary;
use crate::trouble::{Halt, Trouble};

/// How often a row is asked for that another process is sending.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// How a run sends.
#[derive(Clone, Debug)]
#[must_use]
pub struct RunOptions {
    concurrency: NonZeroUsize,
    file: Option<String>,
    besides: Vec<OrderId>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { concurrency: NonZeroUsize::MIN, file: None, besides: Vec::new() }
    }
}

impl RunOptions {
    /// One order after the other, as DigiCert advises.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many orders are in flight at once. The first order goes alone, so that a wrong key or
    /// URL is refused once.
    pub const fn concurrency(mut self, orders: NonZeroUsize) -> Self {
        self.concurrency = orders;
        self
    }

    /// Sets the name of the file, without its folder, for the journal.
    pub fn file(mut self, name: impl Into<String>) -> Self {
        self.file = Some(name.into());
        self
    }

    /// Names placed orders that their persons may have besides.
    pub fn besides(mut self, ids: impl IntoIterator<Item = OrderId>) -> Self {
        self.besides.extend(ids);
        self
    }
}

/// What happened to an order of a batch.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BatchEvent {
    /// An attempt failed without placing the order, and another one follows.
    Retrying {
        /// The reference of the row.
        reference: String,
        /// What became of the attempt.
        attempt: FailedAttempt,
    },
    /// The order ended, and the journal knows how.
    Ended {
        /// The reference of the row.
        reference: String,
        /// What became of the order.
        outcome: Box<Outcome>,
    },
    /// The row was not sent, because of another order of its person.
    Refused {
        /// The reference of the row.
        reference: String,
        /// Why.
        refusal: Refusal,
    },
    /// The lists at CertCentral could not be read before the first order. It holds nothing up.
    ListsUnread {
        /// Why not, if an answer said so.
        failure: Option<LookupError>,
    },
    /// Another process is sending an order for the person of a row; this waits for it.
    Waiting {
        /// The reference of the row.
        reference: String,
    },
}

/// Why a row was not sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// An order for the person may exist. Look it up first.
    MayExist(Vec<Entry>),
    /// Another process is sending one.
    InFlight(Vec<Entry>),
    /// CertCentral lists orders for the person that are in the way.
    Listed(Vec<HolderOrder>),
    /// The order was refused before for a reason of its own. Correct it, or name the row.
    Rejected(Box<Entry>),
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunEnd {
    /// Everything that was to be sent was tried.
    Completed,
    /// The stop switch was used.
    Stopped,
    /// The run stopped by itself, since every further order would have ended alike.
    Halted(Halt),
}

/// A run that ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct RunReport {
    /// Why it ended.
    pub end: RunEnd,
    /// How many orders of the file are in which state now.
    pub summary: Summary,
}

/// What a journal knows of the people of a batch, before anything is sent.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Survey {
    /// All rows that can be sent.
    pub rows: u64,
    /// Rows whose person has an order.
    pub placed: u64,
    /// Rows for whose person an order may exist. They are looked up first.
    pub open: u64,
    /// Rows that were refused for a reason of their own, and are not sent again.
    pub refused: u64,
    /// Rows that will be sent, if nothing that is listed at CertCentral is in the way.
    pub to_send: u64,
    /// Of these, how many are charged to the balance of the account.
    pub balance: u64,
    /// To the default credit card of the account.
    pub profile: u64,
    /// To a credit card that is in the file.
    pub card: u64,
    /// How many of those to send ask for how many years; `None` where no years are given.
    pub years: HashMap<Option<u8>, u64>,
}

impl Survey {
    fn will_send(&mut self, order: &Order) {
        self.to_send += 1;
        match order.payment_method {
            PaymentMethod::Profile => self.profile += 1,
            _ if is_paid_by_card(order) => self.card += 1,
            _ => self.balance += 1,
        }
        let years = order.order_validity.as_ref().and_then(|validity| validity.years);
        let years = years.and_then(|years| u8::try_from(years).ok());
        *self.years.entry(years).or_default() += 1;
    }
}

impl Batch {
    /// Asks a store what it knows of the people of this batch at a server. Nothing is sent, and nothing
    /// recorded.
    ///
    /// # Errors
    ///
    /// The file or the store cannot be read.
    pub async fn survey<S: Store>(
        &self,
        store: &S,
        server: &str,
        besides: &[OrderId],
    ) -> Result<Survey, BatchError> {
        let mut survey = Survey::default();
        let mut orders = self.orders()?;
        while let Some(row) = orders.next()? {
            survey.rows += 1;
            let known = known(store, server, row.order.order(), besides).await?;
            match self.is_to_send(&known) {
                ToSend::Placed => survey.placed += 1,
                ToSend::Open => survey.open += 1,
                ToSend::Refused => survey.refused += 1,
                ToSend::Yes => survey.will_send(row.order.order()),
            }
        }
        Ok(survey)
    }

    fn is_to_send(&self, known: &Known) -> ToSend {
        if known.placed.is_some() {
            ToSend::Placed
        } else if !known.open.is_empty() {
            ToSend::Open
        } else if known.refused.is_some() && !self.are_named {
            ToSend::Refused
        } else {
            ToSend::Yes
        }
    }

    /// Sends the orders whose persons have none, in the order of the file.
    ///
    /// Rows whose person has an order are done. Open ones are looked up first, all in one reading of the
    /// lists, and what CertCentral lists for the other persons is read once. Each order is claimed in the
    /// journal when its turn has come, and not before. When the switch is stopped, no further order
    /// begins, and those in flight end; what is in flight ends also if this future is dropped.
    ///
    /// `on_event` is called for each order once its end is in the journal.
    ///
    /// # Errors
    ///
    /// The journal cannot be used any more, or the file was changed meanwhile. What was in flight has
    /// ended by then.
    pub async fn run<S: Store>(
        &self,
        journal: &Journal<S>,
        options: &RunOptions,
        stop: &StopSwitch,
        on_event: impl FnMut(&BatchEvent),
    ) -> Result<RunReport, BatchError> {
        let mut run = Run {
            batch: self,
            journal: journal.with_client(journal.client().with_stop(stop)),
            options,
            stop,
            on_event,
            listed: None,
            look: (None, Baseline::default()),
            running: JoinSet::new(),
            retries: mpsc::unbounded_channel(),
            trouble: Trouble::default(),
            error: None,
            summary: Summary { total: self.faults().rows, ..Summary::default() },
            counted: 0,
        };
        run.summary.invalid = self.faults().faulty;
        run.look_up_open().await?;
        run.read_lists().await?;
        run.all().await?;
        run.finish()
    }
}

enum ToSend {
    Placed,
    Open,
    Refused,
    Yes,
}

/// What became of a row that was placed through the journal.
type Placed = (RowOrder, Result<Placement, JournalError>);

/// A run under way.
struct Run<'a, S, F> {
    batch: &'a Batch,
    journal: Journal<S>,
    options: &'a RunOptions,
    stop: &'a StopSwitch,
    on_event: F,
    listed: Option<ListedHolders>,
    look: (Option<LookNumber>, Baseline),
    running: JoinSet<Placed>,
    retries: (mpsc::UnboundedSender<BatchEvent>, mpsc::UnboundedReceiver<BatchEvent>),
    trouble: Trouble,
    error: Option<BatchError>,
    summary: Summary,
    /// Rows whose end is in the summary.
    counted: u64,
}

impl<S: Store, F: FnMut(&BatchEvent)> Run<'_, S, F> {
    /// Whether no further order begins.
    fn is_ending(&self) -> bool {
        self.error.is_some() || self.trouble.halt().is_some() || self.stop.is_stopped()
    }

    /// Lets nothing further begin.
    fn fail(&mut self, error: BatchError) {
        self.error.get_or_insert(error);
    }

    async fn known(&self, order: &Order) -> Result<Known, BatchError> {
        let server = self.journal.client().base_url().to_string();
        let (store, besides) = (self.journal.store(), &self.options.besides);
        Ok(known(store, &server, order, besides).await?)
    }

    /// Looks for all that is open of the people of the file, in one reading. A look that fails leaves
    /// it open.
    async fn look_up_open(&mut self) -> Result<(), BatchError> {
        if self.journal.open_entries().await?.is_empty() {
            return Ok(());
        }
        let mut open = Vec::new();
        let mut orders = self.batch.orders()?;
        while let Some(row) = orders.next()? {
            if !self.known(row.order.order()).await?.open.is_empty() {
                open.push(row.order);
            }
        }
        let open: Vec<&Order> = open.iter().map(|order| order.order()).collect();
        match self.journal.look_up_persons(&open, &LookOptions::new()).await {
            Ok(_) => Ok(()),
            Err(JournalError::Lookup(error)) => {
                (self.on_event)(&BatchEvent::ListsUnread { failure: Some(error) });
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads what CertCentral lists, once for all rows. It is best effort.
    async fn read_lists(&mut self) -> Result<(), BatchError> {
        match self.journal.client().list_holders().await {
            Ok(listed) => {
                if !listed.is_complete {
                    let failure = listed.failure.clone();
                    (self.on_event)(&BatchEvent::ListsUnread { failure });
                }
                if !listed.baseline.is_empty() {
                    let number = self.journal.store().add_look(&listed.baseline).await?;
                    self.look = (Some(number), listed.baseline.clone());
                }
                self.listed = Some(listed);
            }
            Err(error) => {
                (self.on_event)(&BatchEvent::ListsUnread { failure: Some(error) });
            }
        }
        Ok(())
    }

    /// Sends all, or as many as there are until something says stop.
    async fn all(&mut self) -> Result<(), BatchError> {
        let mut orders = self.batch.orders()?;
        let mut is_read = false;
        loop {
            let at_once = if self.trouble.has_begun() { self.options.concurrency.get() } else { 1 };
            while !is_read && !self.is_ending() && self.running.len() < at_once {
                match orders.next() {
                    Ok(Some(row)) => self.begin(row).await,
                    Ok(None) => is_read = true,
                    Err(error) => self.fail(error),
                }
            }
            if self.running.is_empty() && (is_read || self.is_ending()) {
                return Ok(());
            }
            tokio::select! {
                Some(joined) = self.running.join_next() => match joined {
                    Ok((row, placement)) => self.ended(row, placement).await,
                    Err(_) => self.fail(JournalError::TaskEnded.into()),
                },
                Some(event) = self.retries.1.recv() => (self.on_event)(&event),
            }
        }
    }

    /// Begins to place a row, unless its person has an order or its order was refused before.
    async fn begin(&mut self, row: RowOrder) {
        let known = match self.known(row.order.order()).await {
            Ok(known) => known,
            Err(error) => return self.fail(error),
        };
        match self.batch.is_to_send(&known) {
            ToSend::Placed => self.count(|summary| &mut summary.placed),
            ToSend::Refused => {
                if let Some(entry) = known.refused {
                    self.refuse(&row, Refusal::Rejected(Box::new(entry)));
                }
            }
            ToSend::Open if known.in_flight().is_none() => {
                self.refuse(&row, Refusal::MayExist(known.open));
            }
            ToSend::Open | ToSend::Yes => {
                if let Some(orders) = self.in_the_way(&row).await {
                    self.refuse(&row, Refusal::Listed(orders));
                } else {
                    self.place(row);
                }
            }
        }
    }

    /// The orders that CertCentral lists for the person of a row, if any is in the way.
    async fn in_the_way(&mut self, row: &RowOrder) -> Option<Vec<HolderOrder>> {
        let listed = self.listed.as_mut()?;
        let mut orders = self.journal.client().orders_in(listed, row.order.order()).await;
        orders.drop_orders(&self.options.besides);
        let orders = orders.in_the_way(certcentral::today());
        (!orders.is_empty()).then_some(orders)
    }

    fn place(&mut self, row: RowOrder) {
        let retries = self.retries.0.clone();
        let reference = row.reference();
        let client = self.journal.client().with_observer(move |event| {
            if let OrderEvent::Retrying(attempt) = event {
                let (reference, attempt) = (reference.clone(), attempt.clone());
                // Once the run has ended, the receiver is gone.
                let _ = retries.send(BatchEvent::Retrying { reference, attempt });
            }
        });
        let journal = self.journal.with_client(client);
        let (look, listed) = self.look.clone();
        let mut options = PlaceOptions::new()
            .row(row.row)
            .refused_again()
            .besides(self.options.besides.iter().copied())
            .listed_before(look, listed);
        if let Some(file) = &self.options.file {
            options = options.file(file);
        }
        if let Some(label) = row.label.as_deref().and_then(|label| Reference::new(label).ok()) {
            options = options.label(label);
        }
        self.running.spawn(async move {
            let placement = journal.place(&row.order, options).await;
            (row, placement)
        });
    }

    async fn ended(&mut self, row: RowOrder, placement: Result<Placement, JournalError>) {
        let placement = match placement {
            Ok(placement) => placement,
            Err(error) => return self.fail(error.into()),
        };
        match &placement {
            Placement::Placed(_) => self.count(|summary| &mut summary.placed),
            Placement::Rejected(_) => self.count(|summary| &mut summary.rejected),
            Placement::NotPlaced(it) if matches!(it.outcome, Some(Outcome::Rejected(_))) => {
                self.count(|summary| &mut summary.rejected);
            }
            // Nothing was tried: the run was stopped first.
            Placement::NotPlaced(it) if it.outcome.is_none() => return,
            Placement::NotPlaced(_) => self.count(|summary| &mut summary.not_sent),
            Placement::Unknown(_) => self.count(|summary| &mut summary.unknown),
            Placement::SamePerson(orders) if orders.in_flight().is_some() => {
                return self.wait_for(row).await;
            }
            Placement::SamePerson(orders) if orders.has_open() => {
                return self.refuse(&row, Refusal::MayExist(orders.entries.clone()));
            }
            // Another process has placed it meanwhile.
            Placement::SamePerson(_) => self.count(|summary| &mut summary.placed),
            Placement::InFlight(_) | Placement::Conflict(_) | Placement::Listed(_) => return,
            _ => return,
        }
        if let Some(outcome) = placement.outcome() {
            self.trouble.note(outcome);
            let outcome = Box::new(outcome.clone());
            (self.on_event)(&BatchEvent::Ended { reference: row.reference(), outcome });
        }
    }

    /// Waits until another process has ended what it sends for this person, at most until it is over.
    async fn wait_for(&mut self, row: RowOrder) {
        (self.on_event)(&BatchEvent::Waiting { reference: row.reference() });
        loop {
            let known = match self.known(row.order.order()).await {
                Ok(known) => known,
                Err(error) => return self.fail(error),
            };
            if known.in_flight().is_none() {
                return Box::pin(self.begin(row)).await;
            }
            if self.is_ending() {
                return self.refuse(&row, Refusal::InFlight(known.open));
            }
            sleep(ASK_AGAIN).await;
        }
    }

    fn refuse(&mut self, row: &RowOrder, refusal: Refusal) {
        match refusal {
            Refusal::Rejected(_) => self.count(|summary| &mut summary.rejected),
            _ => self.count(|summary| &mut summary.refused),
        }
        (self.on_event)(&BatchEvent::Refused { reference: row.reference(), refusal });
    }

    fn count(&mut self, number: impl FnOnce(&mut Summary) -> &mut u64) {
        *number(&mut self.summary) += 1;
        self.counted += 1;
    }

    fn finish(mut self) -> Result<RunReport, BatchError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let Summary { total, invalid, .. } = self.summary;
        self.summary.ready = total.saturating_sub(invalid + self.counted);
        let end = match self.trouble.halt() {
            Some(halt) => RunEnd::Halted(halt),
            None if self.stop.is_stopped() => RunEnd::Stopped,
            None => RunEnd::Completed,
        };
        Ok(RunReport { end, summary: self.summary })
    }
}
