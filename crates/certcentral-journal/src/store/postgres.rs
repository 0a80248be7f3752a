//! The journal in a PostgreSQL database, for services with replicas.
//!
//! Every change is one transaction that takes the journal's lock before it reads: what it read is still
//! so when it writes. Lock, limits and durability are those of the transaction. Nothing is set for a
//! session and no statement has a name, so that a pooler may give each transaction another connection.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use certcentral::transport::Baseline;
use jiff::Timestamp;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;
use tokio_postgres::types::{FromSql, ToSql, Type};
use tokio_postgres::{Client, IsolationLevel, Row};

use crate::digest::Salt;
use crate::record::{AttemptNumber, LookNumber, NewAttempt, Record, Token};
use crate::store::cells::Cell;
use crate::store::statements::{self, Transaction};
use crate::store::{Claim, Store, StoreError, StoreErrorKind, Wanted};
use crate::transition::{Transited, Transition};

/// What every transaction begins with. The lock waits for the one of another process at most; a process
/// that was stopped within a transaction is cut off, so that it cannot keep the lock. The default of
/// the role may be that a commit is confirmed before it is on the disk. The number is `ccjourn\0`.
const BEGIN: &str = "\
    SET LOCAL statement_timeout = '10s'; \
    SET LOCAL lock_timeout = '5s'; \
    SET LOCAL idle_in_transaction_session_timeout = '10s'; \
    SELECT set_config('synchronous_commit', 'on', true) \
        WHERE current_setting('synchronous_commit') <> 'remote_apply'; \
    SELECT pg_advisory_xact_lock(7161684859393568256)";

/// A commit whose wait for a standby is cut short by a limit would be confirmed all the same.
const BEFORE_COMMIT: &str = "SET LOCAL statement_timeout = 0";

/// Read after the lock was taken: of which journal and version the tables are, and the database's time.
const JOURNAL: &str = "SELECT version, salt, \
    floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM certcentral_journal";

const NOW: &str = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// How long to wait for an answer to a whole call, and to the question whether the connection works.
const CALL_LIMIT: Duration = Duration::from_secs(30);
const CHECK_LIMIT: Duration = Duration::from_secs(5);

type Result<T> = std::result::Result<T, StoreError>;
type Connecting = Pin<Box<dyn Future<Output = Result<Client>> + Send>>;
type Connect = Box<dyn Fn() -> Connecting + Send + Sync>;

/// A journal in a PostgreSQL database. Clones share it, and its one connection.
///
/// All processes that order share one database, and connect to its primary server. Each change is
/// flushed to disk before it is confirmed, whatever the default of the role is. Where the database has
/// a standby, make it a synchronous one: an asynchronous standby that takes over, like a backup that is
/// restored, has forgotten the last claims. See `docs/services.md` for what to do then.
///
/// TLS, and a pooler in transaction mode, are up to the caller's connection. The tables are made in the
/// first schema of the `search_path` if it leads to none.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use certcentral_journal::PostgresStore;
/// use tokio_postgres::NoTls;
///
/// let store = PostgresStore::connect_with(|| async {
///     let config = "host=/run/postgresql user=orders dbname=orders";
///     let (client, connection) = tokio_postgres::connect(config, NoTls).await?;
///     tokio::spawn(connection);
///     Ok::<_, tokio_postgres::Error>(client)
/// })
/// .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    inner: Arc<Inner>,
}

struct Inner {
    salt: Salt,
    client: Mutex<Client>,
    connect: Option<Connect>,
}

impl PostgresStore {
    /// Opens the journal of the database that a function connects to, or makes it. When a connection is
    /// lost, the next call connects again.
    ///
    /// The function also keeps the `Connection` that belongs to the client going, as a task.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind`] says why the journal cannot be used.
    pub async fn connect_with<F, C, E>(connect: F) -> Result<Self>
    where
        F: Fn() -> C + Send + Sync + 'static,
        C: Future<Output = std::result::Result<Client, E>> + Send + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let connect: Connect = Box::new(move || {
            let connecting = connect();
            Box::pin(async move {
                let failed = |error| StoreError::new(StoreErrorKind::Disconnected).caused_by(error);
                connecting.await.map_err(failed)
            })
        });
        limited(async move { Self::open(connect().await?, Some(connect)).await }).await
    }

    /// Opens the journal of a database, or makes it. When the connection is lost, so is the store.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind`] says why the journal cannot be used.
    pub async fn new(client: Client) -> Result<Self> {
        limited(Self::open(client, None)).await
    }

    async fn open(mut client: Client, connect: Option<Connect>) -> Result<Self> {
        let transaction = begin(&mut client).await?;
        let mut session = Session(transaction.client());
        let fsync = session.rows("SELECT current_setting('fsync')", &[]).await?;
        if fsync == [[Cell::Text("off".into())]] {
            return Err(StoreError::new(StoreErrorKind::NotDurable).about("fsync is off"));
        }
        let sql = "SELECT count(to_regclass('certcentral_journal'))";
        if statements::one_integer(session.rows(sql, &[]).await?)? == 0 {
            session.0.batch_execute(&schema()).await.map_err(failed)?;
            let random = |error| StoreError::new(StoreErrorKind::Failed).caused_by(error);
            let salt = Salt::random().map_err(random)?;
            let sql = "INSERT INTO certcentral_journal (only_row, version, written_by, salt) \
                       VALUES (1, $1, $2, $3)";
            let written_by = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
            let salt = Cell::Bytes(salt.as_bytes().to_vec());
            session.run(sql, &[statements::VERSION.into(), written_by.into(), salt]).await?;
        }
        let (salt, _) = session.journal().await?;
        commit(transaction).await?;
        Ok(Self { inner: Arc::new(Inner { salt, client: Mutex::new(client), connect }) })
    }

    /// Returns a connection that works.
    async fn client(&self) -> Result<MutexGuard<'_, Client>> {
        let mut client = self.inner.client.lock().await;
        let works = timeout(CHECK_LIMIT, client.check_connection()).await;
        if !matches!(works, Ok(Ok(()))) {
            let Some(connect) = &self.inner.connect else {
                return Err(StoreError::new(StoreErrorKind::Disconnected)
                    .about("open the store again with a new connection"));
            };
            *client = connect().await?;
        }
        Ok(client)
    }

    /// Begins a transaction in the journal that was opened, and reads the database's clock.
    async fn begin<'a>(
        &self,
        client: &'a mut Client,
    ) -> Result<(tokio_postgres::Transaction<'a>, Timestamp)> {
        let transaction = begin(client).await?;
        let (salt, now) = Session(transaction.client()).journal().await?;
        // Another database answers at the same address: what it does not know is no evidence.
        if salt != self.inner.salt {
            return Err(StoreError::new(StoreErrorKind::Moved));
        }
        Ok((transaction, now))
    }
}

/// Begins a transaction that is alone in the journal. Each statement sees what was committed before it,
/// whatever the default of the role is.
async fn begin(client: &mut Client) -> Result<tokio_postgres::Transaction<'_>> {
    let builder = client.build_transaction().read_only(false);
    let transaction =
        builder.isolation_level(IsolationLevel::ReadCommitted).start().await.map_err(failed)?;
    transaction.batch_execute(BEGIN).await.map_err(failed)?;
    Ok(transaction)
}

async fn commit(transaction: tokio_postgres::Transaction<'_>) -> Result<()> {
    transaction.batch_execute(BEFORE_COMMIT).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// Waits for a call to a database, but not for ever.
async fn limited<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(CALL_LIMIT, call).await.unwrap_or_else(|_| {
        Err(StoreError::new(StoreErrorKind::Disconnected).about("the database does not answer"))
    })
}

/// The tables of the SQLite journal, in PostgreSQL's types.
fn schema() -> String {
    include_str!("sqlite/schema.sql")
        .replace(
            "INTEGER PRIMARY KEY AUTOINCREMENT",
            "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        )
        .replace("INTEGER", "BIGINT")
        .replace("BLOB", "BYTEA")
        .replace(") STRICT;", ");")
}

/// A connection, within a transaction or to read.
struct Session<'a>(&'a Client);

impl Session<'_> {
    /// Reads which journal this is, and the time.
    async fn journal(&mut self) -> Result<(Salt, Timestamp)> {
        let row = self.rows(JOURNAL, &[]).await?.pop();
        let damaged = || StoreError::new(StoreErrorKind::Damaged);
        let Some([Cell::Integer(version), Cell::Bytes(salt), Cell::Integer(now)]) = row.as_deref()
        else {
            return Err(damaged());
        };
        match *version {
            statements::VERSION => {}
            newer if newer > statements::VERSION => {
                return Err(StoreError::new(StoreErrorKind::Newer));
            }
            // There is no older one.
            _ => return Err(damaged()),
        }
        let salt = salt.as_slice().try_into().map_err(|_| damaged())?;
        Ok((Salt::from_bytes(salt), time(*now)?))
    }
}

impl Transaction for Session<'_> {
    async fn rows(&mut self, sql: &str, parameters: &[Cell]) -> Result<Vec<Vec<Cell>>> {
        let rows = self.0.query_typed(sql, &typed(parameters)).await.map_err(failed)?;
        let cells = |row: Row| (0..row.len()).map(|cell| row.try_get(cell)).collect();
        rows.into_iter().map(cells).collect::<std::result::Result<_, _>>().map_err(failed)
    }

    async fn run(&mut self, sql: &str, parameters: &[Cell]) -> Result<u64> {
        self.0.execute_typed(sql, &typed(parameters)).await.map_err(failed)
    }
}

fn typed(parameters: &[Cell]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    let typed = parameters.iter().map(|cell| -> (&(dyn ToSql + Sync), Type) {
        match cell {
            // The database finds the type of what is not there.
            Cell::Null => (&None::<&str>, Type::UNKNOWN),
            Cell::Integer(number) => (number, Type::INT8),
            Cell::Text(text) => (text, Type::TEXT),
            Cell::Bytes(bytes) => (bytes, Type::BYTEA),
        }
    });
    typed.collect()
}

impl<'a> FromSql<'a> for Cell {
    fn from_sql(
        of: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        match *of {
            Type::INT8 => i64::from_sql(of, raw).map(Self::Integer),
            Type::BYTEA => Vec::from_sql(of, raw).map(Self::Bytes),
            _ => String::from_sql(of, raw).map(Self::Text),
        }
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(of: &Type) -> bool {
        matches!(*of, Type::INT8 | Type::TEXT | Type::BYTEA)
    }
}

impl Store for PostgresStore {
    fn salt(&self) -> Salt {
        self.inner.salt
    }

    async fn now(&self) -> Result<Timestamp> {
        limited(async {
            let client = self.client().await?;
            time(statements::one_integer(Session(&client).rows(NOW, &[]).await?)?)
        })
        .await
    }

    async fn add_look(&self, listed: &Baseline) -> Result<LookNumber> {
        limited(async {
            let mut client = self.client().await?;
            let (transaction, now) = self.begin(&mut client).await?;
            let sql = "INSERT INTO certcentral_looks (looked_at, listed) VALUES ($1, $2) \
                       RETURNING look";
            // A list of numbers can always be written.
            let listed = serde_json::to_string(listed).unwrap_or_default();
            let parameters = [now.into(), listed.as_str().into()];
            let look = Session(transaction.client()).rows(sql, &parameters).await?;
            commit(transaction).await?;
            statements::one_integer(look).map(LookNumber)
        })
        .await
    }

    async fn look(&self, number: LookNumber) -> Result<Baseline> {
        limited(async {
            let client = self.client().await?;
            let sql = "SELECT listed FROM certcentral_looks WHERE look = $1";
            Session(&client).rows(sql, &[number.0.into()]).await.map(statements::baseline)
        })
        .await
    }

    async fn claim(&self, new: &NewAttempt) -> Result<Claim> {
        limited(async {
            let mut client = self.client().await?;
            let (transaction, now) = self.begin(&mut client).await?;
            let mut session = Session(transaction.client());
            let claim = statements::claim(&mut session, new, now).await?;
            commit(transaction).await?;
            Ok(claim)
        })
        .await
    }

    async fn disown(&self, token: &Token) -> Result<()> {
        limited(async {
            let mut client = self.client().await?;
            // The lock waits for the end of a claim that was not confirmed.
            let (transaction, now) = self.begin(&mut client).await?;
            statements::disown(&mut Session(transaction.client()), token, now).await?;
            commit(transaction).await
        })
        .await
    }

    async fn transit(&self, attempt: AttemptNumber, transition: &Transition) -> Result<Transited> {
        limited(async {
            let mut client = self.client().await?;
            let (transaction, now) = self.begin(&mut client).await?;
            let mut session = Session(transaction.client());
            let lock = " FOR UPDATE";
            let transited =
                statements::transit(&mut session, attempt, transition, now, lock).await?;
            commit(transaction).await?;
            Ok(transited)
        })
        .await
    }

    async fn records(
        &self,
        wanted: &Wanted<'_>,
        after: Option<AttemptNumber>,
        most: usize,
    ) -> Result<Vec<Record>> {
        limited(async {
            let client = self.client().await?;
            let (condition, parameters) = statements::condition(wanted, after, most);
            statements::records(&mut Session(&client), &condition, &parameters).await
        })
        .await
    }

    async fn forget(&self, server: &str, reference: &str) -> Result<u64> {
        limited(async {
            let mut client = self.client().await?;
            let (transaction, _) = self.begin(&mut client).await?;
            let mut session = Session(transaction.client());
            let forgotten = statements::forget(&mut session, server, reference).await?;
            commit(transaction).await?;
            Ok(forgotten)
        })
        .await
    }
}

fn time(milliseconds: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|error| StoreError::new(StoreErrorKind::Failed).caused_by(error))
}

/// What a failure means. What the database says of it may hold values of a row: its code alone is kept.
#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: tokio_postgres::Error) -> StoreError {
    let Some(code) = error.code().map(|code| code.code().to_owned()) else {
        let is_lost = error.is_closed() || error.source().is_some_and(|it| it.is::<io::Error>());
        let kind = if is_lost { StoreErrorKind::Disconnected } else { StoreErrorKind::Failed };
        return StoreError::new(kind).caused_by(error);
    };
    let (kind, remedy) = match &*code {
        "55P03" | "57014" | "40001" | "40P01" | "53300" => (StoreErrorKind::Busy, ""),
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => (StoreErrorKind::Disconnected, ""),
        "25006" => (StoreErrorKind::Access, "it is read-only: connect to the primary server, "),
        "42501" | "3F000" => (StoreErrorKind::Access, "the role may not make or use its tables, "),
        "42P01" => (StoreErrorKind::Moved, "a table is missing, "),
        "53100" => (StoreErrorKind::Failed, "the disk is full, "),
        "XX001" | "XX002" => (StoreErrorKind::Damaged, ""),
        code if code.starts_with("08") => (StoreErrorKind::Disconnected, ""),
        _ => (StoreErrorKind::Failed, ""),
    };
    StoreError::new(kind).about(format!("{remedy}SQL state {code}"))
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
