//! The answers of caches, gateways and proxies on the way say nothing about an order that the server
//! may have taken. Only DigiCert's own errors do.

use certcentral_model::OrderId;
use certcentral_sandbox::scripted::{Answer, Script};
use certcentral_transport::{
    NotSentReason, OrderEvent, Outcome, OutcomeKind, RetryPolicy, UnknownReason,
};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;

use crate::caller::{
    answer_one, builder, client, end, observed, order, order_at, refusal, respond, retrying, serve,
};

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
                let (outcome, server) = order_at(refusal(status, body, retry_after)).await;
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
        let server = serve([respond(status, OWN)]).await;
        let client = builder(&server.url()).retry(RetryPolicy::never()).build();
        let Outcome::Rejected(rejected) = client.place_unchecked(&order()).await else { panic!() };
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
        let answer = Answer::new(status).header("Content-Encoding", header).body(GZIPPED);
        let (outcome, server) = order_at(Script::new().read_request().respond_with(answer)).await;
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
    let answer = Answer::new(200).header("Content-Encoding", "gzip").body(GZIPPED);
    let server = serve([Script::new().read_request().respond_with(answer)]).await;
    let error = client(&server).get_order(OrderId::new(4711).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("compressed (gzip)"), "{error}");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn errors_beside_an_id_are_kept_and_shown() {
    let body = r#"{"id":4711,"errors":[{"code":"approval_failed","message":"nobody to approve"}]}"#;
    let (outcome, server) = order_at(respond(201, body)).await;
    let Outcome::Placed(placed) = outcome else { panic!("{outcome}") };
    assert_eq!((placed.order_id().get(), server.posts()), (4711, 1));
    assert_eq!(placed.errors[0].code.as_str(), "approval_failed");
    let shown = placed.to_string();
    assert!(shown.contains("4711") && shown.contains("nobody to approve"), "{shown}");
}

#[tokio::test]
async fn an_answer_about_another_order_is_an_error() {
    let server = serve([respond(200, r#"{"id":112234}"#)]).await;
    let error = client(&server).get_order(OrderId::new(112_233).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("another id"), "{error}");
    assert!(!error.is_temporary() && server.connections() == 1);
}

/// Orders at a server that refuses one attempt and then listens no longer.
async fn refused_once() -> (JoinHandle<Outcome>, UnboundedReceiver<OrderEvent>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async {
        let refusal = "HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n";
        answer_one(listener, refusal).await.read_to_end(&mut Vec::new()).await
    });
    let (client, events) = observed(&builder(&url).build());
    (tokio::spawn(async move { client.place_unchecked(&order()).await }), events)
}

#[tokio::test]
async fn an_order_that_was_refused_and_then_not_sent_is_rejected() {
    let (order, mut events) = refused_once().await;
    let Outcome::Rejected(rejected) = order.await.unwrap() else { panic!("not rejected") };
    assert_eq!((rejected.status, rejected.attempts), (429, 4));
    let refused = Some(NotSentReason::NotConnected.as_str());
    for expected in [(Some(429), None), (None, refused), (None, refused)] {
        let attempt = retrying(&mut events).await;
        assert_eq!((attempt.status, attempt.reason), expected);
    }
    let end = end(&mut events).await;
    assert_eq!((end.outcome, end.status, end.attempts), (OutcomeKind::Rejected, Some(429), 4));
}

#[tokio::test]
async fn dropped_after_a_second_attempt_that_did_not_leave_it_is_rejected() {
    let (order, mut events) = refused_once().await;
    retrying(&mut events).await;
    assert_eq!(retrying(&mut events).await.outcome, OutcomeKind::NotSent);
    // On this one thread the wait after it has only begun.
    order.abort();
    let end = end(&mut events).await;
    assert_eq!((end.outcome, end.status), (OutcomeKind::Rejected, Some(429)));
    assert!(end.caller_gone);
}
