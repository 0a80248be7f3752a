//! The API: which path is answered by what, and how it refuses.

mod orders;
mod place;
mod query;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use certcentral_model::{ProductOrder, pkio_professional};

use super::account::{Account, Arrival};
use crate::answer::Answer;
use crate::books::KeyCheck;

/// What all paths begin with.
pub(crate) const BASE_PATH: &str = "/services/v2";

/// The paths that orders are posted to. Another product is another entry here, and a route below.
const ORDER_PATHS: [&str; 1] = [pkio_professional::Order::PRODUCT_NAME_ID];

/// Whether this is a path that orders are posted to.
pub(crate) fn takes_orders(path: &str) -> bool {
    path.strip_prefix(BASE_PATH)
        .and_then(|path| path.strip_prefix("/order/certificate/"))
        .is_some_and(|product| ORDER_PATHS.contains(&product))
}

pub(crate) fn router(account: Arc<Account>) -> Router {
    let order = |product: &str| format!("/order/certificate/{product}");
    let api = Router::new()
        .route(
            &order(pkio_professional::Order::PRODUCT_NAME_ID),
            post(place::place::<pkio_professional::Order>),
        )
        .route("/order/certificate/{order_id}", get(orders::order))
        .route("/order/certificate", get(orders::orders))
        .route("/request/{request_id}", get(orders::request))
        .route("/request", get(orders::requests))
        .route_layer(from_fn(check_key))
        .method_not_allowed_fallback(method_not_allowed);
    Router::new().nest(BASE_PATH, api).fallback(no_such_path).with_state(account)
}

/// Refuses whoever has not the right key, in the shape that DigiCert does.
async fn check_key(request: Request, next: Next) -> Response {
    let key = request.extensions().get::<Arrival>().map(|arrival| arrival.key);
    if key == Some(KeyCheck::Right) {
        return next.run(request).await;
    }
    Answer::error(403, "access_denied|invalid_api_key", "the API key is missing or not known")
        .into_response()
}

/// axum adds `Allow`.
async fn method_not_allowed(request: Request) -> Answer {
    let product = request.uri().path().rsplit('/').next().unwrap_or_default();
    let is_id = product.bytes().all(|byte| byte.is_ascii_digit());
    if request.method() == hyper::Method::POST
        && request.uri().path().contains("/order/certificate/")
        && !is_id
    {
        return Answer::error(404, "not_found|product", "there is no such product here");
    }
    Answer::error(405, "method_not_allowed", "this path does not know the method")
}

async fn no_such_path() -> Answer {
    Answer::error(404, "not_found|route", "there is no such path")
}
