//! The journal in one SQLite file, for the processes of one machine.
//!
//! The file is in rollback mode and shared: `order` in one terminal while a batch runs in another,
//! `history` beside both. Every change is a transaction of its own that is on the disk when it returns.

mod file;

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use certcentral::transport::Baseline;
use jiff::Timestamp;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};

use crate::digest::Salt;
use crate::record::{AttemptNumber, LookNumber, NewAttempt, Record, Token};
use crate::store::cells::Cell;
use crate::store::contract::{Claim, Store, Wanted};
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::sqlite::file::Place;
use crate::store::statements::{self, Transaction};
use crate::transition::{Transited, Transition};

const SCHEMA: &str = include_str!("schema.sql");

/// What the header of the file says that it is: `CCJR`.
const APPLICATION_ID: i32 = 0x4343_4A52;

/// How long to wait for another process.
const PATIENCE: Duration = Duration::from_secs(10);

type Result<T> = std::result::Result<T, StoreError>;

/// A journal in one SQLite file. Clones share it.
///
/// Several processes may have it open. It holds no name, address, card number or API key: only salted
/// digests, ids, times, and what a caller puts into references, labels and the names of files. Its owner
/// alone may read it.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    place: Place,
    salt: Salt,
    is_new: bool,
    connections: Mutex<Connections>,
}

struct Connections {
    journal: Connection,
    /// What was rescued of a journal that was moved, replaced or removed while it was in use.
    rescued: Option<Connection>,
}

impl SqliteStore {
    /// Opens a journal.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind`] says why it cannot be used. Nothing is written to a file that is refused.
    pub fn open(path: &Path) -> Result<Self> {
        let place = Place::existing(path)?;
        Self::connect(place, OpenFlags::SQLITE_OPEN_READ_WRITE, false)
    }

    /// Opens a journal, or makes one for its owner's eyes only, with its folder.
    ///
    /// It is made under another name and then put in place, so that nobody sees a part of it, and of
    /// two processes that make it at once both use the one that came first.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if no file can be made there.
    pub fn open_or_create(path: &Path) -> Result<Self> {
        match Self::open(path) {
            Err(error) if error.kind() == StoreErrorKind::NotFound => {
                let is_new = file::create(path, make)?;
                let place = Place::existing(path)?;
                Self::connect(place, OpenFlags::SQLITE_OPEN_READ_WRITE, is_new)
            }
            opened => opened,
        }
    }

    /// Opens a journal to read it, also in a folder that cannot be written to, and beside processes that
    /// write.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_read_only(path: &Path) -> Result<Self> {
        let place = Place::existing(path)?;
        match Self::connect(place.clone(), OpenFlags::SQLITE_OPEN_READ_ONLY, false) {
            // What a killed process left half done can be taken back only by somebody who may write.
            Err(_) if place.has_journal_left() => {
                Self::connect(place, OpenFlags::SQLITE_OPEN_READ_WRITE, false)
            }
            opened => opened,
        }
    }

    /// Returns where the journal is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.inner.place.path()
    }

    /// Returns whether this call made the journal.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.inner.is_new
    }

    /// Writes what this process knows of a journal that was moved, replaced or removed to a file beside
    /// its place, and returns where. With that file there, a journal at its place is refused.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn rescue(&self) -> Result<PathBuf> {
        self.lock().rescue(&self.inner.place)?;
        Ok(self.inner.place.rescued())
    }

    fn connect(place: Place, mode: OpenFlags, is_new: bool) -> Result<Self> {
        let connection =
            Connection::open_with_flags(place.path(), mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
                .map_err(failed)?;
        place.expect_unmoved()?;
        prepare(&connection)?;
        expect_journal(&connection).map_err(|error| error.about(place.name()))?;
        let salt = connection
            .query_row("SELECT salt FROM certcentral_journal", [], |row| row.get::<_, [u8; 16]>(0))
            .map_err(failed)?;
        let connections = Connections { journal: connection, rescued: None };
        let salt = Salt::from_bytes(salt);
        let connections = Mutex::new(connections);
        Ok(Self { inner: Arc::new(Inner { place, salt, is_new, connections }) })
    }

    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.inner.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something off the threads of the runtime. It runs to its end even if nobody waits for it.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner, &mut Connections) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = self.clone();
        let work = move || {
            let mut connections = store.lock();
            work(&store.inner, &mut connections)
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => Err(StoreError::new(StoreErrorKind::Failed).caused_by(error)),
        }
    }
}

impl Connections {
    /// The one that the store reads and writes.
    fn current(&mut self) -> &mut Connection {
        self.rescued.as_mut().unwrap_or(&mut self.journal)
    }

    fn rescue(&mut self, place: &Place) -> Result<()> {
        if self.rescued.is_some() {
            return Ok(());
        }
        let path = place.rescued();
        let text = path.to_str().ok_or_else(|| {
            StoreError::new(StoreErrorKind::Access).about("the name of the file is not Unicode")
        })?;
        self.journal.execute("VACUUM INTO ?1", [text]).map_err(failed)?;
        file::keep_private(&path);
        let rescued = Connection::open_with_flags(
            &path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .map_err(failed)?;
        prepare(&rescued)?;
        self.rescued = Some(rescued);
        Ok(())
    }

    /// Writes in one transaction. What happened to a sent order is never lost: where the journal was
    /// taken away, it is written to what is rescued of it.
    fn write<T>(&mut self, place: &Place, work: impl Fn(&mut Open<'_>) -> Result<T>) -> Result<T> {
        match in_transaction(self.current(), &work) {
            Err(error) if error.kind() == StoreErrorKind::Moved && self.rescued.is_none() => {
                self.rescue(place)?;
                in_transaction(self.current(), &work)
            }
            result => result,
        }
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    work: impl Fn(&mut Open<'_>) -> Result<T>,
) -> Result<T> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(failed)?;
    // The first page of what is written is then always the first of the file, which has its name in
    // it: a rollback file is known as this journal's by that.
    let name: i32 =
        transaction.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
    transaction.execute_batch(&format!("PRAGMA user_version = {name}")).map_err(failed)?;
    let done = work(&mut Open(&transaction))?;
    transaction.commit().map_err(failed)?;
    Ok(done)
}

/// An open transaction, or a connection that is only read.
struct Open<'a>(&'a Connection);

impl Transaction for Open<'_> {
    async fn rows(&mut self, sql: &str, parameters: &[Cell]) -> Result<Vec<Vec<Cell>>> {
        let mut statement = self.0.prepare_cached(&sql.replace('$', "?")).map_err(failed)?;
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(parameters)).map_err(failed)?;
        let mut cells = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let cell = |index| Ok(Cell::from(row.get_ref(index).map_err(failed)?));
            cells.push((0..columns).map(cell).collect::<Result<_>>()?);
        }
        Ok(cells)
    }

    async fn run(&mut self, sql: &str, parameters: &[Cell]) -> Result<u64> {
        let mut statement = self.0.prepare_cached(&sql.replace('$', "?")).map_err(failed)?;
        let changed = statement.execute(params_from_iter(parameters)).map_err(failed)?;
        Ok(changed as u64)
    }
}

/// Runs a future that never waits: SQLite answers at once.
fn now<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(StoreError::new(StoreErrorKind::Failed)),
    }
}

impl From<ValueRef<'_>> for Cell {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Text(text) => Self::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => Self::Bytes(bytes.to_vec()),
            // No column holds one.
            ValueRef::Real(number) => Self::Integer(number as i64),
        }
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

impl Store for SqliteStore {
    fn salt(&self) -> Salt {
        self.inner.salt
    }

    async fn now(&self) -> Result<Timestamp> {
        Ok(machine_now())
    }

    async fn add_look(&self, listed: &Baseline) -> Result<LookNumber> {
        let listed = statements::listed_text(listed);
        self.run(move |inner, connections| {
            connections.write(&inner.place, |transaction| {
                now(statements::add_look(transaction, &listed, machine_now()))
            })
        })
        .await
    }

    async fn look(&self, number: LookNumber) -> Result<Baseline> {
        self.run(move |_, connections| {
            now(statements::look(&mut Open(connections.current()), number))
        })
        .await
    }

    async fn claim(&self, new: &NewAttempt) -> Result<Claim> {
        let new = new.clone();
        self.run(move |inner, connections| {
            // A claim in a file that nobody finds again keeps nobody from ordering twice.
            inner.place.expect_unmoved()?;
            if connections.rescued.is_some() {
                return Err(StoreError::new(StoreErrorKind::Moved));
            }
            let claim = in_transaction(&mut connections.journal, |transaction| {
                now(statements::claim(transaction, &new, machine_now()))
            })?;
            inner.place.expect_unmoved()?;
            Ok(claim)
        })
        .await
    }

    async fn disown(&self, token: &Token) -> Result<()> {
        let token = *token;
        self.run(move |inner, connections| {
            connections.write(&inner.place, |transaction| {
                now(statements::disown(transaction, &token, machine_now()))
            })
        })
        .await
    }

    async fn transit(&self, attempt: AttemptNumber, transition: &Transition) -> Result<Transited> {
        let transition = transition.clone();
        self.run(move |inner, connections| {
            connections.write(&inner.place, |transaction| {
                now(statements::transit(transaction, attempt, &transition, machine_now()))
            })
        })
        .await
    }

    async fn records(
        &self,
        wanted: &Wanted<'_>,
        after: Option<AttemptNumber>,
        most: usize,
    ) -> Result<Vec<Record>> {
        let (condition, parameters) = statements::condition(wanted, after, most);
        self.run(move |_, connections| {
            now(statements::records(&mut Open(connections.current()), &condition, &parameters))
        })
        .await
    }

    async fn forget(&self, server: &str, reference: &str) -> Result<u64> {
        let (server, reference) = (server.to_owned(), reference.to_owned());
        self.run(move |inner, connections| {
            connections.write(&inner.place, |transaction| {
                now(statements::forget(transaction, &server, &reference))
            })
        })
        .await
    }
}

/// The time of this machine, as it can be stored.
fn machine_now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

/// Sets how a connection works, and sees to it that what is committed is on the disk.
fn prepare(connection: &Connection) -> Result<()> {
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    connection
        .execute_batch(
            "PRAGMA synchronous = EXTRA; PRAGMA fullfsync = ON; PRAGMA secure_delete = ON; \
             PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
        )
        .map_err(failed)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Ok(());
    }
    let mode: String = connection
        .query_row("PRAGMA journal_mode = TRUNCATE", [], |row| row.get(0))
        .map_err(failed)?;
    let synchronous: i64 =
        connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).map_err(failed)?;
    if mode != "truncate" || synchronous < 2 {
        return Err(StoreError::new(StoreErrorKind::NotDurable));
    }
    Ok(())
}

/// Checks that the file is a journal that this version understands.
fn expect_journal(connection: &Connection) -> Result<()> {
    let application: i32 =
        connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(failed)?;
    if application != APPLICATION_ID {
        return Err(StoreError::new(StoreErrorKind::NotAJournal));
    }
    let verdict: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| damaged(failed(error)))?;
    if verdict != "ok" {
        return Err(StoreError::new(StoreErrorKind::Damaged));
    }
    let version: i64 = connection
        .query_row("SELECT version FROM certcentral_journal", [], |row| row.get(0))
        .map_err(|error| damaged(failed(error)))?;
    match version {
        statements::VERSION => Ok(()),
        newer if newer > statements::VERSION => Err(StoreError::new(StoreErrorKind::Newer)),
        // There is no older one.
        _ => Err(StoreError::new(StoreErrorKind::Damaged)),
    }
}

/// What is known to be a journal and cannot be read is damaged.
fn damaged(error: StoreError) -> StoreError {
    match error.kind() {
        StoreErrorKind::Busy | StoreErrorKind::Access => error,
        _ => StoreError::new(StoreErrorKind::Damaged).caused_by(error),
    }
}

/// Makes a journal of an empty file.
fn make(path: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    prepare(&connection)?;
    let random = |error| StoreError::new(StoreErrorKind::Failed).caused_by(error);
    let salt = Salt::random().map_err(random)?;
    let mut name = [0; 4];
    getrandom::fill(&mut name).map_err(random)?;
    let name = i32::from_ne_bytes(name);
    connection
        .execute_batch(&format!(
            "BEGIN EXCLUSIVE; PRAGMA application_id = {APPLICATION_ID}; \
             PRAGMA user_version = {name}; {SCHEMA}"
        ))
        .map_err(failed)?;
    connection
        .execute(
            "INSERT INTO certcentral_journal (only_row, version, written_by, salt) \
             VALUES (1, ?1, ?2, ?3)",
            rusqlite::params![
                statements::VERSION,
                concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")),
                salt.as_bytes()
            ],
        )
        .map_err(failed)?;
    connection.execute_batch("COMMIT").map_err(failed)
}

/// SQLite's own code for a file that is not where it was opened.
const MOVED: i32 = 8 | (4 << 8);

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(code, _) = &error else {
        return StoreError::new(StoreErrorKind::Failed).caused_by(error);
    };
    let kind = match code.code {
        _ if code.extended_code == MOVED => StoreErrorKind::Moved,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreErrorKind::Busy,
        ErrorCode::NotADatabase => StoreErrorKind::NotAJournal,
        ErrorCode::DatabaseCorrupt => StoreErrorKind::Damaged,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => {
            StoreErrorKind::Access
        }
        ErrorCode::DiskFull => {
            return StoreError::new(StoreErrorKind::Failed).about("the disk is full");
        }
        _ => StoreErrorKind::Failed,
    };
    StoreError::new(kind).caused_by(error)
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path()).finish_non_exhaustive()
    }
}
