//! The look before a sending: what it learns, and that no failure of it changes anything for the order.

use std::time::Duration;

use certcentral_model::RequestId;
use certcentral_sandbox::scripted::{Answer, ReceivedRequest, Script};
use certcentral_transport::{Baseline, Outcome, Pacing};
use tokio::time::{Instant, timeout};

use crate::caller::{at_once, builder, client, order, placed, respond, serve};

/// Longer than anything here takes, and shorter than a pacer would stop.
const GENEROUS: Duration = Duration::from_secs(60);

fn ids(baseline: &Baseline) -> (Vec<u64>, Vec<u64>) {
    (
        baseline.orders().iter().map(|id| id.get()).collect(),
        baseline.requests().iter().map(|id: &RequestId| id.get()).collect(),
    )
}

/// Looks, then places an order, which must be placed at once and sent once.
async fn look_and_order(look: Script) -> Baseline {
    let server = serve([look.clone(), look, placed()]).await;
    let client = builder(&server.url()).pacing(Pacing::default()).build();
    let baseline = client.look_before_sending().await;
    let outcome = timeout(GENEROUS, client.place_unchecked(&order())).await.expect("not held up");
    assert!(matches!(&outcome, Outcome::Placed(it) if it.attempts == 1), "{outcome}");
    assert_eq!(server.posts(), 1);
    baseline
}

#[tokio::test]
async fn the_first_page_of_both_lists_and_the_time_are_known_then() {
    let answer = |request: &ReceivedRequest| {
        let body = if request.target().starts_with("/services/v2/request?") {
            r#"{"requests":[{"id":5,"order":{"id":3}},{"id":4}],"page":{"total":999}}"#
        } else {
            r#"{"orders":[{"id":2},{"id":1},{"id":"x"}],"page":{"total":999}}"#
        };
        Answer::json(200, body).header("Date", "Tue, 09 Jun 2026 12:00:00 GMT")
    };
    let server = serve([Script::new().read_request().respond_by(answer).repeat()]).await;
    let client = client(&server);
    let baseline = client.look_before_sending().await;
    assert_eq!(ids(&baseline), (vec![1, 2, 3], vec![4, 5]));
    let time = baseline.server_time().unwrap().to_string();
    assert!(time.starts_with("2026-06-09T12:0"), "{time}");
    assert!(baseline.clock_offset().is_some() && client.clock_offset().is_some());
    assert_eq!(server.heads(), 2);

    let stored = serde_json::to_string(&baseline).unwrap();
    assert_eq!(serde_json::from_str::<Baseline>(&stored).unwrap(), baseline);
}

#[tokio::test]
async fn whatever_the_look_meets_the_order_is_sent_once() {
    let read = || Script::new().read_request();
    let retry_later = Answer::json(429, "{}").header("Retry-After", "180");
    for (number, look) in [
        Script::new(),
        Script::new().reset(),
        read().close(),
        read().reset(),
        read().write("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"orders\":[{\"id\":1}"),
        read().write("HTTP/1.1 200 OK\r\nContent-Length: 9"),
        read().write("garbage\r\n\r\n"),
        read().respond_with(Answer::html(200, "<html>Welcome</html>")),
        read().respond_with(Answer::new(302).header("Location", "http://127.0.0.1:9/")),
        read().respond_with(retry_later),
        respond(200, ""),
        respond(200, "{}"),
        respond(200, "[]"),
        respond(200, "null"),
        respond(200, r#"{"orders":7,"requests":"none"}"#),
        respond(200, r#"{"orders":[7,null,{"id":-1}],"requests":[{}]}"#),
        respond(401, "{}"),
        respond(403, r#"{"errors":[{"code":"access_denied","message":"no"}]}"#),
        respond(404, "{}"),
        respond(429, "{}"),
        respond(500, ""),
        respond(503, r#"{"errors":[{"code":"maintenance","message":"later"}]}"#),
    ]
    .into_iter()
    .enumerate()
    {
        let baseline = look_and_order(look).await;
        assert_eq!(ids(&baseline), (vec![], vec![]), "{number}");
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_read_does_not_spoil_the_other() {
    let answer = |request: &ReceivedRequest| {
        if request.target().starts_with("/services/v2/request?") {
            Answer::json(403, "{}")
        } else {
            Answer::json(200, r#"{"orders":[{"id":2}],"page":{"total":1}}"#)
        }
    };
    let server = serve([Script::new().read_request().respond_by(answer).repeat()]).await;
    let baseline = client(&server).look_before_sending().await;
    assert_eq!(ids(&baseline), (vec![2], vec![]));
    assert_eq!(server.heads(), 2, "one try each");
}

#[tokio::test(start_paused = true)]
async fn it_takes_five_seconds_at_most() {
    // The clock stands still while anything happens and jumps when all wait, so whatever of these
    // hangs is cut off at once.
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{";
    for look in [
        Script::new().hang(),
        Script::new().read_request().hang(),
        Script::new().read_request().write("HTTP/1.1 2").hang(),
        Script::new().read_request().write(head).hang(),
        Script::new().read_request().write_slowly(" ".repeat(90), Duration::from_secs(1)),
    ] {
        let server = serve([look.clone(), look]).await;
        let client = builder(&server.url()).pacing(Pacing::default()).build();
        let began = Instant::now();
        let baseline = client.look_before_sending().await;
        assert!(began.elapsed() <= Duration::from_secs(6), "{:?}", began.elapsed());
        assert!(baseline.orders().is_empty());
    }
}

#[tokio::test]
async fn an_order_after_a_look_that_hangs_is_sent_once() {
    let hang = Script::new().read_request().hang();
    let server = serve([hang.clone(), hang, placed()]).await;
    let looking = builder(&server.url()).attempt_timeout(Duration::from_millis(50)).build();
    assert!(looking.look_before_sending().await.is_empty());
    let outcome = client(&server).place_unchecked(&order()).await;
    assert!(matches!(outcome, Outcome::Placed(_)), "{outcome}");
    assert_eq!(server.posts(), 1);
}

#[test]
fn without_a_runtime_nothing_is_known() {
    let client = builder("http://127.0.0.1:9").build();
    assert!(at_once(client.look_before_sending()).is_empty());
}
