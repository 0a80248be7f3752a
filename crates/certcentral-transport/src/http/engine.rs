//! The HTTP engine, and the one place that hands requests to it.
//!
//! It is reqwest, reduced to what an order needs. Much below spells out defaults on purpose: Cargo
//! unifies features, so what another crate of the same build turns on would change the defaults of
//! this client.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::USER_AGENT;
use http::{HeaderValue, Method, Request};
use reqwest::redirect::Policy;
use reqwest::{Body, Certificate, Client, NoProxy, Proxy, retry};
use tokio::runtime::{Handle, Id};
use tokio::time::timeout;

use crate::http::answer::Answer;
use crate::http::failure::Failure;
use crate::http::proxy::ProxyUrl;
use crate::http::request::{AGENT, NoBody, Target};

/// How long a connection that nothing uses is kept. Servers close idle connections after five
/// seconds and more; one that is just being closed would lose a request.
const IDLE: Duration = Duration::from_secs(1);

/// How long what was sent may be unacknowledged (`TCP_USER_TIMEOUT`).
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// The settings of the engine.
pub(crate) struct Settings {
    pub(crate) is_plain: bool,
    pub(crate) is_loopback: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) extra_roots: Vec<Certificate>,
    pub(crate) proxy: Option<ProxyUrl>,
    pub(crate) user_agent: HeaderValue,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            is_plain: false,
            is_loopback: false,
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(60),
            extra_roots: Vec::new(),
            proxy: None,
            user_agent: HeaderValue::from_static(AGENT),
        }
    }
}

/// Two HTTP clients, made when they are first needed: with TLS each reads the system's
/// certificates, which takes milliseconds, and fails where there are none.
pub(crate) struct Engine {
    pub(crate) settings: Settings,
    /// Keeps no connection: each order has one of its own. A kept one may have been closed by the
    /// server just now, or hold an answer to something else.
    orders: OnceLock<Client>,
    /// Keeps connections. The runtime that opened a connection drives it, so on another runtime it
    /// would stall: a new client is made there.
    look_ups: Mutex<Option<(Id, Client)>>,
}

impl Engine {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, orders: OnceLock::new(), look_ups: Mutex::new(None) }
    }

    /// Returns the client for orders, so that it is known beforehand whether there can be one.
    pub(crate) fn for_orders(&self) -> Result<&Client, Failure> {
        if let Some(client) = self.orders.get() {
            return Ok(client);
        }
        let client = self.settings.client(0)?;
        Ok(self.orders.get_or_init(|| client))
    }

    fn for_look_ups(&self) -> Result<Client, Failure> {
        let runtime = Handle::try_current().map_err(|_| Failure::Setup)?.id();
        let mut kept = self.look_ups.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((id, client)) if *id == runtime => Ok(client.clone()),
            _ => {
                let client = self.settings.client(usize::MAX)?;
                *kept = Some((runtime, client.clone()));
                Ok(client)
            }
        }
    }

    /// Posts an order, and reads the answer as far as it comes in time and within the cap.
    ///
    /// `withdraw` is called when an answer begins. It returns true if that made sure that the body
    /// never leaves: then the answer belongs to something else.
    pub(crate) async fn post(
        &self,
        Target { url, headers, .. }: Target,
        body: impl Sendable,
        withdraw: impl FnOnce() -> bool,
        cap: usize,
    ) -> Result<Answer, Failure> {
        let client = self.for_orders()?;
        let mut request = reqwest::Request::new(Method::POST, url);
        *request.headers_mut() = headers;
        // A body that reqwest cannot clone: what cannot be cloned cannot be sent again.
        *request.body_mut() = Some(Body::wrap(body));
        self.exchange(client, request, withdraw, cap).await
    }

    /// Sends what changes something, likewise: once, on a connection of its own.
    pub(crate) async fn change(
        &self,
        request: Request<impl Sendable>,
        withdraw: impl FnOnce() -> bool,
        cap: usize,
    ) -> Result<Answer, Failure> {
        let client = self.for_orders()?;
        self.exchange(client, self.prepare(request)?, withdraw, cap).await
    }

    /// Looks something up, likewise.
    pub(crate) async fn get(
        &self,
        request: Request<NoBody>,
        cap: usize,
    ) -> Result<Answer, Failure> {
        let client = self.for_look_ups()?;
        self.exchange(&client, self.prepare(request)?, || false, cap).await
    }

    fn prepare(&self, mut request: Request<impl Sendable>) -> Result<reqwest::Request, Failure> {
        request.headers_mut().insert(USER_AGENT, self.settings.user_agent.clone());
        reqwest::Request::try_from(request.map(Body::wrap)).map_err(|error| Failure::of(&error))
    }

    async fn exchange(
        &self,
        client: &Client,
        request: reqwest::Request,
        withdraw: impl FnOnce() -> bool,
        cap: usize,
    ) -> Result<Answer, Failure> {
        let mut answer = None;
        let exchange = async {
            let response = client.execute(request).await.map_err(|error| Failure::of(&error))?;
            if withdraw() {
                return Err(Failure::Unasked);
            }
            let answer =
                answer.insert(Answer::head(response.status().as_u16(), response.headers()));
            answer.read(response, cap).await;
            Ok(())
        };
        // reqwest's own timeout would be one more thing to allocate and to poll.
        let ended = timeout(self.settings.attempt_timeout, exchange).await;
        answer.ok_or(match ended {
            Ok(Err(failure)) => failure,
            _ => Failure::Timeout,
        })
    }
}

/// A body that reqwest takes.
pub(crate) trait Sendable:
    http_body::Body<Data = Bytes, Error: std::error::Error + Send + Sync> + Send + Sync + 'static
{
}

impl<B> Sendable for B where
    B: http_body::Body<Data = Bytes, Error: std::error::Error + Send + Sync>
        + Send
        + Sync
        + 'static
{
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            is_plain: _,
            is_loopback: _,
            connect_timeout,
            attempt_timeout,
            extra_roots,
            proxy,
            user_agent,
        } = self;
        f.debug_struct("Settings")
            .field("connect_timeout", connect_timeout)
            .field("attempt_timeout", attempt_timeout)
            .field("extra_roots", &extra_roots.len())
            .field("proxy", proxy)
            .field("user_agent", user_agent)
            .finish()
    }
}

impl Settings {
    /// Makes an HTTP client that keeps at most so many idle connections.
    fn client(&self, idle_connections: usize) -> Result<Client, Failure> {
        // `localhost` is this machine, whatever the system says. Port 0 stands for that of the URL.
        let this_machine = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)]
            .map(|address| SocketAddr::new(address, 0));
        let mut client = Client::builder()
            .tls_backend_rustls()
            // No GOAWAY, no REFUSED_STREAM, no copy of the body in a buffer of HTTP/2.
            .http1_only()
            // reqwest would by default send an order again.
            .retry(retry::never())
            // A redirect would carry key and card to another host.
            .redirect(Policy::none())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .no_hickory_dns()
            .resolve_to_addrs("localhost", &this_machine)
            // This would log raw bytes, the key among them.
            .connection_verbose(false)
            .pool_max_idle_per_host(idle_connections)
            .pool_idle_timeout(IDLE)
            .connect_timeout(self.connect_timeout);
        // What was sent and is not acknowledged for so long is given up by the system. So nothing
        // arrives at the server much later than it left here.
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        {
            client = client.tcp_user_timeout(UNACKNOWLEDGED);
        }
        client = if self.is_plain {
            client.tls_certs_only([])
        } else {
            client.https_only(true).tls_certs_merge(self.extra_roots.iter().cloned())
        };
        client = if self.is_loopback {
            // A proxy would take the request off this machine.
            client.no_proxy()
        } else {
            match self.proxy()? {
                Some(proxy) => client.proxy(proxy),
                // What the system has, where that is not the environment alone.
                None => client,
            }
        };
        client.build().map_err(|_| Failure::Setup)
    }

    /// Returns the proxy that was set, or that the environment names.
    fn proxy(&self) -> Result<Option<Proxy>, Failure> {
        let (url, exceptions) = match &self.proxy {
            Some(url) => (url.clone(), None),
            None => match ProxyUrl::from_environment() {
                Ok(Some(url)) => (url, NoProxy::from_env()),
                Ok(None) => return Ok(None),
                Err(variable) => return Err(Failure::ProxySetting { variable }),
            },
        };
        let proxy = Proxy::https(url.as_str()).map_err(|_| Failure::Setup)?;
        Ok(Some(proxy.no_proxy(exceptions)))
    }
}

/// Reads root certificates in PEM form.
pub(crate) fn read_roots(pem: &[u8]) -> Result<Vec<Certificate>, InvalidRootCertificates> {
    let roots = Certificate::from_pem_bundle(pem).map_err(|_| InvalidRootCertificates(()))?;
    // Only a client that trusts them finds out whether they are certificates.
    let trusting = Client::builder().tls_backend_rustls().tls_certs_only(roots.iter().cloned());
    if roots.is_empty() || trusting.no_proxy().build().is_err() {
        return Err(InvalidRootCertificates(()));
    }
    Ok(roots)
}

/// The bytes are not root certificates in PEM form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the root certificates cannot be read; they must be in PEM form, one or more blocks that begin \
     with -----BEGIN CERTIFICATE-----"
)]
pub struct InvalidRootCertificates(());
