//! The API: which path is answered by what, and how it refuses.

mod change;
mod download;
mod filter;
mod info;
mod order;
mod place;
mod query;
mod request;
mod show;

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use certcentral_model::{ProductOrder, pkio_professional};
use hyper::Method;

use super::account::{Account, Arrival};
use crate::answer::Answer;
use crate::books::KeyCheck;

/// What all paths begin with.
pub(crate) const BASE_PATH: &str = "/services/v2";

/// The paths that orders are posted to. Another product is another entry here, and a route below.
const ORDER_PATHS: [&str; 1] = [pkio_professional::Order::PRODUCT_NAME_ID];

/// Returns whether orders are posted to this path.
pub(crate) fn takes_orders(path: &str) -> bool {
    let path = path.strip_prefix(BASE_PATH);
    let product = path.and_then(|path| path.strip_prefix("/order/certificate/"));
    product.is_some_and(|product| ORDER_PATHS.contains(&product))
}

/// The path of one order.
const ORDER: &str = "/order/certificate/{order_id}";

pub(crate) fn router(account: Arc<Account>) -> Router {
    let product = pkio_professional::Order::PRODUCT_NAME_ID;
    let api = Router::new()
        .route(
            &format!("/order/certificate/{product}"),
            post(place::place::<pkio_professional::Order>),
        )
        .route("/order/certificate", get(order::list))
        .route("/order/certificate/status-changes", get(order::status_changes))
        .route(ORDER, get(order::info))
        .route("/order/certificate/{order_id}/status", put(change::cancel))
        .route("/order/certificate/{order_id}/revoke", put(change::revoke_order))
        .route("/order/certificate/{order_id}/note", get(order::notes).post(change::add_note))
        .route("/order/certificate/{order_id}/custom-field", post(change::set_custom_field))
        .route("/order/alternate/{id}", get(order::by_alternative_id))
        .route("/request", get(request::list))
        .route("/request/{request_id}", get(request::info))
        .route("/request/{request_id}/status", put(change::decide))
        .route("/certificate/{certificate_id}/revoke", put(change::revoke_certificate))
        .route("/certificate/download/order/{order_id}/format/{format}", get(download::by_order))
        .route(
            "/certificate/{certificate_id}/download/format/{format}",
            get(download::by_certificate),
        )
        .route("/product", get(info::products))
        .route("/product/{name_id}", get(info::product))
        .route("/finance/balance", get(info::balance))
        .route("/user/{user_id}", get(info::user))
        .route("/authorization", get(info::authorization))
        .route("/key/api-roles", get(info::roles))
        .route("/account/metadata", get(info::custom_fields))
        .route("/report/request", get(request::counts))
        .route("/report/order/expiring", get(order::expiring))
        .route_layer(from_fn(check_key))
        .method_not_allowed_fallback(method_not_allowed);
    Router::new().nest(BASE_PATH, api).fallback(no_such_path).with_state(account)
}

/// Refuses a missing or wrong key, in the shape that DigiCert does.
async fn check_key(request: Request, next: Next) -> Response {
    let key = request.extensions().get::<Arrival>().map(|arrival| arrival.key);
    if key == Some(KeyCheck::Right) {
        return next.run(request).await;
    }
    Answer::error(403, "access_denied|invalid_api_key", "the API key is missing or not known")
        .into_response()
}

/// axum adds `Allow`. A POST where only the ids of orders are known, with anything but an id, is an
/// order for an unknown product.
async fn method_not_allowed(route: MatchedPath, request: Request) -> Answer {
    let is_order = route.as_str().strip_prefix(BASE_PATH) == Some(ORDER);
    let is_id = request.uri().path().trim_end_matches(|c: char| c.is_ascii_digit()).ends_with('/');
    if request.method() == Method::POST && is_order && !is_id {
        return Answer::error(404, "not_found|product", "there is no such product here");
    }
    Answer::error(405, "method_not_allowed", "this path does not allow the method")
}

async fn no_such_path() -> Answer {
    Answer::error(404, "not_found|route", "there is no such path")
}
