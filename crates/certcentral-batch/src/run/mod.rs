//! Sends the orders of a batch, each after the journal knows of it.

mod ahead;
mod event;
mod source;
mod trouble;

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use certcentral::model::ProductOrder as _;
use certcentral::transport::{OrderEvent, StopSwitch};
use certcentral::{ApiKey, Client};
use jiff::SignedDuration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use self::ahead::Ahead;
pub use self::event::{BatchEvent, RunEnd, RunReport};
use self::source::{Outgoing, Source};
pub use self::trouble::Halt;
use self::trouble::Trouble;
use crate::check::Batch;
use crate::error::BatchError;
use crate::journal::{Claim, Ended, Journal, JournalError, Recorded, Writer};

/// How a run sends.
#[derive(Clone, Debug)]
#[must_use]
pub struct RunOptions {
    concurrency: NonZeroUsize,
    gives_up_after: Duration,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { concurrency: NonZeroUsize::MIN, gives_up_after: Duration::from_secs(6 * 60) }
    }
}

impl RunOptions {
    /// One order after the other, as DigiCert advises.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many orders are on their way at once. The first order goes alone, so that a wrong key or
    /// URL is refused once.
    pub const fn concurrency(mut self, orders: NonZeroUsize) -> Self {
        self.concurrency = orders;
        self
    }

    /// How long an order can be on its way at most: the total of the client's retries and one
    /// attempt. The default, 6 minutes, is right for a client with default settings. Should the
    /// process be killed, its orders count as given up after this time.
    pub const fn gives_up_after(mut self, time: Duration) -> Self {
        self.gives_up_after = time;
        self
    }
}

impl Batch {
    /// Sends the planned orders, in the order of the file.
    ///
    /// Each order is in the journal, synced to the disk, before its first byte leaves. When the
    /// switch is stopped, no further order begins, and those on their way end. The future must run
    /// to its end for that; if it is dropped, the orders on their way are unknown the next time.
    ///
    /// `on_event` is called for each order once its end is in the journal.
    ///
    /// # Errors
    ///
    /// The journal cannot be written any more, or the file was changed meanwhile. What was on its
    /// way has ended by then, and the journal is true.
    pub async fn run(
        self,
        client: &Client,
        key: &ApiKey,
        options: &RunOptions,
        stop: &StopSwitch,
        on_event: impl FnMut(&BatchEvent),
    ) -> Result<RunReport, BatchError> {
        let Self { mut journal, file, salt, today, .. } = self;
        let listed_before = client.look_before_sending().await;
        let key = Journal::fingerprint(&salt, key.expose().as_bytes());
        let longest =
            SignedDuration::try_from(options.gives_up_after).unwrap_or(SignedDuration::MAX);
        let run = journal.at_once(|journal| journal.begin_run(&key, longest, &listed_before))?;
        journal.begin_wal()?;
        let source = Source::new(&file, salt, today)?;
        let (writer, recorded) = Writer::start(journal, run)?;
        let client = client.with_stop(stop);
        let mut sending = Sending::new(client, options, stop, writer, recorded, on_event);
        sending.all(source).await;
        sending.finish()
    }
}

/// Rows whose claim is being written.
struct PendingClaim {
    rows: Vec<Outgoing>,
    began: Instant,
    written: oneshot::Receiver<Result<(), JournalError>>,
}

/// A run under way.
struct Sending<'a, F> {
    client: Client,
    concurrency: usize,
    stop: &'a StopSwitch,
    writer: Writer,
    recorded: mpsc::UnboundedReceiver<Recorded>,
    on_event: F,
    /// Orders that the journal knows to be on their way, and that have not begun.
    claimed: VecDeque<Outgoing>,
    running: JoinSet<(Ended, Duration)>,
    retries: (mpsc::UnboundedSender<BatchEvent>, mpsc::UnboundedReceiver<BatchEvent>),
    /// Ends that are not in the journal yet.
    unrecorded: usize,
    /// Ends that could not be written.
    failed: Vec<Ended>,
    ahead: Ahead,
    trouble: Trouble,
    error: Option<BatchError>,
}

impl<'a, F: FnMut(&BatchEvent)> Sending<'a, F> {
    fn new(
        client: Client,
        options: &RunOptions,
        stop: &'a StopSwitch,
        writer: Writer,
        recorded: mpsc::UnboundedReceiver<Recorded>,
        on_event: F,
    ) -> Self {
        Self {
            client,
            concurrency: options.concurrency.get(),
            stop,
            writer,
            recorded,
            on_event,
            claimed: VecDeque::new(),
            running: JoinSet::new(),
            retries: mpsc::unbounded_channel(),
            unrecorded: 0,
            failed: Vec::new(),
            ahead: Ahead::default(),
            trouble: Trouble::default(),
            error: None,
        }
    }

    /// Whether no further order begins.
    fn is_ending(&self) -> bool {
        self.error.is_some() || self.trouble.halt().is_some() || self.stop.is_stopped()
    }

    /// Sends all, or as many as there are until something says stop.
    async fn all(&mut self, mut source: Source<'_>) {
        let mut pending: Option<PendingClaim> = None;
        loop {
            if self.is_ending() {
                for row in self.claimed.drain(..) {
                    self.writer.release(row.row);
                }
            } else {
                if pending.is_none() {
                    pending = self.claim(&mut source).await;
                }
                self.begin();
            }
            if self.running.is_empty() && self.unrecorded == 0 && pending.is_none() {
                return;
            }
            tokio::select! {
                Some(recorded) = self.recorded.recv() => self.has_recorded(recorded),
                written = written(&mut pending) => self.has_claimed(pending.take(), written),
                Some(joined) = self.running.join_next() => self.has_ended(joined),
                Some(event) = self.retries.1.recv() => (self.on_event)(&event),
            }
        }
    }

    /// How many orders may be on their way now.
    fn at_once(&self) -> usize {
        if self.trouble.has_begun() { self.concurrency } else { 1 }
    }

    /// Has the journal written down the orders that may leave next.
    async fn claim(&mut self, source: &mut Source<'_>) -> Option<PendingClaim> {
        let wanted = self.at_once() + self.ahead.rows(self.concurrency);
        let wanted = wanted.saturating_sub(self.running.len() + self.claimed.len());
        if wanted == 0 {
            return None;
        }
        let rows = match source.take(wanted, &self.writer).await {
            Ok(rows) => rows,
            Err(error) => {
                self.error.get_or_insert(error);
                return None;
            }
        };
        if rows.is_empty() {
            return None;
        }
        let claims = rows.iter().map(claim_of).collect();
        Some(PendingClaim { rows, began: Instant::now(), written: self.writer.claim(claims) })
    }

    fn has_claimed(&mut self, pending: Option<PendingClaim>, written: Result<(), JournalError>) {
        let Some(PendingClaim { rows, began, .. }) = pending else { return };
        self.ahead.has_committed(began.elapsed());
        match written {
            Ok(()) => self.claimed.extend(rows),
            // They do not leave: the journal does not know of them.
            Err(error) => drop(self.error.get_or_insert(error.into())),
        }
    }

    fn begin(&mut self) {
        while self.running.len() < self.at_once()
            && let Some(Outgoing { row, reference, order }) = self.claimed.pop_front()
        {
            let retries = self.retries.0.clone();
            let name = reference.clone();
            let client = self.client.with_observer(move |event| {
                if let OrderEvent::Retrying(attempt) = event {
                    let (reference, attempt) = (name.clone(), attempt.clone());
                    // Once the run has ended, the receiver is gone.
                    let _ = retries.send(BatchEvent::Retrying { reference, attempt });
                }
            });
            self.running.spawn(async move {
                let began = Instant::now();
                let outcome = client.place_order(&order).await;
                (Ended { row, reference, outcome }, began.elapsed())
            });
        }
    }

    fn has_ended(&mut self, joined: Result<(Ended, Duration), tokio::task::JoinError>) {
        match joined {
            Ok((ended, took)) => {
                self.ahead.has_placed(took);
                self.trouble.note(&ended.outcome);
                self.unrecorded += 1;
                self.writer.end(ended);
            }
            // The row stays on its way in the journal, and so is unknown the next time.
            Err(_) => drop(self.error.get_or_insert(crate::journal::gone().into())),
        }
    }

    fn has_recorded(&mut self, (ended, written): Recorded) {
        self.unrecorded -= 1;
        match written {
            Ok(()) => (self.on_event)(&BatchEvent::Ended {
                reference: ended.reference,
                outcome: Box::new(ended.outcome),
            }),
            Err(error) => {
                self.error.get_or_insert(error.into());
                self.failed.push(ended);
            }
        }
    }

    fn finish(mut self) -> Result<RunReport, BatchError> {
        // There may be room on the disk again.
        for ended in self.failed.drain(..) {
            let Ended { reference, outcome, .. } = &ended;
            (self.on_event)(&BatchEvent::Ended {
                reference: reference.clone(),
                outcome: Box::new(outcome.clone()),
            });
            self.writer.end(ended);
        }
        let end = match self.trouble.halt() {
            Some(halt) => RunEnd::Halted(halt),
            None if self.stop.is_stopped() => RunEnd::Stopped,
            None => RunEnd::Completed,
        };
        let (journal, written) = self.writer.finish();
        if let Some(error) = self.error {
            return Err(error);
        }
        written?;
        let journal = journal.ok_or_else(crate::journal::gone)?;
        let summary = journal.summary()?.unwrap_or_default();
        Ok(RunReport { end, summary, journal })
    }
}

/// Waits until a claim is written, or forever if no claim is pending.
async fn written(pending: &mut Option<PendingClaim>) -> Result<(), JournalError> {
    match pending {
        Some(pending) => {
            (&mut pending.written).await.unwrap_or_else(|_| Err(crate::journal::gone()))
        }
        None => std::future::pending().await,
    }
}

/// What an order is recognised by at CertCentral, should its end be unknown.
fn claim_of(row: &Outgoing) -> Claim {
    let holder = row.order.order().holder();
    Claim {
        row: row.row,
        individual_id: holder.id,
        first_name: holder.first_name.map(Into::into),
        last_name: holder.last_name.map(Into::into),
        email: holder.email.map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

    use certcentral::{Pacing, today};
    use certcentral_sandbox::Sandbox;

    use super::*;
    use crate::check::{CheckOptions, Checked};
    use crate::journal::JournalErrorKind;
    use crate::order_file::OrderFile;

    #[tokio::test]
    async fn nothing_leaves_that_a_full_disk_does_not_have() {
        let sandbox = Sandbox::start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let order = include_str!("../../../../docs/examples/new-professional.json");
        let order: serde_json::Value = serde_json::from_str(order).unwrap();
        let lines: String = (0..2000)
            .map(|number| {
                let mut order = order.clone();
                order["certificate"]["individual"]["email"] =
                    format!("{}-{number}@example.com", "long".repeat(10)).into();
                format!("{order}\n")
            })
            .collect();
        let file = folder.path().join("orders.jsonl");
        std::fs::write(&file, lines).unwrap();
        let journal = Journal::open_or_create(&folder.path().join("journal.db")).unwrap();
        let file = OrderFile::open(&file).unwrap();
        let options = CheckOptions::new(today());
        let checked = Batch::check(journal, file, &sandbox.url(), &options, |_| {}).unwrap();
        let Checked::Ready(batch) = checked else { panic!("at fault") };
        batch.journal.leave_pages(1).unwrap();

        let key = ApiKey::new(sandbox.api_key()).unwrap();
        let client = Client::builder(key.clone())
            .base_url(sandbox.url().parse().unwrap())
            .pacing(Pacing::unlimited())
            .build();
        let options = RunOptions::new().concurrency(NonZeroUsize::new(64).unwrap());
        let error =
            batch.run(&client, &key, &options, &StopSwitch::new(), |_| {}).await.unwrap_err();
        let BatchError::Journal(error) = error else { panic!("{error}") };
        assert_eq!(error.kind(), JournalErrorKind::Full);
        let journal = Journal::open(&folder.path().join("journal.db")).unwrap();
        let summary = journal.summary().unwrap().unwrap();
        let known = summary.placed + summary.unknown;
        assert!(sandbox.books().order_count() <= known, "{summary:?}");
        assert!(known < 2000, "{summary:?}");
    }
}
