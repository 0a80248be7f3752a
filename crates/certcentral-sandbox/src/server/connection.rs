//! A connection: hyper answers on it, until a fault needs its bare bytes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, DATE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper::{HeaderMap, Method, Request};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::account::{Account, Arrival, KEY_HEADER};
use super::api::takes_orders;
use crate::answer::Answer;
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

/// What to do with the bare connection.
enum Takeover {
    /// Write these bytes and go on answering.
    Write(Vec<u8>),
    /// Play this script to the end of the connection.
    Play(Script),
}

/// Answers requests until the client closes, or a fault ends the connection.
async fn serve(mut stream: TcpStream, account: Arc<Account>, router: Routes) {
    let (taker, mut takeover) = mpsc::channel::<Takeover>(1);
    loop {
        let service = service_fn(|request| {
            let service = Service {
                account: Arc::clone(&account),
                router: router.clone(),
                taker: taker.clone(),
            };
            async move { Ok::<_, Infallible>(service.answer(request).await) }
        });
        let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let takeover = tokio::select! {
            _ = &mut connection => return,
            Some(takeover) = takeover.recv() => takeover,
        };
        // The service never answers the request that it hands over, so no answer is in flight and
        // hyper can be left.
        stream = connection.into_parts().io.into_inner();
        match takeover {
            Takeover::Play(script) => return play_on(stream, &script).await,
            Takeover::Write(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// axum's router as hyper expects it.
type Routes = TowerToHyperService<Router>;

struct Service {
    account: Arc<Account>,
    router: Routes,
    taker: mpsc::Sender<Takeover>,
}

impl Service {
    async fn answer(self, request: Request<Incoming>) -> Response {
        let account = Arc::clone(&self.account);
        let target = target(&request);
        let path = request.uri().path().to_owned();
        account.ledger.pass_time(account.clock.now());
        let mut arrival = self.enter(&request);

        let mut response = match target.and_then(|target| account.draw_fault(target)) {
            None => self.route(request, arrival).await,
            Some((fault, placing)) => {
                arrival.placing = placing;
                self.struck(fault, request, arrival, &path).await
            }
        };
        account.ledger.note_status(arrival.number, response.status().as_u16());
        if let Ok(date) = HeaderValue::try_from(http_date(account.clock.now())) {
            response.headers_mut().entry(DATE).or_insert(date);
        }
        response
    }

    /// Enters the request into the books.
    fn enter(&self, request: &Request<Incoming>) -> Arrival {
        let key = self.account.check_key(request.headers());
        let number = self.account.ledger.receive(ReceivedRequest {
            number: 0,
            received_at: self.account.clock.now(),
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
        let is_last = request.headers().get(CONNECTION).is_some_and(|value| value == "close");
        let answer = match kind {
            FaultKind::ResetBeforeRead => Answer::new(500),
            FaultKind::ResetMidRequest => {
                let _ = request.into_body().frame().await;
                Answer::new(500)
            }
            _ => Answer::from_response(self.route(request, arrival).await).await,
        };
        let surroundings = Surroundings {
            now: self.account.clock.now(),
            slow_answer: self.account.slow_answer,
            redirect_to: self.account.redirect_to.as_deref().unwrap_or(path),
        };
        let dated = answer.clone().set("Date", http_date(surroundings.now));
        let Some(strike) = strike(kind, dated, &surroundings) else {
            return answer.into_response();
        };
        let injected = InjectedFault { kind, placing: arrival.placing };
        self.account.ledger.note_fault(arrival.number, injected);
        let takeover = match strike {
            Strike::Respond(answer) => return answer.into_response(),
            Strike::RespondAfter(time, answer) => {
                tokio::time::sleep(time).await;
                return answer.into_response();
            }
            Strike::Write(bytes) if is_last => Takeover::Play(Script::new().write(bytes)),
            Strike::Write(bytes) => Takeover::Write(bytes),
            Strike::Play(script) => Takeover::Play(script),
        };
        // Sending fails only if the connection is gone already.
        let _ = self.taker.send(takeover).await;
        std::future::pending().await
    }
}

/// Returns what kind of fault may strike this request.
fn target(request: &Request<Incoming>) -> Option<Target> {
    match *request.method() {
        Method::POST if takes_orders(request.uri().path()) => Some(Target::Orders),
        Method::GET => Some(Target::Lookups),
        Method::PUT | Method::POST => Some(Target::Changes),
        _ => None,
    }
}

fn without_key(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(KEY_HEADER);
    headers
}
