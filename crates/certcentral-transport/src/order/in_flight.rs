//! An attempt that is never lost sight of: once the HTTP engine has taken the bytes, it runs to its
//! end even if its caller is dropped.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio::runtime::Handle;
use tracing::{Instrument as _, Span};

use crate::order::gate::Gate;

/// An attempt, and what it needs to go on without its caller.
pub(crate) struct InFlight<T> {
    attempt: Pin<Box<dyn Future<Output = T> + Send>>,
    gate: Gate,
    runtime: Handle,
    span: Span,
}

impl<T: Send + 'static> InFlight<T> {
    pub(crate) fn new(
        attempt: impl Future<Output = T> + Send + 'static,
        gate: Gate,
        runtime: Handle,
    ) -> Self {
        Self { attempt: Box::pin(attempt), gate, runtime, span: Span::current() }
    }

    /// Waits for the end of the attempt.
    pub(crate) async fn end(&mut self) -> T {
        poll_fn(|context| self.attempt.as_mut().poll(context)).await
    }

    /// Waits for the end of the attempt, and returns nothing if something else ends first.
    pub(crate) async fn end_unless(&mut self, other: impl Future<Output = ()>) -> Option<T> {
        let mut other = pin!(other);
        poll_fn(|context| match self.attempt.as_mut().poll(context) {
            Poll::Ready(end) => Poll::Ready(Some(end)),
            Poll::Pending => other.as_mut().poll(context).map(|()| None),
        })
        .await
    }

    /// Goes on without a caller if the bytes are out, and calls `ended` at the end. Otherwise they
    /// never leave, and `ended` is dropped.
    pub(crate) fn abandon(self, ended: impl FnOnce(T) + Send + 'static) {
        let Self { attempt, gate, runtime, span } = self;
        // An attempt that panicked cannot go on.
        if gate.revoke() || std::thread::panicking() {
            return;
        }
        // On a runtime that is shutting down this is dropped at once, and `ended` with it.
        runtime.spawn(async move { ended(attempt.await) }.instrument(span));
    }
}
