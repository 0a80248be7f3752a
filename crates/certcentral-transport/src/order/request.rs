//! The request that places an order, built and not sent.

use certcentral_model::ProductOrder;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body::Body as _;

use crate::http::request::{JSON, headers, uri};
use crate::order::body::OrderBody;
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;

/// Returns the URL that orders of a product are posted to. Needs no key, so a dry run can show it.
///
/// ```
/// use certcentral_model::pkio_professional::Order;
/// use certcentral_transport::{BaseUrl, order_url};
///
/// assert_eq!(
///     order_url::<Order>(&BaseUrl::europe()),
///     "https://certcentral.digicert.eu/services/v2\
///      /order/certificate/pkio_qualified_organisation_person_prof",
/// );
/// ```
#[must_use]
pub fn order_url<P: ProductOrder>(base: &BaseUrl) -> String {
    let mut url = format!("{base}/order/certificate/");
    url.extend(url::form_urlencoded::byte_serialize(P::PRODUCT_NAME_ID.as_bytes()));
    url
}

/// Returns the request that places an order: `POST {base}/order/certificate/{product}`.
#[must_use]
pub fn order_request<P: ProductOrder>(
    base: &BaseUrl,
    key: &ApiKey,
    order: &P,
) -> Request<OrderBody> {
    with_body(Method::POST, order_url::<P>(base), key, OrderBody::encode(order))
}

/// Builds a request with a JSON body.
pub(crate) fn with_body(
    method: Method,
    url: String,
    key: &ApiKey,
    body: OrderBody,
) -> Request<OrderBody> {
    let length = HeaderValue::from(body.size_hint().lower());
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri(url);
    *request.headers_mut() = order_headers(key);
    request.headers_mut().insert(CONTENT_LENGTH, length);
    request
}

/// Returns the headers of every order but its length, which the body knows.
pub(crate) fn order_headers(key: &ApiKey) -> HeaderMap {
    let mut headers = headers(key);
    headers.insert(CONTENT_TYPE, JSON);
    headers
}
