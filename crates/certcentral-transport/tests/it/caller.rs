//! Orders, clients and servers that the tests share.

use std::fmt::Debug;
use std::pin::pin;
use std::str::FromStr;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use certcentral_model::pkio_professional::{
    Certificate, Individual, IndividualDetails, Order, ProfessionalTitle,
};
use certcentral_model::{CsaAgreement, Payment};
use certcentral_sandbox::scripted::{Answer, ReceivedRequest, Script, ScriptedServer};
use certcentral_transport::{
    ApiKey, Client, ClientBuilder, EndedOrder, FailedAttempt, OrderEvent, Outcome, Pacing,
    RetryPolicy,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::card::card;

pub(crate) const KEY: &str = "T3STK3Y-9f8e7d6c-5b4a3928";
pub(crate) const CARD_NUMBER: &str = "4111111111111111";
pub(crate) const CVV: &str = "739";

pub(crate) fn individual(first_name: &str, last_name: &str, email: &str) -> Individual {
    Individual::new(IndividualDetails {
        first_name,
        last_name,
        email,
        telephone: "+31 20 555 0100",
        country: "NL",
        state: "Noord-Holland",
        professional_title: ProfessionalTitle::Notaris,
    })
}

pub(crate) fn order_for(individual: Individual) -> Order {
    Order::new(Certificate::new(individual), CsaAgreement::Agreed, Payment::Balance)
}

pub(crate) fn order() -> Order {
    order_for(individual("Fenna", "de Wit", "fenna.dewit@example.com"))
}

pub(crate) fn card_order() -> Order {
    order().payment(card(CARD_NUMBER, CVV))
}

/// A client without pacing that hardly waits between attempts.
pub(crate) fn builder(url: &str) -> ClientBuilder {
    Client::builder(ApiKey::new(KEY).unwrap())
        .base_url(url.parse().unwrap())
        .retry(RetryPolicy::default().first_wait(Duration::from_millis(1)))
        .pacing(Pacing::unlimited())
}

pub(crate) fn client(server: &ScriptedServer) -> Client {
    builder(&server.url()).build()
}

pub(crate) async fn serve(scripts: impl IntoIterator<Item = Script>) -> ScriptedServer {
    ScriptedServer::start(scripts).await.unwrap()
}

/// Reads one request, answers it, closes.
pub(crate) fn respond(status: u16, body: &str) -> Script {
    Script::new().read_request().respond(status, body)
}

/// Reads one request and refuses it, perhaps with a `Retry-After`.
pub(crate) fn refusal(status: u16, body: &str, retry_after: Option<&str>) -> Script {
    let answer = Answer::json(status, body);
    let answer = match retry_after {
        Some(value) => answer.header("Retry-After", value),
        None => answer,
    };
    Script::new().read_request().respond_with(answer)
}

/// The value of a number in the query.
pub(crate) fn number<T: FromStr<Err: Debug>>(request: &ReceivedRequest, name: &str) -> T {
    let mut pairs = request.target().split(['?', '&']);
    pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap().parse().unwrap()
}

/// Reads one order and places it.
pub(crate) fn placed() -> Script {
    respond(201, r#"{"id":1}"#)
}

/// Reads one order, answers with these bytes, closes.
pub(crate) fn answer(bytes: impl AsRef<[u8]>) -> Script {
    Script::new().read_request().write(bytes)
}

/// Orders at a server that plays the script on every connection.
pub(crate) async fn order_at(script: Script) -> (Outcome, ScriptedServer) {
    let server = serve([script]).await;
    let outcome = client(&server).place_unchecked(&card_order()).await;
    (outcome, server)
}

/// A URL at which nobody listens. The socket is bound, so that nobody else gets the port.
pub(crate) fn nobody() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    (socket, url)
}

/// Accepts one connection and no other, and answers the order on it.
pub(crate) async fn answer_one(listener: TcpListener, answer: &str) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    drop(listener);
    let mut seen = Vec::new();
    while !seen.ends_with(b"}") {
        stream.read_buf(&mut seen).await.unwrap();
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream
}

/// A clone of the client, and what its observer is told.
pub(crate) fn observed(client: &Client) -> (Client, UnboundedReceiver<OrderEvent>) {
    let (events, heard) = unbounded_channel();
    (client.with_observer(move |event| events.send(event.clone()).unwrap()), heard)
}

/// The next event, which must be that a further attempt follows.
pub(crate) async fn retrying(events: &mut UnboundedReceiver<OrderEvent>) -> FailedAttempt {
    match events.recv().await {
        Some(OrderEvent::Retrying(attempt)) => attempt,
        other => panic!("{other:?}"),
    }
}

/// The next event, which must be the end of the order.
pub(crate) async fn end(events: &mut UnboundedReceiver<OrderEvent>) -> EndedOrder {
    match events.recv().await {
        Some(OrderEvent::Ended(ended)) => ended,
        other => panic!("{other:?}"),
    }
}

/// The output of a future that waits for nothing, not even for a runtime.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

/// The most memory that this process ever held, in KiB. 0 where that is not known.
pub(crate) fn peak() -> u64 {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return 0 };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The line in which a child says how it ended.
pub(crate) fn result(printed: &str) -> &str {
    printed.lines().find_map(|line| line.strip_prefix("result: ")).expect(printed)
}

/// Runs an ignored test of this binary in a process of its own, with environment variables that
/// would disturb all others. Returns what it printed.
pub(crate) async fn in_child(test: &str, variables: &[(&str, &str)]) -> String {
    let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command
        .env_remove("SSL_CERT_DIR")
        .envs(variables.iter().copied())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    assert!(text.contains("1 passed"), "no such test: {test}\n{text}");
    text
}
