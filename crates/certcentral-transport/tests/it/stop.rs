//! A stop switch: no attempt begins after it, and the attempt in flight ends normally.

use std::time::Duration;

use certcentral_model::OrderId;
use certcentral_sandbox::scripted::{Cue, Script};
use certcentral_transport::{
    Client, NotSentReason, OrderEvent, Outcome, OutcomeKind, Pacing, RetryPolicy, StopSwitch,
};

use crate::caller::{builder, client, nobody, observed, order, placed, respond, retrying, serve};

const LIMIT: &str = r#"{"errors":[{"code":"request_limit_exceeded","message":"wait"}]}"#;

/// Waits longer than any test runs.
fn patient() -> RetryPolicy {
    let hours = Duration::from_secs(7200);
    RetryPolicy::default().first_wait(Duration::from_secs(3600)).total(hours)
}

#[tokio::test]
async fn stopped_before_it_begins_nothing_is_sent() {
    let server = serve([placed()]).await;
    let stop = StopSwitch::new();
    let client = client(&server).with_stop(&stop);
    stop.stop();
    let Outcome::NotSent(not_sent) = client.place_unchecked(&order()).await else { panic!("sent") };
    assert_eq!((not_sent.reason, not_sent.attempts), (NotSentReason::Stopped, 0));
    let error = client.get_order(OrderId::new(1).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("stopped"), "{error}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn given_up_after_it_left_it_is_unknown_at_once_and_the_observer_is_told() {
    let server = serve([Script::new().read_request().hang()]).await;
    let stop = StopSwitch::new();
    let (client, mut events) = observed(&client(&server).with_stop(&stop));
    let task = tokio::spawn(async move { client.place_unchecked(&order()).await });
    server.wait_for_posts(1).await;
    // The first step lets it end normally.
    stop.stop();
    assert!(!task.is_finished());
    stop.give_up();
    let Outcome::Unknown(unknown) = task.await.unwrap() else { panic!("it left") };
    assert_eq!(unknown.reason, certcentral_transport::UnknownReason::Interrupted);
    assert_eq!(unknown.attempts, 1);
    let Some(OrderEvent::Ended(ended)) = events.recv().await else { panic!("it ended") };
    assert_eq!((ended.outcome, ended.reason), (OutcomeKind::Unknown, Some("interrupted")));
    assert!(!ended.caller_gone);
}

#[tokio::test]
async fn given_up_before_it_left_it_is_not_sent() {
    // With TLS nothing leaves before the server has said something, and this one never does.
    let server = serve([Script::new().read_to_end()]).await;
    let stop = StopSwitch::new();
    let url = server.url().replace("http:", "https:");
    let client = builder(&url).build().with_stop(&stop);
    let task = tokio::spawn(async move { client.place_unchecked(&order()).await });
    while server.bytes_read() == 0 {
        tokio::task::yield_now().await;
    }
    stop.give_up();
    let Outcome::NotSent(not_sent) = task.await.unwrap() else { panic!("sent") };
    assert_eq!((not_sent.reason, not_sent.attempts), (NotSentReason::Stopped, 1));
}

/// A client that is stopped when the wait for a further attempt begins.
fn stopped_when_it_waits(url: &str) -> Client {
    let stop = StopSwitch::new();
    let client = builder(url).retry(patient()).build().with_stop(&stop);
    client.with_observer(move |event| {
        if let OrderEvent::Retrying(_) = event {
            stop.stop();
        }
    })
}

#[tokio::test]
async fn stopped_while_it_waits_after_a_refusal_it_is_rejected_at_once() {
    let server = serve([respond(429, LIMIT)]).await;
    let outcome = stopped_when_it_waits(&server.url()).place_unchecked(&order()).await;
    assert_eq!((outcome.kind(), outcome.attempts()), (OutcomeKind::Rejected, 1));
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn stopped_in_the_middle_of_a_wait_it_ends_then() {
    let server = serve([respond(429, LIMIT)]).await;
    let stop = StopSwitch::new();
    let client = builder(&server.url()).retry(patient()).build().with_stop(&stop);
    let (client, mut events) = observed(&client);
    let task = tokio::spawn(async move { client.place_unchecked(&order()).await });
    retrying(&mut events).await;
    stop.stop();
    assert_eq!(task.await.unwrap().kind(), OutcomeKind::Rejected);
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn stopped_while_connecting_is_refused_no_further_attempt_begins() {
    let (_socket, url) = nobody();
    let outcome = stopped_when_it_waits(&url).place_unchecked(&order()).await;
    let Outcome::NotSent(not_sent) = outcome else { panic!("{outcome}") };
    assert_eq!((not_sent.reason, not_sent.attempts), (NotSentReason::NotConnected, 1));
}

#[tokio::test]
async fn the_attempt_in_flight_ends_normally() {
    let answer_now = Cue::new();
    let script = Script::new().read_request().wait_for(&answer_now).respond(201, r#"{"id":7}"#);
    let server = serve([script]).await;
    let stop = StopSwitch::new();
    let client = client(&server).with_stop(&stop);
    let task = tokio::spawn(async move { client.place_unchecked(&order()).await });
    server.wait_for_posts(1).await;
    stop.stop();
    answer_now.give();
    assert_eq!(task.await.unwrap().kind(), OutcomeKind::Placed);
}

#[tokio::test]
async fn a_refusal_in_flight_is_not_followed_by_another_attempt() {
    let answer_now = Cue::new();
    let script = Script::new().read_request().wait_for(&answer_now).respond(429, LIMIT);
    let server = serve([script]).await;
    let stop = StopSwitch::new();
    let client = client(&server).with_stop(&stop);
    let task = tokio::spawn(async move { client.place_unchecked(&order()).await });
    server.wait_for_posts(1).await;
    stop.stop();
    answer_now.give();
    let outcome = task.await.unwrap();
    assert_eq!((outcome.kind(), outcome.attempts()), (OutcomeKind::Rejected, 1));
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn an_order_that_waits_for_its_turn_is_stopped() {
    let hang = Script::new().read_request().hang();
    let server = serve([hang]).await;
    let one = Pacing::windows([(std::num::NonZeroU32::MIN, Duration::from_secs(3600))]);
    let client = builder(&server.url()).pacing(one).build();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.place_unchecked(&order()).await }
    });
    server.wait_for_posts(1).await;
    let stop = StopSwitch::new();
    let second = client.with_stop(&stop);
    let second = tokio::spawn(async move { second.place_unchecked(&order()).await });
    tokio::task::yield_now().await;
    stop.stop();
    let Outcome::NotSent(not_sent) = second.await.unwrap() else { panic!("sent") };
    assert_eq!((not_sent.reason, not_sent.attempts), (NotSentReason::Stopped, 0));
    first.abort();
}
