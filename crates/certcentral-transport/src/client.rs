//! The client: what it is made of, and how it is set up.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use certcentral_model::ProductOrder;
use http::Uri;
use jiff::{SignedDuration, Timestamp};

use crate::engine::Engine;
use crate::event::{Observer, RetryObserver};
use crate::pacing::Pacer;
use crate::request::{order_url, uri};
use crate::scrub::Secrets;
use crate::server_clock::ServerClock;
use crate::{ApiKey, BaseUrl, OrderEvent, Pacing, RetryEvent, RetryPolicy};

/// Talks to CertCentral. Clones are cheap and share the connections and the [`Pacing`].
///
/// It must be used within a tokio runtime with I/O and time enabled; without a runtime orders are
/// [not sent](crate::NotSentReason::NoRuntime) and look-ups fail. Making a client does nothing yet:
/// no socket, no certificates.
///
/// ```no_run
/// # async fn run(order: certcentral_model::pkio_professional::Order) -> Result<(), Box<dyn std::error::Error>> {
/// use certcentral_transport::{ApiKey, Client, Outcome};
///
/// let client = Client::builder(ApiKey::new(std::env::var("CERTCENTRAL_API_KEY")?)?).build();
/// match client.order(&order).await {
///     Outcome::Placed(placed) => println!("order {}", placed.order_id()),
///     Outcome::Rejected(rejected) => println!("{rejected}"),
///     Outcome::NotSent(not_sent) => println!("{not_sent}"),
///     // Do not send it again: look first, with `find_order`.
///     Outcome::Unknown(unknown) => println!("{unknown}"),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) observer: Option<Observer>,
}

/// What clones of a client share.
pub(crate) struct Shared {
    pub(crate) key: ApiKey,
    pub(crate) key_secrets: Secrets,
    pub(crate) base: BaseUrl,
    pub(crate) retry: RetryPolicy,
    pub(crate) pacer: Option<Arc<Pacer>>,
    pub(crate) retry_observer: Option<RetryObserver>,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    engine: OnceLock<Arc<Engine>>,
    order_uri: Mutex<Option<(&'static str, Uri)>>,
    server_clock: Mutex<Option<ServerClock>>,
}

impl Client {
    /// Begins a client for CertCentral Europe with the API's own limits.
    pub fn builder(key: ApiKey) -> ClientBuilder {
        ClientBuilder {
            key,
            base: BaseUrl::europe(),
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(60),
            retry: RetryPolicy::default(),
            pacing: Pacing::default(),
            observer: None,
            retry_observer: None,
        }
    }

    /// Where the requests go.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// A clone of this client with another observer, for one order for example: its closure knows
    /// which one.
    #[must_use]
    pub fn with_observer(&self, observer: impl Fn(&OrderEvent) + Send + Sync + 'static) -> Self {
        Self { shared: Arc::clone(&self.shared), observer: Some(Arc::new(observer)) }
    }

    /// The server's clock minus this machine's, as the last answer told it, to about a second.
    #[must_use]
    pub fn clock_offset(&self) -> Option<SignedDuration> {
        self.shared.clock_offset()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shared, observer } = self;
        let Shared {
            key,
            key_secrets: _,
            base,
            retry,
            pacer,
            retry_observer,
            connect_timeout,
            attempt_timeout,
            engine: _,
            order_uri: _,
            server_clock: _,
        } = &**shared;
        f.debug_struct("Client")
            .field("key", key)
            .field("base", base)
            .field("retry", retry)
            .field("paced", &pacer.is_some())
            .field("connect_timeout", connect_timeout)
            .field("attempt_timeout", attempt_timeout)
            .field("observed", &observer.is_some())
            .field("retries_observed", &retry_observer.is_some())
            .finish()
    }
}

impl Shared {
    /// The HTTP engine, made when it is first needed: with TLS it reads the system's certificates,
    /// which takes milliseconds, and fails where there are none.
    pub(crate) fn engine(&self) -> Result<&Arc<Engine>, ClientSetup> {
        if let Some(engine) = self.engine.get() {
            return Ok(engine);
        }
        let engine = Engine::new(&self.base, self.connect_timeout, self.attempt_timeout)
            .map_err(|_| ClientSetup)?;
        Ok(self.engine.get_or_init(|| Arc::new(engine)))
    }

    /// Where orders for a product go. Parsed once.
    pub(crate) fn order_uri<P: ProductOrder>(&self) -> Uri {
        let mut last = self.order_uri.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((product, uri)) if *product == P::PRODUCT_NAME_ID => uri.clone(),
            _ => {
                let uri = uri(order_url::<P>(&self.base));
                *last = Some((P::PRODUCT_NAME_ID, uri.clone()));
                uri
            }
        }
    }

    /// The server's time now, as far as an answer told it.
    pub(crate) fn server_time(&self) -> Option<Timestamp> {
        let clock = *self.server_clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.map(ServerClock::now)
    }

    pub(crate) fn clock_offset(&self) -> Option<SignedDuration> {
        self.server_time().map(|server| server.duration_since(Timestamp::now()))
    }

    /// Notes what an answer that came just now tells of the server's clock.
    pub(crate) fn note_clock(&self, offset: Option<SignedDuration>) {
        if let Some(clock) = offset.and_then(ServerClock::ahead_by) {
            *self.server_clock.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock);
        }
    }
}

/// The HTTP client cannot be set up on this machine.
pub(crate) struct ClientSetup;

/// Sets up a [`Client`].
#[must_use]
pub struct ClientBuilder {
    key: ApiKey,
    base: BaseUrl,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    retry: RetryPolicy,
    pacing: Pacing,
    observer: Option<Observer>,
    retry_observer: Option<RetryObserver>,
}

impl ClientBuilder {
    /// Sends somewhere else than to CertCentral Europe. The API key goes there, too.
    pub fn base_url(mut self, base: BaseUrl) -> Self {
        self.base = base;
        self
    }

    /// How long a connection may take to stand: name, TCP, proxy and TLS together. The default is
    /// 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an attempt may take, from the first connecting to the last byte of the answer. The
    /// default is 60 seconds. An order whose time runs out once it was sent ends as
    /// [`Unknown`](crate::Outcome::Unknown), so be generous.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How often and for how long to try where an order surely does not exist.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// How many requests may be sent within which time.
    pub fn pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = pacing;
        self
    }

    /// Who hears how each order ended, also if the future that waited for it was dropped. It is
    /// called where the order ends, on whatever thread, and should be quick; if it panics, that is
    /// logged and the order's outcome stands.
    pub fn observer(mut self, observer: impl Fn(&OrderEvent) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Who hears that an order was not placed for now and will be tried again. For progress on a
    /// screen; it is called like an [`observer`](Self::observer).
    pub fn retry_observer(
        mut self,
        observer: impl Fn(&RetryEvent) + Send + Sync + 'static,
    ) -> Self {
        self.retry_observer = Some(Arc::new(observer));
        self
    }

    /// Makes the client. Nothing is opened or read before it is used.
    #[must_use]
    pub fn build(self) -> Client {
        let Self {
            key,
            base,
            connect_timeout,
            attempt_timeout,
            retry,
            pacing,
            observer,
            retry_observer,
        } = self;
        let shared = Shared {
            key_secrets: Secrets::of_key(&key),
            key,
            base,
            retry,
            pacer: Pacer::new(&pacing),
            retry_observer,
            connect_timeout,
            attempt_timeout,
            engine: OnceLock::new(),
            order_uri: Mutex::new(None),
            server_clock: Mutex::new(None),
        };
        Client { shared: Arc::new(shared), observer }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            base,
            connect_timeout,
            attempt_timeout,
            retry,
            pacing,
            observer,
            retry_observer,
        } = self;
        f.debug_struct("ClientBuilder")
            .field("key", key)
            .field("base", base)
            .field("connect_timeout", connect_timeout)
            .field("attempt_timeout", attempt_timeout)
            .field("retry", retry)
            .field("pacing", pacing)
            .field("observed", &observer.is_some())
            .field("retries_observed", &retry_observer.is_some())
            .finish()
    }
}
