//! What caches, gateways and proxies on the way answer says nothing of an order that the server may
//! have taken. Only DigiCert's own errors do.

use std::time::Duration;

use certcentral_model::OrderId;
use certcentral_sandbox::scripted::{Answer, Script};
use certcentral_transport::{
    EndedOrder, NotSentReason, OrderEvent, Outcome, OutcomeKind, RetryPolicy, UnknownReason,
};
use tokio::sync::mpsc;

use crate::caller::{builder, client, order, order_at, serve};

const OWN: &str = r#"{"errors":[{"code":"service_unavailable","message":"Maintenance"}]}"#;
/// `{"id":4711}` in gzip.
const GZIPPED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 76, 81, 178, 50, 49, 55, 52, 172, 5, 0, 188,
    121, 147, 80, 11, 0, 0, 0,
];

#[tokio::test]
async fn a_status_of_something_on_the_way_is_unknown_and_sent_once() {
    let bodies = [
        "",
        "<html><h1>Service Unavailable</h1></html>",
        r#"{"error":"upstream"}"#,
        r#"{"errors":[]}"#,
        r#"{"errors":["busy"]}"#,
        r#"{"errors":[{"message":"busy"}]}"#,
        r#"{"fault":{"errors":[{"code":"x"}]}}"#,
    ];
    for status in [408, 421, 425, 499, 503] {
        for body in bodies {
            for retry_after in [None, Some("0"), Some("120")] {
                let answer = match retry_after {
                    Some(value) => Answer::json(status, body).header("Retry-After", value),
                    None => Answer::json(status, body),
                };
                let (outcome, server) =
                    order_at(Script::new().read_request().respond_with(answer)).await;
                let Outcome::Unknown(unknown) = outcome else {
                    panic!("{status} {body} {outcome}")
                };
                assert_eq!((unknown.status, server.posts()), (Some(status), 1));
                let expected = match status {
                    503 => UnknownReason::ServerError,
                    _ => UnknownReason::Intermediary,
                };
                assert_eq!(unknown.reason, expected);
            }
        }
    }
}

#[tokio::test]
async fn digicerts_own_errors_make_it_a_refusal() {
    for status in [408, 421, 425, 499, 503] {
        let server = serve([Script::new().read_request().respond(status, OWN)]).await;
        let client = builder(&server.url()).retry(RetryPolicy::never()).build();
        let Outcome::Rejected(rejected) = client.place_order(&order()).await else { panic!() };
        assert_eq!((rejected.status, rejected.errors.len()), (status, 1));
        // Of these only a 503 asks to come back.
        assert_eq!(rejected.is_temporary(), status == 503);
    }
}

#[tokio::test]
async fn a_compressed_answer_is_named() {
    for (status, header, coding) in [
        (201, "gzip", "gzip"),
        (201, "X-GZIP", "gzip"),
        (200, "br", "br"),
        (503, "zstd", "zstd"),
        (408, "deflate", "deflate"),
        (201, "secret-4711", "unknown coding"),
    ] {
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Encoding: {header}\r\nContent-Length: {}\r\n\r\n",
            GZIPPED.len()
        );
        let bytes = [head.as_bytes(), GZIPPED].concat();
        let (outcome, server) = order_at(Script::new().read_request().write(bytes)).await;
        let Outcome::Unknown(unknown) = outcome else { panic!("{outcome}") };
        assert_eq!(unknown.reason, UnknownReason::EncodedAnswer { coding });
        assert!(unknown.to_string().contains(coding), "{unknown}");
        assert_eq!((unknown.answer, server.posts()), (None, 1));
    }
}

#[tokio::test]
async fn a_compressed_refusal_is_a_refusal_and_a_header_may_be_wrong() {
    let refusal = Answer::json(400, OWN).header("Content-Encoding", "gzip");
    let (outcome, _) = order_at(Script::new().read_request().respond_with(refusal)).await;
    assert_eq!(outcome.kind(), OutcomeKind::Rejected);
    for coding in ["gzip", "identity", ""] {
        let plain = Answer::json(201, r#"{"id":4711}"#).header("Content-Encoding", coding);
        let (outcome, _) = order_at(Script::new().read_request().respond_with(plain)).await;
        assert_eq!(outcome.kind(), OutcomeKind::Placed, "{coding}");
    }
}

#[tokio::test]
async fn a_compressed_look_up_is_named_and_not_retried() {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        GZIPPED.len()
    );
    let bytes = [head.as_bytes(), GZIPPED].concat();
    let server = serve([Script::new().read_request().write(bytes)]).await;
    let error = client(&server).get_order(OrderId::new(4711).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("compressed (gzip)"), "{error}");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn errors_beside_an_id_are_kept_and_shown() {
    let body = r#"{"id":4711,"errors":[{"code":"approval_failed","message":"nobody to approve"}]}"#;
    let (outcome, server) = order_at(Script::new().read_request().respond(201, body)).await;
    let Outcome::Placed(placed) = outcome else { panic!("{outcome}") };
    assert_eq!((placed.order_id().get(), server.posts()), (4711, 1));
    assert_eq!(placed.errors[0].code.as_str(), "approval_failed");
    let shown = placed.to_string();
    assert!(shown.contains("4711") && shown.contains("nobody to approve"), "{shown}");
}

#[tokio::test]
async fn an_answer_about_another_order_is_an_error() {
    let server = serve([Script::new().read_request().respond(200, r#"{"id":112234}"#)]).await;
    let error = client(&server).get_order(OrderId::new(112_233).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("another id"), "{error}");
    assert!(!error.is_temporary() && server.connections() == 1);
}

/// Refuses one connection's order, and listens no longer.
#[tokio::test]
async fn an_order_that_was_refused_and_then_not_sent_is_rejected() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(listener);
        let mut seen = Vec::new();
        while !seen.ends_with(b"}") {
            stream.read_buf(&mut seen).await.unwrap();
        }
        let answer = "HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream
    });
    let (heard, mut events) = mpsc::unbounded_channel();
    let client = builder(&url).observer(move |event| heard.send(event.clone()).unwrap()).build();
    let outcome = client.place_order(&order()).await;
    drop(server.await.unwrap());
    let Outcome::Rejected(rejected) = outcome else { panic!("{outcome}") };
    assert_eq!((rejected.status, rejected.attempts), (429, 4));
    drop(client);
    let mut reasons = Vec::new();
    let mut ended = None;
    while let Some(event) = events.recv().await {
        match event {
            OrderEvent::Retrying(attempt) => reasons.push((attempt.status, attempt.reason)),
            OrderEvent::Ended(end) => ended = Some(end),
            _ => {}
        }
    }
    let refused = Some(NotSentReason::NotConnected.as_str());
    assert_eq!(reasons, [(Some(429), None), (None, refused), (None, refused)]);
    let end: EndedOrder = ended.unwrap();
    assert_eq!((end.outcome, end.status, end.attempts), (OutcomeKind::Rejected, Some(429), 4));
}

/// Refuses one order, and lets the second attempt connect to nobody who answers.
#[tokio::test]
async fn dropped_in_a_second_attempt_that_did_not_leave_it_is_rejected() {
    let hang_in_tls_of_nothing = Script::new().hang();
    let refuse = Script::new().read_request().respond(429, "{}");
    let server = serve([refuse, hang_in_tls_of_nothing]).await;
    let (heard, mut events) = mpsc::unbounded_channel();
    let retry = RetryPolicy::default().first_wait(Duration::from_millis(1));
    let client = builder(&server.url())
        .retry(retry)
        .observer(move |event| heard.send(event.clone()).unwrap())
        .build();
    let task = tokio::spawn({
        let client = client.clone();
        async move { client.place_order(&order()).await }
    });
    let first = events.recv().await.unwrap();
    assert!(matches!(first, OrderEvent::Retrying(_)), "{first:?}");
    // On this one thread the wait of a millisecond has not ended, or the attempt has not left.
    task.abort();
    let Some(OrderEvent::Ended(end)) = events.recv().await else { panic!() };
    assert_eq!((end.outcome, end.status), (OutcomeKind::Rejected, Some(429)));
    assert!(end.caller_gone);
    assert_eq!(server.posts(), 1);
}

/// The types by which failures are told apart are those of the `hyper` that reqwest uses. If ours is
/// another version, an answer that is not HTTP is told as a lost connection.
#[tokio::test]
async fn our_hyper_is_the_one_that_reqwest_uses() {
    let (outcome, _) = order_at(Script::new().read_request().write("garbage\r\n\r\n")).await;
    let Outcome::Unknown(unknown) = outcome else { panic!("{outcome}") };
    assert_eq!(unknown.reason, UnknownReason::NotHttp);
}
