//! A raw TCP server on loopback that does exactly what a script says, byte by byte: for what no
//! well-behaved server does.
//!
//! Each connection plays a [`Script`]: the first connection the first script, the second the
//! second, and all further ones the last. The server counts what it really read, which is the
//! only honest witness of how often an order left.
//!
//! ```
//! use certcentral_sandbox::scripted::{Script, ScriptedServer};
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! # use tokio::net::TcpStream;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! // The first connection breaks after the request was read, the others are answered.
//! let server = ScriptedServer::start([
//!     Script::new().read_request().reset(),
//!     Script::new().read_request().respond(201, r#"{"id":123456}"#),
//! ])
//! .await?;
//!
//! // A client posts to server.url() ...
//! # let mut client = TcpStream::connect(server.address()).await?;
//! # client.write_all(b"POST /services/v2/order HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}").await?;
//! # let _ = client.read(&mut [0; 1]).await;
//! server.wait_for_posts(1).await;
//! assert_eq!(server.posts(), 1);
//! assert_eq!(server.requests()[0].body(), b"{}");
//! # Ok(())
//! # }
//! ```

mod cue;
mod play;
mod received;
mod script;
#[cfg(feature = "tls")]
mod tls;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

pub use self::cue::{Cue, Pace};
use self::received::Ledger;
pub use self::received::ReceivedRequest;
pub use self::script::Script;
#[cfg(feature = "tls")]
pub use self::tls::{Tls, TlsError};
pub use crate::answer::Answer;

/// A server that plays scripts. Dropping it ends every connection.
pub struct ScriptedServer {
    address: SocketAddr,
    scheme: &'static str,
    ledger: Arc<Ledger>,
    accepting: AbortHandle,
}

impl ScriptedServer {
    /// Starts a server on a free port of 127.0.0.1. Without scripts it closes each connection at
    /// once.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub async fn start(scripts: impl IntoIterator<Item = Script>) -> io::Result<Self> {
        Self::listen(scripts, None, "http", Transport::Plain).await
    }

    /// Starts a server with a script of its own for connections that begin with a GET, so that a client
    /// may look something up between its orders. All others play the scripts one after the other.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub async fn start_with_look_ups(
        look_up: Script,
        scripts: impl IntoIterator<Item = Script>,
    ) -> io::Result<Self> {
        Self::listen(scripts, Some(look_up), "http", Transport::Plain).await
    }

    /// Starts a server behind TLS; scripts play after the handshake.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    #[cfg(feature = "tls")]
    pub async fn start_tls(
        tls: &Tls,
        scripts: impl IntoIterator<Item = Script>,
    ) -> io::Result<Self> {
        Self::listen(scripts, None, "https", Transport::Tls(tls.acceptor())).await
    }

    async fn listen(
        scripts: impl IntoIterator<Item = Script>,
        look_up: Option<Script>,
        scheme: &'static str,
        transport: Transport,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let ledger = Arc::new(Ledger::default());
        let mut scripts: Vec<Script> = scripts.into_iter().collect();
        if scripts.is_empty() {
            scripts.push(Script::new());
        }
        let casting = Casting { scripts, next: AtomicUsize::new(0), look_up };
        let accepting =
            tokio::spawn(accept(listener, casting, transport, Arc::clone(&ledger))).abort_handle();
        Ok(Self { address, scheme, ledger, accepting })
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the base URL for a client of CertCentral: `http://127.0.0.1:PORT/services/v2`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/services/v2", self.origin())
    }

    /// Returns scheme, address and port: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Returns how many connections were accepted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.ledger.counts().connections
    }

    /// Returns how many requests were read to the end of their headers.
    #[must_use]
    pub fn heads(&self) -> usize {
        self.ledger.counts().heads
    }

    /// Returns how many POSTs were read to the last byte of their bodies.
    #[must_use]
    pub fn posts(&self) -> usize {
        self.ledger.counts().posts
    }

    /// Returns how many bytes were read.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.ledger.counts().bytes_read
    }

    /// Returns how many bytes were written.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.ledger.counts().bytes_written
    }

    /// Returns the requests that were read whole, in the order in which their last bytes came.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.ledger.requests()
    }

    /// Waits until at least `connections` connections were accepted.
    pub async fn wait_for_connections(&self, connections: usize) {
        self.ledger.wait_for(|counts| counts.connections >= connections).await;
    }

    /// Waits until the heads of at least `heads` requests were read.
    pub async fn wait_for_heads(&self, heads: usize) {
        self.ledger.wait_for(|counts| counts.heads >= heads).await;
    }

    /// Waits until at least `posts` POSTs were read whole.
    pub async fn wait_for_posts(&self, posts: usize) {
        self.ledger.wait_for(|counts| counts.posts >= posts).await;
    }

    /// Waits until at least `connections` connections have played their scripts to the end, or were
    /// closed by the peer.
    pub async fn wait_for_ends(&self, connections: usize) {
        self.ledger.wait_for(|counts| counts.ended >= connections).await;
    }
}

impl std::fmt::Debug for ScriptedServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { address, scheme, ledger, accepting: _ } = self;
        f.debug_struct("ScriptedServer")
            .field("address", address)
            .field("scheme", scheme)
            .field("counts", &ledger.counts())
            .finish()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Plays a script on a connection that was accepted elsewhere, and counts nothing.
pub(crate) async fn play_on(stream: TcpStream, script: &Script) {
    play::play(stream, script, 0, &Ledger::default()).await;
}

/// What lies between TCP and the script.
enum Transport {
    Plain,
    #[cfg(feature = "tls")]
    Tls(tokio_rustls::TlsAcceptor),
}

/// Which connection plays which script.
struct Casting {
    scripts: Vec<Script>,
    next: AtomicUsize,
    look_up: Option<Script>,
}

impl Casting {
    /// The script of the next connection, if it needs no look at what comes over it.
    fn at_once(&self) -> Option<Script> {
        self.look_up.is_none().then(|| self.next())
    }

    fn next(&self) -> Script {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        self.scripts[next.min(self.scripts.len() - 1)].clone()
    }

    async fn by_first_byte(&self, tcp: &TcpStream) -> Script {
        let mut first = [0];
        match (&self.look_up, tcp.peek(&mut first).await) {
            (Some(look_up), Ok(1)) if first == *b"G" => look_up.clone(),
            _ => self.next(),
        }
    }
}

async fn accept(
    listener: TcpListener,
    casting: Casting,
    transport: Transport,
    ledger: Arc<Ledger>,
) {
    // Aborting this task drops the set, and that ends the connections.
    let mut playing = JoinSet::new();
    let casting = Arc::new(casting);
    let mut index = 0;
    loop {
        // Connections that ended are taken out, so that the set does not grow for ever.
        while playing.try_join_next().is_some() {}
        let Ok((tcp, _)) = listener.accept().await else {
            // The client is gone again: no reason to stop.
            tokio::task::yield_now().await;
            continue;
        };
        let _ = tcp.set_nodelay(true);
        ledger.note(|counts| counts.connections += 1);
        let casting = Arc::clone(&casting);
        // In the order in which connections are accepted, not in that of their tasks.
        let script = casting.at_once();
        let ledger = Arc::clone(&ledger);
        match &transport {
            Transport::Plain => {
                playing.spawn(async move {
                    let script = match script {
                        Some(script) => script,
                        None => casting.by_first_byte(&tcp).await,
                    };
                    play::play(tcp, &script, index, &ledger).await;
                    ledger.note(|counts| counts.ended += 1);
                });
            }
            #[cfg(feature = "tls")]
            Transport::Tls(acceptor) => {
                let handshake = acceptor.accept(tcp);
                playing.spawn(async move {
                    // A client that does not trust the certificate never gets to the script.
                    if let (Ok(stream), Some(script)) = (handshake.await, script) {
                        play::play(Box::new(stream), &script, index, &ledger).await;
                    }
                    ledger.note(|counts| counts.ended += 1);
                });
            }
        }
        index += 1;
    }
}
