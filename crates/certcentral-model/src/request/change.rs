//! What is sent to change something after the order: the bodies of PUT and POST requests.

use alloc::string::String;

use serde::Serialize;

use crate::answer::order_info::OrderStatus;
use crate::answer::order_response::RequestStatus;

/// A request is approved or rejected: `PUT /request/{request_id}/status`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RequestDecision {
    /// `approved` or `rejected`.
    pub status: RequestStatus,
    /// What the other users of the account should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_comment: Option<String>,
}

redacted_debug!(RequestDecision { status: shown, processor_comment: hidden });

impl RequestDecision {
    /// Approves: the order goes on, and costs money.
    #[must_use]
    pub fn approve() -> Self {
        Self { status: RequestStatus::Approved, processor_comment: None }
    }

    /// Rejects: the order ends here.
    #[must_use]
    pub fn reject() -> Self {
        Self { status: RequestStatus::Rejected, processor_comment: None }
    }

    /// Says why.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.processor_comment = Some(comment.into());
        self
    }
}

/// An order is canceled: `PUT /order/certificate/{order_id}/status`. Only an order that waits can be.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Cancellation {
    /// `canceled`, in lower case: the API heeds the case.
    pub status: OrderStatus,
    /// Why. The API refuses a cancellation without a note.
    pub note: String,
}

redacted_debug!(Cancellation { status: shown, note: hidden });

impl Cancellation {
    /// Cancels an order, and says why.
    #[must_use]
    pub fn new(note: impl Into<String>) -> Self {
        Self { status: OrderStatus::Canceled, note: note.into() }
    }
}

/// A certificate, or all certificates of an order, are revoked for good:
/// `PUT /certificate/{certificate_id}/revoke`, `PUT /order/certificate/{order_id}/revoke`.
///
/// There is no reason of revocation here: the API heeds it for TLS alone.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Revocation {
    /// What is to be known of it. Kept only where somebody has to approve the revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<String>,
    /// Revokes at once instead of asking an administrator. Only the key of one may do so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_approval: Option<bool>,
}

redacted_debug!(Revocation { comments: hidden, skip_approval: shown });

impl Revocation {
    /// Revokes as soon as an administrator approves it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says why.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comments = Some(comment.into());
        self
    }

    /// Revokes at once. Only the key of an administrator may do so.
    #[must_use]
    pub fn skip_approval(mut self) -> Self {
        self.skip_approval = Some(true);
        self
    }
}

/// A note for an order: `POST /order/certificate/{order_id}/note`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NewNote {
    /// What it says. The other users of the account can read it.
    pub text: String,
}

redacted_debug!(NewNote { text: hidden });

impl NewNote {
    /// A note with a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}
