//! What is retried, how often, and for how long at most.

use std::num::NonZeroU32;
use std::time::Duration;

use certcentral_sandbox::scripted::{Answer, Script};
use certcentral_transport::{Outcome, OutcomeKind, Pacing, RetryPolicy};

use crate::caller::{
    answer_one, builder, client, end, nobody, observed, order, placed, refusal, respond, retrying,
    serve,
};

const LIMIT: &str = r#"{"errors":[{"code":"request_limit_exceeded","message":"wait"}]}"#;

/// A policy whose waits are too short to notice. What a server asks for comes on top.
fn policy() -> RetryPolicy {
    RetryPolicy::default().first_wait(Duration::from_millis(1))
}

#[tokio::test]
async fn too_many_requests_and_maintenance_are_retried() {
    for script in [
        refusal(429, LIMIT, None),
        refusal(429, "", None),
        refusal(429, "<html>", Some("0")),
        refusal(503, LIMIT, None),
        refusal(503, LIMIT, Some("rubbish")),
    ] {
        let server = serve([script.clone(), script, placed()]).await;
        let outcome = client(&server).place_unchecked(&order()).await;
        assert_eq!((outcome.kind(), outcome.attempts()), (OutcomeKind::Placed, 3));
        assert_eq!(server.posts(), 3);
    }
}

#[tokio::test]
async fn attempts_are_bounded() {
    for script in [refusal(429, LIMIT, None), refusal(503, LIMIT, Some("0"))] {
        let server = serve([script]).await;
        let outcome = client(&server).place_unchecked(&order()).await;
        assert_eq!((outcome.kind(), outcome.attempts()), (OutcomeKind::Rejected, 4));
        assert_eq!(server.posts(), 4);

        let once = builder(&server.url()).retry(RetryPolicy::never()).build();
        assert_eq!(once.place_unchecked(&order()).await.attempts(), 1);
        assert_eq!(server.posts(), 5);
    }
}

#[tokio::test]
async fn an_outcome_that_may_be_an_order_ends_the_attempts() {
    let server = serve([
        refusal(429, LIMIT, None),
        refusal(503, LIMIT, None),
        Script::new().read_request().close(),
        placed(),
    ])
    .await;
    let outcome = client(&server).place_unchecked(&order()).await;
    assert_eq!((outcome.kind(), outcome.attempts()), (OutcomeKind::Unknown, 3));
    assert_eq!(server.posts(), 3);
}

#[tokio::test]
async fn a_refusal_ends_the_attempts() {
    let server = serve([refusal(429, LIMIT, None), refusal(400, "{}", Some("0")), placed()]).await;
    let outcome = client(&server).place_unchecked(&order()).await;
    let Outcome::Rejected(rejected) = outcome else { panic!("{outcome}") };
    assert_eq!((rejected.status, rejected.attempts, server.posts()), (400, 2, 2));
}

/// Orders with the clock of the runtime paused as soon as the first attempt was read: waits pass
/// at once, and are measured.
async fn paused(
    scripts: Vec<Script>,
    retry: RetryPolicy,
    pacing: Pacing,
) -> (Outcome, Duration, usize) {
    let server = serve(scripts).await;
    let client = builder(&server.url()).retry(retry).pacing(pacing).build();
    let task = tokio::spawn(async move { client.place_unchecked(&order()).await });
    server.wait_for_posts(1).await;
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let outcome = task.await.unwrap();
    (outcome, began.elapsed(), server.posts())
}

#[tokio::test]
async fn what_the_server_asks_is_waited_for() {
    let scripts = vec![refusal(429, LIMIT, Some("120")), placed()];
    let (outcome, took, posts) = paused(scripts, policy(), Pacing::unlimited()).await;
    assert_eq!((outcome.kind(), outcome.attempts(), posts), (OutcomeKind::Placed, 2, 2));
    assert!(took >= Duration::from_secs(119), "{took:?}");
}

#[tokio::test]
async fn a_date_counts_from_the_servers_clock() {
    let answer = Answer::json(503, LIMIT)
        .header("Date", "Fri, 31 Dec 1999 23:57:59 GMT")
        .header("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT");
    let scripts = vec![Script::new().read_request().respond_with(answer), placed()];
    let (outcome, took, _) = paused(scripts, policy(), Pacing::unlimited()).await;
    assert_eq!(outcome.kind(), OutcomeKind::Placed);
    assert!(took >= Duration::from_secs(119) && took < Duration::from_secs(125), "{took:?}");
}

#[tokio::test]
async fn what_does_not_fit_into_the_total_ends_the_attempts_at_once() {
    for asked in ["301", "99999999", "99999999999999999999999999", "Fri, 31 Dec 2100 23:59:59 GMT"]
    {
        for status in [429, 503] {
            let server = serve([refusal(status, LIMIT, Some(asked)), placed()]).await;
            let outcome = client(&server).place_unchecked(&order()).await;
            let Outcome::Rejected(rejected) = outcome else { panic!("{outcome}") };
            assert_eq!((rejected.status, rejected.attempts, server.posts()), (status, 1, 1));
            assert!(rejected.retry_after.unwrap() >= Duration::from_secs(301));
        }
    }
}

#[tokio::test]
async fn the_total_bounds_the_attempts() {
    let scripts = vec![refusal(503, LIMIT, Some("40"))];
    let retry = policy().attempts(100).total(Duration::from_secs(100));
    let (outcome, took, posts) = paused(scripts, retry, Pacing::unlimited()).await;
    assert_eq!((outcome.kind(), posts), (OutcomeKind::Rejected, 3));
    assert!(took <= Duration::from_secs(100), "{took:?}");
}

#[tokio::test]
async fn a_429_that_does_not_say_stops_a_paced_client_longer_each_time() {
    let scripts = vec![refusal(429, LIMIT, None)];
    let (outcome, took, posts) = paused(scripts, policy(), Pacing::default()).await;
    assert_eq!((outcome.kind(), posts), (OutcomeKind::Rejected, 4));
    // 5, 15 and 60 seconds.
    assert!(took >= Duration::from_secs(80) && took < Duration::from_secs(90), "{took:?}");
}

#[tokio::test]
async fn a_stop_that_does_not_fit_into_the_total_ends_the_attempts() {
    let retry = policy().total(Duration::from_secs(30));
    let scripts = vec![refusal(429, LIMIT, None)];
    let (outcome, took, posts) = paused(scripts, retry, Pacing::default()).await;
    let Outcome::Rejected(rejected) = outcome else { panic!("{outcome}") };
    assert_eq!((rejected.status, rejected.attempts, posts), (429, 3, 3));
    assert!(took <= Duration::from_secs(31), "{took:?}");
}

#[tokio::test]
async fn the_first_attempt_waits_for_its_turn_however_long() {
    let server = serve([placed()]).await;
    let one_in_ten_minutes = Pacing::windows([(NonZeroU32::MIN, Duration::from_secs(600))]);
    let client = builder(&server.url()).pacing(one_in_ten_minutes).build();
    assert_eq!(client.place_unchecked(&order()).await.kind(), OutcomeKind::Placed);
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    assert_eq!(client.place_unchecked(&order()).await.kind(), OutcomeKind::Placed);
    // Longer than the total for all attempts.
    assert!(began.elapsed() > Duration::from_secs(599), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_429_stops_clones_and_look_ups_too() {
    let id = certcentral_model::OrderId::new(7).unwrap();
    let server = serve([refusal(429, LIMIT, Some("100")), respond(200, r#"{"id":7}"#)]).await;
    let client =
        builder(&server.url()).retry(RetryPolicy::never()).pacing(Pacing::default()).build();
    let outcome = client.place_unchecked(&order()).await;
    assert_eq!(outcome.kind(), OutcomeKind::Rejected);

    tokio::time::pause();
    let began = tokio::time::Instant::now();
    assert_eq!(client.clone().get_order(id).await.unwrap().id, id);
    assert!(began.elapsed() >= Duration::from_secs(99), "{:?}", began.elapsed());
}

#[tokio::test]
async fn what_was_not_sent_is_retried_as_soon_as_somebody_listens() {
    let (socket, url) = nobody();
    let retry = RetryPolicy::default().attempts(1000).first_wait(Duration::from_millis(5));
    let (client, mut events) = observed(&builder(&url).retry(retry).build());
    let task = tokio::spawn(async move { client.place_unchecked(&order()).await });
    assert_eq!(retrying(&mut events).await.outcome, OutcomeKind::NotSent);
    let answer = "HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":1}";
    let _open = answer_one(socket.listen(16).unwrap(), answer).await;
    let outcome = task.await.unwrap();
    assert_eq!(outcome.kind(), OutcomeKind::Placed);
    for attempt in 2..outcome.attempts() {
        assert_eq!(retrying(&mut events).await.attempts, attempt);
    }
    let end = end(&mut events).await;
    assert_eq!((end.outcome, end.attempts), (OutcomeKind::Placed, outcome.attempts()));
    assert!(events.recv().await.is_none(), "it ends once");
}

#[tokio::test]
async fn each_further_attempt_is_announced() {
    let server = serve([refusal(429, LIMIT, None), refusal(503, LIMIT, None), placed()]).await;
    let (client, mut events) = observed(&client(&server));
    assert_eq!(client.place_unchecked(&order()).await.kind(), OutcomeKind::Placed);
    for (attempts, status) in [(1, 429), (2, 503)] {
        let failed = retrying(&mut events).await;
        assert_eq!((failed.outcome, failed.attempts), (OutcomeKind::Rejected, attempts));
        assert_eq!((failed.status, failed.reason), (Some(status), None));
    }
}

#[tokio::test]
async fn what_is_announced_is_the_whole_wait() {
    let server = serve([refusal(429, LIMIT, None)]).await;
    // The policy waits for a millisecond, the pacer for five seconds.
    let client = builder(&server.url()).retry(policy()).pacing(Pacing::default()).build();
    let (client, mut events) = observed(&client);
    let order = order();
    tokio::select! {
        _ = client.place_unchecked(&order) => panic!("it waits"),
        failed = retrying(&mut events) => {
            assert!((1..=5).contains(&failed.wait.as_secs()), "{:?}", failed.wait);
        }
    }
}

#[tokio::test]
async fn an_observer_that_panics_does_not_stop_the_retrying() {
    let server = serve([refusal(429, LIMIT, None), placed()]).await;
    let client = builder(&server.url()).observer(|_| panic!("an observer")).build();
    assert_eq!(client.place_unchecked(&order()).await.kind(), OutcomeKind::Placed);
}
