//! The client that sends only what was checked.

use std::ops::Deref;
use std::time::Duration;

use certcentral_model::ProductOrder;
use certcentral_transport::{
    ApiKey, BaseUrl, Baseline, Deadline, InvalidProxy, InvalidRootCertificates, InvalidUserAgent,
    OrderEvent, Outcome, Pacing, RetryPolicy, StopSwitch, Turn,
};
use certcentral_validation::{Report, Rules, Validated, check};

use crate::environment::{self, InvalidEnvironment};
use crate::today::today;

/// Talks to CertCentral, and sends only orders that were checked.
///
/// Clones are cheap and share the connections and the pacing. Making a client does nothing yet: no
/// socket, no certificates. It must be used within a tokio runtime.
#[derive(Clone, Debug)]
pub struct Client {
    transport: certcentral_transport::Client,
}

impl Client {
    /// Begins a client for CertCentral Europe with the API's own limits.
    pub fn builder(key: ApiKey) -> ClientBuilder {
        ClientBuilder { transport: certcentral_transport::Client::builder(key) }
    }

    /// Makes a client from `CERTCENTRAL_API_KEY` and, where it is set, `CERTCENTRAL_BASE_URL`: the
    /// variables that the program reads, too. For more settings take
    /// [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// [`InvalidEnvironment`] if there is no key, or one of the two is not usable.
    pub fn from_env() -> Result<Self, InvalidEnvironment> {
        ClientBuilder::from_env().map(ClientBuilder::build)
    }

    /// Checks an order as of [`today`] and places it.
    ///
    /// The [`Submission`] holds the warnings of the check, and the outcome: it says whether the
    /// order exists, and [`Outcome`] says what to do then. An order that may have been placed is
    /// never sent again. If the future is dropped once the order has left, the attempt still runs to
    /// its end, and the log and the [observer](ClientBuilder::observer) learn of it.
    ///
    /// # Errors
    ///
    /// The [`Report`], if there are errors in it. Nothing was sent then.
    pub async fn place_order<P>(&self, order: &P) -> Result<Submission, Report>
    where
        P: ProductOrder + Rules + Sync,
    {
        let warnings = check(order, today());
        if !warnings.is_valid() {
            return Err(warnings);
        }
        let outcome = self.transport.place_order(order).await;
        Ok(Submission { outcome, warnings })
    }

    /// Places an order that was [checked](Validated::check), or whose rules were
    /// [bypassed](Validated::bypassing_rules) explicitly.
    pub async fn place_validated<P>(&self, order: &Validated<P>) -> Outcome
    where
        P: ProductOrder + Sync,
    {
        self.transport.place_order(order.order()).await
    }

    /// Returns a clone of this client with another observer, for one order for example: its closure
    /// knows which one.
    #[must_use]
    pub fn with_observer(&self, observer: impl Fn(&OrderEvent) + Send + Sync + 'static) -> Self {
        Self { transport: self.transport.with_observer(observer) }
    }

    /// Returns a clone of this client that begins no attempt once the switch is stopped.
    #[must_use]
    pub fn with_stop(&self, stop: &StopSwitch) -> Self {
        Self { transport: self.transport.with_stop(stop) }
    }

    /// Returns a clone of this client that sends no byte of an order after the deadline. See
    /// [`certcentral_transport::Client::with_deadline`].
    #[must_use]
    pub fn with_deadline(&self, deadline: Deadline) -> Self {
        Self { transport: self.transport.with_deadline(deadline) }
    }

    /// Returns a clone of this client whose first request uses this
    /// [turn](certcentral_transport::Client::turn).
    #[must_use]
    pub fn with_turn(&self, turn: Turn) -> Self {
        Self { transport: self.transport.with_turn(turn) }
    }

    /// Returns a clone of this client that knows what was listed before its orders are sent. See
    /// [`certcentral_transport::Client::with_listed_before`].
    #[must_use]
    pub fn with_listed_before(&self, listed: &Baseline) -> Self {
        Self { transport: self.transport.with_listed_before(listed) }
    }

    /// Returns the client below, which sends whatever it is given, unchecked.
    #[must_use]
    pub fn transport(&self) -> &certcentral_transport::Client {
        &self.transport
    }
}

/// All that reads, and all that changes something after the order, is the transport's.
impl Deref for Client {
    type Target = certcentral_transport::Client;

    fn deref(&self) -> &certcentral_transport::Client {
        &self.transport
    }
}

/// Sets up a [`Client`].
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    transport: certcentral_transport::ClientBuilder,
}

impl ClientBuilder {
    /// Begins a client from the environment, as [`Client::from_env`] does.
    ///
    /// # Errors
    ///
    /// [`InvalidEnvironment`] if there is no key, or one of the two is not usable.
    pub fn from_env() -> Result<Self, InvalidEnvironment> {
        let (key, base) = environment::read()?;
        Ok(Client::builder(key).base_url(base))
    }

    /// Sends somewhere else than to CertCentral Europe. The API key goes there, too.
    pub fn base_url(self, base: BaseUrl) -> Self {
        Self { transport: self.transport.base_url(base) }
    }

    /// Limits the time to connect. The default is 10 seconds.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self { transport: self.transport.connect_timeout(timeout) }
    }

    /// Limits the time of an attempt, from connecting to the last byte of the answer. The default
    /// is 60 seconds. An order whose time runs out after it was sent ends as
    /// [`Unknown`](Outcome::Unknown), so be generous.
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        Self { transport: self.transport.attempt_timeout(timeout) }
    }

    /// Sets how often and for how long to try where an order surely does not exist.
    pub fn retry(self, retry: RetryPolicy) -> Self {
        Self { transport: self.transport.retry(retry) }
    }

    /// Sets how many requests may be sent within which time.
    pub fn pacing(self, pacing: Pacing) -> Self {
        Self { transport: self.transport.pacing(pacing) }
    }

    /// Sets what is called when an attempt failed and another one follows, and when an order ended,
    /// also if the caller's future was dropped.
    pub fn observer(self, observer: impl Fn(&OrderEvent) + Send + Sync + 'static) -> Self {
        Self { transport: self.transport.observer(observer) }
    }

    /// Trusts these root certificates in addition to the system's: one or more, in PEM form.
    ///
    /// # Errors
    ///
    /// [`InvalidRootCertificates`] if there is none, or one that cannot be read.
    pub fn root_certificates(self, pem: &[u8]) -> Result<Self, InvalidRootCertificates> {
        Ok(Self { transport: self.transport.root_certificates(pem)? })
    }

    /// Connects through this HTTP proxy, and not through those that the environment or the system
    /// names.
    ///
    /// # Errors
    ///
    /// [`InvalidProxy`] if it is not the URL of an HTTP proxy.
    pub fn proxy(self, url: &str) -> Result<Self, InvalidProxy> {
        Ok(Self { transport: self.transport.proxy(url)? })
    }

    /// Adds the name of the program to the `User-Agent` header, such as `acme-portal/2.1`.
    ///
    /// # Errors
    ///
    /// [`InvalidUserAgent`] if it is empty or holds anything but visible ASCII and spaces.
    pub fn user_agent_suffix(self, suffix: &str) -> Result<Self, InvalidUserAgent> {
        Ok(Self { transport: self.transport.user_agent_suffix(suffix)? })
    }

    /// Makes the client. Nothing is opened or read before it is used.
    #[must_use]
    pub fn build(self) -> Client {
        Client { transport: self.transport.build() }
    }
}

/// An order that passed the rules, and what became of it.
#[derive(Clone, Debug)]
#[must_use = "an order that may exist must not be lost sight of"]
#[non_exhaustive]
pub struct Submission {
    /// What became of the order.
    pub outcome: Outcome,
    /// What the rules warn of, without errors. Often empty.
    pub warnings: Report,
}
