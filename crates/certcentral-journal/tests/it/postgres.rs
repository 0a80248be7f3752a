//! The journal in a PostgreSQL database: the rules of a store, and what roles, poolers, lost connections
//! and crashes must not break.
//!
//! The tests start a cluster of their own in a temporary folder, without a port. Where PostgreSQL is not
//! installed they say so and check nothing, unless `CERTCENTRAL_DENY_SKIPS` is set.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use certcentral_journal::{
    Allowed, NewAttempt, PersonPrints, PostgresStore, Record, State, Store, StoreError,
    StoreErrorKind, Wanted, conformance,
};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::UnixStream;
use tokio_postgres::{Client, NoTls};

/// Keeps a server going until its standard input ends, however this process ends.
const SERVE: &str = r#""$1/pg_ctl" -D "$2" -l "$2/log" -w start >&2 && echo ready
read -r _
"$1/pg_ctl" -D "$2" -m immediate stop >&2"#;

/// The WAL is written long after a commit that does not wait for it.
const CONFIGURATION: &str = "
listen_addresses = ''
max_connections = 60
shared_buffers = '16MB'
wal_writer_delay = 10000
autovacuum = off
";

/// A cluster of databases. It is stopped when it is dropped.
struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    server: Option<Child>,
}

impl Cluster {
    /// Starts one, if PostgreSQL is installed.
    fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os("CERTCENTRAL_DENY_SKIPS").is_none(),
                "PostgreSQL is not installed, and no test may be skipped"
            );
            // Past the harness, which keeps what a test that passes prints.
            let mut terminal = std::io::stderr().lock();
            writeln!(terminal, "SKIPPED: PostgreSQL is not installed (Debian: postgresql)")
                .unwrap();
            return None;
        };
        let folder = TempDir::new().unwrap();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let mut cluster = Self { programs, folder, server: None };
        let data = cluster.folder.path().join("data");
        run(as_server(&cluster.programs.join("initdb"))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"])
            .arg("--no-sync")
            .arg("-D")
            .arg(&data));
        cluster.configure(CONFIGURATION);
        cluster.configure(&format!(
            "unix_socket_directories = '{}'\n",
            cluster.folder.path().display()
        ));
        cluster.serve();
        Some(cluster)
    }

    fn configure(&self, settings: &str) {
        let path = self.folder.path().join("data/postgresql.conf");
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(settings.as_bytes()).unwrap();
    }

    fn serve(&mut self) {
        let mut server = as_server(Path::new("sh"))
            .args(["-c", SERVE, "sh"])
            .arg(&self.programs)
            .arg(self.folder.path().join("data"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.server = Some(server);
        if line != "ready\n" {
            let log = fs::read_to_string(self.folder.path().join("data/log")).unwrap_or_default();
            panic!("the server did not start: {log}");
        }
    }

    /// Stops the server at once, as a crash does.
    fn crash(&mut self) {
        if let Some(mut server) = self.server.take() {
            drop(server.stdin.take());
            let _ = server.wait();
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join(".s.PGSQL.5432")
    }

    /// How to connect to a database as a role.
    fn config(&self, database: &str, role: &str) -> tokio_postgres::Config {
        let mut config = tokio_postgres::Config::new();
        config.host_path(self.folder.path()).dbname(database).user(role);
        config
    }

    /// Connects to a database as a superuser.
    async fn administrator(&self, database: &str) -> Client {
        connect(self.config(database, "postgres")).await.unwrap()
    }

    /// Makes a database that belongs to a role of its name, whose defaults are as bad as can be.
    async fn database(&self, name: &str) {
        let administrator = self.administrator("postgres").await;
        let statements = [
            format!("CREATE ROLE {name} LOGIN"),
            format!("CREATE DATABASE {name} OWNER {name}"),
            format!("ALTER ROLE {name} SET synchronous_commit = off"),
            format!("ALTER ROLE {name} SET default_transaction_isolation = 'repeatable read'"),
            format!("ALTER ROLE {name} SET default_transaction_read_only = on"),
        ];
        for statement in statements {
            administrator.batch_execute(&statement).await.unwrap();
        }
    }

    /// Opens the journal of such a database.
    async fn store(&self, name: &str) -> PostgresStore {
        let config = self.config(name, name);
        PostgresStore::connect_with(move || connect(config.clone())).await.unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.crash();
    }
}

/// The cluster that tests share while at least one of them runs.
fn shared() -> Option<Arc<Cluster>> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cluster) = shared.upgrade() {
        return Some(cluster);
    }
    let cluster = Arc::new(Cluster::start()?);
    *shared = Arc::downgrade(&cluster);
    Some(cluster)
}

/// The folder of PostgreSQL's programs: the newest of Debian's, else where the others are.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort_by_key(|path| {
        path.parent().and_then(|it| it.file_name()?.to_str()?.parse::<u32>().ok())
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut folders = versions.into_iter().rev().chain(others);
    folders.find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

/// A command of the server's own user: PostgreSQL does not run as root.
fn as_server(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn connect(config: tokio_postgres::Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Connects through something that stands between.
async fn connect_through(
    config: &tokio_postgres::Config,
    between: impl Future<Output = std::io::Result<()>> + Send + 'static,
    near: DuplexStream,
) -> Result<Client, tokio_postgres::Error> {
    tokio::spawn(between);
    let (client, connection) = config.connect_raw(near, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Reads a message of the protocol as it is, its kind first.
async fn message(from: &mut (impl AsyncReadExt + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut message = vec![0; 5];
    from.read_exact(&mut message).await?;
    let [_, a, b, c, d] = message[..] else { unreachable!() };
    message.resize(1 + u32::from_be_bytes([a, b, c, d]) as usize, 0);
    from.read_exact(&mut message[5..]).await?;
    Ok(message)
}

/// Copies the answer to one request. Returns it, too.
async fn answer(from: &mut UnixStream, to: &mut DuplexStream) -> std::io::Result<Vec<u8>> {
    loop {
        let message = message(from).await?;
        to.write_all(&message).await?;
        if message[0] == b'Z' {
            return Ok(message);
        }
    }
}

/// Copies one request. Returns its last message, too.
async fn request(from: &mut DuplexStream, to: &mut UnixStream) -> std::io::Result<Vec<u8>> {
    loop {
        let message = message(from).await?;
        to.write_all(&message).await?;
        if matches!(message[0], b'Q' | b'S') {
            return Ok(message);
        }
    }
}

/// Reads the first message of a client, which has no kind.
async fn startup(from: &mut DuplexStream) -> std::io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    let mut startup = length.to_be_bytes().to_vec();
    startup.resize(length as usize, 0);
    from.read_exact(&mut startup[4..]).await?;
    Ok(startup)
}

/// A pooler in transaction mode that always changes the connection: no transaction has that of the one
/// before it.
async fn pooler(socket: PathBuf, mut far: DuplexStream) -> std::io::Result<()> {
    let startup = startup(&mut far).await?;
    let mut sessions = [UnixStream::connect(&socket).await?, UnixStream::connect(&socket).await?];
    let (mut unseen, _kept) = tokio::io::duplex(1 << 16);
    for session in &mut sessions {
        session.write_all(&startup).await?;
    }
    answer(&mut sessions[0], &mut unseen).await?;
    answer(&mut sessions[1], &mut far).await?;
    for turn in 0.. {
        let session = &mut sessions[turn % 2];
        loop {
            request(&mut far, session).await?;
            let ready = answer(session, &mut far).await?;
            // Whether a transaction is open.
            if ready[5] == b'I' {
                break;
            }
        }
    }
    Ok(())
}

/// A wire that is cut between the next commit and its confirmation, if it is told to.
async fn wire(socket: PathBuf, mut far: DuplexStream, cut: Arc<AtomicBool>) -> std::io::Result<()> {
    let mut session = UnixStream::connect(&socket).await?;
    session.write_all(&startup(&mut far).await?).await?;
    answer(&mut session, &mut far).await?;
    loop {
        let last = request(&mut far, &mut session).await?;
        if last.ends_with(b"COMMIT\0") && cut.swap(false, Ordering::SeqCst) {
            // It is carried out.
            while message(&mut session).await?[0] != b'Z' {}
            return Ok(());
        }
        answer(&mut session, &mut far).await?;
    }
}

fn attempt(reference: &str) -> NewAttempt {
    let mut token = [0; 16];
    token[..reference.len()].copy_from_slice(reference.as_bytes());
    NewAttempt {
        server: "https://certcentral.example.com/".into(),
        product: "product".into(),
        reference: Some(reference.into()),
        label: None,
        file: None,
        row: None,
        digest: [1; 32],
        person: PersonPrints {
            person: [token, token].concat().try_into().unwrap(),
            individual: None,
            full_name: None,
            email: None,
            words: Vec::new(),
        },
        key: [3; 32],
        account: None,
        token,
        look: None,
        over_after: Duration::from_secs(3600),
        clock_offset_ms: None,
        over_boot: None,
        allowed: Allowed::default(),
    }
}

async fn claimed(store: &PostgresStore, reference: &str) -> Record {
    *store.claim(&attempt(reference)).await.unwrap().unwrap()
}

/// The states of all attempts, by their references.
async fn states(store: &PostgresStore) -> Vec<(String, State)> {
    let records = store.records(&Wanted::All, None, 99).await.unwrap();
    let state = |record: Record| (record.entry.reference.unwrap(), record.entry.state);
    records.into_iter().map(state).collect()
}

fn kind<T>(result: Result<T, StoreError>) -> Option<StoreErrorKind> {
    result.err().map(|error| error.kind())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_every_rule_of_a_store_whatever_the_defaults_of_the_role() {
    let Some(cluster) = shared() else { return };
    cluster.database("rules").await;
    conformance::run(&cluster.store("rules").await, &cluster.store("rules").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_works_through_a_pooler_that_changes_the_connection_after_each_transaction() {
    let Some(cluster) = shared() else { return };
    cluster.database("pooled").await;
    let store = || async {
        let (config, socket) = (cluster.config("pooled", "pooled"), cluster.socket());
        let connect = move || {
            let (near, far) = tokio::io::duplex(1 << 16);
            let (config, pooler) = (config.clone(), pooler(socket.clone(), far));
            async move { connect_through(&config, pooler, near).await }
        };
        PostgresStore::connect_with(connect).await.unwrap()
    };
    conformance::run(&store().await, &store().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_open_it_at_once_one_makes_it() {
    let Some(cluster) = shared() else { return };
    cluster.database("made").await;
    let stores: Vec<_> = (0..8)
        .map(|_| {
            let config = cluster.config("made", "made");
            tokio::spawn(PostgresStore::connect_with(move || connect(config.clone())))
        })
        .collect();
    let mut salts = Vec::new();
    for store in stores {
        salts.push(store.await.unwrap().unwrap().salt());
    }
    assert!(salts.iter().all(|salt| *salt == salts[0]));
}

#[tokio::test]
async fn a_lost_connection_is_replaced_before_the_next_call() {
    let Some(cluster) = shared() else { return };
    cluster.database("lost").await;
    let administrator = cluster.administrator("lost").await;
    let kill = async || {
        let sql = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
                   WHERE usename = 'lost'";
        administrator.batch_execute(sql).await.unwrap();
    };
    let store = cluster.store("lost").await;
    claimed(&store, "one").await;
    kill().await;
    claimed(&store, "two").await;
    kill().await;
    assert_eq!(states(&store).await.len(), 2);

    let client = connect(cluster.config("lost", "lost")).await.unwrap();
    let only = PostgresStore::new(client).await.unwrap();
    claimed(&only, "three").await;
    kill().await;
    let lost = only.claim(&attempt("four")).await;
    assert_eq!(kind(lost), Some(StoreErrorKind::Disconnected));
    assert_eq!(states(&store).await.len(), 3, "nothing was claimed");
}

#[tokio::test]
async fn a_claim_whose_commit_is_not_confirmed_fails_and_can_be_disowned() {
    let Some(cluster) = shared() else { return };
    cluster.database("cut").await;
    let cut = Arc::new(AtomicBool::new(false));
    let (config, socket, is_cut) = (cluster.config("cut", "cut"), cluster.socket(), cut.clone());
    let connect = move || {
        let (near, far) = tokio::io::duplex(1 << 16);
        let (config, wire) = (config.clone(), wire(socket.clone(), far, is_cut.clone()));
        async move { connect_through(&config, wire, near).await }
    };
    let store = PostgresStore::connect_with(connect).await.unwrap();
    let other = cluster.store("cut").await;

    cut.store(true, Ordering::SeqCst);
    let new = attempt("order");
    let claim = store.claim(&new).await;
    assert_eq!(kind(claim), Some(StoreErrorKind::Disconnected));
    assert_eq!(states(&other).await, [("order".to_owned(), State::Sending)], "it was committed");
    store.disown(&new.token).await.unwrap();
    assert_eq!(states(&other).await, [("order".to_owned(), State::NotSent)]);
    claimed(&store, "order again").await;
}

#[tokio::test]
async fn what_is_not_the_journal_that_was_opened_is_refused() {
    let Some(cluster) = shared() else { return };
    cluster.database("other").await;
    let administrator = cluster.administrator("other").await;
    let config = cluster.config("other", "other");
    let open = || {
        PostgresStore::connect_with({
            let config = config.clone();
            move || connect(config.clone())
        })
    };
    let store = open().await.unwrap();
    let run = async |sql: &str| administrator.batch_execute(sql).await.unwrap();

    run("UPDATE certcentral_journal SET version = 2").await;
    assert_eq!(kind(open().await), Some(StoreErrorKind::Newer));
    assert_eq!(kind(store.claim(&attempt("a")).await), Some(StoreErrorKind::Newer));
    // A database that was made anew, and knows nothing of what was ordered.
    run("UPDATE certcentral_journal SET version = 1, salt = substr(sha256(salt), 1, 16)").await;
    assert_eq!(kind(store.claim(&attempt("a")).await), Some(StoreErrorKind::Moved));
    run("DROP TABLE certcentral_journal, certcentral_attempts, certcentral_looks").await;
    let error = store.claim(&attempt("a")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Moved);
    assert!(error.to_string().ends_with("(a table is missing, SQL state 42P01)"), "{error}");
    run("REVOKE CREATE ON SCHEMA public FROM PUBLIC, pg_database_owner").await;
    assert_eq!(kind(open().await), Some(StoreErrorKind::Access));
}

#[tokio::test]
async fn what_was_confirmed_survives_a_crash_and_what_cannot_is_refused() {
    let Some(mut cluster) = Cluster::start() else { return };
    cluster.database("crashed").await;
    let store = cluster.store("crashed").await;
    claimed(&store, "claimed").await;
    cluster.crash();
    assert_eq!(kind(store.claim(&attempt("down")).await), Some(StoreErrorKind::Disconnected));

    cluster.serve();
    assert_eq!(states(&store).await, [("claimed".to_owned(), State::Sending)]);
    claimed(&store, "after").await;

    cluster.crash();
    cluster.configure("fsync = off\n");
    cluster.serve();
    let config = cluster.config("crashed", "crashed");
    let opened = PostgresStore::connect_with(move || connect(config.clone())).await;
    assert_eq!(kind(opened), Some(StoreErrorKind::NotDurable));
}
