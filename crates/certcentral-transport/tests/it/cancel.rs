//! Dropping the future of an order, at any moment: before the order leaves nothing leaves, and
//! after that the observer learns what became of it.

use std::collections::{HashMap, HashSet};
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use certcentral_model::pkio_professional::Order;
use certcentral_sandbox::scripted::{Cue, Script, ScriptedServer};
use certcentral_transport::{OrderEvent, OutcomeKind, RetryPolicy};
use tokio::sync::mpsc;

use crate::caller::{
    builder, client, end, individual, observed, order, order_for, placed, respond, retrying, serve,
};

/// Waits for a time more exactly than a timer does.
async fn spin(time: Duration) {
    let end = Instant::now() + time;
    poll_fn(|context| {
        if Instant::now() >= end {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The measured reason for the gate: with a plain "the body was polled" flag, of 20,000 orders
/// cancelled at random moments 7 arrived that were said not to be sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_thousands_cancelled_at_random_no_order_that_is_said_not_to_be_sent_arrives() {
    const ORDERS: usize = 4_000;
    const AT_ONCE: usize = 4;

    let script = placed().repeat();
    let server = serve([script]).await;
    let client = client(&server);
    // How long an order takes here, so that the moments are spread over all of it.
    let began = Instant::now();
    for _ in 0..50 {
        assert_eq!(client.place_unchecked(&order()).await.kind(), OutcomeKind::Placed);
    }
    let spread = u64::try_from(began.elapsed().as_micros() / 50).unwrap() * 3 / 2;

    let events = Arc::new(Mutex::new(HashMap::new()));
    let (ended, mut end) = mpsc::unbounded_channel();
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..AT_ONCE {
        let (client, events, ended) = (client.clone(), Arc::clone(&events), ended.clone());
        tasks.spawn(async move {
            for number in (lane..ORDERS).step_by(AT_ONCE) {
                let (events, ended) = (Arc::clone(&events), ended.clone());
                let client = client.with_observer(move |event| {
                    let OrderEvent::Ended(event) = event else { return };
                    let before = events.lock().unwrap().insert(number, event.outcome);
                    assert_eq!(before, None, "an order ends once");
                    ended.send(()).unwrap();
                });
                let order = numbered(number);
                tokio::select! {
                    biased;
                    _ = client.place_unchecked(&order) => {}
                    () = spin(Duration::from_micros(fastrand::u64(0..=spread))) => {}
                }
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    for _ in 0..ORDERS {
        end.recv().await.unwrap();
    }
    // With the last client the connections close. What arrives at all has arrived then.
    drop(client);
    server.wait_for_ends(server.connections()).await;

    let arrived: Vec<usize> =
        server.requests().iter().filter_map(|one| number(one.body())).collect();
    let unique: HashSet<usize> = arrived.iter().copied().collect();
    assert_eq!(arrived.len(), unique.len(), "an order arrived twice");
    let events = events.lock().unwrap();
    let of = |kind| events.iter().filter(move |(_, outcome)| **outcome == kind);
    // Or the moments were not spread over all of an order's life.
    assert!(of(OutcomeKind::NotSent).count() > 0 && !unique.is_empty());
    for (number, _) in of(OutcomeKind::NotSent) {
        assert!(!unique.contains(number), "order {number} was said not to be sent");
    }
    for (number, _) in of(OutcomeKind::Placed) {
        assert!(unique.contains(number), "order {number} was said to be placed");
    }
    assert_eq!(of(OutcomeKind::Rejected).count(), 0);
}

fn numbered(number: usize) -> Order {
    order_for(individual("Fenna", "de Wit", &format!("order-{number}@example.com")))
}

fn number(body: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(body).unwrap();
    let (_, rest) = text.split_once("order-")?;
    rest.split_once('@')?.0.parse().ok()
}

#[tokio::test]
async fn dropped_before_it_leaves_nothing_leaves() {
    let server = serve([Script::new().read_request()]).await;
    let (client, mut events) = observed(&client(&server));
    {
        let order = order();
        let mut future = Box::pin(client.place_unchecked(&order));
        // Once: it begins to connect.
        poll_fn(|context| {
            assert!(future.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    let event = end(&mut events).await;
    assert_eq!((event.outcome, event.reason), (OutcomeKind::NotSent, Some("cancelled")));
    assert!(event.caller_gone);
    drop(client);
    server.wait_for_ends(server.connections()).await;
    assert_eq!((server.posts(), server.bytes_read()), (0, 0));
    assert!(events.recv().await.is_none(), "one event");
}

#[tokio::test]
async fn dropped_before_it_is_polled_it_never_began() {
    let server = serve([Script::new().read_request()]).await;
    let (client, mut events) = observed(&client(&server));
    drop(client.place_unchecked(&order()));
    drop(client);
    assert!(events.recv().await.is_none());
    assert_eq!(server.connections(), 0);
}

/// Orders, and drops the future as soon as the server has read the order.
async fn abandoned(script: Script) -> (ScriptedServer, mpsc::UnboundedReceiver<OrderEvent>) {
    let server = serve([script]).await;
    let (client, events) = observed(&client(&server));
    let task = tokio::spawn(async move { client.place_unchecked(&order()).await });
    server.wait_for_posts(1).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    (server, events)
}

#[tokio::test]
async fn dropped_after_it_left_the_observer_learns_the_outcome() {
    let answer_now = Cue::new();
    let script = Script::new().read_request().wait_for(&answer_now).respond(201, r#"{"id":4711}"#);
    let (server, mut events) = abandoned(script).await;
    assert!(events.try_recv().is_err(), "nobody knows yet");
    answer_now.give();
    let event = end(&mut events).await;
    assert_eq!(event.outcome, OutcomeKind::Placed);
    assert_eq!(event.order_id.unwrap().get(), 4711);
    assert!(event.caller_gone);
    assert_eq!((event.attempts, server.posts()), (1, 1));
    assert!(events.recv().await.is_none(), "one event");
}

#[tokio::test]
async fn dropped_after_it_left_a_lost_answer_is_unknown_to_the_observer() {
    let close_now = Cue::new();
    let (_server, mut events) =
        abandoned(Script::new().read_request().wait_for(&close_now).close()).await;
    close_now.give();
    let event = end(&mut events).await;
    assert_eq!((event.outcome, event.reason), (OutcomeKind::Unknown, Some("connection_lost")));
}

#[tokio::test]
async fn dropped_after_it_left_it_is_not_tried_again() {
    let answer_now = Cue::new();
    let refuse = Script::new().read_request().wait_for(&answer_now).respond(429, "{}");
    let (server, mut events) = abandoned(refuse).await;
    answer_now.give();
    let event = end(&mut events).await;
    assert_eq!((event.outcome, event.status), (OutcomeKind::Rejected, Some(429)));
    assert!(events.recv().await.is_none());
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn dropped_while_it_waits_after_a_refusal_it_is_rejected() {
    let server = serve([respond(429, "{}")]).await;
    let retry = RetryPolicy::default()
        .first_wait(Duration::from_secs(3600))
        .total(Duration::from_secs(7200));
    let (client, mut events) = observed(&builder(&server.url()).retry(retry).build());
    let order = tokio::spawn(async move { client.place_unchecked(&order()).await });
    // The wait begins with this.
    retrying(&mut events).await;
    order.abort();
    let end = end(&mut events).await;
    assert_eq!((end.outcome, end.status), (OutcomeKind::Rejected, Some(429)));
    assert_eq!((end.reason, end.attempts, server.posts()), (None, 1, 1));
}

#[test]
fn a_runtime_that_shuts_down_leaves_the_truth_behind() {
    let servers = tokio::runtime::Runtime::new().unwrap();
    let server = servers.block_on(serve([Script::new().read_request().hang()]));
    for flavour in [tokio::runtime::Builder::new_current_thread, || {
        tokio::runtime::Builder::new_multi_thread()
    }] {
        let clients = flavour().enable_all().build().unwrap();
        let (client, mut events) = observed(&client(&server));
        let before = server.posts();
        clients.block_on(async {
            tokio::spawn(async move { client.place_unchecked(&order()).await });
            server.wait_for_posts(before + 1).await;
        });
        drop(clients);
        let event = servers.block_on(end(&mut events));
        assert_eq!((event.outcome, event.reason), (OutcomeKind::Unknown, Some("abandoned")));
        assert!(event.caller_gone);
        assert!(servers.block_on(events.recv()).is_none());
    }
}

#[tokio::test]
async fn an_observer_that_panics_does_not_take_the_outcome_along() {
    let server = serve([placed()]).await;
    let client = client(&server).with_observer(|_| panic!("an observer"));
    assert_eq!(client.place_unchecked(&order()).await.kind(), OutcomeKind::Placed);
}

#[tokio::test]
async fn the_caller_is_told_and_so_is_the_observer() {
    let server = serve([Script::new().read_request().respond(201, r#"{"id":4711}"#)]).await;
    let (client, mut events) = observed(&client(&server));
    let outcome = client.place_unchecked(&order()).await;
    let event = end(&mut events).await;
    assert_eq!(event.product, "pkio_qualified_organisation_person_prof");
    assert_eq!((event.outcome, event.attempts), (outcome.kind(), 1));
    assert_eq!(event.order_id.unwrap().get(), 4711);
    assert!(!event.caller_gone);
    assert!(event.started_at <= event.sent_at.unwrap() && event.sent_at.unwrap() <= event.ended_at);
}
