//! What a scripted server read: the witness.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// A request that was read whole.
///
/// `Debug` shows no header value and no body: both may hold secrets.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    pub(super) connection: usize,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

impl ReceivedRequest {
    /// Returns the number of its connection, from 0.
    #[must_use]
    pub fn connection(&self) -> usize {
        self.connection
    }

    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns path and query as in the request line; host and port for `CONNECT`.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Returns all headers in the order in which they came, with their names as they were written.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Returns the first header of this name, in any case, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    pub(super) fn is_post(&self) -> bool {
        self.method == "POST"
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, method, target, headers, body } = self;
        let names: Vec<&str> = headers.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("ReceivedRequest")
            .field("connection", connection)
            .field("method", method)
            .field("target", target)
            .field("headers", &names)
            .field("body_length", &body.len())
            .finish()
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) connections: usize,
    pub(super) ended: usize,
    pub(super) heads: usize,
    pub(super) posts: usize,
    pub(super) bytes_read: u64,
    pub(super) bytes_written: u64,
}

/// What all connections of a server write into.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    counts: watch::Sender<Counts>,
    requests: Mutex<Vec<ReceivedRequest>>,
}

impl Ledger {
    pub(super) fn counts(&self) -> Counts {
        *self.counts.borrow()
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut Counts)) {
        self.counts.send_modify(change);
    }

    pub(super) fn note_request(&self, request: ReceivedRequest) {
        let is_post = request.is_post();
        // First the request, then the count: a test that waited for the count finds the request.
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        if is_post {
            self.note(|counts| counts.posts += 1);
        }
    }

    pub(super) fn requests(&self) -> Vec<ReceivedRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) async fn wait_for(&self, reached: impl FnMut(&Counts) -> bool) {
        // The sender is ours and alive, so this ends only when the condition holds.
        let _ = self.counts.subscribe().wait_for(reached).await;
    }
}
