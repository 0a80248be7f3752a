//! Every kind of fault, as the bytes that a client gets.

use std::io::Read as _;
use std::time::Duration;

use certcentral_sandbox::{Effect, Fault, FaultKind, Placing, Sandbox, Timestamp};
use flate2::read::GzDecoder;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::http::{Answer, End, Heard, ORDER_PATH, exchange, order, order_request, place, post};

/// One order under this fault.
async fn struck(fault: impl Into<Fault>) -> (Sandbox, Heard) {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(fault);
    let heard = post(&sandbox, &order()).await;
    (sandbox, heard)
}

/// Faults whose connection does not end by itself.
const WITHOUT_END: [FaultKind; 4] =
    [FaultKind::Hang, FaultKind::Drip, FaultKind::HugeAnswer, FaultKind::EndlessAnswer];

#[tokio::test]
async fn each_kind_does_what_it_says() {
    for &kind in FaultKind::ALL {
        if WITHOUT_END.contains(&kind) {
            continue; // Below.
        }
        let (sandbox, heard) = struck(kind).await;
        check(kind, &heard);
        let whole_posts = sandbox.books().post_count();
        let cut = matches!(kind, FaultKind::ResetBeforeRead | FaultKind::ResetMidRequest);
        assert_eq!(whole_posts, u64::from(!cut), "{kind}");
        assert_eq!(sandbox.books().fault_counts()[&kind], 1, "{kind}");
    }
}

fn check(kind: FaultKind, heard: &Heard) {
    use FaultKind as Kind;
    let end = match kind {
        Kind::ResetBeforeRead | Kind::ResetMidRequest | Kind::ResetBeforeAnswer => End::Reset,
        _ => End::Closed,
    };
    assert_eq!(heard.end, end, "{kind}");
    let text = heard.text();
    let length =
        |answer: &Answer| answer.header("content-length").unwrap().parse::<usize>().unwrap();
    let whole = |status: u16| {
        let answer = heard.answer();
        assert_eq!((answer.status, length(&answer)), (status, answer.body.len()), "{kind}");
        answer
    };
    let refused = |status: u16| {
        let answer = whole(status);
        assert!(!answer.codes().is_empty(), "{kind}");
        answer
    };
    let body = || whole(201).json();
    let placed = |status: u16| assert!(whole(status).json()["id"].is_u64(), "{kind}");
    let page = |status: u16| {
        let answer = whole(status);
        assert!(answer.header("content-type").unwrap().starts_with("text/html"), "{kind}");
        assert!(answer.body.starts_with(b"<html>"), "{kind}");
        answer
    };
    let cut = |status: u16| {
        let answer = heard.answer();
        assert_eq!(answer.status, status, "{kind}");
        assert!(!answer.body.is_empty() && answer.body.len() < length(&answer), "{kind}");
    };

    match kind {
        Kind::ResetBeforeRead
        | Kind::ResetMidRequest
        | Kind::CloseBeforeAnswer
        | Kind::ResetBeforeAnswer => assert_eq!(text, "", "{kind}"),
        Kind::CutAfter(count) => {
            assert_eq!(text.len(), usize::from(count));
            assert!("HTTP/1.1 201 Created\r\n".starts_with(&text), "{text}");
        }
        Kind::CutInBody => cut(201),
        Kind::ErrorCut => cut(400),
        Kind::Slow => placed(201),
        Kind::Garbage => assert!(!text.is_empty() && !text.contains("HTTP/")),
        Kind::WrongLength => {
            let answer = heard.answer();
            let length = length(&answer);
            assert!(length < answer.body.len());
            assert_eq!(text.matches("Content-Length").count(), 1);
            assert!(serde_json::from_slice::<Value>(&answer.body[..length]).is_err());
        }
        Kind::Interim => {
            let real = text.find("HTTP/1.1 201").unwrap();
            assert!(text.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102"), "{text}");
            assert!(text[..real].contains("HTTP/1.1 103"), "{text}");
            let answer = Answer::parse(&heard.bytes[real..]);
            assert!(answer.json()["id"].is_u64());
        }
        Kind::Http10 => {
            placed(201);
            assert_eq!(heard.answer().version, "HTTP/1.0");
        }
        Kind::Gzip => {
            let answer = whole(201);
            assert_eq!(answer.header("content-encoding"), Some("gzip"));
            let mut unpacked = String::new();
            GzDecoder::new(&*answer.body).read_to_string(&mut unpacked).unwrap();
            assert!(serde_json::from_str::<Value>(&unpacked).unwrap()["id"].is_u64());
        }
        Kind::Aged => {
            placed(201);
            let age = time(&heard.answer(), "date").duration_since(Timestamp::now()).as_secs();
            assert!((-3700..=-3599).contains(&age), "{age}");
            assert_eq!(heard.answer().header("age"), Some("3600"));
        }
        Kind::WrongDate => {
            placed(201);
            assert_eq!(time(&heard.answer(), "date").as_second(), 0);
        }
        Kind::Stray(status) => {
            let (head, rest) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("HTTP/1.1 201") && !head.contains("Connection"), "{text}");
            assert!(rest.contains(&format!("HTTP/1.1 {status}")), "{text}");
        }
        Kind::CutJson => {
            assert!(serde_json::from_slice::<Value>(&whole(201).body).is_err());
        }
        Kind::Html => drop(page(201)),
        Kind::Empty => assert_eq!(whole(201).body, b""),
        Kind::NoId => assert!(body().get("id").is_none()),
        Kind::ZeroId => assert_eq!(body()["id"], 0),
        Kind::NullId => assert_eq!(body().get("id"), Some(&Value::Null)),
        Kind::NegativeId => assert_eq!(body()["id"], -1),
        Kind::WordId => assert_eq!(body()["id"], "unknown"),
        Kind::StringId => {
            assert!(body()["id"].is_string() && body()["requests"][0]["id"].is_string());
        }
        Kind::ExtraMembers => assert!(body()["id"].is_u64() && body()["invoice"].is_object()),
        Kind::NoRequests => {
            placed(201);
            assert_eq!(body().as_object().unwrap().keys().collect::<Vec<_>>(), ["id"]);
        }
        Kind::OtherCharset => {
            let answer = whole(201);
            assert!(answer.header("content-type").unwrap().contains("charset=iso-8859-1"));
            let body: Value = serde_json::from_slice(&answer.body).unwrap();
            assert!(body["id"].is_u64());
        }
        Kind::SeveralErrors => assert_eq!(refused(400).codes().len(), 3),
        Kind::ErrorsObject => {
            assert_eq!(whole(400).json()["errors"]["code"], "bad_request_format");
        }
        Kind::ErrorObject => assert_eq!(whole(400).json()["error"]["code"], "bad_request_format"),
        Kind::ErrorText => assert!(whole(400).json()["error"].is_string()),
        Kind::ErrorDescription => {
            let error = &whole(400).json()["errors"][0];
            assert!(error["description"].is_string() && error.get("message").is_none());
        }
        Kind::Status(204) => {
            let answer = heard.answer();
            assert_eq!((answer.status, answer.body.len()), (204, 0));
        }
        Kind::Status(status @ 200..=299) => placed(status),
        Kind::Status(status @ 300..=399) => {
            let answer = whole(status);
            assert_eq!((answer.header("location"), answer.body.len()), (Some(ORDER_PATH), 0));
        }
        Kind::Status(status) => {
            let answer = refused(status);
            assert_eq!(answer.header("allow").is_some(), status == 405, "{kind}");
            assert_eq!(answer.header("retry-after"), None, "{kind}");
        }
        Kind::Gateway(status) => {
            let asked_to_wait = page(status).header("retry-after") == Some("1");
            assert_eq!(asked_to_wait, status == 503, "{kind}");
        }
        Kind::Bare(status) => {
            let answer = whole(status);
            assert_eq!((answer.header("retry-after"), answer.body.len()), (None, 0), "{kind}");
        }
        Kind::RateLimited(seconds) => {
            assert_eq!(refused(429).header("retry-after"), Some(&*seconds.to_string()));
        }
        Kind::RateLimitedDate => assert!((0..=2).contains(&retry_after(&refused(429)))),
        Kind::RateLimitedPast => assert!((-3602..=-3598).contains(&retry_after(&refused(429)))),
        Kind::RateLimitedRubbish => {
            assert!(refused(429).header("retry-after").unwrap().parse::<u64>().is_err());
        }
        other => panic!("{other} has no test"),
    }
}

fn time(answer: &Answer, header: &str) -> Timestamp {
    jiff::fmt::rfc2822::parse(answer.header(header).unwrap()).unwrap().timestamp()
}

/// Seconds between the answer's own date and that of its `Retry-After`.
fn retry_after(answer: &Answer) -> i64 {
    time(answer, "retry-after").duration_since(time(answer, "date")).as_secs()
}

/// Sends an order, whole, and gives the connection.
async fn send(sandbox: &Sandbox) -> TcpStream {
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(&order_request(sandbox, &order())).await.unwrap();
    stream
}

#[tokio::test(start_paused = true)]
async fn hang_never_answers() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(FaultKind::Hang);
    let mut stream = send(&sandbox).await;
    sandbox.books().wait_for_faults(1).await;
    let day = Duration::from_secs(24 * 3600);
    assert!(timeout(day, stream.read(&mut [0; 1])).await.is_err(), "something came");
    assert_eq!(sandbox.books().post_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn drip_answers_a_byte_a_second() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(FaultKind::Drip);
    let mut stream = send(&sandbox).await;
    let start = Instant::now();
    let mut beginning = [0; 12];
    for (index, byte) in beginning.iter_mut().enumerate() {
        *byte = stream.read_u8().await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(index as u64 + 1));
    }
    assert_eq!(&beginning, b"HTTP/1.1 201");
}

#[tokio::test(start_paused = true)]
async fn slow_takes_its_time() {
    let time = Duration::from_secs(30);
    let sandbox = Sandbox::builder().slow_answer(time).start().await.unwrap();
    sandbox.fail_next_order(FaultKind::Slow);
    let start = Instant::now();
    assert_eq!(place(&sandbox, &order()).await.status, 201);
    assert!(start.elapsed() >= time);
}

#[tokio::test]
async fn huge_and_endless_answers_go_on_until_the_client_leaves() {
    for (kind, length) in [
        (FaultKind::HugeAnswer, "Content-Length: 10737418240\r\n"),
        (FaultKind::EndlessAnswer, "Transfer-Encoding: chunked\r\n"),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.fail_next_order(kind);
        let mut stream = send(&sandbox).await;
        let mut beginning = vec![0; 4 * 1024 * 1024];
        stream.read_exact(&mut beginning).await.unwrap();
        let head = String::from_utf8_lossy(&beginning[..400]).into_owned();
        assert!(head.starts_with("HTTP/1.1 201 Created\r\n"), "{head}");
        assert!(head.contains(length), "{head}");
    }
}

#[tokio::test]
async fn an_order_is_placed_or_not_as_the_kind_says() {
    for &kind in FaultKind::ALL {
        for placing in [Placing::Placed, Placing::Unplaced] {
            let Ok(fault) = Fault::with_placing(kind, placing) else { continue };
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.fail_next_order(fault);
            let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
            let _ = stream.write_all(&order_request(&sandbox, &order())).await;
            sandbox.books().wait_for_faults(1).await;
            let expected = u64::from(placing == Placing::Placed);
            assert_eq!(sandbox.books().order_count(), expected, "{fault}");
        }
    }
}

#[tokio::test]
async fn what_an_unplaced_answer_claims_is_in_no_book() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order("other-charset".parse::<Fault>().unwrap());
    let other = Fault::with_placing(FaultKind::CutInBody, Placing::Unplaced).unwrap();
    sandbox.fail_next_order(other);
    post(&sandbox, &order()).await;
    let cut = post(&sandbox, &order()).await;
    let after = place(&sandbox, &order()).await.json()["id"].as_u64().unwrap();
    let claimed = after - 1;
    assert!(cut.text().contains(&claimed.to_string()), "{}", cut.text());
    let ids: Vec<u64> = sandbox.books().orders().iter().map(|it| it.id().get()).collect();
    assert_eq!(ids, [claimed - 1, after]);
}

#[tokio::test]
async fn an_order_that_breaks_a_rule_is_placed_under_no_fault() {
    let mut faulty = order();
    faulty["csa_agreed_to"] = "yes".into();
    for &kind in FaultKind::ALL {
        if WITHOUT_END.contains(&kind) || kind.effect() == Effect::Unplaced {
            continue;
        }
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.fail_next_order(kind);
        let heard = post(&sandbox, &faulty).await;
        assert_eq!(sandbox.books().order_count(), 0, "{kind}");
        // A stray answer may claim anything.
        let text = heard.text();
        let of_the_order = if let FaultKind::Stray(_) = kind { &text[..12] } else { &text };
        assert!(!of_the_order.contains("HTTP/1.1 20"), "{kind}: {text}");
    }
}

#[tokio::test]
async fn a_fault_that_alters_a_success_leaves_a_refusal_alone() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(FaultKind::NoId);
    let answer = place(&sandbox, &serde_json::json!({})).await;
    assert_eq!(answer.status, 400);
    assert!(sandbox.books().fault_counts().is_empty());
    assert_eq!(sandbox.books().requests()[0].fault(), None);
}

#[tokio::test]
async fn reset_before_read_needs_the_headers_only() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(FaultKind::ResetBeforeRead);
    let request = order_request(&sandbox, &order());
    let head = request.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    let heard = exchange(sandbox.address(), &request[..head]).await;
    assert_eq!(heard.end, End::Reset);
}

#[tokio::test]
async fn reset_mid_request_waits_for_the_body_to_begin() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(FaultKind::ResetMidRequest);
    let request = order_request(&sandbox, &order());
    let head = request.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(&request[..head]).await.unwrap();
    // The request is in the books and the connection is open: the server waits for the body.
    while sandbox.books().request_count() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(sandbox.books().fault_counts().is_empty());
    stream.write_all(&request[head..head + 10]).await.unwrap();
    assert_eq!(crate::http::hear(&mut stream).await.end, End::Reset);
}

#[tokio::test]
async fn redirects_point_where_they_are_told() {
    let to = "http://127.0.0.1:9/elsewhere";
    let sandbox = Sandbox::builder().redirect_to(to).start().await.unwrap();
    sandbox.fail_next_order(FaultKind::Status(307));
    assert_eq!(place(&sandbox, &order()).await.header("location"), Some(to));
}

/// The statuses of 100 orders, one after the other; 0 where there was none.
async fn statuses(seed: u64) -> Vec<u16> {
    let sandbox = Sandbox::builder()
        .fault(FaultKind::Status(422), 0.3)
        .fault(FaultKind::CloseBeforeAnswer, 0.3)
        .seed(seed)
        .start()
        .await
        .unwrap();
    let mut statuses = Vec::new();
    for _ in 0..100 {
        let heard = post(&sandbox, &order()).await;
        statuses.push(if heard.bytes.is_empty() { 0 } else { heard.answer().status });
    }
    let count = |wanted| statuses.iter().filter(|&&status| status == wanted).count() as u64;
    let struck = sandbox.books().fault_counts();
    assert_eq!(count(422), struck[&FaultKind::Status(422)]);
    assert_eq!(count(0), struck[&FaultKind::CloseBeforeAnswer]);
    let lost = sandbox.books().order_count() - count(201);
    assert!(lost > 0 && lost < count(0), "of {} lost answers {lost} were placed", count(0));
    statuses
}

#[tokio::test]
async fn chance_is_seeded_and_as_probable_as_it_says() {
    let one = statuses(1).await;
    assert_eq!(one, statuses(1).await);
    assert_ne!(one, statuses(2).await);
    let placed = one.iter().filter(|&&status| status == 201).count();
    assert!((20..=60).contains(&placed), "{placed} of 100");
}

#[tokio::test]
async fn a_certain_fault_strikes_always_and_an_impossible_one_never() {
    let sandbox = Sandbox::builder()
        .fault(FaultKind::Status(409), 0.0)
        .fault(FaultKind::Status(422), 1.0)
        .start()
        .await
        .unwrap();
    for _ in 0..20 {
        assert_eq!(place(&sandbox, &order()).await.status, 422);
    }
}

#[tokio::test]
async fn a_stray_answer_leaves_the_connection_to_the_next_request() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(FaultKind::Stray(201));
    let request = order_request(&sandbox, &order());
    let kept = String::from_utf8(request).unwrap().replace("Connection: close\r\n", "");
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(kept.as_bytes()).await.unwrap();
    sandbox.books().wait_for_faults(1).await;
    stream.write_all(&order_request(&sandbox, &order())).await.unwrap();
    let heard = crate::http::hear(&mut stream).await;
    // Two real answers and, between them, one about an order that does not exist.
    assert_eq!(heard.text().matches("HTTP/1.1 201").count(), 3, "{}", heard.text());
    assert!(heard.text().contains(r#"{"id":1,"#), "{}", heard.text());
    assert_eq!(sandbox.books().order_count(), 2);
}
