//! Writes the journal during a run, on a thread of its own: whatever has come in meanwhile is
//! committed, and synced, together.

use std::thread::JoinHandle;

use certcentral::Outcome;
use tokio::sync::{mpsc, oneshot};

use crate::journal::error::{JournalError, JournalErrorKind, Result};
use crate::journal::rows::{Claim, Pending};
use crate::journal::store::Journal;

/// How many commands are committed together at most.
const MOST_AT_ONCE: usize = 1024;

/// After how many commits the file beside the journal is emptied.
const FOLD_AFTER: u32 = 512;

/// What became of a row.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) row: u64,
    pub(crate) reference: String,
    pub(crate) outcome: Outcome,
}

/// The end of a row, once it is in the journal, or why it is not.
pub(crate) type Recorded = (Ended, Result<()>);

enum Command {
    Pending { after: u64, most: usize, reply: oneshot::Sender<Result<Vec<Pending>>> },
    Claim { claims: Vec<Claim>, reply: oneshot::Sender<Result<()>> },
    Release { row: u64 },
    End(Ended),
}

/// Hands commands to the thread that has the journal.
pub(crate) struct Writer {
    commands: mpsc::UnboundedSender<Command>,
    thread: JoinHandle<(Journal, Result<()>)>,
}

impl Writer {
    /// Takes a journal for a run. The ends of rows come back once they are written.
    pub(crate) fn start(
        journal: Journal,
        run: i64,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Recorded>)> {
        let (commands, receiver) = mpsc::unbounded_channel();
        let (recorded, ends) = mpsc::unbounded_channel();
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || Work { journal, run, recorded, commits: 0 }.until_the_end(receiver))
            .map_err(|error| JournalError::with(JournalErrorKind::Failed, error.to_string()))?;
        Ok((Self { commands, thread }, ends))
    }

    /// The next rows to send.
    pub(crate) async fn pending(&self, after: u64, most: usize) -> Result<Vec<Pending>> {
        let (reply, pending) = oneshot::channel();
        self.send(Command::Pending { after, most, reply });
        pending.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Rows may leave, once this says so.
    pub(crate) fn claim(&self, claims: Vec<Claim>) -> oneshot::Receiver<Result<()>> {
        let (reply, claimed) = oneshot::channel();
        self.send(Command::Claim { claims, reply });
        claimed
    }

    /// A row that was claimed does not leave.
    pub(crate) fn release(&self, row: u64) {
        self.send(Command::Release { row });
    }

    /// What became of a row that was claimed.
    pub(crate) fn end(&self, ended: Ended) {
        self.send(Command::End(ended));
    }

    /// Waits until all is written, and gives the journal back.
    pub(crate) fn finish(self) -> (Option<Journal>, Result<()>) {
        drop(self.commands);
        match self.thread.join() {
            Ok((journal, result)) => (Some(journal), result),
            Err(_) => (None, Err(gone())),
        }
    }

    fn send(&self, command: Command) {
        // If the thread is gone, the receiver of a reply gets an error.
        let _ = self.commands.send(command);
    }
}

pub(crate) fn gone() -> JournalError {
    JournalError::with(JournalErrorKind::Failed, "its writer has ended")
}

/// The thread's side.
struct Work {
    journal: Journal,
    run: i64,
    recorded: mpsc::UnboundedSender<Recorded>,
    commits: u32,
}

impl Work {
    fn until_the_end(
        mut self,
        mut commands: mpsc::UnboundedReceiver<Command>,
    ) -> (Journal, Result<()>) {
        let mut result = Ok(());
        let mut batch = Vec::new();
        while commands.blocking_recv_many(&mut batch, MOST_AT_ONCE) > 0 {
            if let Err(error) = self.write(std::mem::take(&mut batch)) {
                result = Err(error);
            }
        }
        let ended = self.journal.end_run(self.run).and_then(|()| self.journal.end_wal());
        (self.journal, result.and(ended))
    }

    /// Writes commands together, and then answers those that have a reply.
    fn write(&mut self, batch: Vec<Command>) -> Result<()> {
        let written = if batch.iter().any(Command::writes) {
            let journal = &mut self.journal;
            let run = self.run;
            journal
                .at_once(|journal| batch.iter().try_for_each(|command| command.apply(journal, run)))
        } else {
            Ok(())
        };
        for command in batch {
            match command {
                Command::Pending { after, most, reply } => {
                    let _ = reply.send(self.journal.pending(after, most));
                }
                Command::Claim { reply, .. } => drop(reply.send(written.clone())),
                Command::End(ended) => drop(self.recorded.send((ended, written.clone()))),
                Command::Release { .. } => {}
            }
        }
        written?;
        self.commits += 1;
        if self.commits.is_multiple_of(FOLD_AFTER) { self.journal.begin_wal() } else { Ok(()) }
    }
}

impl Command {
    const fn writes(&self) -> bool {
        !matches!(self, Self::Pending { .. })
    }

    fn apply(&self, journal: &Journal, run: i64) -> Result<()> {
        match self {
            Self::Pending { .. } => Ok(()),
            Self::Claim { claims, .. } => {
                claims.iter().try_for_each(|claim| journal.claim(run, claim))
            }
            Self::Release { row } => journal.release(*row),
            Self::End(ended) => journal.end(ended.row, &ended.outcome),
        }
    }
}
