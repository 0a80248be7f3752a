//! The look-ups: one order, the order list, one request, the request list.

use std::sync::Arc;

use axum::extract::{Path, State};
use certcentral_model::{OrderInfo, OrderList, Page, RequestInfo, RequestList};
use hyper::Uri;

use super::query::{OrderFilters, Paging, Query, RequestFilters};
use crate::answer::Answer;
use crate::books::{Listed, PlacedOrder};
use crate::server::account::Account;
use crate::settings::{Approval, SubmittedOrders};

/// `GET /order/certificate/{order_id}`
pub(super) async fn order(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Answer {
    match id.parse().ok().and_then(|id| account.ledger.order(id)) {
        Some(order) => Answer::of(200, &order.to_info()),
        None => Answer::error(404, "not_found|order", "there is no such order"),
    }
}

/// `GET /order/certificate`
pub(super) async fn orders(
    State(account): State<Arc<Account>>,
    uri: Uri,
) -> Result<Answer, Answer> {
    let query = Query::read(&uri)?;
    let paging = Paging::read(&query, "date_created", "order_id")?;
    let filters = OrderFilters::read(&query)?;
    let is_listed = |order: &PlacedOrder| {
        account.submitted_orders == SubmittedOrders::InBothLists
            || order.approval != Approval::Submitted
    };
    let Listed { total, entries } = account.ledger.list(
        |order| is_listed(order) && filters.admit(order),
        paging.sorting,
        paging.offset,
        paging.limit,
    );
    let entries: Vec<OrderInfo> = entries.iter().map(|order| order.to_info()).collect();
    Ok(Answer::of(200, &OrderList::new(entries, page(total, &paging))))
}

/// `GET /request/{request_id}`
pub(super) async fn request(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Answer {
    let order = id.parse().ok().and_then(|id| account.ledger.order_of_request(id));
    match order.and_then(|order| order.to_request_info()) {
        Some(request) => Answer::of(200, &request),
        None => Answer::error(404, "not_found|request", "there is no such request"),
    }
}

/// `GET /request`
pub(super) async fn requests(
    State(account): State<Arc<Account>>,
    uri: Uri,
) -> Result<Answer, Answer> {
    let query = Query::read(&uri)?;
    let paging = Paging::read(&query, "date", "id")?;
    let filters = RequestFilters::read(&query)?;
    let Listed { total, entries } = account.ledger.list(
        |order| order.request.is_some() && filters.admit(order),
        paging.sorting,
        paging.offset,
        paging.limit,
    );
    let entries: Vec<RequestInfo> =
        entries.iter().filter_map(|order| order.to_request_info()).collect();
    Ok(Answer::of(200, &RequestList::new(entries, page(total, &paging))))
}

fn page(total: usize, paging: &Paging) -> Page {
    Page::new(total as u64, paging.limit as u64, paging.offset as u64)
}
