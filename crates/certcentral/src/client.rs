//! The client that sends only what was checked.

use std::time::Duration;

use certcentral_model::{OrderId, OrderInfo, ProductOrder, RequestInfo};
use certcentral_transport::{
    ApiKey, BaseUrl, FindReport, Listing, LookupError, OrderEvent, OrderQuery, OrderSearch,
    Outcome, Pacing, RequestQuery, RetryEvent, RetryPolicy,
};
use certcentral_validation::{Date, Report, Rules, Validated, check};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The day that it is, in UTC, by this machine's clock.
///
/// Rules about dates need one. DigiCert's day may be one off; the rules know that.
#[must_use]
pub fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

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

    /// Checks an order as of [`today`] and places it.
    ///
    /// What comes back says whether the order exists, and [`Outcome`] says what to do then. An
    /// order that may have been placed is never sent again. If the future is dropped once the order
    /// has left, the attempt still runs to its end, and the log and the
    /// [observer](ClientBuilder::observer) hear of it.
    ///
    /// # Errors
    ///
    /// The [`Report`], if there are errors in it. Nothing was sent then.
    pub async fn order<P>(&self, order: &P) -> Result<Outcome<P::Response>, Report>
    where
        P: ProductOrder + Rules + Sync,
    {
        let report = check(order, today());
        if report.is_valid() { Ok(self.transport.order(order).await) } else { Err(report) }
    }

    /// Places an order that was [checked](Validated::check), or whose rules were
    /// [bypassed](Validated::bypassing_rules) in so many words.
    pub async fn order_validated<P>(&self, order: &Validated<P>) -> Outcome<P::Response>
    where
        P: ProductOrder + Sync,
    {
        self.transport.order(order.order()).await
    }

    /// Looks an order up: `GET /order/certificate/{order_id}`.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if there is no such order.
    pub async fn order_info(&self, id: OrderId) -> Result<OrderInfo, LookupError> {
        self.transport.order_info(id).await
    }

    /// The orders of the account, newest first: a stream of pages that always ends.
    pub fn list_orders(&self, query: OrderQuery) -> Listing<OrderInfo> {
        self.transport.list_orders(query)
    }

    /// The requests of the account. An order that waits for an administrator may be here and not
    /// among the [`list_orders`](Self::list_orders).
    pub fn list_requests(&self, query: RequestQuery) -> Listing<RequestInfo> {
        self.transport.list_requests(query)
    }

    /// Looks for an order of which it is unknown whether it was placed. It decides nothing.
    ///
    /// # Errors
    ///
    /// [`LookupError`] if a list could not be read. Nothing is known then.
    pub async fn find_order(&self, search: &OrderSearch) -> Result<FindReport, LookupError> {
        self.transport.find_order(search).await
    }

    /// Looks for many orders in one reading of the lists. Each report is that of
    /// [`find_order`](Self::find_order), in the order of the searches.
    ///
    /// # Errors
    ///
    /// [`LookupError`] if a list could not be read. Nothing is known then.
    pub async fn find_orders(
        &self,
        searches: &[OrderSearch],
    ) -> Result<Vec<FindReport>, LookupError> {
        self.transport.find_orders(searches).await
    }

    /// Where the requests go.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        self.transport.base_url()
    }

    /// A clone of this client with another observer, for one order for example: its closure knows
    /// which one.
    #[must_use]
    pub fn with_observer(&self, observer: impl Fn(&OrderEvent) + Send + Sync + 'static) -> Self {
        Self { transport: self.transport.with_observer(observer) }
    }

    /// The client below, which sends whatever it is given, unchecked.
    #[must_use]
    pub fn transport(&self) -> &certcentral_transport::Client {
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
    /// Sends somewhere else than to CertCentral Europe. The API key goes there, too.
    pub fn base_url(self, base: BaseUrl) -> Self {
        Self { transport: self.transport.base_url(base) }
    }

    /// How long a connection may take to stand. The default is 10 seconds.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self { transport: self.transport.connect_timeout(timeout) }
    }

    /// How long an attempt may take, from connecting to the last byte of the answer. The default
    /// is 60 seconds. An order whose time runs out once it was sent ends as
    /// [`Unknown`](Outcome::Unknown), so be generous.
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        Self { transport: self.transport.attempt_timeout(timeout) }
    }

    /// How often and for how long to try where an order surely does not exist.
    pub fn retry(self, retry: RetryPolicy) -> Self {
        Self { transport: self.transport.retry(retry) }
    }

    /// How many requests may be sent within which time.
    pub fn pacing(self, pacing: Pacing) -> Self {
        Self { transport: self.transport.pacing(pacing) }
    }

    /// Who hears how each order ended, also if the future that waited for it was dropped.
    pub fn observer(self, observer: impl Fn(&OrderEvent) + Send + Sync + 'static) -> Self {
        Self { transport: self.transport.observer(observer) }
    }

    /// Who hears that an order was not placed for now and will be tried again.
    pub fn retry_observer(self, observer: impl Fn(&RetryEvent) + Send + Sync + 'static) -> Self {
        Self { transport: self.transport.retry_observer(observer) }
    }

    /// Makes the client. Nothing is opened or read before it is used.
    #[must_use]
    pub fn build(self) -> Client {
        Client { transport: self.transport.build() }
    }
}
