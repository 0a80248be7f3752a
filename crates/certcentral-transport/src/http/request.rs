//! What the requests of orders and of look-ups have in common. They are built and not sent: pure
//! functions from typed input to an [`http::Request`].
//!
//! The client sends what these build and nothing else, so a test or a dry run that looks at them
//! looks at what goes over the wire.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, HOST, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use http_body::{Body, Frame, SizeHint};
use url::{Position, Url};

use crate::settings::api_key::ApiKey;

/// The header that carries the API key.
pub static API_KEY_HEADER: HeaderName = HeaderName::from_static("x-dc-devkey");

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
// A compressed answer could not be read, and some gateways compress what they are not told not to.
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");
/// What the client calls itself.
pub(crate) const AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Returns the headers of every request.
pub(crate) fn headers(key: &ApiKey) -> HeaderMap {
    // With room for what is added later: a map that grows is copied once more for each order.
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(&API_KEY_HEADER, key.header());
    headers.insert(ACCEPT, JSON);
    headers.insert(ACCEPT_ENCODING, IDENTITY);
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers
}

/// Builds a look-up.
pub(crate) fn get(url: String, key: &ApiKey) -> Request<NoBody> {
    let mut request = Request::new(NoBody);
    *request.method_mut() = Method::GET;
    *request.uri_mut() = uri(url);
    *request.headers_mut() = headers(key);
    // What a cache has kept proves nothing.
    request.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    request
}

#[allow(clippy::expect_used, reason = "a parsed base URL, constants, digits and encoded values")]
pub(crate) fn uri(url: String) -> Uri {
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

/// Where a request goes and under which headers, made once and cloned for each order.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) product: &'static str,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
}

impl Target {
    #[allow(clippy::expect_used, reason = "a parsed base URL and an encoded path")]
    pub(crate) fn new(product: &'static str, url: &str, mut headers: HeaderMap) -> Self {
        let url = Url::parse(url).expect("a valid URL");
        // The HTTP library would write it for each order.
        let host = HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort]);
        headers.insert(HOST, host.expect("a valid header"));
        Self { product, url, headers }
    }
}

/// An empty body, for look-ups.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct NoBody;

impl Body for NoBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}
