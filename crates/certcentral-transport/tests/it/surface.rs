//! Every public type can be sent, shared and shown.

use std::fmt::Debug;

use certcentral_model::{OrderInfo, RequestInfo};
use certcentral_transport::*;

fn is_good<T: Send + Sync + Debug>() {}

#[test]
fn every_public_type_is_send_sync_and_debug() {
    is_good::<(ApiKey, BaseUrl, InvalidApiKey, InvalidBaseUrl, InvalidProxy, InvalidUserAgent)>();
    is_good::<(Client, ClientBuilder, InvalidRootCertificates, Pacing, RetryPolicy, StopSwitch)>();
    is_good::<(Outcome, OutcomeKind, Placed, Rejected, NotSent, Unknown, NotPlaced, Excerpt)>();
    is_good::<(NotSentReason, UnknownReason, OrderEvent, FailedAttempt, EndedOrder, OrderBody)>();
    is_good::<(ChangeOutcome, DoneChange, RejectedChange, UnsentChange, UnknownChange, NoBody)>();
    is_good::<(OrderQuery, OrderSort, DateRange, RequestQuery, LookupError)>();
    is_good::<(Listing<OrderInfo>, Listing<RequestInfo>)>();
    is_good::<(OrderSearch, Baseline, FindReport, Candidate, Match, Verdict)>();
}

#[test]
fn every_future_is_send() {
    fn is_send<T: Send>(_: &T) {}
    let client = crate::caller::builder("http://127.0.0.1:9").build();
    let order = crate::caller::order();
    is_send(&client.place_unchecked(&order));
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
