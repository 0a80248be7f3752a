//! Opens a journal for this process alone, or says why not.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use crate::journal::error::{JournalError, JournalErrorKind, Result};
use crate::journal::rows::time;
use crate::journal::store::Journal;

/// Marks the file as a journal of this program: `ccbj`.
const APPLICATION_ID: i64 = 0x6363_626a;

/// The version of the tables.
const VERSION: i64 = 1;

const SCHEMA: &str = include_str!("schema.sql");

/// How long to wait for another process: a little, for one that is just ending.
const PATIENCE: Duration = Duration::from_millis(500);

impl Journal {
    /// Opens a journal that exists.
    ///
    /// Rows that a killed process left on their way are unknown from here on.
    ///
    /// # Errors
    ///
    /// It does not exist, is in use, is damaged, is of a newer version, or cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        examine(path)?.ok_or(JournalError::new(JournalErrorKind::NotFound))?;
        Self::connect(path, false)
    }

    /// Opens a journal, or makes one, for its owner's eyes only.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if no file can be made there.
    pub fn open_or_create(path: &Path) -> Result<Self> {
        let is_new = match examine(path)? {
            Some(_) => false,
            None => {
                create(path).map_err(|error| JournalError::of_file(&error))?;
                true
            }
        };
        let journal = Self::connect(path, is_new);
        if is_new && journal.is_err() {
            let _ = fs::remove_file(path);
        }
        journal
    }

    fn connect(path: &Path, is_new: bool) -> Result<Self> {
        let had_wal = beside(path, "-wal").exists();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        // Locked for as long as this process has it open, however it ends.
        connection.execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; \
             PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; \
             PRAGMA cache_size = -1024; PRAGMA temp.cache_size = -1024; PRAGMA cell_size_check = ON;",
        )?;
        identify(&connection)?;
        connection.execute_batch("PRAGMA wal_autocheckpoint = 0; BEGIN EXCLUSIVE; COMMIT;")?;
        if !had_wal && is_behind(&connection)? {
            // Nothing is written here: that would hide it.
            return Err(JournalError::new(JournalErrorKind::WalMissing));
        }
        let journal = Self { connection, path: path.to_owned(), is_new };
        journal.give_up_what_was_sent()?;
        Ok(journal)
    }

    /// What a process that is gone had on its way is given up now, or when that process would have
    /// given it up itself.
    fn give_up_what_was_sent(&self) -> Result<()> {
        let now = Timestamp::now();
        let mut query = self.connection.prepare(
            "SELECT row, sent_at, gives_up_after FROM orders JOIN runs USING (run) \
             WHERE state = 'sending'",
        )?;
        let mut rows = query.query([])?;
        let mut update = self.connection.prepare(
            "UPDATE orders SET state = 'unknown', reason = 'interrupted', given_up_at = ? \
             WHERE row = ?",
        )?;
        let mut given_up = Vec::new();
        while let Some(row) = rows.next()? {
            let sent_at: Timestamp = time(row.get(1)?)?;
            let longest = jiff::SignedDuration::from_secs(row.get(2)?);
            let at = sent_at.saturating_add(longest).unwrap_or(now).min(now);
            given_up.push((at.to_string(), row.get::<_, u64>(0)?));
        }
        if given_up.is_empty() {
            return Ok(());
        }
        self.begin()?;
        for (at, row) in given_up {
            update.execute(params![at, row])?;
        }
        self.commit()
    }
}

/// Whether what came last was written to the file beside the journal.
fn is_behind(connection: &Connection) -> Result<bool> {
    let wal: Option<String> =
        connection.query_row("SELECT wal FROM journal", [], |row| row.get(0)).optional()?;
    Ok(wal.as_deref() == Some("behind"))
}

/// Whether the file is a journal, and one that this version understands. One without anything in it is
/// made one: a process that was killed while it made a journal leaves that behind, and nothing was sent
/// before the journal was there.
fn identify(connection: &Connection) -> Result<()> {
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
    let application: i64 = pragma("application_id")?;
    let version: i64 = pragma("user_version")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if (application, version, tables) == (0, 0, 0) {
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.execute_batch(&format!(
            "BEGIN EXCLUSIVE; PRAGMA application_id = {APPLICATION_ID}; \
             PRAGMA user_version = {VERSION}; {SCHEMA} COMMIT;"
        ))?;
        return Ok(());
    }
    if application != APPLICATION_ID {
        return Err(JournalError::new(JournalErrorKind::NotAJournal));
    }
    if version > VERSION {
        return Err(JournalError::new(JournalErrorKind::Newer));
    }
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(damaged)?;
    if verdict != "ok" {
        return Err(JournalError::new(JournalErrorKind::Damaged));
    }
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    Ok(())
}

/// What was a journal once and cannot be read is damaged.
fn damaged(error: rusqlite::Error) -> JournalError {
    match JournalError::from(error) {
        error if error.kind() == JournalErrorKind::NotAJournal => {
            JournalError::new(JournalErrorKind::Damaged)
        }
        error => error,
    }
}

/// What is at this path, if it can be a journal.
fn examine(path: &Path) -> Result<Option<Metadata>> {
    let found = match path.metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(JournalError::of_file(&error)),
    };
    if !found.is_file() {
        return Err(JournalError::new(JournalErrorKind::NotAFile));
    }
    if has_several_names(&found) {
        return Err(JournalError::new(JournalErrorKind::SeveralNames));
    }
    Ok(Some(found))
}

#[cfg(unix)]
fn has_several_names(found: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(found) > 1
}

#[cfg(not(unix))]
fn has_several_names(_: &Metadata) -> bool {
    false
}

/// Makes an empty file, and sees to it that its name survives a power failure.
fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.sync_all()?;
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// A file that SQLite keeps beside the journal.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut name = path.into_os_string();
    name.push(suffix);
    name.into()
}
