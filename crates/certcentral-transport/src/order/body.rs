//! The order as bytes: one buffer that wipes itself, behind a [`Gate`].

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use certcentral_model::ProductOrder;
use http_body::{Body, Frame, SizeHint};
use serde::Serialize;
use zeroize::Zeroize as _;

use crate::order::gate::Gate;
use crate::settings::deadline::Deadline;

/// The body of an order, or of a change after it.
///
/// It holds the card number if the order does. `Debug` shows the length only, [`expose`] the bytes,
/// and the buffer is wiped when it is dropped. There is no `Clone`: nothing can replay an order.
///
/// As an [`http_body::Body`] it is a single frame of known size, which is yielded once.
///
/// [`expose`]: Self::expose
pub struct OrderBody {
    bytes: Option<Bytes>,
    gate: Gate,
}

impl OrderBody {
    /// Encodes an order without leaving a copy: the buffer never grows, and it is set to be wiped
    /// before the first byte goes in.
    ///
    /// The buffer has room for all but the longest orders. For those the length is counted first,
    /// which costs as much as encoding.
    #[must_use]
    pub fn encode<P: ProductOrder>(order: &P) -> Self {
        Self::of_json(order)
    }

    #[allow(
        clippy::expect_used,
        reason = "orders hold texts, integers and Booleans under fixed names"
    )]
    pub(crate) fn of_json(value: &impl Serialize) -> Self {
        let mut buffer = Wiped(Vec::with_capacity(ROOM));
        if serde_json::to_writer(&mut buffer, value).is_err() {
            let mut length = Length(0);
            serde_json::to_writer(&mut length, value).expect("an order is JSON");
            buffer = Wiped(Vec::with_capacity(length.0));
            serde_json::to_writer(&mut buffer, value).expect("the buffer has the room");
        }
        Self { bytes: Some(Bytes::from_owner(buffer)), gate: Gate::default() }
    }

    /// Returns the JSON itself, card number included. The caller is responsible for where it goes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_default()
    }

    /// The same body, of which nothing leaves after the deadline.
    pub(crate) fn until(self, deadline: Option<Deadline>) -> Self {
        Self { gate: Gate::until(deadline), ..self }
    }

    pub(crate) fn gate(&self) -> Gate {
        self.gate.clone()
    }

    fn len(&self) -> u64 {
        self.expose().len() as u64
    }
}

impl fmt::Debug for OrderBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderBody([redacted], {} bytes)", self.len())
    }
}

impl Body for OrderBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(bytes) = self.bytes.take() else { return Poll::Ready(None) };
        Poll::Ready(Some(if self.gate.claim() {
            Ok(Frame::data(bytes))
        } else {
            Err(io::Error::other("the order was given up before it was sent"))
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.len())
    }
}

/// An order with a card and every optional member has some 1100 bytes.
const ROOM: usize = 1536;

/// A buffer that is wiped. It does not grow, because that would leave a copy behind: what does not fit
/// is an error. It does not shrink either, so only what was written has to be wiped.
struct Wiped(Vec<u8>);

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl io::Write for Wiped {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > self.0.capacity() - self.0.len() {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Counts what is written.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(body: &mut OrderBody) -> Option<Result<Bytes, ()>> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        match Pin::new(body).poll_frame(&mut context) {
            Poll::Ready(frame) => frame.map(|frame| match frame {
                Ok(frame) => frame.into_data().map_err(|_| ()),
                Err(_) => Err(()),
            }),
            Poll::Pending => panic!("a body is always ready"),
        }
    }

    #[test]
    fn one_frame_of_known_size() {
        let mut body = OrderBody::of_json(&"order");
        assert_eq!(body.size_hint().exact(), Some(7));
        assert!(!body.is_end_stream());
        assert_eq!(poll(&mut body), Some(Ok(Bytes::from_static(b"\"order\""))));
        assert!(body.is_end_stream());
        assert_eq!(poll(&mut body), None);
    }

    #[test]
    fn an_order_of_any_length_is_whole() {
        for length in [0, ROOM - 3, ROOM - 2, ROOM - 1, ROOM, 5 * ROOM, 100 * ROOM] {
            let text = "x".repeat(length);
            let body = OrderBody::of_json(&[&text, "end"]);
            assert_eq!(body.expose(), format!("[\"{text}\",\"end\"]").as_bytes());
        }
    }

    #[test]
    fn a_revoked_body_yields_nothing() {
        let mut body = OrderBody::of_json(&"order");
        assert!(body.gate().revoke());
        assert_eq!(poll(&mut body), Some(Err(())));
        assert_eq!(poll(&mut body), None);
    }

    #[test]
    fn after_the_deadline_a_body_yields_nothing() {
        let passed = Deadline::after(std::time::Duration::ZERO);
        let mut body = OrderBody::of_json(&"order").until(Some(passed));
        assert_eq!(poll(&mut body), Some(Err(())));
        assert!(body.gate().revoke());
        let reason = body.gate().reason(crate::http::failure::Failure::Lost);
        assert_eq!(reason, crate::order::reason::NotSentReason::DeadlinePassed);
        assert_eq!(poll(&mut body), None);
    }

    #[test]
    fn a_taken_body_cannot_be_revoked() {
        let mut body = OrderBody::of_json(&"order");
        let gate = body.gate();
        assert!(poll(&mut body).is_some());
        assert!(!gate.revoke());
    }
}
