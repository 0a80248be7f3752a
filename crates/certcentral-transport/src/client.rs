//! The client: what it is made of, and how it is set up.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use certcentral_model::ProductOrder;
use http::HeaderValue;
use http::header::USER_AGENT;
use jiff::{SignedDuration, Timestamp};

use crate::http::engine::{self, Engine, InvalidRootCertificates, Settings};
use crate::http::proxy::{InvalidProxy, ProxyUrl};
use crate::http::redact::Secrets;
use crate::http::request::{AGENT, Target};
use crate::http::server_clock::ServerClock;
use crate::lookup::find::baseline::Baseline;
use crate::order::observer::{Observer, OrderEvent};
use crate::order::request::{order_headers, order_url};
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;
use crate::settings::deadline::Deadline;
use crate::settings::limits::{Limits, Turn};
use crate::settings::pacing::{Pacer, Pacing};
use crate::settings::retry::RetryPolicy;
use crate::settings::stop::StopSwitch;

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
/// match client.place_unchecked(&order).await {
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
    pub(crate) limits: Limits,
    /// What CertCentral listed before the next order is sent.
    pub(crate) listed_before: Option<Arc<Baseline>>,
}

/// What clones of a client share.
pub(crate) struct Shared {
    pub(crate) key: ApiKey,
    pub(crate) key_secrets: Secrets,
    pub(crate) base: BaseUrl,
    pub(crate) retry: RetryPolicy,
    pub(crate) pacer: Option<Arc<Pacer>>,
    pub(crate) engine: Engine,
    target: Mutex<Option<Target>>,
    server_clock: Mutex<Option<ServerClock>>,
}

impl Client {
    /// Begins a client for CertCentral Europe with the API's own limits.
    pub fn builder(key: ApiKey) -> ClientBuilder {
        ClientBuilder::new(key)
    }

    /// Returns where the requests go.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// Returns a clone of this client with another observer, for one order for example: its closure
    /// knows which one.
    #[must_use]
    pub fn with_observer(&self, observer: impl Fn(&OrderEvent) + Send + Sync + 'static) -> Self {
        Self { observer: Some(Arc::new(observer)), ..self.clone() }
    }

    /// Returns a clone of this client that begins no attempt once the switch is stopped, neither to
    /// order nor to look up. An attempt in flight ends normally.
    #[must_use]
    pub fn with_stop(&self, stop: &StopSwitch) -> Self {
        Self { limits: Limits { stop: stop.clone(), ..self.limits.clone() }, ..self.clone() }
    }

    /// Returns a clone of this client that sends no byte of an order or a change after the deadline: no
    /// attempt begins, waits for a slot or a retry end, and the gate in front of the body gives
    /// nothing out. What is not sent then is [`DeadlinePassed`](crate::NotSentReason::DeadlinePassed).
    ///
    /// With it the time after which a killed or paused sender is over is enforced and not assumed: the
    /// deadline plus one [attempt](Self::attempt_timeout).
    #[must_use]
    pub fn with_deadline(&self, deadline: Deadline) -> Self {
        let limits = Limits { deadline: Some(deadline), ..self.limits.clone() };
        Self { limits, ..self.clone() }
    }

    /// Returns a clone of this client whose first request uses this turn and does not wait for one.
    #[must_use]
    pub fn with_turn(&self, turn: Turn) -> Self {
        Self { limits: self.limits.with_turn(turn), ..self.clone() }
    }

    /// Returns a clone of this client that knows what CertCentral listed before its orders are sent. An
    /// answer that says that such an order was placed just now is not about this order: it ends as
    /// [`Unknown`](crate::Outcome::Unknown).
    #[must_use]
    pub fn with_listed_before(&self, listed: &Baseline) -> Self {
        Self { listed_before: Some(Arc::new(listed.clone())), ..self.clone() }
    }

    /// Returns the longest time of one attempt.
    #[must_use]
    pub fn attempt_timeout(&self) -> Duration {
        self.shared.engine.settings.attempt_timeout
    }

    /// Returns the API key, for a digest of it.
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.shared.key
    }

    /// Returns the server's clock minus this machine's, as the last answer told it, to about a
    /// second.
    #[must_use]
    pub fn clock_offset(&self) -> Option<SignedDuration> {
        self.shared.clock_offset()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shared, observer, limits, listed_before: _ } = self;
        let Shared { key, key_secrets: _, base, retry, pacer, engine, target: _, server_clock: _ } =
            &**shared;
        f.debug_struct("Client")
            .field("key", key)
            .field("base", base)
            .field("retry", retry)
            .field("paced", &pacer.is_some())
            .field("settings", &engine.settings)
            .field("observed", &observer.is_some())
            .field("stop", &limits.stop)
            .field("deadline", &limits.deadline)
            .finish()
    }
}

impl Shared {
    /// Returns where orders for a product go. Parsed once.
    pub(crate) fn target<P: ProductOrder>(&self) -> Target {
        let mut last = self.target.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(target) if target.product == P::PRODUCT_NAME_ID => target.clone(),
            _ => {
                let mut headers = order_headers(&self.key);
                headers.insert(USER_AGENT, self.engine.settings.user_agent.clone());
                let target = Target::new(P::PRODUCT_NAME_ID, &order_url::<P>(&self.base), headers);
                *last = Some(target.clone());
                target
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

/// Sets up a [`Client`], or another client `C` that stands on one.
#[must_use]
pub struct ClientBuilder<C = Client> {
    key: ApiKey,
    base: BaseUrl,
    retry: RetryPolicy,
    pacing: Pacing,
    observer: Option<Observer>,
    settings: Settings,
    made: PhantomData<fn() -> C>,
}

impl<C: From<Client>> ClientBuilder<C> {
    /// Begins a client for CertCentral Europe with the API's own limits.
    pub fn new(key: ApiKey) -> Self {
        Self {
            key,
            base: BaseUrl::europe(),
            retry: RetryPolicy::default(),
            pacing: Pacing::default(),
            observer: None,
            settings: Settings::default(),
            made: PhantomData,
        }
    }

    /// Sends somewhere else than to CertCentral Europe. The API key goes there, too.
    pub fn base_url(mut self, base: BaseUrl) -> Self {
        self.base = base;
        self
    }

    /// Limits the time to connect: name, TCP, proxy and TLS together. The default is 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// Limits the time of an attempt, from the start of connecting to the last byte of the answer.
    /// The default is 60 seconds. An order whose time runs out after it was sent ends as
    /// [`Unknown`](crate::Outcome::Unknown), so be generous.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = timeout;
        self
    }

    /// Sets how often and for how long to try where an order surely does not exist.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sets how many requests may be sent within which time.
    pub fn pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = pacing;
        self
    }

    /// Sets what is called with each [`OrderEvent`]: when an attempt failed and another one
    /// follows, and when an order ended, also if the caller's future was dropped.
    ///
    /// It is called where the event happens, on any thread, and should be quick. If it panics, that
    /// is logged and changes nothing else.
    pub fn observer(mut self, observer: impl Fn(&OrderEvent) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Trusts these root certificates in addition to the system's: one or more, in PEM form. Some
    /// corporate networks need it. Nothing that the system trusts is trusted less.
    ///
    /// # Errors
    ///
    /// [`InvalidRootCertificates`] if there is none, or one that cannot be read.
    pub fn root_certificates(mut self, pem: &[u8]) -> Result<Self, InvalidRootCertificates> {
        self.settings.extra_roots.extend(engine::read_roots(pem)?);
        Ok(self)
    }

    /// Connects through this HTTP proxy, and not through those that the environment or the system
    /// names: `http://user:password@proxy.example.com:8080`. The proxy sees the name of the server
    /// and nothing else, since TLS goes through it. Plain HTTP to a loopback address never takes a
    /// proxy.
    ///
    /// # Errors
    ///
    /// [`InvalidProxy`] if it is not the URL of an HTTP proxy.
    pub fn proxy(mut self, url: &str) -> Result<Self, InvalidProxy> {
        self.settings.proxy = Some(ProxyUrl::parse(url)?);
        Ok(self)
    }

    /// Adds the name of the program to the `User-Agent` header, such as `acme-portal/2.1`.
    ///
    /// # Errors
    ///
    /// [`InvalidUserAgent`] if it is empty or holds anything but visible ASCII and spaces.
    pub fn user_agent_suffix(mut self, suffix: &str) -> Result<Self, InvalidUserAgent> {
        let suffix = suffix.trim();
        if suffix.is_empty() || !suffix.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(InvalidUserAgent(()));
        }
        self.settings.user_agent = HeaderValue::from_str(&format!("{AGENT} {suffix}"))
            .map_err(|_| InvalidUserAgent(()))?;
        Ok(self)
    }

    /// Makes the client. Nothing is opened or read before it is used.
    #[must_use]
    pub fn build(self) -> C {
        let Self { key, base, retry, pacing, observer, mut settings, made: _ } = self;
        settings.is_plain = base.is_plain();
        settings.is_loopback = base.is_loopback();
        let shared = Shared {
            key_secrets: Secrets::of_key(&key),
            key,
            base,
            retry,
            pacer: Pacer::new(&pacing),
            engine: Engine::new(settings),
            target: Mutex::new(None),
            server_clock: Mutex::new(None),
        };
        Client {
            shared: Arc::new(shared),
            observer,
            limits: Limits::default(),
            listed_before: None,
        }
        .into()
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, base, retry, pacing, observer, settings, made: _ } = self;
        f.debug_struct("ClientBuilder")
            .field("key", key)
            .field("base", base)
            .field("retry", retry)
            .field("pacing", pacing)
            .field("observed", &observer.is_some())
            .field("settings", settings)
            .finish()
    }
}

/// The text cannot be a part of a `User-Agent` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the suffix of the user agent must be visible ASCII and not empty, such as acme-portal/2.1"
)]
pub struct InvalidUserAgent(());
