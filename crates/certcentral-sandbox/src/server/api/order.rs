//! Reading orders: one, a list, what changed, what expires.

use std::sync::Arc;

use axum::extract::{Path, State};
use certcentral_model::OrderStatus;
use hyper::Uri;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::filter::{OrderFilters, Sorting};
use super::query::{Paging, Query, Span, invalid};
use super::show::{certificate_in, order_info, order_row, show_note};
use crate::answer::{Answer, Answered};
use crate::books::{Listed, PlacedOrder};
use crate::server::account::Account;
use crate::settings::SubmittedOrders;

/// The longest time that the feed of changes looks back: 7 days.
const LONGEST_LOOK_BACK: usize = 7 * 24 * 60 * 60;

/// `GET /order/certificate/{order_id}`, where the serial number or the thumbprint of the
/// certificate does as well.
pub(super) async fn info(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Answered {
    Ok(Answer::of(200, &order_info(&*find(&account, &id)?, account.clock.today())))
}

/// `GET /order/certificate`
pub(super) async fn list(State(account): State<Arc<Account>>, uri: Uri) -> Answered {
    let query = Query::read(&uri)?;
    let paging = Paging::read(&query)?;
    let filters = OrderFilters::read(&query)?;
    let sorting = Sorting::of_orders(&query)?;
    let is_listed = |order: &PlacedOrder| {
        account.submitted_orders == SubmittedOrders::InBothLists
            || order.status != OrderStatus::NeedsApproval
    };
    let Listed { total, entries } = account.ledger.list(
        |order| is_listed(order) && filters.admit(order),
        |one, other| sorting.compare(one, other),
        paging.offset,
        paging.limit,
    );
    let today = account.clock.today();
    let orders: Vec<Value> = entries.iter().map(|order| order_row(order, today)).collect();
    Ok(Answer::of(200, &json!({ "orders": orders, "page": paging.show(total) })))
}

/// `GET /order/certificate/status-changes`. Without any, the answer is `{}`.
pub(super) async fn status_changes(State(account): State<Arc<Account>>, uri: Uri) -> Answered {
    const UPDATED: &str = "filters[status_last_updated]";
    let query = Query::read(&uri)?;
    let back = |seconds: usize| -> Option<Span> {
        let seconds = i64::try_from(seconds).ok().filter(|_| seconds <= LONGEST_LOOK_BACK)?;
        let from = account.clock.now().checked_sub(SignedDuration::from_secs(seconds)).ok()?;
        Some(Span::from(from))
    };
    let span = if let Some(minutes) = query.number("minutes")? {
        back(minutes.saturating_mul(60))
            .ok_or_else(|| invalid("minutes", "must be 7 days at most"))?
    } else if let Some(seconds) = query.number("seconds")? {
        back(seconds).ok_or_else(|| invalid("seconds", "must be 7 days at most"))?
    } else if let Some(text) = query.get(UPDATED) {
        Span::read(text)
            .ok_or_else(|| invalid(UPDATED, "must be a time, or two with ... between"))?
    } else {
        return Err(Answer::error(400, "required_param:minutes", "minutes or seconds is missing"));
    };
    let changed = account.ledger.list(
        |order| span.holds(order.status_changed_at),
        |one, other| one.status_changed_at.cmp(&other.status_changed_at),
        0,
        usize::MAX,
    );
    let orders: Vec<Value> = changed.entries.iter().map(|order| change(order)).collect();
    let body = if orders.is_empty() { json!({}) } else { json!({ "orders": orders }) };
    Ok(Answer::of(200, &body))
}

fn change(order: &PlacedOrder) -> Value {
    let mut change = json!({ "order_id": order.id, "status": order.status });
    if let Some(id) = order.certificate_id() {
        change["certificate_id"] = json!(id);
    }
    change
}

/// `GET /order/alternate/{id}`. No order of a product here can have such an id.
pub(super) async fn by_alternative_id(uri: Uri) -> Answered {
    let paging = Paging::read(&Query::read(&uri)?)?;
    Ok(Answer::of(200, &json!({ "orders": [], "page": paging.show(0) })))
}

/// `GET /order/certificate/{order_id}/note`
pub(super) async fn notes(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Answered {
    let notes: Vec<Value> = find(&account, &id)?.notes.iter().map(show_note).collect();
    Ok(Answer::of(200, &json!({ "notes": notes })))
}

/// `GET /report/order/expiring`. With `include_expiring_certs` the count has another name.
pub(super) async fn expiring(State(account): State<Arc<Account>>, uri: Uri) -> Answered {
    let query = Query::read(&uri)?;
    let with_certificates = matches!(query.get("include_expiring_certs"), Some("true" | "1"));
    let name = if with_certificates { "count" } else { "order_count" };
    let today = account.clock.today();
    let days_left =
        |order: &PlacedOrder| -> Option<i32> { Some((order.valid_till()? - today).get_days()) };
    let counts =
        [(90, 61..=90), (60, 31..=60), (30, 0..=30), (-7, -7..=-1)].map(|(days, range)| {
            let count =
                account.ledger.count(|it| days_left(it).is_some_and(|it| range.contains(&it)));
            json!({ "days_expiring": days, name: count })
        });
    Ok(Answer::of(200, &json!({ "expiring_orders": counts })))
}

/// Finds an order by its id, or by the serial number or the thumbprint of its certificate.
fn find(account: &Account, id: &str) -> Result<Arc<PlacedOrder>, Answer> {
    let by_id = id.parse().ok().and_then(|id| account.ledger.order(id));
    let found = by_id.or_else(|| account.ledger.order_of_certificate(certificate_in(id)?));
    found.ok_or_else(no_order)
}

pub(super) fn no_order() -> Answer {
    Answer::error(404, "not_found|order", "there is no such order")
}
