//! What may stand between a journal and its PostgreSQL: a pooler, a wire that is cut, another database.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certcentral_journal::{
    Allowed, NewAttempt, PersonPrints, PostgresStore, Record, State, Store, StoreError,
    StoreErrorKind, Wanted, conformance,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::UnixStream;
use tokio_postgres::NoTls;

use crate::cluster::Cluster;

/// Opens the journal of a server through something that stands between.
async fn open_through<F>(
    cluster: &Cluster,
    between: impl Fn(PathBuf, DuplexStream) -> F + Send + Sync + 'static,
) -> PostgresStore
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let config: tokio_postgres::Config = cluster.address().parse().unwrap();
    let socket = cluster.socket();
    let connect = move || {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(between(socket.clone(), far));
        let config = config.clone();
        async move {
            let (client, connection) = config.connect_raw(near, NoTls).await?;
            tokio::spawn(connection);
            Ok(client)
        }
    };
    PostgresStore::open_or_create(connect).await.unwrap()
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

/// What the next request ends with that is carried out and whose answer is lost, with the connection.
type Cut = Arc<Mutex<Option<&'static str>>>;

/// A wire that can be cut.
async fn wire(socket: PathBuf, mut far: DuplexStream, cut: Cut) -> std::io::Result<()> {
    let mut session = UnixStream::connect(&socket).await?;
    session.write_all(&startup(&mut far).await?).await?;
    answer(&mut session, &mut far).await?;
    loop {
        let last = request(&mut far, &mut session).await?;
        let is_cut = |end: &mut &str| last.ends_with(end.as_bytes());
        if cut.lock().unwrap().take_if(is_cut).is_some() {
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
async fn a_pooler_may_change_the_connection_after_each_transaction() {
    let Some(cluster) = Cluster::start() else { return };
    let (one, other) = (open_through(&cluster, pooler).await, open_through(&cluster, pooler).await);
    conformance::run(&one, &other).await;
}

#[tokio::test]
async fn a_cut_wire_costs_the_claim_that_it_cuts_and_nothing_else() {
    let Some(cluster) = Cluster::start() else { return };
    let cut = Cut::default();
    let is_cut = Arc::clone(&cut);
    let store =
        open_through(&cluster, move |socket, far| wire(socket, far, Arc::clone(&is_cut))).await;
    let other = cluster.store().await.unwrap();

    *cut.lock().unwrap() = Some("COMMIT\0");
    let new = attempt("order");
    let claim = store.claim(&new).await;
    assert_eq!(
        kind(claim),
        Some(StoreErrorKind::Disconnected),
        "nobody knows whether it is claimed"
    );
    assert_eq!(states(&other).await, [("order".to_owned(), State::Sending)], "it is");
    store.disown(&new.token).await.unwrap();
    assert_eq!(states(&other).await, [("order".to_owned(), State::NotSent)]);

    // A connection that broke while it was idle is noticed before it is used.
    *cut.lock().unwrap() = Some("");
    store.claim(&attempt("order again")).await.unwrap().unwrap();
    assert_eq!(*cut.lock().unwrap(), None);
}

#[tokio::test]
async fn a_database_that_is_another_one_now_is_refused() {
    let Some(cluster) = Cluster::start() else { return };
    let store = cluster.store().await.unwrap();
    let administrator = cluster.client().await;
    let run = async |sql: &str| administrator.batch_execute(sql).await.unwrap();

    run("UPDATE certcentral_journal SET version = 2").await;
    assert_eq!(kind(store.claim(&attempt("a")).await), Some(StoreErrorKind::Newer));
    run("UPDATE certcentral_journal SET version = 1, salt = substr(sha256(salt), 1, 16)").await;
    assert_eq!(kind(store.claim(&attempt("a")).await), Some(StoreErrorKind::Moved));
    let store = cluster.store().await.unwrap();
    store.claim(&attempt("a")).await.unwrap().unwrap();
    run("DELETE FROM certcentral_journal").await;
    assert_eq!(kind(store.claim(&attempt("b")).await), Some(StoreErrorKind::NotFound));
    // The attempts are of a journal whose salt is lost: no other one begins there.
    assert_eq!(kind(cluster.store().await), Some(StoreErrorKind::NotFound));
}
