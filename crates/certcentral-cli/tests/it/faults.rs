//! Every way in which a server, or the lack of one, can fail an order: what the program makes of
//! it, by exit code, JSON and text, and how often the order was really read.

use std::time::Duration;

use certcentral_sandbox::scripted::{Answer, Script, ScriptedServer, Tls};
use serde_json::{Value, json};

use crate::program::{Desk, certcentral};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    Placed,
    Rejected,
    NotSent,
    Unknown,
}

use Expected::{NotSent, Placed, Rejected, Unknown};

impl Expected {
    fn exit(self) -> i32 {
        match self {
            Placed => 0,
            Rejected => 3,
            NotSent => 4,
            Unknown => 5,
        }
    }

    fn json(self) -> &'static str {
        match self {
            Placed => "placed",
            Rejected => "rejected",
            NotSent => "not_sent",
            Unknown => "unknown",
        }
    }

    /// What people read: what happened, and whether an order exists.
    fn texts(self) -> [&'static str; 2] {
        match self {
            Placed => ["placed: order ", "certcentral status "],
            Rejected => ["rejected: ", "No order exists."],
            NotSent => ["not sent: ", "No order exists."],
            Unknown => ["unknown: ", "The order may have been placed. Do not send it again"],
        }
    }
}

/// Runs both forms of the program, each against a server of its own, and gives the JSON.
async fn order(name: &str, scripts: Vec<Script>, posts: usize, expected: Expected) -> Value {
    order_within("60", name, scripts, posts, expected).await
}

async fn order_within(
    timeout: &str,
    name: &str,
    scripts: Vec<Script>,
    posts: usize,
    expected: Expected,
) -> Value {
    let run = async |format: &str| {
        let server = ScriptedServer::start(scripts.clone()).await.unwrap();
        let desk = Desk::new();
        let ran = certcentral(["order", "--timeout", timeout, "--format", format])
            .at(server.url())
            .arg(desk.order())
            .run()
            .await;
        assert_eq!(ran.code, Some(expected.exit()), "{name}: {ran:#?}");
        assert_eq!(server.posts(), posts, "{name}: POSTs read");
        assert_eq!(desk.receipt()["state"], expected.json(), "{name}: receipt");
        ran.exits(expected.exit())
    };
    let (people, json) = tokio::join!(run("human"), run("json"));
    for text in expected.texts() {
        assert!(people.stdout.contains(text), "{name}: {people:#?}");
    }
    let outcome = json.json();
    assert_eq!(outcome["outcome"], expected.json(), "{name}");
    assert!(outcome["attempts"].as_u64().unwrap() >= 1, "{name}: {outcome}");
    for member in match expected {
        Placed => &["order_id", "certificate_id", "requests"][..],
        Rejected => &["status", "errors"],
        NotSent | Unknown => &["reason"],
    } {
        assert!(outcome.get(member).is_some(), "{name}: {outcome}");
    }
    outcome
}

async fn one(name: &str, script: Script, expected: Expected) -> Value {
    order(name, vec![script], 1, expected).await
}

/// With a timeout that is long enough for a slow machine to connect and send in, and short enough
/// to wait for.
async fn in_vain(name: &str, script: Script) -> Value {
    order_within("8", name, vec![script], 1, Unknown).await
}

fn answering(answer: Answer) -> Script {
    Script::new().read_request().respond_with(answer)
}

#[tokio::test]
async fn nobody_listens() {
    let url = {
        let gone = ScriptedServer::start([]).await.unwrap();
        gone.url()
    };
    let desk = Desk::new();
    let ran = certcentral(["order", "--format", "json"]).at(&url).arg(desk.order()).run().await;
    let outcome = ran.exits(4).json();
    assert_eq!(outcome["outcome"], "not_sent");
    assert_eq!(outcome["attempts"], 4, "it may pass, so it is tried again");
    assert_eq!(desk.receipt()["state"], "not_sent");
}

#[tokio::test]
async fn the_name_does_not_resolve() {
    let desk = Desk::new();
    let ran = certcentral(["order", "--format", "json"])
        .at("https://certcentral.invalid")
        .arg(desk.order())
        .run()
        .await
        .exits(4);
    assert_eq!(ran.json()["outcome"], "not_sent");
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts() {
    let tls = Tls::self_signed(["h2", "http/1.1"]).unwrap();
    let server = ScriptedServer::start_tls(&tls, [answering(Answer::json(201, r#"{"id":1}"#))])
        .await
        .unwrap();
    let desk = Desk::new();
    let ran = certcentral(["order", "--format", "json"])
        .at(server.url())
        .arg(desk.order())
        .run()
        .await
        .exits(4);
    let outcome = ran.json();
    assert_eq!((&outcome["reason"], &outcome["attempts"]), (&json!("tls"), &json!(1)));
    assert_eq!((server.heads(), server.posts()), (0, 0));
}

#[tokio::test]
async fn a_handshake_that_hangs() {
    let server = ScriptedServer::start([Script::new().hang()]).await.unwrap();
    let desk = Desk::new();
    let ran = certcentral(["order", "--timeout", "0.2", "--format", "json"])
        .at(server.origin().replace("http:", "https:"))
        .arg(desk.order())
        .run()
        .await
        .exits(4);
    assert_eq!(ran.json()["outcome"], "not_sent");
    assert_eq!(server.heads(), 0);
}

#[tokio::test]
async fn reset_before_the_request_was_read() {
    // Whether the order's bytes had been taken by then is a race, and either answer is the truth.
    for script in [Script::new().reset(), Script::new().close()] {
        let server = ScriptedServer::start([script]).await.unwrap();
        let desk = Desk::new();
        let ran =
            certcentral(["order", "--format", "json"]).at(server.url()).arg(desk.order()).run();
        let ran = ran.await;
        let expected = if ran.code == Some(4) { NotSent } else { Unknown };
        assert_eq!(ran.exits(expected.exit()).json()["outcome"], expected.json());
        assert_eq!(desk.receipt()["state"], expected.json());
        assert_eq!(server.posts(), 0);
    }
}

#[tokio::test]
async fn no_tls_there() {
    let server =
        ScriptedServer::start([Script::new().read_bytes(16).write("HTTP/1.1 400 no\r\n\r\n")])
            .await
            .unwrap();
    let desk = Desk::new();
    let ran = certcentral(["order", "--format", "json"])
        .at(server.origin().replace("http:", "https:"))
        .arg(desk.order())
        .run()
        .await
        .exits(4);
    assert_eq!(ran.json()["outcome"], "not_sent");
    assert_eq!(server.posts(), 0);
}

#[tokio::test]
async fn lost_before_an_answer() {
    let (close, inside_head, inside_body, mid_request) = tokio::join!(
        one("closed without an answer", Script::new().read_request().close(), Unknown),
        one(
            "closed inside the headers",
            Script::new().read_request().write("HTTP/1.1 201 Crea").close(),
            Unknown
        ),
        one(
            "closed inside the body",
            Script::new()
                .read_request()
                .write("HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{\"id\":123456,")
                .close(),
            Unknown
        ),
        order("reset in the middle", vec![Script::new().read_head().reset()], 0, Unknown),
    );
    for outcome in [close, inside_head, inside_body, mid_request] {
        assert_eq!(outcome["attempts"], 1, "it is never sent again: {outcome}");
    }
}

#[tokio::test]
async fn no_answer_in_time() {
    let (never, dripping, interim) = tokio::join!(
        in_vain("never answers", Script::new().read_request().hang()),
        in_vain(
            "a byte at a time",
            Script::new().read_request().write_slowly(
                Answer::json(201, format!("{{\"id\":1{}}}", " ".repeat(2000))).to_bytes(),
                Duration::from_millis(50),
            ),
        ),
        in_vain(
            "interim answers without end",
            Script::new().read_request().write_endlessly("HTTP/1.1 103 Early Hints\r\n\r\n"),
        ),
    );
    for outcome in [never, dripping, interim] {
        assert_eq!((&outcome["reason"], &outcome["attempts"]), (&json!("timeout"), &json!(1)));
    }
}

#[tokio::test]
async fn a_success_without_an_order_id() {
    for (name, answer) in [
        ("cut JSON", Answer::json(201, "{\"id\":123")),
        ("HTML", Answer::html(201, "<h1>Welcome</h1>")),
        ("empty", Answer::new(201)),
        ("204", Answer::new(204)),
        ("no id", Answer::json(201, "{\"requests\":[]}")),
        ("id 0", Answer::json(201, "{\"id\":0}")),
        ("id null", Answer::json(201, "{\"id\":null}")),
        ("negative id", Answer::json(201, "{\"id\":-5}")),
        ("a word as id", Answer::json(201, "{\"id\":\"soon\"}")),
    ] {
        let outcome = one(name, answering(answer), Unknown).await;
        assert!((200..300).contains(&outcome["status"].as_u64().unwrap()), "{name}: {outcome}");
    }
}

#[tokio::test]
async fn what_people_see_of_an_answer_that_cannot_be_read() {
    let answer = Answer::html(502, "<h1>Bad \u{1b}[31mgateway 4111111111111111</h1>");
    let server = ScriptedServer::start([answering(answer)]).await.unwrap();
    let desk = Desk::new();
    let ran = certcentral(["order"]).at(server.url()).arg(desk.order()).run().await.exits(5);
    assert!(ran.stdout.contains("HTTP status 502"), "{ran:?}");
    assert!(ran.stdout.contains("gateway"), "{ran:?}");
    assert!(!ran.stdout.contains("4111111111111111") && !ran.stdout.contains('\u{1b}'), "{ran:?}");
}

#[tokio::test]
async fn every_shape_of_success() {
    for (name, answer, order_id, certificate_id, requests) in [
        (
            "plain",
            Answer::json(201, r#"{"id":5,"requests":[{"id":6,"status":"pending"}]}"#),
            5,
            json!(null),
            json!([{"id": 6, "status": "pending"}]),
        ),
        (
            "approved",
            Answer::json(
                201,
                r#"{"id":5,"certificate_id":7,"requests":[{"id":6,"status":"approved"}]}"#,
            ),
            5,
            json!(7),
            json!([{"id": 6, "status": "approved"}]),
        ),
        (
            "no requests",
            Answer::json(201, r#"{"id":5,"certificate_id":7}"#),
            5,
            json!(7),
            json!([]),
        ),
        ("text as id", Answer::json(201, r#"{"id":"5"}"#), 5, json!(null), json!([])),
        (
            "more members",
            Answer::json(201, r#"{"id":5,"news":{"a":[1]}}"#),
            5,
            json!(null),
            json!([]),
        ),
        ("200", Answer::json(200, r#"{"id":5}"#), 5, json!(null), json!([])),
        ("202", Answer::json(202, r#"{"id":5}"#), 5, json!(null), json!([])),
        ("no content type", Answer::new(201).body(r#"{"id":5}"#), 5, json!(null), json!([])),
        ("HTTP/1.0", Answer::json(201, r#"{"id":5}"#).http_1_0(), 5, json!(null), json!([])),
        (
            "charset",
            Answer::new(201)
                .header("Content-Type", "application/json; charset=iso-8859-1")
                .body(r#"{"id":5}"#),
            5,
            json!(null),
            json!([]),
        ),
    ] {
        let outcome = one(name, answering(answer), Placed).await;
        assert_eq!(
            outcome,
            json!({
                "outcome": "placed", "order_id": order_id, "certificate_id": certificate_id,
                "requests": requests, "attempts": 1
            }),
            "{name}"
        );
    }
    let hint = Script::new()
        .read_request()
        .write("HTTP/1.1 103 Early Hints\r\n\r\n")
        .respond(201, r#"{"id":5}"#);
    one("an interim answer first", hint, Placed).await;
}

#[tokio::test]
async fn every_shape_of_refusal() {
    for (name, body, errors) in [
        (
            "one",
            r#"{"errors":[{"code":"a|b","message":"M"}]}"#,
            json!([{"code": "a|b", "message": "M"}]),
        ),
        (
            "several",
            r#"{"errors":[{"code":"a","message":"M"},{"code":"b:c.d","message":"N"}]}"#,
            json!([{"code": "a", "message": "M"}, {"code": "b:c.d", "message": "N"}]),
        ),
        (
            "errors as object",
            r#"{"errors":{"code":"a","message":"M"}}"#,
            json!([{"code": "a", "message": "M"}]),
        ),
        (
            "error as object",
            r#"{"error":{"code":"a","description":"M"}}"#,
            json!([{"code": "a", "message": "M"}]),
        ),
        ("error as text", r#"{"error":"M"}"#, json!([{"code": "", "message": "M"}])),
        ("HTML", "<h1>no</h1>", json!([])),
        ("empty", "", json!([])),
    ] {
        let outcome = one(name, answering(Answer::html(400, body)), Rejected).await;
        assert_eq!(
            outcome,
            json!({"outcome": "rejected", "status": 400, "errors": errors, "attempts": 1}),
            "{name}"
        );
    }
}

#[tokio::test]
async fn every_status_that_refuses() {
    for status in [401, 403, 404, 405, 406, 409, 413, 415, 422, 301, 302, 303, 307, 308] {
        let elsewhere = ScriptedServer::start([]).await.unwrap();
        let answer = Answer::json(status, "{}").header("Location", elsewhere.url());
        let outcome = one(&status.to_string(), answering(answer), Rejected).await;
        assert_eq!(outcome["status"], status);
        assert_eq!(elsewhere.connections(), 0, "{status}: nobody is redirected");
    }
}

#[tokio::test]
async fn every_status_that_says_nothing() {
    for status in [500, 502, 503, 504, 599] {
        let outcome =
            one(&status.to_string(), answering(Answer::html(status, "<h1>no</h1>")), Unknown).await;
        assert_eq!(outcome["status"], status);
    }
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let wait = |answer: Answer| answering(answer.header("Retry-After", "1"));
    let placed = answering(Answer::json(201, r#"{"id":9}"#));
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    let (busy, maintained, _, _, for_ever, far) = tokio::join!(
        order("429, then 201", vec![wait(Answer::json(429, "{}")), placed.clone()], 2, Placed),
        order(
            "503 of DigiCert's own, then 201",
            vec![wait(Answer::json(503, r#"{"errors":[{"code":"x"}]}"#)), placed.clone()],
            2,
            Placed
        ),
        order(
            "429 until a date in the past, then 201",
            vec![answering(Answer::json(429, "{}").header("Retry-After", past)), placed.clone()],
            2,
            Placed
        ),
        order(
            "429 with rubbish, then 201",
            vec![answering(Answer::json(429, "{}").header("Retry-After", "soon")), placed.clone()],
            2,
            Placed
        ),
        order("429 for ever", vec![wait(Answer::json(429, "{}"))], 4, Rejected),
        one(
            "429 for very long",
            answering(Answer::json(429, "{}").header("Retry-After", "99999999")),
            Rejected
        ),
    );
    assert_eq!((&busy["attempts"], &maintained["attempts"]), (&json!(2), &json!(2)));
    assert_eq!((&for_ever["attempts"], &for_ever["status"]), (&json!(4), &json!(429)));
    assert_eq!((&far["attempts"], &far["status"]), (&json!(1), &json!(429)));
}

#[tokio::test]
async fn an_answer_without_end() {
    let endless = Script::new()
        .read_request()
        .write("HTTP/1.1 201 Created\r\nContent-Length: 10000000000\r\n\r\n{\"id\":1,\"x\":\"")
        .write_endlessly([b'x'; 4096]);
    let chunked = Script::new()
        .read_request()
        .write("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
        .write_endlessly(format!("1000\r\n{}\r\n", "x".repeat(0x1000)));
    let garbage = Script::new().read_request().write("220 mail.example.com ESMTP\r\n").close();
    tokio::join!(
        one("10 GB", endless, Unknown),
        one("chunked without end", chunked, Unknown),
        one("no HTTP", garbage, Unknown),
        one(
            "a length that is too short",
            Script::new()
                .read_request()
                .write("HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\n{\"id\":1}")
                .close(),
            Unknown
        ),
    );
}

#[tokio::test]
async fn a_proxy_in_the_environment_never_hears_of_a_local_order() {
    let proxy =
        ScriptedServer::start([answering(Answer::json(201, r#"{"id":666}"#))]).await.unwrap();
    let server =
        ScriptedServer::start([answering(Answer::json(201, r#"{"id":1}"#))]).await.unwrap();
    let desk = Desk::new();
    let mut program = certcentral(["order"]).at(server.url()).arg(desk.order());
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
    {
        program = program.env(name, proxy.origin());
    }
    program.run().await.exits(0);
    assert_eq!((proxy.connections(), server.posts()), (0, 1));
}
