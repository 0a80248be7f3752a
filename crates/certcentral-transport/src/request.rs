//! Requests, built and not sent: pure functions from typed input to an [`http::Request`].
//!
//! The client sends what these build and nothing else, so a test or a dry run that looks at them
//! looks at what goes over the wire.

use certcentral_model::{OrderId, ProductOrder};
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use http_body::Body as _;

use crate::{ApiKey, BaseUrl, EncodeError, NoBody, OrderBody, OrderQuery, RequestQuery};

/// The header that carries the API key.
pub static API_KEY_HEADER: HeaderName = HeaderName::from_static("x-dc-devkey");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));

/// The URL that orders of a product are posted to. Needs no key, so a dry run can show it.
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

/// The request that places an order: `POST {base}/order/certificate/{product}`.
///
/// # Errors
///
/// [`EncodeError`] if the order cannot be written as JSON. The orders of `certcentral-model` always
/// can.
pub fn order_request<P: ProductOrder>(
    base: &BaseUrl,
    key: &ApiKey,
    order: &P,
) -> Result<Request<OrderBody>, EncodeError> {
    let body = OrderBody::encode(order)?;
    let length = HeaderValue::from(body.size_hint().lower());
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri(order_url::<P>(base));
    *request.headers_mut() = order_headers(key);
    request.headers_mut().insert(CONTENT_LENGTH, length);
    Ok(request)
}

/// The headers of every order. Its length is told by its body.
pub(crate) fn order_headers(key: &ApiKey) -> HeaderMap {
    let mut headers = headers(key);
    headers.insert(CONTENT_TYPE, JSON);
    headers
}

/// The request for an order: `GET {base}/order/certificate/{order_id}`.
#[must_use]
pub fn order_info_request(base: &BaseUrl, key: &ApiKey, id: OrderId) -> Request<NoBody> {
    get(format!("{base}/order/certificate/{id}"), key)
}

/// The request for one page of the order list: `GET {base}/order/certificate`, newest first.
#[must_use]
pub fn order_list_request(base: &BaseUrl, key: &ApiKey, query: &OrderQuery) -> Request<NoBody> {
    let mut url = format!("{base}/order/certificate?");
    query.write_to(&mut url);
    get(url, key)
}

/// The request for one page of the request list: `GET {base}/request`.
#[must_use]
pub fn request_list_request(base: &BaseUrl, key: &ApiKey, query: &RequestQuery) -> Request<NoBody> {
    let mut url = format!("{base}/request?");
    query.write_to(&mut url);
    get(url, key)
}

fn get(url: String, key: &ApiKey) -> Request<NoBody> {
    request(Method::GET, uri(url), key, NoBody)
}

fn request<B>(method: Method, uri: Uri, key: &ApiKey, body: B) -> Request<B> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers(key);
    request
}

fn headers(key: &ApiKey) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(&API_KEY_HEADER, key.header());
    headers.insert(ACCEPT, JSON);
    headers.insert(USER_AGENT, AGENT);
    headers
}

#[allow(clippy::expect_used, reason = "a parsed base URL, constants, digits and encoded values")]
fn uri(url: String) -> Uri {
    Uri::from_maybe_shared(url).expect("a valid URI")
}

/// Appends a pair to the query, both parts encoded. A value is cut after 512 bytes: a longer one
/// finds nothing, and a URL must end somewhere.
pub(crate) fn write_pair(url: &mut String, name: &str, value: &str) {
    if !url.ends_with('?') {
        url.push('&');
    }
    url.extend(url::form_urlencoded::byte_serialize(name.as_bytes()));
    url.push('=');
    let value = &value.as_bytes()[..value.len().min(512)];
    url.extend(url::form_urlencoded::byte_serialize(value));
}
