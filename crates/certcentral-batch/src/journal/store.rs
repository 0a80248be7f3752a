//! The journal as a whole: what it is about, and how what is written becomes durable.

use std::path::{Path, PathBuf};

use certcentral::pkio_professional::Order;
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest, Sha256};

use crate::journal::error::{Digest256, Result};
use crate::journal::state::RowState;

/// The journal of one batch: what was sent, and what became of it.
///
/// It is one SQLite file that any tool can open while no process of this program has it open. While
/// one has, a second process is [refused](crate::JournalErrorKind::InUse). It holds no card number, no card
/// code and no API key; the name and email address of a holder only while it is unknown whether the
/// order exists.
pub struct Journal {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// The file was made by this process.
    pub(super) is_new: bool,
}

/// What a journal is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) server: String,
    pub(crate) file_rows: u64,
    pub(crate) file_digest: Digest256,
    pub(crate) salt: [u8; 16],
}

/// How many orders are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// All rows of the file.
    pub total: u64,
    /// Orders that exist.
    pub placed: u64,
    /// Orders that CertCentral refused.
    pub rejected: u64,
    /// Orders that never left.
    pub not_sent: u64,
    /// Orders that may exist.
    pub unknown: u64,
    /// Orders that were not tried yet.
    pub ready: u64,
    /// Rows that break a rule and were skipped.
    #[serde(skip_serializing_if = "is_zero")]
    pub invalid: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Summary {
    pub(crate) fn add(&mut self, state: RowState, rows: u64) {
        self.total += rows;
        *match state {
            RowState::Ready => &mut self.ready,
            RowState::Placed => &mut self.placed,
            RowState::Rejected => &mut self.rejected,
            RowState::NotSent => &mut self.not_sent,
            // An order on its way counts as unknown.
            RowState::Sending | RowState::Unknown => &mut self.unknown,
            RowState::Invalid => &mut self.invalid,
        } += rows;
    }

    /// Whether all orders of the file exist.
    #[must_use]
    pub const fn is_all_placed(&self) -> bool {
        self.placed == self.total
    }
}

impl Journal {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many orders are in which state. `None` if no batch began in it yet.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub fn summary(&self) -> Result<Option<Summary>> {
        if self.subject()?.is_none() {
            return Ok(None);
        }
        let mut summary = Summary::default();
        let mut query =
            self.connection.prepare("SELECT state, count(*) FROM orders GROUP BY state")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            summary.add(row.get(0)?, row.get(1)?);
        }
        Ok(Some(summary))
    }

    /// The server that the orders go to, or `sandbox`. `None` if no batch began in it yet.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub fn server(&self) -> Result<Option<String>> {
        Ok(self.subject()?.map(|subject| subject.server))
    }

    /// A salted digest of a text that is not to be in the journal itself.
    pub(crate) fn fingerprint(salt: &[u8], text: &[u8]) -> Digest256 {
        Sha256::new().chain_update(salt).chain_update(text).finalize().into()
    }

    pub(crate) fn subject(&self) -> Result<Option<Subject>> {
        let subject = self.connection.query_row(
            "SELECT server, file_rows, file_digest, salt FROM journal",
            [],
            |row| {
                Ok(Subject {
                    server: row.get(0)?,
                    file_rows: row.get(1)?,
                    file_digest: row.get(2)?,
                    salt: row.get(3)?,
                })
            },
        );
        Ok(subject.optional()?)
    }

    pub(crate) fn set_subject(&self, subject: &Subject) -> Result<()> {
        let Subject { server, file_rows, file_digest, salt } = subject;
        self.connection.execute(
            "INSERT INTO journal (only_row, created_at, written_by, product, server, file_rows, \
             file_digest, salt, wal) VALUES (1, ?, ?, ?, ?, ?, ?, ?, 'closed')",
            params![
                jiff::Timestamp::now().to_string(),
                concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")),
                <Order as certcentral::model::ProductOrder>::PRODUCT_NAME_ID,
                server,
                file_rows,
                file_digest,
                salt,
            ],
        )?;
        Ok(())
    }

    /// Does something as a whole or not at all.
    pub(crate) fn at_once<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.begin()?;
        match work(self) {
            Ok(done) => self.commit().map(|()| done),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    pub(crate) fn begin(&self) -> Result<()> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    pub(crate) fn commit(&self) -> Result<()> {
        let committed = self.connection.execute_batch("COMMIT");
        if committed.is_err() {
            self.roll_back();
        }
        Ok(committed?)
    }

    pub(crate) fn roll_back(&self) {
        // An error may have rolled back already.
        let _ = self.connection.execute_batch("ROLLBACK");
    }

    /// Moves what is in the file beside this one into it, and leaves nothing there, so that nothing
    /// that was wiped here can be read there.
    pub(crate) fn fold(&self) -> Result<()> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Says in the file itself whether what came last may be in the file beside it.
    ///
    /// Before the file beside it is folded in and emptied, the journal says `behind`; the next thing
    /// that is written says `live`, and that is in the file beside it. So a journal
    /// that says `behind` without such a file has lost what was in it.
    pub(crate) fn begin_wal(&self) -> Result<()> {
        self.connection.execute("UPDATE journal SET wal = 'behind'", [])?;
        self.fold()?;
        self.connection.execute("UPDATE journal SET wal = 'live'", [])?;
        Ok(())
    }

    pub(crate) fn end_wal(&self) -> Result<()> {
        self.connection.execute("UPDATE journal SET wal = 'closed' WHERE wal <> 'closed'", [])?;
        self.fold()
    }

    /// As on a disk on which no more than this is free.
    #[cfg(test)]
    pub(crate) fn leave_pages(&self, pages: i64) -> Result<()> {
        let has: i64 = self.connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let sql = format!("PRAGMA max_page_count = {}", has + pages);
        self.connection.query_row(&sql, [], |_| Ok(()))?;
        Ok(())
    }

    /// Closes the journal, and removes it if this process made it and no batch began in it.
    pub(crate) fn discard(self) {
        let is_void = self.is_new && matches!(self.subject(), Ok(None));
        let path = self.path.clone();
        drop(self);
        if is_void {
            // What is left behind is empty, and can be taken for a new journal.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Whatever fails here is done when the journal is opened the next time.
        let _ = self.end_wal();
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).finish_non_exhaustive()
    }
}
