//! An HTTP answer, down to its bytes: the one type for what the API says, what a fault makes of it,
//! and what a script plays.

use std::fmt;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use certcentral_model::{ErrorResponse, ServerError};
use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use serde::Serialize;

/// An HTTP/1.1 answer for [`Script::respond_with`](crate::scripted::Script::respond_with).
///
/// `Content-Length` is added unless the headers have it or `Transfer-Encoding`, and no other
/// header: a `Date`, if wanted, is [`header("Date", ...)`](Self::header).
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Answer {
    version: &'static str,
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// An answer, or a refusal, which is an answer as well.
pub(crate) type Answered = Result<Answer, Answer>;

impl Answer {
    /// Returns an answer without a body.
    pub fn new(status: u16) -> Self {
        Self { version: "HTTP/1.1", status, headers: Vec::new(), body: Bytes::new() }
    }

    /// Returns an answer of `Content-Type: application/json`.
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self::new(status).header("Content-Type", "application/json").body(body.into())
    }

    /// Returns an answer of `Content-Type: text/html`, as a gateway in front of the API gives it.
    pub fn html(status: u16, body: impl Into<String>) -> Self {
        Self::new(status).header("Content-Type", "text/html").body(body.into())
    }

    /// Adds a header as it is: nothing is checked.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into().into();
        self
    }

    /// Answers as HTTP/1.0.
    pub fn http_1_0(mut self) -> Self {
        self.version = "HTTP/1.0";
        self
    }

    /// Returns the answer as it goes over the wire.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { version, status, headers, body } = self;
        let reason = StatusCode::from_u16(*status).ok().and_then(|it| it.canonical_reason());
        let mut head = format!("{version} {status} {}\r\n", reason.unwrap_or("Unnamed"));
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let has_length = self.has("content-length") || self.has("transfer-encoding");
        if !has_length && *status >= 200 && *status != 204 {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// Says that the connection ends with this answer, unless it speaks of the connection already.
    pub(crate) fn closing(self) -> Self {
        if self.has("connection") { self } else { self.header("Connection", "close") }
    }

    pub(crate) fn of(status: u16, body: &impl Serialize) -> Self {
        // What is answered here has string keys and finite numbers only, so it can be written.
        Self::json(status, serde_json::to_string(body).unwrap_or_default())
    }

    /// Returns a refusal in the documented shape.
    pub(crate) fn errors<'a>(
        status: u16,
        errors: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let errors = errors.into_iter().map(|(code, message)| ServerError::new(code, message));
        Self::of(status, &ErrorResponse::new(errors.collect()))
    }

    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::errors(status, [(code, message)])
    }

    /// Sets a header in place of one of that name.
    pub(crate) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.header(name, value)
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn content(&self) -> &Bytes {
        &self.body
    }

    pub(crate) fn has(&self, wanted: &str) -> bool {
        self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    }

    /// Takes back an answer that a route has given.
    pub(crate) async fn from_response(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .filter(|(name, _)| *name != CONTENT_LENGTH)
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        // The bodies here are in memory: reading them cannot fail.
        let body = response.into_body().collect().await.map(|body| body.to_bytes());
        Self { version: "HTTP/1.1", status, headers, body: body.unwrap_or_default() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, status, headers, body } = self;
        // Values are left out: an answer may echo what was sent.
        let names: Vec<&str> = headers.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Answer")
            .field("version", version)
            .field("status", status)
            .field("headers", &names)
            .field("body_length", &body.len())
            .finish()
    }
}
