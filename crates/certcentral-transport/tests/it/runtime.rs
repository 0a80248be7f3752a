//! Runtimes that HTTP cannot run on, runtimes that end before their client, and a process without
//! file descriptors: an outcome, never a panic.

use certcentral_model::OrderId;
use certcentral_transport::{Client, NotSentReason, Outcome, OutcomeKind, RetryPolicy};
use tokio::runtime::{Builder, Runtime};

use crate::caller::{at_once, builder, client, in_child, order, placed, respond, serve};

fn reason(outcome: Outcome) -> NotSentReason {
    let Outcome::NotSent(not_sent) = outcome else { panic!("{outcome}") };
    assert_eq!(not_sent.attempts, 0);
    not_sent.reason
}

fn is_refused_on(client: &Client, runtime: &Runtime) {
    assert_eq!(
        reason(runtime.block_on(client.place_unchecked(&order()))),
        NotSentReason::NoRuntime
    );
    let error = runtime.block_on(client.get_order(OrderId::new(1).unwrap())).unwrap_err();
    assert!(error.to_string().contains("runtime"), "{error}");
}

#[test]
fn a_runtime_without_time_or_without_io_cannot_be_used() {
    let client = builder("http://127.0.0.1:9").build();
    for flavour in [Builder::new_current_thread, Builder::new_multi_thread] {
        is_refused_on(&client, &flavour().build().unwrap());
        is_refused_on(&client, &flavour().enable_time().build().unwrap());
        is_refused_on(&client, &flavour().enable_io().build().unwrap());
    }
}

#[test]
fn without_any_runtime_an_order_is_not_sent() {
    let client = builder("http://127.0.0.1:9").build();
    let order = order();
    assert_eq!(reason(at_once(client.place_unchecked(&order))), NotSentReason::NoRuntime);
}

/// A kept connection is driven by the runtime that opened it. If that one is idle, a look-up on
/// another runtime must not wait for it.
#[test]
fn a_look_up_does_not_wait_for_a_runtime_that_is_idle() {
    let servers = Runtime::new().unwrap();
    let server = servers.block_on(serve([respond(200, r#"{"id":1}"#).repeat()]));
    let client = client(&server);
    let id = OrderId::new(1).unwrap();
    let [one, other] =
        [(); 2].map(|()| Builder::new_current_thread().enable_all().build().unwrap());
    for runtime in [&one, &other, &one, &other] {
        assert_eq!(runtime.block_on(client.get_order(id)).unwrap().id, id);
    }
    // On one runtime connections are reused.
    let before = server.connections();
    one.block_on(async {
        for _ in 0..10 {
            client.get_order(id).await.unwrap();
        }
    });
    assert!(server.connections() - before < 10);
}

/// Opens files until the process may open no more, and orders then.
#[test]
#[ignore = "started by the test below"]
fn child() {
    let url = std::env::var("CHILD_URL").unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let client = builder(&url).retry(RetryPolicy::never()).build();
    // The client, and what the standard library opens once, exist by then.
    assert_eq!(runtime.block_on(client.place_unchecked(&order())).kind(), OutcomeKind::Placed);
    let mut files = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        files.push(file);
    }
    let outcome = runtime.block_on(client.place_unchecked(&order()));
    let fresh = builder(&url).retry(RetryPolicy::never()).build();
    let other = runtime.block_on(fresh.place_unchecked(&order()));
    let error = runtime.block_on(client.get_order(OrderId::new(1).unwrap())).unwrap_err();
    let runtime = std::panic::catch_unwind(|| Builder::new_current_thread().enable_all().build());
    drop(files);
    println!("{outcome}\n{other}\n{error}\nruntime made: {}", runtime.is_ok_and(|it| it.is_ok()));
}

#[cfg(unix)]
#[tokio::test]
async fn too_many_open_files_are_a_sentence() {
    let server = serve([placed().repeat()]).await;
    let printed = in_child("runtime::child", &[("CHILD_URL", &server.url())]).await;
    assert_eq!(printed.matches("too many files are open").count(), 3, "{printed}");
    assert_eq!(server.posts(), 1);
}
