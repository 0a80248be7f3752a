//! What changes something after the order is sent once, behind the gate, and has one of four outcomes.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use certcentral_model::{CertificateId, OrderId, RequestId, Revocation};
use certcentral_sandbox::scripted::{Answer, Cue, Script};
use certcentral_transport::{
    ChangeOutcome, Client, NotSentReason, RetryPolicy, StopSwitch, UnknownReason,
};

use crate::caller::{KEY, at_once, builder, client, nobody, respond, serve};

type Change = for<'a> fn(&'a Client) -> Pin<Box<dyn Future<Output = ChangeOutcome> + Send + 'a>>;

fn order() -> OrderId {
    OrderId::new(112_233).unwrap()
}

/// Every change, with the request line and the body that it sends.
const CHANGES: [(&str, &str, Change); 8] = [
    ("PUT /services/v2/request/8/status", r#"{"status":"approved"}"#, |it| {
        Box::pin(it.approve_request(RequestId::new(8).unwrap(), None))
    }),
    (
        "PUT /services/v2/request/8/status",
        r#"{"status":"rejected","processor_comment":"Left the firm."}"#,
        |it| Box::pin(it.reject_request(RequestId::new(8).unwrap(), Some("Left the firm."))),
    ),
    (
        "PUT /services/v2/order/certificate/112233/status",
        r#"{"status":"canceled","note":"Ordered by mistake."}"#,
        |it| Box::pin(it.cancel_order(order(), "Ordered by mistake.")),
    ),
    ("PUT /services/v2/order/certificate/112233/revoke", "{}", |it| {
        Box::pin(async { it.revoke_order(order(), &Revocation::new()).await })
    }),
    (
        "PUT /services/v2/order/certificate/112233/revoke",
        r#"{"comments":"Token lost.","skip_approval":true}"#,
        |it| {
            let revocation = Revocation::new().comment("Token lost.").skip_approval();
            Box::pin(async move { it.revoke_order(order(), &revocation).await })
        },
    ),
    ("PUT /services/v2/certificate/445566/revoke", r#"{"comments":"Token lost."}"#, |it| {
        let revocation = Revocation::new().comment("Token lost.");
        let id = CertificateId::new(445_566).unwrap();
        Box::pin(async move { it.revoke_certificate(id, &revocation).await })
    }),
    ("POST /services/v2/order/certificate/112233/note", r#"{"text":"Dossier 12"}"#, |it| {
        Box::pin(it.add_note(order(), "Dossier 12"))
    }),
    ("POST /services/v2/order/certificate/112233/note", r#"{"text":"\"}{\u0000"}"#, |it| {
        Box::pin(it.add_note(order(), "\"}{\0"))
    }),
];

/// Makes each change at a server that plays this, and looks at its end and at what was sent: one
/// request, whatever happens.
async fn each(script: Script, check: impl Fn(&str, ChangeOutcome)) {
    for (line, body, change) in CHANGES {
        let server = serve([script.clone()]).await;
        let outcome = change(&client(&server)).await;
        check(line, outcome);
        let requests = server.requests();
        assert_eq!(requests.len(), 1, "{line} is sent once");
        assert_eq!(format!("{} {}", requests[0].method(), requests[0].target()), line);
        assert_eq!(requests[0].body(), body.as_bytes());
        assert_eq!(requests[0].header("x-dc-devkey"), Some(KEY));
        assert_eq!(requests[0].header("content-type"), Some("application/json"));
        assert_eq!(requests[0].header("content-length"), Some(&*body.len().to_string()));
        assert_eq!(requests[0].header("accept-encoding"), Some("identity"));
    }
}

#[tokio::test]
async fn an_empty_success_or_an_object_without_errors_is_done() {
    for (status, body) in [
        (204, ""),
        (200, ""),
        (200, "{}"),
        (201, r#"{"id":3,"text":"Dossier 12"}"#),
        (202, r#"{"errors":[]}"#),
    ] {
        each(respond(status, body), |line, outcome| {
            let ChangeOutcome::Done(done) = outcome else { panic!("{line} {status}: {outcome}") };
            assert_eq!(done.status, status);
        })
        .await;
    }
}

#[tokio::test]
async fn what_waits_to_be_approved_names_the_request() {
    let body = r#"{"id":9,"date":"2026-11-25T10:00:00+00:00","type":"revoke","status":"pending",
        "requester":{"id":7},"comments":"Token lost."}"#;
    each(respond(201, body), |line, outcome| {
        let ChangeOutcome::Done(done) = outcome else { panic!("{line}: {outcome}") };
        assert_eq!(done.request.as_ref().map(|it| it.id.get()), Some(9), "{line}");
        assert!(done.to_string().contains("request 9"));
    })
    .await;
    let note = r#"{"id":3,"date_created":"x","text":"Dossier 12","user":{}}"#;
    each(respond(201, note), |line, outcome| {
        let ChangeOutcome::Done(done) = outcome else { panic!("{line}: {outcome}") };
        assert_eq!(done.request, None);
        assert_eq!(done.note.unwrap().id, Some(3));
    })
    .await;
}

#[tokio::test]
async fn refusals_are_told_and_not_repeated() {
    let own = r#"{"errors":[{"code":"access_denied|x","message":"No."},{"code":"y"}]}"#;
    for status in [302, 400, 401, 403, 404, 409, 429, 503] {
        each(respond(status, own), |line, outcome| {
            let ChangeOutcome::Rejected(rejected) = outcome else { panic!("{line}: {outcome}") };
            assert_eq!((rejected.status, rejected.errors.len()), (status, 2));
            assert!(rejected.to_string().contains("it was not made"), "{rejected}");
        })
        .await;
    }
}

#[tokio::test]
async fn what_may_have_been_made_is_unknown_and_not_sent_again() {
    for script in [
        respond(500, r#"{"errors":[{"code":"x"}]}"#),
        respond(502, "<html>"),
        respond(503, "<html>"),
        respond(408, ""),
        Script::new()
            .read_request()
            .respond_with(Answer::json(503, "<html>maintenance</html>").header("Retry-After", "0")),
        Script::new().read_request().close(),
        Script::new().read_request().reset(),
        respond(200, "<html>"),
        respond(200, "[1]"),
        respond(200, "{} <html>"),
        respond(202, r#"{"errors":[{"code":"x"}]}"#),
        respond(202, r#"{"id":9,"status":"pending","error":"x"}"#),
        Script::new().read_request().write("garbage\r\n\r\n"),
        Script::new().read_request().write("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"id\":"),
        Script::new().read_request().write("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    ] {
        each(script, |line, outcome| {
            assert!(matches!(outcome, ChangeOutcome::Unknown(_)), "{line}: {outcome}");
            assert!(outcome.to_string().contains("look at the order"), "{outcome}");
        })
        .await;
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_unknown() {
    let server = serve([Script::new().read_request().hang()]).await;
    let client = builder(&server.url()).attempt_timeout(Duration::from_millis(300)).build();
    let outcome = client.cancel_order(order(), "x").await;
    let ChangeOutcome::Unknown(unknown) = outcome else { panic!("{outcome}") };
    assert_eq!(unknown.reason, UnknownReason::Timeout);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_never_left_is_not_sent() {
    let (_socket, nobody) = nobody();
    for (line, _, change) in CHANGES {
        let client = builder(&nobody).retry(RetryPolicy::default()).build();
        let outcome = change(&client).await;
        let ChangeOutcome::NotSent(unsent) = outcome else { panic!("{line}: {outcome}") };
        assert_eq!(unsent.reason, NotSentReason::NotConnected);

        let server = serve([respond(204, "")]).await;
        let stop = StopSwitch::new();
        stop.stop();
        let outcome = change(&builder(&server.url()).build().with_stop(&stop)).await;
        let ChangeOutcome::NotSent(unsent) = outcome else { panic!("{line}: {outcome}") };
        assert_eq!(unsent.reason, NotSentReason::Stopped);
        assert_eq!(server.connections(), 0);
    }
}

#[test]
fn without_a_runtime_nothing_is_sent() {
    let client = builder("http://127.0.0.1:1").build();
    let outcome = at_once(client.cancel_order(order(), "x"));
    let ChangeOutcome::NotSent(unsent) = outcome else { panic!("{outcome}") };
    assert_eq!(unsent.reason, NotSentReason::NoRuntime);
}

#[tokio::test]
async fn a_dropped_change_that_left_runs_to_its_end() {
    let go = Cue::new();
    let script = Script::new().read_request().wait_for(&go).respond(204, "");
    let server = serve([script]).await;
    let client = client(&server);
    let change = tokio::spawn(async move { client.cancel_order(order(), "x").await });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    change.abort();
    assert!(change.await.unwrap_err().is_cancelled());
    go.give();
    // The answer is read to its end although nobody waits for it any more.
    while server.bytes_written() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_echoed_key_is_not_shown() {
    let echo = format!(r#"{{"errors":[{{"code":"x","message":"key {KEY} is wrong"}}]}}"#);
    each(respond(400, &echo), |line, outcome| {
        assert!(!format!("{outcome} {outcome:?}").contains(KEY), "{line}");
    })
    .await;
}
