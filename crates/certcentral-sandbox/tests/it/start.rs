//! Starting a sandbox, and shutting it down.

use std::error::Error;

use certcentral_sandbox::{FaultKind, Sandbox};
use tokio::net::TcpStream;

use crate::http::{get, order, place};

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

#[tokio::test]
async fn listens_on_loopback_only() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let address = address.parse().unwrap();
        let error = Sandbox::builder().listen(address).start().await.unwrap_err();
        assert!(error.to_string().contains("loopback"), "{error}");
    }
    let sandbox = Sandbox::builder().listen("127.0.0.1:0".parse().unwrap()).start().await.unwrap();
    assert_ne!(sandbox.address().port(), 0);
    assert_eq!(sandbox.url(), format!("http://{}/services/v2", sandbox.address()));
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_says_so() {
    let first = Sandbox::start().await.unwrap();
    let error = Sandbox::builder().listen(first.address()).start().await.unwrap_err();
    assert!(chain(&error).contains("another port"), "{error}");
}

#[tokio::test]
async fn the_key_is_given_or_random() {
    let mine = Sandbox::builder().api_key("my-own-key").start().await.unwrap();
    assert_eq!(mine.api_key(), "my-own-key");
    assert_eq!(get(&mine, "/request").await.status, 200);

    let (one, other) = (Sandbox::start().await.unwrap(), Sandbox::start().await.unwrap());
    assert_ne!(one.api_key(), other.api_key());

    for key in ["", "two words", "naïve", "line\n"] {
        let error = Sandbox::builder().api_key(key).start().await.unwrap_err();
        assert!(error.to_string().contains("visible ASCII"), "{error}");
    }
}

#[tokio::test]
async fn faults_must_add_up() {
    let start = |one: f64, other: f64| {
        Sandbox::builder().fault(FaultKind::Hang, one).fault(FaultKind::Drip, other).start()
    };
    assert!(start(0.5, 0.5).await.is_ok());
    assert!(start(0.6, 0.5).await.unwrap_err().to_string().contains("more than 1"));
    assert!(chain(&start(-0.1, 0.5).await.unwrap_err()).contains("from 0 to 1"));
    assert!(Sandbox::builder().every_fault(1.0).start().await.is_ok());
    let lookup = Sandbox::builder().lookup_fault(FaultKind::NoId, 0.1).start().await;
    assert!(chain(&lookup.unwrap_err()).contains("strikes nothing else"));
}

#[tokio::test]
async fn after_a_shutdown_nobody_listens_and_the_books_stay() {
    let sandbox = Sandbox::start().await.unwrap();
    let (address, books) = (sandbox.address(), sandbox.books());
    place(&sandbox, &order()).await;
    sandbox.shutdown().await;
    assert!(TcpStream::connect(address).await.is_err());
    assert_eq!(books.orders().len(), 1);
}

#[tokio::test]
async fn debug_shows_no_key() {
    let sandbox = Sandbox::start().await.unwrap();
    assert!(!format!("{sandbox:?}").contains(sandbox.api_key()));
    let builder = Sandbox::builder().api_key("my-own-key");
    assert!(!format!("{builder:?}").contains("my-own-key"));
}

/// What is public can be used from any task, and shown.
#[test]
fn public_types_are_send_sync_and_debug() {
    use certcentral_sandbox::*;
    fn check<T: Send + Sync + std::fmt::Debug + 'static>() {}
    check::<(Sandbox, SandboxBuilder, StartError, Approval, Balance, CustomField, SubmittedOrders)>(
    );
    check::<(Books, PlacedOrder, ReceivedRequest, InjectedFault, KeyCheck)>();
    check::<(Fault, FaultKind, FaultRule, InvalidFault, Placing, Effect)>();
    check::<(scripted::ScriptedServer, scripted::Script, scripted::Answer, scripted::Cue)>();
    check::<(scripted::Pace, scripted::ReceivedRequest)>();
}
