//! The HTTP engine, and the one place that hands requests to it.
//!
//! It is hyper's pooled client with a connector of our own, and nothing around it: no layer that
//! sends again, follows a redirect, asks for compression, keeps cookies or adds a header. Nor can
//! another crate of the same build turn such a layer on by a Cargo feature.

use std::time::Duration;

use http::Request;
use http_body_util::Either;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

use crate::answer::Answer;
use crate::connect::Connector;
use crate::fault::Fault;
use crate::gate::Gate;
use crate::{BaseUrl, NoBody, OrderBody};

pub(crate) struct Engine {
    http: legacy::Client<Connector, Either<OrderBody, NoBody>>,
    attempt_timeout: Duration,
}

impl Engine {
    pub(crate) fn new(
        base: &BaseUrl,
        connect_timeout: Duration,
        attempt_timeout: Duration,
    ) -> Result<Self, rustls::Error> {
        let http = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            // Servers close idle connections after five seconds and more. An order on one that is
            // being closed would be lost.
            .pool_idle_timeout(Duration::from_secs(1))
            // A request that a dying connection gives back unstarted goes to another one. Of an
            // order no byte was asked for then: its body is yielded once.
            .retry_canceled_requests(true)
            .build(Connector::new(base, connect_timeout)?);
        Ok(Self { http, attempt_timeout })
    }

    /// Sends an order, and reads the answer as far as it comes in time and within the cap.
    pub(crate) async fn order(
        &self,
        request: Request<OrderBody>,
        gate: &Gate,
        cap: usize,
    ) -> Result<Answer, Fault> {
        self.exchange(request.map(Either::Left), Some(gate), cap).await
    }

    /// Looks something up, likewise.
    pub(crate) async fn look_up(
        &self,
        request: Request<NoBody>,
        cap: usize,
    ) -> Result<Answer, Fault> {
        self.exchange(request.map(Either::Right), None, cap).await
    }

    async fn exchange(
        &self,
        request: Request<Either<OrderBody, NoBody>>,
        gate: Option<&Gate>,
        cap: usize,
    ) -> Result<Answer, Fault> {
        let mut answer = None;
        let exchange = async {
            let response = self.http.request(request).await.map_err(|error| Fault::of(&error))?;
            // An answer that nobody asked for: the order must not leave while it is read.
            if gate.is_some_and(Gate::revoke) {
                return Err(Fault::Unasked);
            }
            let (head, body) = response.into_parts();
            let answer = answer.insert(Answer::head(head.status.as_u16(), &head.headers));
            answer.read(body, cap).await;
            Ok(())
        };
        let ended = timeout(self.attempt_timeout, exchange).await;
        answer.ok_or(match ended {
            Ok(Err(fault)) => fault,
            _ => Fault::Timeout,
        })
    }
}
