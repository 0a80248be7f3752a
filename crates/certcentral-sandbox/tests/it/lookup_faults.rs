//! Faults strike look-ups too.

use certcentral_sandbox::{FaultKind, Sandbox};

use crate::http::{End, exchange, get, order, place, request};

#[tokio::test]
async fn a_lookup_can_fail() {
    let sandbox = Sandbox::start().await.unwrap();
    for (kind, status) in [
        (FaultKind::Status(500), 500),
        (FaultKind::Bare(503), 503),
        (FaultKind::RateLimited(1), 429),
        (FaultKind::Html, 200),
    ] {
        sandbox.fail_next_lookup(kind).unwrap();
        assert_eq!(get(&sandbox, "/request").await.status, status, "{kind}");
    }
    // And only the next one.
    assert_eq!(get(&sandbox, "/request").await.json()["requests"], serde_json::json!([]));
}

#[tokio::test]
async fn the_answer_to_a_lookup_can_be_lost() {
    let sandbox = Sandbox::start().await.unwrap();
    let headers = [("X-DC-DEVKEY", sandbox.api_key())];
    let list = request("GET", "/services/v2/order/certificate", &headers, "");
    for (kind, end) in
        [(FaultKind::CloseBeforeAnswer, End::Closed), (FaultKind::ResetBeforeAnswer, End::Reset)]
    {
        sandbox.fail_next_lookup(kind).unwrap();
        let heard = exchange(sandbox.address(), &list).await;
        assert_eq!((heard.bytes.len(), heard.end), (0, end), "{kind}");
    }
}

#[tokio::test]
async fn orders_and_lookups_fail_apart() {
    let sandbox =
        Sandbox::builder().lookup_fault(FaultKind::Gateway(502), 1.0).start().await.unwrap();
    assert_eq!(place(&sandbox, &order()).await.status, 201);
    assert_eq!(get(&sandbox, "/request").await.status, 502);

    let sandbox = Sandbox::builder().fault(FaultKind::Gateway(502), 1.0).start().await.unwrap();
    assert_eq!(get(&sandbox, "/request").await.status, 200);
    assert_eq!(place(&sandbox, &order()).await.status, 502);
}

#[tokio::test]
async fn what_is_about_orders_does_not_strike_lookups() {
    let sandbox = Sandbox::start().await.unwrap();
    for &kind in FaultKind::ALL {
        assert_eq!(sandbox.fail_next_lookup(kind).is_ok(), kind.strikes_lookups(), "{kind}");
    }
    assert!(!FaultKind::ZeroId.strikes_lookups());
    assert!(FaultKind::Hang.strikes_lookups());
}
