//! How a connection comes about: a name's addresses, TCP, perhaps a proxy, TLS.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;

use crate::BaseUrl;

/// How long a peer may leave TCP without a sign of life.
const SILENCE: Duration = Duration::from_secs(15);
const SILENCES: u32 = 3;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;
/// To the host or to its proxy; with TLS if that is an `https` proxy.
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// What went wrong, where no other type tells it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("no connection in time")]
    TimedOut,
    #[error("the name has no address")]
    Name(#[source] io::Error),
    #[error("no way through the proxy")]
    Proxy(#[source] BoxError),
}

/// Connects to the host of a URL within some time, all that it takes included.
#[derive(Clone)]
pub(crate) struct Connector {
    https: HttpsConnector<Route>,
    timeout: Duration,
}

impl Connector {
    /// Reads the system's certificates, unless the base URL is plain HTTP: that takes milliseconds,
    /// and fails where there are none.
    pub(crate) fn new(base: &BaseUrl, timeout: Duration) -> Result<Self, rustls::Error> {
        let mut tcp = HttpConnector::new_with_resolver(Names(GaiResolver::new()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Shared out among the addresses of a name.
        tcp.set_connect_timeout(Some(timeout));
        tcp.set_keepalive(Some(SILENCE));
        tcp.set_keepalive_interval(Some(SILENCE));
        tcp.set_keepalive_retries(Some(SILENCES));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(2 * SILENCE));

        let tls = tls(base)?;
        // A proxy would take the request off this machine.
        let proxies = (!base.is_loopback()).then(|| {
            let mut tls = tls.clone();
            // What is spoken with a proxy is up to the proxy.
            tls.alpn_protocols.clear();
            Proxies { system: Arc::new(Matcher::from_system()), tls: Arc::new(tls) }
        });
        let mut https = HttpsConnector::from((Route { tcp, proxies }, tls));
        if !base.is_plain() {
            https.enforce_https();
        }
        Ok(Self { https, timeout })
    }
}

/// What is trusted is up to the system. HTTP/1.1 is all that is offered.
fn tls(base: &BaseUrl) -> Result<ClientConfig, rustls::Error> {
    let provider = CryptoProvider::get_default()
        .cloned()
        .unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()));
    let tls =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let tls = if base.is_plain() {
        tls.with_root_certificates(RootCertStore::empty())
    } else {
        tls.try_with_platform_verifier()?
    };
    let mut tls = tls.with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(tls)
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Stream>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = timeout(self.timeout, self.https.call(to));
        Box::pin(async { connecting.await.unwrap_or_else(|_| Err(ConnectError::TimedOut.into())) })
    }
}

/// The way to a host: straight, or through the tunnel of a proxy.
#[derive(Clone)]
struct Route {
    tcp: HttpConnector<Names>,
    proxies: Option<Proxies>,
}

/// The proxies that the system or the environment names.
#[derive(Clone)]
struct Proxies {
    system: Arc<Matcher>,
    tls: Arc<ClientConfig>,
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = Connecting<Stream>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let proxy = self
            .proxies
            .as_ref()
            .and_then(|Proxies { system, tls }| Some((system.intercept(&to)?, Arc::clone(tls))));
        let Some((proxy, tls)) = proxy else {
            let connecting = self.tcp.call(to);
            return Box::pin(async { Ok(MaybeHttpsStream::Http(connecting.await?)) });
        };
        if !matches!(proxy.uri().scheme_str(), Some("http" | "https")) {
            let error = ConnectError::Proxy("no kind of proxy that is spoken here".into());
            return Box::pin(async { Err(error.into()) });
        }
        let to_proxy = HttpsConnector::from((self.tcp.clone(), tls));
        let mut tunnel = Tunnel::new(proxy.uri().clone(), to_proxy);
        if let Some(password) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(password.clone());
        }
        let tunneling = tunnel.call(to);
        Box::pin(async {
            tunneling.await.map_err(|error| ConnectError::Proxy(error.into()).into())
        })
    }
}

/// Addresses of names, as the system tells them. But `localhost` is this machine, whatever it says.
#[derive(Clone)]
struct Names(GaiResolver);

impl Service<Name> for Names {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        self.0.poll_ready(context).map_err(ConnectError::Name)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        if name.as_str().eq_ignore_ascii_case("localhost") {
            // Port 0 stands for that of the URL.
            let addresses = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)]
                .map(|address| SocketAddr::new(address, 0));
            return Box::pin(async move { Ok(Vec::from(addresses).into_iter()) });
        }
        let asking = self.0.call(name);
        Box::pin(async {
            let addresses = asking.await.map_err(ConnectError::Name)?;
            Ok(addresses.collect::<Vec<_>>().into_iter())
        })
    }
}
