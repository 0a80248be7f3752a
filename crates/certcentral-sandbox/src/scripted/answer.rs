//! An answer as bytes, with nothing in it that the test did not ask for.

use std::borrow::Cow;
use std::fmt;

/// An HTTP/1.1 answer for [`Script::respond_with`](super::Script::respond_with).
///
/// `Content-Length` is added unless the headers have it or `Transfer-Encoding`, and no other
/// header: a `Date`, if wanted, is [`header("Date", ...)`](Self::header).
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    version: &'static str,
    status: u16,
    headers: Vec<(String, String)>,
    body: Cow<'static, [u8]>,
}

impl Answer {
    /// An answer without a body.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { version: "HTTP/1.1", status, headers: Vec::new(), body: Cow::Borrowed(b"") }
    }

    /// An answer of `Content-Type: application/json`.
    #[must_use]
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self::new(status).header("Content-Type", "application/json").body(body.into())
    }

    /// An answer of `Content-Type: text/html`, as a gateway in front of the API gives it.
    #[must_use]
    pub fn html(status: u16, body: impl Into<String>) -> Self {
        Self::new(status).header("Content-Type", "text/html").body(body.into())
    }

    /// Adds a header, as it is: nothing is checked.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Cow::Owned(body.into());
        self
    }

    /// Answers as HTTP/1.0.
    #[must_use]
    pub fn http_1_0(mut self) -> Self {
        self.version = "HTTP/1.0";
        self
    }

    /// The answer as it goes over the wire.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encode(Connection::KeepAlive)
    }

    pub(super) fn encode(&self, connection: Connection) -> Vec<u8> {
        let Self { version, status, headers, body } = self;
        let has = |wanted: &str| headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let mut head = format!("{version} {status} {}\r\n", reason(*status));
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !has("content-length") && !has("transfer-encoding") && *status >= 200 && *status != 204 {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        if connection == Connection::Close && !has("connection") {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        bytes
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

/// Whether the peer is told that the connection ends with this answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    KeepAlive,
    Close,
}

fn reason(status: u16) -> &'static str {
    hyper::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Unnamed")
}
