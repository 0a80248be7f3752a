//! Reading requests: one, a list, counts.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use hyper::Uri;
use serde_json::{Value, json};

use super::filter::{RequestFilters, Sorting};
use super::query::{Paging, Query};
use super::show::{request_info, request_row};
use crate::answer::{Answer, Answered};
use crate::books::Listed;
use crate::server::account::Account;

/// `GET /request/{request_id}`
pub(super) async fn info(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Answered {
    let found = id.parse().ok().and_then(|id| {
        let order = account.ledger.order_of_request(id)?;
        Some(request_info(order.request(id)?, &order))
    });
    Ok(Answer::of(200, &found.ok_or_else(no_request)?))
}

pub(super) fn no_request() -> Answer {
    Answer::error(404, "not_found|request", "there is no such request")
}

/// `GET /request`
pub(super) async fn list(State(account): State<Arc<Account>>, uri: Uri) -> Answered {
    let query = Query::read(&uri)?;
    let paging = Paging::read(&query)?;
    let filters = RequestFilters::read(&query)?;
    let sorting = Sorting::of_requests(&query)?;
    let Listed { total, entries } = account.ledger.list_requests(
        |request, order| filters.admit(request, order),
        |one, other| sorting.compare(one, other),
        paging.offset,
        paging.limit,
    );
    let requests: Vec<Value> =
        entries.iter().map(|(request, order)| request_row(request, order)).collect();
    let mut page = paging.show(total);
    // As in DigiCert's own sample.
    if query.get("limit").is_none() {
        page["limit"] = 0.into();
    }
    Ok(Answer::of(200, &json!({ "requests": requests, "page": page })))
}

/// `GET /report/request`: how many requests there are, by type.
pub(super) async fn counts(State(account): State<Arc<Account>>) -> Answer {
    let all = account.ledger.list_requests(|_, _| true, |_, _| Ordering::Equal, 0, usize::MAX);
    let mut types = BTreeMap::new();
    for (request, _) in &all.entries {
        *types.entry(request.purpose.as_str()).or_insert(0) += 1;
    }
    let types: Vec<Value> =
        types.iter().map(|(name, count)| json!({ "type": name, "request_count": count })).collect();
    Answer::of(200, &json!({ "request": { "total": all.total, "types": types } }))
}
