//! Every public type can be sent, shared and shown.

use std::fmt::Debug;

use certcentral_model::{OrderInfo, RequestInfo};
use certcentral_transport::*;

fn is_good<T: Send + Sync + Debug>() {}

#[test]
fn every_public_type_is_send_sync_and_debug() {
    is_good::<ApiKey>();
    is_good::<BaseUrl>();
    is_good::<Candidate>();
    is_good::<Client>();
    is_good::<ClientBuilder>();
    is_good::<Excerpt>();
    is_good::<FindReport>();
    is_good::<InvalidApiKey>();
    is_good::<InvalidBaseUrl>();
    is_good::<Listing<OrderInfo>>();
    is_good::<Listing<RequestInfo>>();
    is_good::<LookupError>();
    is_good::<Match>();
    is_good::<NoBody>();
    is_good::<NotPlaced>();
    is_good::<NotSent>();
    is_good::<NotSentReason>();
    is_good::<OrderBody>();
    is_good::<OrderEvent>();
    is_good::<OrderQuery>();
    is_good::<OrderSearch>();
    is_good::<Outcome>();
    is_good::<OutcomeKind>();
    is_good::<Pacing>();
    is_good::<Placed>();
    is_good::<Rejected>();
    is_good::<RequestQuery>();
    is_good::<RetryPolicy>();
    is_good::<Unknown>();
    is_good::<UnknownReason>();
    is_good::<Verdict>();
}

#[test]
fn every_future_is_send() {
    fn is_send<T: Send>(_: &T) {}
    let client = crate::caller::builder("http://127.0.0.1:9").build();
    let order = crate::caller::order();
    is_send(&client.place_order(&order));
    is_send(&client.get_order(certcentral_model::OrderId::new(1).unwrap()));
    let now = jiff::Timestamp::now();
    let search = OrderSearch::new(&order, now, now);
    is_send(&client.find_order(&search));
    is_send(&client.list_orders(OrderQuery::new()).next());
}

#[test]
fn errors_are_errors() {
    fn is_error<T: std::error::Error>() {}
    is_error::<InvalidApiKey>();
    is_error::<InvalidBaseUrl>();
    is_error::<LookupError>();
    is_error::<NotPlaced>();
}

#[test]
fn every_reason_is_documented_and_has_a_name_of_its_own() {
    const DOCUMENTED: &str = include_str!("../../../../docs/outcomes.md");
    let (_, reasons) = DOCUMENTED.split_once("### of `not_sent`").unwrap();
    let (not_sent, unknown) = reasons.split_once("### of `unknown`").unwrap();
    for reason in NotSentReason::ALL {
        let again = if reason.is_temporary() { "yes |" } else { "no |" };
        let row = not_sent.lines().find(|row| row.contains(&format!("| `{}` |", reason.as_str())));
        assert!(row.is_some_and(|row| row.ends_with(again)), "{reason:?}");
    }
    for reason in UnknownReason::ALL {
        assert!(unknown.contains(&format!("| `{}` |", reason.as_str())), "{reason:?}");
    }
}
