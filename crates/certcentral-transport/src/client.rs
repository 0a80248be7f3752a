//! The client: what it is made of, and how it is set up.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use certcentral_model::ProductOrder;
use http::HeaderValue;
use http::header::USER_AGENT;
use jiff::{SignedDuration, Timestamp};

use crate::attempts;
use crate::http::engine::{self, Engine, InvalidRootCertificates, Settings};
use crate::http::proxy::{InvalidProxy, ProxyUrl};
use crate::http::redact::Secrets;
use crate::http::request::{AGENT, Target};
use crate::http::runtime;
use crate::http::server_clock::ServerClock;
use crate::lookup::find::baseline::Baseline;
use crate::order::observer::{Observer, OrderEvent};
use crate::order::reason::NotSentReason;
use crate::order::request::{order_headers, order_url};
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;
use crate::settings::deadline::Deadline;
use crate::settings::pacing::{Pacer, Pacing, Slot, Turn};
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
    pub(crate) stop: StopSwitch,
    pub(crate) deadline: Option<Deadline>,
    turn: Option<Arc<Mutex<Turn>>>,
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
        Self { stop: stop.clone(), ..self.clone() }
    }

    /// Returns a clone of this client that begins no attempt after the deadline, and lets no byte of
    /// an order or a change leave. Waits that would go beyond it end at once.
    #[must_use]
    pub fn with_deadline(&self, deadline: Deadline) -> Self {
        Self { deadline: Some(deadline), ..self.clone() }
    }

    /// Returns a clone of this client that knows what was listed before an order is sent. A success
    /// that names one of these orders is no answer to it, and ends as
    /// [`Unknown`](crate::Outcome::Unknown) with the reason `known_before`.
    #[must_use]
    pub fn with_listed_before(&self, baseline: &Baseline) -> Self {
        Self { listed_before: Some(Arc::new(baseline.clone())), ..self.clone() }
    }

    /// Waits until the [`Pacing`] lets a request leave, and returns the right to it, for
    /// [`with_turn`](Self::with_turn).
    ///
    /// # Errors
    ///
    /// Why nothing may be sent any more: it was stopped, or the deadline has passed.
    pub async fn turn(&self) -> Result<Turn, NotSentReason> {
        if !runtime::is_usable() {
            return Err(NotSentReason::NoRuntime);
        }
        attempts::slot(self).await.map(Turn)
    }

    /// Returns a clone of this client whose next order does not wait for the pacing at its first
    /// attempt, since it has waited already. The turn is one of this client or its clones.
    #[must_use]
    pub fn with_turn(&self, turn: Turn) -> Self {
        Self { turn: Some(Arc::new(Mutex::new(turn))), ..self.clone() }
    }

    /// Returns how long one attempt may take, from the start of connecting to the last byte of the
    /// answer.
    #[must_use]
    pub fn attempt_timeout(&self) -> Duration {
        self.shared.engine.settings.attempt_timeout
    }

    /// Why no attempt may begin now, if so.
    pub(crate) fn may_send(&self) -> Result<(), NotSentReason> {
        if self.stop.is_stopped() {
            return Err(NotSentReason::Stopped);
        }
        match self.deadline {
            Some(deadline) if deadline.has_passed() => Err(NotSentReason::DeadlinePassed),
            _ => Ok(()),
        }
    }

    /// The slot that was waited for beforehand. There at most once.
    pub(crate) fn take_turn(&self) -> Option<Slot> {
        let mut turn = self.turn.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        turn.0.take().filter(|slot| slot.is_of(&self.shared.pacer))
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
        let Self { shared, observer, stop, deadline, turn, listed_before } = self;
        let Shared { key, key_secrets: _, base, retry, pacer, engine, target: _, server_clock: _ } =
            &**shared;
        f.debug_struct("Client")
            .field("key", key)
            .field("base", base)
            .field("retry", retry)
            .field("paced", &pacer.is_some())
            .field("settings", &engine.settings)
            .field("observed", &observer.is_some())
            .field("stop", stop)
            .field("deadline", deadline)
            .field("has_turn", &turn.is_some())
            .field("knows_listed", &listed_before.is_some())
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
            stop: StopSwitch::new(),
            deadline: None,
            turn: None,
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
