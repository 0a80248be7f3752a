//! The journal in a PostgreSQL database, for the processes of many machines.
//!
//! Every write is one transaction that holds the table for itself, so no claim comes between the
//! question and the answer of another; all is unnamed statements within transactions, so a pooler in
//! transaction mode may stand between.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use certcentral::transport::Baseline;
use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, IsolationLevel, Row};

use crate::digest::Salt;
use crate::record::{AttemptNumber, LookNumber, NewAttempt, Record, Token};
use crate::store::cells::Cell;
use crate::store::contract::{Claim, Store, Wanted};
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::statements::{self, ATTEMPTS, Transaction};
use crate::transition::{Transited, Transition};

type Result<T> = std::result::Result<T, StoreError>;
type Connecting = Pin<Box<dyn Future<Output = Result<Client>> + Send>>;

/// How long a call may take, and the question whether a connection works: where the network drops all,
/// nobody says so.
const CALL_LIMIT: Duration = Duration::from_secs(30);
const CHECK_LIMIT: Duration = Duration::from_secs(5);

/// A journal in a PostgreSQL database, from version 12 on. Clones share it, and one connection.
///
/// All times are by the database's clock. A claim is on the disk when it is confirmed, whatever
/// `synchronous_commit` is for the role. What the database forgets, the journal forgets: an asynchronous
/// standby that takes over and a backup that is restored have lost the newest claims. Then stop all
/// workers, and let a person look at [`Journal::strangers`](crate::Journal::strangers) before they
/// start again.
#[derive(Clone)]
pub struct PostgresStore {
    inner: Arc<Inner>,
}

struct Inner {
    connect: Box<dyn Fn() -> Connecting + Send + Sync>,
    client: Mutex<Option<Client>>,
    salt: Salt,
}

impl PostgresStore {
    /// The statements that make the tables, in the schema that the connection's `search_path` names
    /// first. They change nothing that is there.
    pub const SCHEMA: &str = include_str!("schema.sql");

    /// Opens a journal with a function that connects to its database. It is called again when the
    /// connection is lost.
    ///
    /// ```no_run
    /// use certcentral_journal::PostgresStore;
    ///
    /// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
    /// let store = PostgresStore::open_or_create(|| async {
    ///     let (client, connection) =
    ///         tokio_postgres::connect("host=db.example.com user=orders", tokio_postgres::NoTls).await?;
    ///     tokio::spawn(connection);
    ///     Ok(client)
    /// })
    /// .await?;
    /// # drop(store);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::NotFound`] if there are no tables, [`StoreErrorKind::NotDurable`] if the
    /// database does not keep what it confirms: `fsync` is off, or the tables are `UNLOGGED`;
    /// [`StoreErrorKind::Access`] if it cannot be written to, as a standby.
    pub async fn open<F>(connect: impl Fn() -> F + Send + Sync + 'static) -> Result<Self>
    where
        F: Future<Output = std::result::Result<Client, tokio_postgres::Error>> + Send + 'static,
    {
        Self::connect(connect, false).await
    }

    /// As [`open`](Self::open), and makes the [tables](Self::SCHEMA) where there are none.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if the tables cannot be made.
    pub async fn open_or_create<F>(connect: impl Fn() -> F + Send + Sync + 'static) -> Result<Self>
    where
        F: Future<Output = std::result::Result<Client, tokio_postgres::Error>> + Send + 'static,
    {
        Self::connect(connect, true).await
    }

    async fn connect<F>(
        connect: impl Fn() -> F + Send + Sync + 'static,
        may_create: bool,
    ) -> Result<Self>
    where
        F: Future<Output = std::result::Result<Client, tokio_postgres::Error>> + Send + 'static,
    {
        let connect: Box<dyn Fn() -> Connecting + Send + Sync> = Box::new(move || {
            let connecting = connect();
            Box::pin(async move { connecting.await.map_err(failed) })
        });
        let (client, salt) = limited(async {
            let mut client = connect().await?;
            let salt = match read_salt(&mut client).await {
                Err(error) if error.kind() == StoreErrorKind::NotFound && may_create => {
                    create(&mut client).await?;
                    read_salt(&mut client).await?
                }
                read => read?,
            };
            Ok((client, salt))
        })
        .await?;
        Ok(Self { inner: Arc::new(Inner { connect, client: Mutex::new(Some(client)), salt }) })
    }

    /// Does something with the connection, to its end even if nobody waits for it.
    async fn run<T, F>(&self, work: impl FnOnce(Arc<Inner>) -> F + Send) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        match tokio::spawn(work(Arc::clone(&self.inner))).await {
            Ok(result) => result,
            Err(error) => Err(StoreError::new(StoreErrorKind::Failed).caused_by(error)),
        }
    }
}

impl Inner {
    /// Takes a connection that works out of its slot, or makes one: what is not put back is closed.
    async fn connection(&self, slot: &mut Option<Client>) -> Result<Client> {
        if let Some(client) = slot.take()
            && let Ok(Ok(())) = timeout(CHECK_LIMIT, client.check_connection()).await
        {
            return Ok(client);
        }
        (self.connect)().await
    }
}

async fn limited<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(CALL_LIMIT, call).await.unwrap_or_else(|_| {
        Err(StoreError::new(StoreErrorKind::Disconnected).about("the database does not answer"))
    })
}

/// Begins a transaction on the connection of a store, does something in it, and ends it.
macro_rules! transaction {
    ($inner:ident, $writes:expr, |$open:ident| $work:expr) => {
        limited(async {
            let mut slot = $inner.client.lock().await;
            let mut client = $inner.connection(&mut slot).await?;
            let result = async {
                let mut $open = Open::begin(&mut client, $writes).await?;
                if $writes {
                    $open.expect_salt($inner.salt).await?;
                }
                let result = $work.await?;
                $open.0.commit().await.map_err(failed)?;
                Ok(result)
            }
            .await;
            *slot = Some(client);
            result
        })
        .await
    };
}

/// A transaction that is open. Dropped, it is taken back.
struct Open<'a>(tokio_postgres::Transaction<'a>);

/// What every write begins with. The table lock is held to the end of the transaction, and a process
/// that is stopped within it does not keep the others waiting for ever. None of the limits ends the
/// wait of a commit for its standby.
const BEFORE_WRITES: [&str; 2] = [
    "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') \
     WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true), \
     set_config('lock_timeout', '5s', true), set_config('statement_timeout', '10s', true), \
     set_config('idle_in_transaction_session_timeout', '10s', true)",
    "LOCK TABLE certcentral_attempts IN SHARE ROW EXCLUSIVE MODE",
];

impl<'a> Open<'a> {
    async fn begin(client: &'a mut Client, writes: bool) -> Result<Self> {
        let begin = client.build_transaction();
        let begin = begin.isolation_level(IsolationLevel::ReadCommitted).read_only(!writes);
        let mut open = Self(begin.start().await.map_err(failed)?);
        if writes {
            for sql in BEFORE_WRITES {
                open.rows(sql, &[]).await?;
            }
        }
        Ok(open)
    }

    /// Which journal this is.
    async fn salt(&mut self) -> Result<Salt> {
        let sql = "SELECT version, salt FROM certcentral_journal";
        match self.rows(sql, &[]).await?.concat().as_slice() {
            [] => Err(StoreError::new(StoreErrorKind::NotFound)),
            [Cell::Integer(version), _] if *version > statements::VERSION => {
                Err(StoreError::new(StoreErrorKind::Newer))
            }
            [Cell::Integer(statements::VERSION), Cell::Bytes(salt)] => {
                let salt: Option<[u8; 16]> = salt.as_slice().try_into().ok();
                salt.map(Salt::from_bytes).ok_or_else(|| StoreError::new(StoreErrorKind::Damaged))
            }
            _ => Err(StoreError::new(StoreErrorKind::Damaged)),
        }
    }

    /// Checks that this is the journal that was opened: another database that answers now does not know
    /// what was ordered.
    async fn expect_salt(&mut self, salt: Salt) -> Result<()> {
        if self.salt().await? == salt {
            Ok(())
        } else {
            Err(StoreError::new(StoreErrorKind::Moved))
        }
    }

    /// The time by the database's clock, as it can be stored.
    async fn now(&mut self) -> Result<Timestamp> {
        let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";
        let now = statements::one_integer(self.rows(sql, &[]).await?)?;
        Timestamp::from_millisecond(now)
            .map_err(|error| StoreError::new(StoreErrorKind::Failed).caused_by(error))
    }
}

impl Transaction for Open<'_> {
    async fn rows(&mut self, sql: &str, parameters: &[Cell]) -> Result<Vec<Vec<Cell>>> {
        let rows = self.0.query_typed(sql, &typed(parameters)).await.map_err(failed)?;
        rows.iter().map(cells).collect()
    }

    async fn run(&mut self, sql: &str, parameters: &[Cell]) -> Result<u64> {
        self.0.execute_typed(sql, &typed(parameters)).await.map_err(failed)
    }
}

fn typed(parameters: &[Cell]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    let typed = |cell| -> (&(dyn ToSql + Sync), Type) {
        match cell {
            // The database knows its type from the place.
            &Cell::Null => (&None::<&str>, Type::UNKNOWN),
            Cell::Integer(number) => (number, Type::INT8),
            Cell::Text(text) => (text, Type::TEXT),
            Cell::Bytes(bytes) => (bytes, Type::BYTEA),
        }
    };
    parameters.iter().map(typed).collect()
}

fn cells(row: &Row) -> Result<Vec<Cell>> {
    let cell = |(index, column): (usize, &tokio_postgres::Column)| {
        Ok(match *column.type_() {
            Type::INT8 => Cell::from(row.try_get::<_, Option<i64>>(index).map_err(failed)?),
            Type::BYTEA => {
                let bytes = row.try_get::<_, Option<Vec<u8>>>(index).map_err(failed)?;
                bytes.map_or(Cell::Null, Cell::Bytes)
            }
            _ => Cell::from(row.try_get::<_, Option<&str>>(index).map_err(failed)?),
        })
    };
    row.columns().iter().enumerate().map(cell).collect()
}

/// Makes the tables, once for all processes that try at the same time.
async fn create(client: &mut Client) -> Result<()> {
    let salt =
        Salt::random().map_err(|error| StoreError::new(StoreErrorKind::Failed).caused_by(error))?;
    let begin = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted);
    let mut open = Open(begin.read_only(false).start().await.map_err(failed)?);
    // Any number that all versions of this program agree on: nothing can be locked yet.
    open.rows("SELECT pg_advisory_xact_lock(4847250)::text", &[]).await?;
    open.0.batch_execute(PostgresStore::SCHEMA).await.map_err(failed)?;
    // Attempts whose salt was lost are the rest of a journal, and not the beginning of one.
    let sql = "INSERT INTO certcentral_journal (only_row, version, written_by, salt) \
               SELECT 1, $1, $2, $3 WHERE NOT EXISTS (SELECT FROM certcentral_attempts) \
               ON CONFLICT DO NOTHING";
    let by = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    let salt = Cell::Bytes(salt.as_bytes().to_vec());
    open.run(sql, &[statements::VERSION.into(), by.into(), salt]).await?;
    open.0.commit().await.map_err(failed)
}

/// Checks that a database has a journal that this version understands and keeps what it confirms, and
/// reads the salt.
async fn read_salt(client: &mut Client) -> Result<Salt> {
    let mut open = Open::begin(client, false).await?;
    let sql = "SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END::bigint, \
               CASE WHEN current_setting('fsync') = 'on' THEN 1 ELSE 0 END::bigint";
    let found = open.rows(sql, &[]).await?;
    let [Cell::Integer(is_standby), Cell::Integer(is_synced)] = *found.concat() else {
        return Err(StoreError::new(StoreErrorKind::Failed));
    };
    if is_standby != 0 {
        return Err(StoreError::new(StoreErrorKind::Access).about("the database is a standby"));
    }
    if is_synced == 0 {
        return Err(StoreError::new(StoreErrorKind::NotDurable).about("fsync is off"));
    }
    let sql = format!(
        "SELECT count(*) FROM pg_class WHERE oid = to_regclass('{ATTEMPTS}') AND relpersistence <> 'p'"
    );
    if statements::one_integer(open.rows(&sql, &[]).await?)? != 0 {
        let error = StoreError::new(StoreErrorKind::NotDurable);
        return Err(error.about(format!("{ATTEMPTS} is an unlogged or temporary table")));
    }
    open.salt().await
}

impl Store for PostgresStore {
    fn salt(&self) -> Salt {
        self.inner.salt
    }

    async fn now(&self) -> Result<Timestamp> {
        self.run(|inner| async move { transaction!(inner, false, |open| open.now()) }).await
    }

    async fn add_look(&self, listed: &Baseline) -> Result<LookNumber> {
        let listed = statements::listed_text(listed);
        self.run(|inner| async move {
            transaction!(inner, true, |open| async {
                let now = open.now().await?;
                statements::add_look(&mut open, &listed, now).await
            })
        })
        .await
    }

    async fn look(&self, number: LookNumber) -> Result<Baseline> {
        self.run(move |inner| async move {
            transaction!(inner, false, |open| statements::look(&mut open, number))
        })
        .await
    }

    async fn claim(&self, new: &NewAttempt) -> Result<Claim> {
        let new = new.clone();
        self.run(|inner| async move {
            transaction!(inner, true, |open| async {
                let now = open.now().await?;
                statements::claim(&mut open, &new, now).await
            })
        })
        .await
    }

    async fn disown(&self, token: &Token) -> Result<()> {
        let token = *token;
        self.run(move |inner| async move {
            transaction!(inner, true, |open| async {
                let now = open.now().await?;
                statements::disown(&mut open, &token, now).await
            })
        })
        .await
    }

    async fn transit(&self, attempt: AttemptNumber, transition: &Transition) -> Result<Transited> {
        let transition = transition.clone();
        self.run(move |inner| async move {
            transaction!(inner, true, |open| async {
                let now = open.now().await?;
                statements::transit(&mut open, attempt, &transition, now).await
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
        self.run(|inner| async move {
            transaction!(inner, false, |open| {
                statements::records(&mut open, &condition, &parameters)
            })
        })
        .await
    }

    async fn forget(&self, server: &str, reference: &str) -> Result<u64> {
        let (server, reference) = (server.to_owned(), reference.to_owned());
        self.run(|inner| async move {
            transaction!(inner, true, |open| statements::forget(&mut open, &server, &reference))
        })
        .await
    }
}

/// An error of the database, by its code alone: its texts quote what is in the rows.
#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: tokio_postgres::Error) -> StoreError {
    let Some(code) = error.code() else {
        // No answer of the database: the connection.
        return StoreError::new(StoreErrorKind::Disconnected).caused_by(error);
    };
    let kind = match *code {
        SqlState::UNDEFINED_TABLE => StoreErrorKind::NotFound,
        SqlState::LOCK_NOT_AVAILABLE
        | SqlState::QUERY_CANCELED
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::T_R_SERIALIZATION_FAILURE => StoreErrorKind::Busy,
        SqlState::INSUFFICIENT_PRIVILEGE | SqlState::READ_ONLY_SQL_TRANSACTION => {
            StoreErrorKind::Access
        }
        _ if code.code().starts_with("57P") || code.code().starts_with("08") => {
            StoreErrorKind::Disconnected
        }
        _ => StoreErrorKind::Failed,
    };
    StoreError::new(kind).about(format!("SQLSTATE {}", code.code()))
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
