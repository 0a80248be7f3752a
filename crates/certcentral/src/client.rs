//! The client that sends only what was checked.

use std::ops::Deref;

use certcentral_model::ProductOrder;
use certcentral_transport::{ApiKey, Baseline, Deadline, OrderEvent, Outcome, StopSwitch, Turn};
use certcentral_validation::Validated;

use crate::environment::{self, InvalidEnvironment};

/// Sets up a [`Client`].
pub type ClientBuilder = certcentral_transport::ClientBuilder<Client>;

/// Talks to CertCentral, and sends only orders that were checked.
///
/// It is the [transport's client](certcentral_transport::Client) with one more verb,
/// [`place_order`](Self::place_order): every other call is that client's, and is called on this one.
///
/// Clones are cheap and share the connections and the pacing. Making a client does nothing yet: no
/// socket, no certificates. It must be used within a tokio runtime.
#[derive(Clone, Debug)]
pub struct Client(certcentral_transport::Client);

impl Client {
    /// Begins a client for CertCentral Europe with the API's own limits.
    pub fn builder(key: ApiKey) -> ClientBuilder {
        ClientBuilder::new(key)
    }

    /// Makes a client from `CERTCENTRAL_API_KEY` and, where it is set, `CERTCENTRAL_BASE_URL`: the
    /// variables that the program reads, too. For more settings take
    /// [`builder_from_env`](Self::builder_from_env).
    ///
    /// # Errors
    ///
    /// [`InvalidEnvironment`] if there is no key, or one of the two is not usable.
    pub fn from_env() -> Result<Self, InvalidEnvironment> {
        Self::builder_from_env().map(ClientBuilder::build)
    }

    /// Begins a client from the environment, as [`from_env`](Self::from_env) does.
    ///
    /// # Errors
    ///
    /// [`InvalidEnvironment`] if there is no key, or one of the two is not usable.
    pub fn builder_from_env() -> Result<ClientBuilder, InvalidEnvironment> {
        let (key, base) = environment::read()?;
        Ok(Self::builder(key).base_url(base))
    }

    /// Places an order that was [checked](Validated::check), or whose rules were
    /// [bypassed](Validated::bypassing_rules) explicitly.
    ///
    /// The [`Outcome`] says whether the order exists, and what to do then. An order that may have
    /// been placed is never sent again. If the future is dropped once the order has left, the attempt
    /// still runs to its end, and the log and the
    /// [observer](certcentral_transport::ClientBuilder::observer) learn of it.
    pub async fn place_order<P>(&self, order: &Validated<P>) -> Outcome
    where
        P: ProductOrder + Sync,
    {
        self.0.place_unchecked(order.order()).await
    }

    /// Returns a clone of this client with another observer, for one order for example: its closure
    /// knows which one.
    #[must_use]
    pub fn with_observer(&self, observer: impl Fn(&OrderEvent) + Send + Sync + 'static) -> Self {
        Self(self.0.with_observer(observer))
    }

    /// Returns a clone of this client that begins no attempt once the switch is stopped.
    #[must_use]
    pub fn with_stop(&self, stop: &StopSwitch) -> Self {
        Self(self.0.with_stop(stop))
    }

    /// Returns a clone of this client that lets no byte of an order or a change leave after the
    /// deadline.
    #[must_use]
    pub fn with_deadline(&self, deadline: Deadline) -> Self {
        Self(self.0.with_deadline(deadline))
    }

    /// Returns a clone of this client that takes no order that was listed before for the one that it
    /// sends.
    #[must_use]
    pub fn with_listed_before(&self, baseline: &Baseline) -> Self {
        Self(self.0.with_listed_before(baseline))
    }

    /// Returns a clone of this client whose next order uses a [turn](certcentral_transport::Client::turn)
    /// that was waited for beforehand.
    #[must_use]
    pub fn with_turn(&self, turn: Turn) -> Self {
        Self(self.0.with_turn(turn))
    }
}

impl From<certcentral_transport::Client> for Client {
    fn from(client: certcentral_transport::Client) -> Self {
        Self(client)
    }
}

impl Deref for Client {
    type Target = certcentral_transport::Client;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
