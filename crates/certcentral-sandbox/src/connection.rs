//! A connection: hyper answers on it, until a fault takes it over.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{DATE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper::{HeaderMap, Method, Request};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::account::{Account, Arrival, KEY_HEADER};
use crate::api::{Reply, takes_orders};
use crate::books::{InjectedFault, ReceivedRequest};
use crate::clock::http_date;
use crate::fault::{Fault, FaultKind, Placing, Strike, Surroundings, Target, strike};
use crate::scripted::{Script, play_on};

/// How long to wait when a connection could not be accepted, so as not to spin.
const ACCEPT_AGAIN: Duration = Duration::from_millis(10);

/// Accepts connections until the task is aborted, which ends them too.
pub(crate) async fn accept(listener: TcpListener, account: Arc<Account>, router: Router) {
    let router = TowerToHyperService::new(router);
    let mut connections = JoinSet::new();
    loop {
        // Connections that ended are taken out, so that the set does not grow for ever.
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            // One client that is gone again, or a process out of files: no reason to stop.
            tokio::time::sleep(ACCEPT_AGAIN).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        connections.spawn(serve(stream, Arc::clone(&account), router.clone()));
    }
}

/// Answers requests until the client closes, or a fault strikes that needs the bare connection.
async fn serve(stream: TcpStream, account: Arc<Account>, router: Routes) {
    let (taker, mut takeover) = mpsc::channel::<Script>(1);
    let service = service_fn(move |request| {
        let service =
            Service { account: Arc::clone(&account), router: router.clone(), taker: taker.clone() };
        async move { Ok::<_, Infallible>(service.answer(request).await) }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let script = tokio::select! {
        // The answer is looked for first: a service that hands over does so while it is polled.
        _ = &mut connection => return,
        Some(script) = takeover.recv() => script,
    };
    // The service never answers the request that it hands over, so nothing of an answer is under
    // way, and hyper can be left.
    let stream = connection.into_parts().io.into_inner();
    play_on(stream, &script).await;
}

/// axum's router as hyper wants it.
type Routes = TowerToHyperService<Router>;

struct Service {
    account: Arc<Account>,
    router: Routes,
    taker: mpsc::Sender<Script>,
}

impl Service {
    async fn answer(self, request: Request<Incoming>) -> Response {
        let account = Arc::clone(&self.account);
        let now = account.clock.now();
        let target = target(&request);
        let path = request.uri().path().to_owned();
        let mut arrival = self.enter(&request, now);

        let mut response = if !account.admit() {
            too_many()
        } else {
            match target.and_then(|target| account.draw_fault(target)) {
                None => self.route(request, arrival).await,
                Some((fault, placing)) => {
                    arrival.placing = placing;
                    self.struck(fault, request, arrival, &path).await
                }
            }
        };
        account.ledger.note_status(arrival.number, response.status().as_u16());
        if let Ok(date) = HeaderValue::try_from(http_date(account.clock.now())) {
            response.headers_mut().insert(DATE, date);
        }
        response
    }

    /// Enters the request into the books.
    fn enter(&self, request: &Request<Incoming>, now: Timestamp) -> Arrival {
        let key = self.account.check_key(request.headers());
        let number = self.account.ledger.receive(ReceivedRequest {
            number: 0,
            received_at: now,
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(str::to_owned),
            headers: without_key(request.headers()),
            key,
            individual: None,
            fault: None,
            status: None,
            order: None,
        });
        Arrival { number, key, placing: Placing::Placed }
    }

    async fn route(&self, request: Request<Incoming>, arrival: Arrival) -> Response {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(arrival);
        match self.router.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Answers a request that a fault strikes.
    async fn struck(
        &self,
        fault: Fault,
        request: Request<Incoming>,
        arrival: Arrival,
        path: &str,
    ) -> Response {
        let kind = fault.kind();
        let reply = match kind {
            FaultKind::ResetBeforeRead => Reply::empty(500),
            FaultKind::ResetMidRequest => {
                let _ = request.into_body().frame().await;
                Reply::empty(500)
            }
            _ => Reply::of(self.route(request, arrival).await).await,
        };
        let surroundings = Surroundings {
            now: self.account.clock.now(),
            slow_answer: self.account.slow_answer,
            redirect_to: self.account.redirect_to.as_deref().unwrap_or(path),
        };
        let Some(strike) = strike(kind, &reply, &surroundings) else {
            return reply.into_response();
        };
        let injected = InjectedFault { kind, placing: arrival.placing };
        self.account.ledger.note_fault(arrival.number, injected);
        match strike {
            Strike::Respond(reply) => reply.into_response(),
            Strike::RespondAfter(time, reply) => {
                tokio::time::sleep(time).await;
                reply.into_response()
            }
            Strike::Play(script) => {
                // Sending fails only if the connection is gone already.
                let _ = self.taker.send(script).await;
                std::future::pending().await
            }
        }
    }
}

/// What kind of fault may strike this request.
fn target(request: &Request<Incoming>) -> Option<Target> {
    match *request.method() {
        Method::POST if takes_orders(request.uri().path()) => Some(Target::Orders),
        Method::GET => Some(Target::Lookups),
        _ => None,
    }
}

fn without_key(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(KEY_HEADER);
    headers
}

fn too_many() -> Response {
    Reply::error(429, "request_limit_exceeded", "Service unavailable, please limit request volume")
        .into_response()
}
