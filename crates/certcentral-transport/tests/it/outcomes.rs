//! Every way that an answer can go wrong, and what it says of the order. POSTs are counted by the
//! server, from what it really read.

use std::io;
use std::time::Duration;

use certcentral_model::OrderId;
use certcentral_sandbox::scripted::{Answer, Script, ScriptedServer};
use certcentral_transport::{
    NotSentReason, Outcome, OutcomeKind, Rejected, RetryPolicy, Unknown, UnknownReason,
};

use crate::caller::{
    answer, builder, card_order, client, nobody, order, order_at, placed, respond, serve,
};

fn id(outcome: Outcome) -> u64 {
    match outcome {
        Outcome::Placed(placed) => placed.order_id().get(),
        other => panic!("{other}"),
    }
}

fn rejected(outcome: Outcome) -> Rejected {
    match outcome {
        Outcome::Rejected(rejected) => rejected,
        other => panic!("{other}"),
    }
}

fn unknown(outcome: Outcome) -> Unknown {
    match outcome {
        Outcome::Unknown(unknown) => unknown,
        other => panic!("{other}"),
    }
}

/// An unknown outcome after exactly one POST and one attempt.
async fn unknown_after(script: Script) -> Unknown {
    let (outcome, server) = order_at(script).await;
    let unknown = unknown(outcome);
    assert_eq!((server.posts(), unknown.attempts), (1, 1), "{unknown}");
    assert!(unknown.sent_at <= unknown.given_up_at);
    unknown
}

// Never left.

#[tokio::test]
async fn where_nobody_listens_it_is_not_sent() {
    let (_socket, url) = nobody();
    let outcome = builder(&url).build().place_unchecked(&order()).await;
    let Outcome::NotSent(not_sent) = outcome else { panic!("{outcome}") };
    assert_eq!(not_sent.reason, NotSentReason::NotConnected);
    assert_eq!(not_sent.attempts, 4, "it may pass, so it is tried again");
}

#[tokio::test]
async fn closed_or_reset_before_the_request_was_read_is_a_race_with_one_post_at_most() {
    for script in [Script::new(), Script::new().reset(), Script::new().read_bytes(1).reset()] {
        let server = serve([script]).await;
        let client = builder(&server.url()).retry(RetryPolicy::never()).build();
        let outcome = client.place_unchecked(&order()).await;
        assert!(matches!(outcome.kind(), OutcomeKind::NotSent | OutcomeKind::Unknown), "{outcome}");
        assert_eq!(server.posts(), 0);
    }
}

// Left, and the answer was lost.

#[tokio::test]
async fn reset_in_the_middle_of_the_request() {
    // The body is claimed with the head, so once the head was read it is out.
    let (outcome, server) = order_at(Script::new().read_head().reset()).await;
    assert_eq!(unknown(outcome).reason, UnknownReason::ConnectionLost);
    assert_eq!((server.posts(), server.heads()), (0, 1));
}

#[tokio::test]
async fn read_and_then_closed_or_reset_without_an_answer() {
    for script in [answer("").close(), answer("").reset()] {
        assert_eq!(unknown_after(script).await.reason, UnknownReason::ConnectionLost);
    }
}

#[tokio::test]
async fn closed_inside_the_headers() {
    for cut in ["H", "HTTP/1.1 201 Created", "HTTP/1.1 201 Created\r\nContent-Length: 10\r\nX-"] {
        for script in [answer(cut).close(), answer(cut).reset()] {
            let unknown = unknown_after(script).await;
            assert_eq!((unknown.reason, unknown.status), (UnknownReason::ConnectionLost, None));
        }
    }
}

#[tokio::test]
async fn closed_inside_the_body() {
    let whole = r#"{"id":123456,"requests":[{"id":7,"status":"pending"}]}"#;
    let head = format!("HTTP/1.1 201 Created\r\nContent-Length: {}\r\n\r\n", whole.len());
    for (seen, hint) in [(0, None), (9, None), (12, None), (13, Some(123_456)), (30, Some(123_456))]
    {
        let unknown = unknown_after(answer(format!("{head}{}", &whole[..seen])).close()).await;
        assert_eq!((unknown.reason, unknown.status), (UnknownReason::AnswerCut, Some(201)));
        assert_eq!(unknown.order_id.map(OrderId::get), hint, "{seen} bytes");
        let kept = unknown.answer.as_ref().map_or("", |answer| answer.as_str());
        assert_eq!(kept, &whole[..seen]);
    }
}

#[tokio::test]
async fn a_chunked_body_that_is_cut() {
    let cut = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"id\":5}\r\n";
    let unknown = unknown_after(answer(cut).close()).await;
    assert_eq!(unknown.reason, UnknownReason::AnswerCut);
    assert_eq!(unknown.order_id.map(OrderId::get), Some(5));
}

/// Orders, and lets the time run once the server has read the order.
async fn timed_out(script: Script) -> (Unknown, ScriptedServer) {
    let server = serve([script]).await;
    let client = client(&server);
    let task = tokio::spawn(async move { client.place_unchecked(&card_order()).await });
    server.wait_for_posts(1).await;
    // From here on the clock jumps to the next timer as soon as nothing else can run.
    tokio::time::pause();
    (unknown(task.await.unwrap()), server)
}

#[tokio::test]
async fn never_answers_or_not_in_time() {
    let second = Duration::from_secs(1);
    let head = format!("HTTP/1.1 201 Created\r\nX-Filler: {}", "and on ".repeat(20));
    let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(9);
    for script in [
        answer("").hang(),
        answer("").write_slowly(head, second).hang(),
        answer("").write_slowly(interim, second).hang(),
    ] {
        let (unknown, server) = timed_out(script).await;
        assert_eq!((unknown.reason, unknown.status), (UnknownReason::Timeout, None));
        assert_eq!(server.posts(), 1);
        tokio::time::resume();
    }
}

#[tokio::test]
async fn answers_a_body_a_byte_a_second_past_the_timeout() {
    let script = Script::new()
        .read_request()
        .write("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":77,")
        .write_slowly(" ".repeat(91), Duration::from_secs(1));
    let (unknown, server) = timed_out(script.hang()).await;
    assert_eq!((unknown.reason, unknown.status), (UnknownReason::Timeout, Some(201)));
    assert_eq!(unknown.order_id.map(OrderId::get), Some(77));
    assert_eq!(server.posts(), 1);
}

/// Such failures are told by the types of the `hyper` that reqwest uses. If ours is another version, an
/// answer that is not HTTP is told as a lost connection.
#[tokio::test]
async fn an_answer_that_is_not_http() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.9\r\n",
        "\0\0\0\0\0\0\0\0\r\n\r\n",
        "<html>hello</html>\r\n\r\n",
        "HTTP/1.1 201 Created\r\nContent-Length: -5\r\n\r\n{\"id\":1}",
        "HTTP/1.1 201 Created\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\n{\"id\":1} ",
        "HTTP/1.1 99 Odd\r\nContent-Length: 8\r\n\r\n{\"id\":1}",
        "ICY 200 OK\r\n\r\n",
    ] {
        let unknown = unknown_after(answer(garbage).close()).await;
        assert_eq!((unknown.reason, unknown.status), (UnknownReason::NotHttp, None), "{garbage}");
    }
}

#[tokio::test]
async fn headers_without_end() {
    let script = answer("HTTP/1.1 201 Created\r\n").write_endlessly("X-Filler: and on\r\n");
    assert_eq!(unknown_after(script).await.reason, UnknownReason::NotHttp);
}

// Left, and was answered with a success that proves nothing.

#[tokio::test]
async fn a_success_without_a_readable_id() {
    for body in [
        r#"{"id":123"#,
        r#"{"id":123,"requests":[{"#,
        r#"{"id":123}}"#,
        "<html><body>Created</body></html>",
        "",
        "null",
        "[]",
        "{}",
        r#"{"requests":[{"id":5}]}"#,
        r#"{"id":0}"#,
        r#"{"id":null}"#,
        r#"{"id":-5}"#,
        r#"{"id":1.5}"#,
        r#"{"id":"five"}"#,
        r#"{"id":""}"#,
        r#"{"id":"-5"}"#,
        r#"{"id":9223372036854775808}"#,
        r#"{"id":true}"#,
        r#"{"id":[5]}"#,
        r#"{"id":1,"id":2}"#,
    ] {
        let unknown = unknown_after(respond(201, body)).await;
        assert_eq!((unknown.reason, unknown.status), (UnknownReason::NoOrderId, Some(201)));
        assert_eq!(unknown.answer.as_ref().map_or("", |answer| answer.as_str()), body);
    }
}

#[tokio::test]
async fn a_success_without_content() {
    let unknown = unknown_after(Script::new().read_request().respond_with(Answer::new(204))).await;
    assert_eq!((unknown.reason, unknown.status), (UnknownReason::NoOrderId, Some(204)));
    assert_eq!(unknown.answer, None);
}

#[tokio::test]
async fn an_id_in_an_answer_that_proves_nothing_is_kept_as_a_hint() {
    let unknown = unknown_after(respond(201, r#"{"id":"4711","x":}"#)).await;
    assert_eq!(unknown.order_id.map(OrderId::get), Some(4711));
    let unknown = unknown_after(respond(500, r#"{"id":4711}"#)).await;
    assert_eq!(unknown.order_id.map(OrderId::get), Some(4711));
}

#[tokio::test]
async fn an_order_in_a_refusal_makes_it_unknown_and_is_not_tried_again() {
    let own = |message: &str| format!(r#"{{"errors":[{{"code":"a","message":"{message}"}}]}}"#);
    let (outcome, _) = order_at(respond(303, "{}")).await;
    assert_eq!(unknown(outcome).reason, UnknownReason::Intermediary);
    let refusal = r#"{"id":4711,"errors":[{"code":"a","message":"maintenance"}]}"#.to_owned();
    for (status, body, hint) in [
        (503, refusal.clone(), Some(4711)),
        (429, refusal.clone(), Some(4711)),
        (400, refusal.clone(), Some(4711)),
        (303, refusal, Some(4711)),
        (400, r#"{"id":1,"id":2}"#.into(), None),
        (400, own("Order 1234567 already exists."), Some(1_234_567)),
        (400, r#"{"errors":[{"code":"duplicate_order","message":"x"}]}"#.into(), None),
    ] {
        let unknown = unknown_after(respond(status, &body)).await;
        assert_eq!((unknown.reason, unknown.status), (UnknownReason::OrderNamed, Some(status)));
        assert_eq!(unknown.order_id.map(OrderId::get), hint);
        assert!(unknown.exists_probably());
    }
    let internal = r#"{"errors":[{"code":"internal_server_error","message":"x"}]}"#;
    let unknown = unknown_after(respond(400, internal)).await;
    assert_eq!(unknown.reason, UnknownReason::ServerError);
    assert!(!unknown.exists_probably());
    // What a rule says of the order is a refusal.
    for message in ["The order has already expired terms.", "duplicate email 20555", "An order"] {
        let (outcome, _) = order_at(respond(400, &own(message))).await;
        assert!(rejected(outcome).is_about_the_order());
    }
    let (outcome, _) = order_at(respond(404, "{}")).await;
    assert!(!rejected(outcome).is_about_the_order());
}

#[tokio::test]
async fn a_success_that_is_no_answer_to_this_order_is_unknown() {
    for header in ["Age: 3", "Date: Wed, 15 Jan 2025 10:00:00 GMT"] {
        let text =
            format!("HTTP/1.1 201 Created\r\n{header}\r\nContent-Length: 8\r\n\r\n{{\"id\":1}}");
        let unknown = unknown_after(answer(text)).await;
        assert_eq!((unknown.reason, unknown.order_id), (UnknownReason::StaleAnswer, None));
        assert!(unknown.exists_probably());
    }
    let before: certcentral_transport::Baseline =
        serde_json::from_str(r#"{"orders":[4711],"requests":[9]}"#).unwrap();
    for (body, is_new) in [
        (r#"{"id":4711}"#, false),
        (r#"{"id":4712,"requests":[{"id":9}]}"#, false),
        (r#"{"id":4712,"requests":[{"id":10}]}"#, true),
    ] {
        let server = serve([respond(201, body)]).await;
        let outcome = client(&server).with_listed_before(&before).place_unchecked(&order()).await;
        if is_new {
            assert_eq!(id(outcome), 4712);
        } else {
            let unknown = unknown(outcome);
            assert_eq!((unknown.reason, unknown.order_id), (UnknownReason::KnownBefore, None));
        }
    }
}

// Placed.

#[tokio::test]
async fn every_answer_with_an_id_is_placed() {
    for (status, body) in [
        (200, r#"{"id":4711}"#),
        (201, r#"{"id":4711,"requests":[{"id":1,"status":"pending"}]}"#),
        (201, r#"{"id":4711,"requests":[{"id":1,"status":"submitted"}]}"#),
        (201, r#"{"id":4711,"certificate_id":8,"requests":[{"id":1,"status":"approved"}]}"#),
        (201, r#"{"id":4711,"certificate_id":8}"#),
        (201, r#"{"id":"4711","requests":[{"id":"1","status":"pending"}]}"#),
        (202, r#"{"id":4711,"new":{"a":[1,2]},"requests":"odd","certificate_id":{}}"#),
        (299, "\u{feff}  {\"id\":4711}\r\n"),
    ] {
        let (outcome, server) = order_at(respond(status, body)).await;
        assert_eq!((outcome.attempts(), server.posts()), (1, 1));
        assert_eq!(id(outcome), 4711, "{body}");
    }
}

#[tokio::test]
async fn the_content_type_does_not_matter() {
    let utf16: Vec<u8> =
        "\u{feff}{\"id\":4711}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (kind, body) in [
        ("application/json; charset=utf-8", br#"{"id":4711}"#.to_vec()),
        ("application/json; charset=iso-8859-1", b"{\"id\":4711,\"note\":\"caf\xe9\"}".to_vec()),
        ("text/html", br#"{"id":4711}"#.to_vec()),
        ("", br#"{"id":4711}"#.to_vec()),
        ("application/json; charset=utf-16", utf16),
    ] {
        let answer = Answer::new(201).header("Content-Type", kind).body(body);
        let (outcome, _) = order_at(Script::new().read_request().respond_with(answer)).await;
        assert_eq!(id(outcome), 4711, "{kind}");
    }
}

#[tokio::test]
async fn interim_answers_and_old_http_are_as_what_follows() {
    let placed_after = [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":1}",
        "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n\
         HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":1}",
        "HTTP/1.0 201 Created\r\n\r\n{\"id\":1}",
        "HTTP/1.0 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":1}",
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"id\":1}\r\n0\r\n\r\n",
        // Shorter than it is: what is beyond is not read.
        "HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":1}{\"id\":2}",
    ];
    for bytes in placed_after {
        let (outcome, server) = order_at(answer(bytes).close()).await;
        assert_eq!(server.posts(), 1);
        assert_eq!(id(outcome), 1, "{bytes}");
    }
    // Longer than it is: the end of the connection cuts it.
    let longer = "HTTP/1.1 201 Created\r\nContent-Length: 80\r\n\r\n{\"id\":1}";
    assert_eq!(unknown_after(answer(longer).close()).await.reason, UnknownReason::AnswerCut);
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n";
    assert_eq!(rejected(order_at(answer(interim).close()).await.0).status, 400);
}

#[tokio::test]
async fn a_status_that_makes_no_sense() {
    let switch = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
    for (script, status) in [(answer(switch).close(), 101), (respond(777, r#"{"id":1}"#), 777)] {
        let unknown = unknown_after(script).await;
        let expected = (UnknownReason::UnexpectedStatus, Some(status));
        assert_eq!((unknown.reason, unknown.status), expected);
    }
}

// Rejected.

#[tokio::test]
async fn every_shape_of_an_error_is_read_whole() {
    let shapes: &[(&str, &[(&str, &str)])] = &[
        (r#"{"errors":[{"code":"a|b","message":"one"}]}"#, &[("a|b", "one")]),
        (
            r#"{"errors":[{"code":"a","message":"one"},{"code":"b:c.d","message":"two"}]}"#,
            &[("a", "one"), ("b:c.d", "two")],
        ),
        (r#"{"errors":{"code":"a","message":"one"}}"#, &[("a", "one")]),
        (r#"{"error":{"code":"a","message":"one"}}"#, &[("a", "one")]),
        (r#"{"error":"one"}"#, &[("", "one")]),
        (r#"{"errors":[{"code":"a","description":"one"}]}"#, &[("a", "one")]),
        (r#"{"errors":[{"code":401,"message":"one"}]}"#, &[("401", "one")]),
        ("\u{feff}{\"errors\":[{\"code\":\"a\"}]}", &[("a", "")]),
    ];
    for kind in ["application/json", "application/vnd.digicert.error+json", "text/html", ""] {
        for (body, errors) in shapes {
            let answer = Answer::new(400).header("Content-Type", kind).body(*body);
            let (outcome, server) =
                order_at(Script::new().read_request().respond_with(answer)).await;
            let rejected = rejected(outcome);
            assert_eq!((server.posts(), rejected.attempts, rejected.status), (1, 1, 400));
            let read: Vec<_> = rejected
                .errors
                .iter()
                .map(|error| (error.code.as_str(), error.message.as_str()))
                .collect();
            assert_eq!(read, *errors, "{body}");
            assert_eq!(rejected.answer, None);
        }
    }
}

#[tokio::test]
async fn an_error_that_cannot_be_read_is_still_a_refusal() {
    for body in ["<html>Bad Request</html>", "{\"errors\":[{\"code\":\"a\"", "[]", "\u{0}\u{1}"] {
        let rejected = rejected(order_at(respond(400, body)).await.0);
        assert_eq!((rejected.status, rejected.errors.len()), (400, 0));
        assert_eq!(rejected.answer.unwrap().as_str(), body);
    }
    let rejected = rejected(order_at(respond(400, "")).await.0);
    assert_eq!((rejected.errors.len(), rejected.answer), (0, None));
}

#[tokio::test]
async fn the_status_decides_even_if_the_body_is_cut_or_too_long() {
    let cut = "HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\n{\"errors\":[";
    assert_eq!(rejected(order_at(answer(cut).close()).await.0).status, 403);

    let endless = answer("HTTP/1.1 400 Bad Request\r\nContent-Length: 10000000000\r\n\r\n")
        .write_endlessly("x".repeat(65_536));
    assert_eq!(rejected(order_at(endless).await.0).status, 400);
}

#[tokio::test]
async fn every_refusal_is_one_post() {
    for status in [400, 401, 402, 403, 404, 405, 406, 409, 410, 413, 415, 418, 422, 451, 499] {
        let body = r#"{"errors":[{"code":"access_denied|x","message":"no"}]}"#;
        let (outcome, server) = order_at(respond(status, body)).await;
        let rejected = rejected(outcome);
        assert_eq!((rejected.status, rejected.errors.len()), (status, 1));
        assert_eq!((rejected.attempts, server.posts()), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn an_answer_before_the_body_was_read_counts() {
    let early = Script::new().read_head().respond(413, r#"{"errors":[{"code":"too_large"}]}"#);
    let (outcome, _) = order_at(early.read_request()).await;
    assert_eq!(rejected(outcome).status, 413);
}

#[tokio::test]
async fn redirects_are_refusals_and_nothing_reaches_the_other_origin() {
    let other = serve([placed()]).await;
    for status in [301, 302, 307, 308] {
        for elsewhere in [other.url(), "/services/v2/order/certificate/x".to_owned()] {
            let redirect = Answer::new(status).header("Location", &elsewhere);
            let (outcome, server) =
                order_at(Script::new().read_request().respond_with(redirect)).await;
            let rejected = rejected(outcome);
            assert_eq!((rejected.status, rejected.attempts), (status, 1));
            assert_eq!((server.posts(), server.connections()), (1, 1));
        }
    }
    assert_eq!(other.connections(), 0);
}

// Server errors.

#[tokio::test]
async fn a_server_error_is_unknown() {
    for (status, body) in [
        (500, r#"{"errors":[{"code":"internal","message":"x"}]}"#),
        (500, ""),
        (501, ""),
        (502, "<html>Bad Gateway</html>"),
        (504, ""),
        (507, ""),
        (599, ""),
    ] {
        let unknown = unknown_after(respond(status, body)).await;
        assert_eq!(
            (unknown.reason, unknown.status),
            (UnknownReason::ServerError, Some(status)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_retry_after_makes_no_other_server_error_a_refusal() {
    for status in [500, 502, 504] {
        let answer = Answer::json(status, "{}").header("Retry-After", "1");
        let unknown = unknown_after(Script::new().read_request().respond_with(answer)).await;
        assert_eq!(unknown.status, Some(status));
    }
}

// Too much.

#[tokio::test]
async fn an_answer_of_ten_gigabytes_is_not_read() {
    let chunk = "x".repeat(65_536);
    let heads = [
        "HTTP/1.1 201 Created\r\nContent-Length: 10000000000\r\n\r\n{\"id\":5,\"x\":\"".to_owned(),
        "HTTP/1.0 201 Created\r\n\r\n{\"id\":5,\"x\":\"".to_owned(),
    ];
    let mut scripts: Vec<_> =
        heads.iter().map(|head| answer(head).write_endlessly(&chunk)).collect();
    scripts.push(
        answer("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
            .write_endlessly(format!("10000\r\n{chunk}\r\n")),
    );
    for script in scripts {
        let (outcome, server) = order_at(script).await;
        let unknown = unknown(outcome);
        assert_eq!(unknown.reason, UnknownReason::AnswerTooLong);
        assert!(unknown.answer.unwrap().as_str().len() <= 4096);
        server.wait_for_ends(1).await;
        assert_eq!(server.posts(), 1);
        // One MiB is read; the rest is what the kernel took into its buffers.
        assert!(server.bytes_written() < 64 << 20, "{}", server.bytes_written());
    }
}

// Connections.

#[tokio::test]
async fn each_order_has_a_connection_of_its_own() {
    let server = serve([placed().repeat()]).await;
    let client = client(&server);
    for _ in 0..10 {
        id(client.place_unchecked(&order()).await);
    }
    assert_eq!((server.posts(), server.connections()), (10, 10));
}

#[tokio::test]
async fn each_attempt_has_a_connection_of_its_own() {
    let limit = r#"{"errors":[{"code":"request_limit_exceeded","message":"wait"}]}"#;
    let server = serve([Script::new().read_request().respond(429, limit).repeat()]).await;
    let outcome = client(&server).place_unchecked(&order()).await;
    assert_eq!((outcome.kind(), outcome.attempts()), (OutcomeKind::Rejected, 4));
    assert_eq!((server.posts(), server.connections()), (4, 4));
}

/// A kept connection loses such orders, or takes the stray answer for that of the next order.
#[tokio::test]
async fn what_a_server_does_with_a_connection_afterwards_does_not_affect_later_orders() {
    let answer = "HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":1}";
    let stray_placed = "HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":2}";
    let stray_busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
    for after in ["", stray_placed, stray_busy, "garbage"] {
        let script = Script::new().read_request().write(answer).write(after).read_to_end();
        let closes = Script::new().read_request().write(answer).write(after).close();
        for script in [script, closes] {
            let server = serve([script]).await;
            let client = client(&server);
            for _ in 0..20 {
                assert_eq!(id(client.place_unchecked(&order()).await), 1);
            }
            assert_eq!(server.posts(), 20, "{after:?}");
        }
    }
}

#[test]
fn a_client_outlives_a_runtime() {
    let servers = tokio::runtime::Runtime::new().unwrap();
    let server = servers.block_on(serve([placed().repeat()]));
    let client = client(&server);
    for _ in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // Connections of the last runtime cannot be used in this one.
        id(runtime.block_on(client.place_unchecked(&order())));
    }
    assert_eq!(server.posts(), 3);
}

#[tokio::test]
async fn the_connection_takes_too_long() {
    // It never accepts: the kernel's queue is full, and further connections wait.
    let listener = tokio::net::TcpSocket::new_v4().unwrap();
    listener.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = listener.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue: Vec<io::Result<tokio::net::TcpStream>> = Vec::new();
    loop {
        let connect = tokio::net::TcpStream::connect(address);
        match tokio::time::timeout(Duration::from_secs(1), connect).await {
            Ok(stream) => queue.push(stream),
            Err(_) => break,
        }
        assert!(queue.len() < 100, "the queue does not fill");
    }
    for (connect, attempt) in [(50, 60_000), (60_000, 50)] {
        let client = builder(&format!("http://{address}"))
            .connect_timeout(Duration::from_millis(connect))
            .attempt_timeout(Duration::from_millis(attempt))
            .retry(RetryPolicy::never())
            .build();
        let outcome = client.place_unchecked(&order()).await;
        let Outcome::NotSent(not_sent) = outcome else { panic!("{outcome}") };
        assert_eq!(not_sent.reason, NotSentReason::ConnectTimeout);
    }
}

#[tokio::test]
async fn the_servers_clock_is_learned() {
    let answer = Answer::json(500, "{}").header("Date", "Fri, 31 Dec 2027 23:50:00 GMT");
    let unknown = unknown_after(Script::new().read_request().respond_with(answer)).await;
    let offset = unknown.clock_offset.unwrap();
    let server_now = unknown.given_up_at.checked_add(offset).unwrap();
    assert_eq!(server_now.to_string()[..15], *"2027-12-31T23:5");
}
