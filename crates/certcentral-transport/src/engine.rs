//! The HTTP engine, and the one place that hands requests to it.
//!
//! It is reqwest, set to what an order may want of it, which is little. Much below spells out
//! defaults, on purpose: Cargo unifies features, and what another crate of the same build turns on
//! would change the defaults of this client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http::{Method, Request};
use reqwest::redirect::Policy;
use reqwest::{Body, Client, retry};
use tokio::time::timeout;

use crate::answer::Answer;
use crate::client::Target;
use crate::fault::Fault;
use crate::gate::Gate;
use crate::{BaseUrl, NoBody, OrderBody};

pub(crate) struct Engine {
    http: Client,
    // reqwest's own would be one more thing to allot and to poll, and would end the same exchange.
    attempt_timeout: Duration,
}

impl Engine {
    /// Reads the system's certificates, unless the base URL is plain HTTP: that takes milliseconds,
    /// and fails where there are none.
    pub(crate) fn new(
        base: &BaseUrl,
        connect_timeout: Duration,
        attempt_timeout: Duration,
    ) -> reqwest::Result<Self> {
        // `localhost` is this machine, whatever the system says. Port 0 stands for that of the URL.
        let this_machine = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)]
            .map(|address| SocketAddr::new(address, 0));
        let mut http = Client::builder()
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
            // Servers close idle connections after five seconds and more. An order on one that is
            // being closed would be lost.
            .pool_idle_timeout(Duration::from_secs(1))
            .connect_timeout(connect_timeout);
        if base.is_loopback() {
            // A proxy would take the request off this machine.
            http = http.no_proxy();
        }
        http = if base.is_plain() { http.tls_certs_only([]) } else { http.https_only(true) };
        Ok(Self { http: http.build()?, attempt_timeout })
    }

    /// Sends an order, and reads the answer as far as it comes in time and within the cap.
    pub(crate) async fn order(
        &self,
        Target { url, headers, .. }: Target,
        body: OrderBody,
        gate: &Gate,
        cap: usize,
    ) -> Result<Answer, Fault> {
        let mut request = reqwest::Request::new(Method::POST, url);
        *request.headers_mut() = headers;
        // A body that reqwest cannot clone: what cannot be cloned cannot be sent again.
        *request.body_mut() = Some(Body::wrap(body));
        self.exchange(request, Some(gate), cap).await
    }

    /// Looks something up, likewise.
    pub(crate) async fn look_up(
        &self,
        request: Request<NoBody>,
        cap: usize,
    ) -> Result<Answer, Fault> {
        let request = reqwest::Request::try_from(request.map(Body::wrap))
            .map_err(|error| Fault::of(&error))?;
        self.exchange(request, None, cap).await
    }

    async fn exchange(
        &self,
        request: reqwest::Request,
        gate: Option<&Gate>,
        cap: usize,
    ) -> Result<Answer, Fault> {
        let mut answer = None;
        let exchange = async {
            let response = self.http.execute(request).await.map_err(|error| Fault::of(&error))?;
            // An answer that nobody asked for: the order must not leave while it is read.
            if gate.is_some_and(Gate::revoke) {
                return Err(Fault::Unasked);
            }
            let answer =
                answer.insert(Answer::head(response.status().as_u16(), response.headers()));
            answer.read(response, cap).await;
            Ok(())
        };
        let ended = timeout(self.attempt_timeout, exchange).await;
        answer.ok_or(match ended {
            Ok(Err(fault)) => fault,
            _ => Fault::Timeout,
        })
    }
}
