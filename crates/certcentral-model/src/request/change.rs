//! The bodies of the requests that change something after the order.

use alloc::string::String;

use serde::Serialize;

use crate::answer::order_info::OrderStatus;
use crate::answer::order_response::RequestStatus;

/// Approves or rejects a request: `PUT /request/{request_id}/status`.
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
    /// Approves the request: the order goes on, and costs money.
    #[must_use]
    pub fn approve() -> Self {
        Self { status: RequestStatus::Approved, processor_comment: None }
    }

    /// Rejects the request: the order ends.
    #[must_use]
    pub fn reject() -> Self {
        Self { status: RequestStatus::Rejected, processor_comment: None }
    }

    /// Adds the reason.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.processor_comment = Some(comment.into());
        self
    }
}

/// Cancels an order that waits: `PUT /order/certificate/{order_id}/status`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Cancellation {
    /// `canceled`, in lower case: the API is case-sensitive here.
    pub status: OrderStatus,
    /// The reason. The API refuses a cancellation without a note.
    pub note: String,
}

redacted_debug!(Cancellation { status: shown, note: hidden });

impl Cancellation {
    /// Creates a cancellation with its reason.
    #[must_use]
    pub fn new(note: impl Into<String>) -> Self {
        Self { status: OrderStatus::Canceled, note: note.into() }
    }
}

/// Revokes a certificate, or all certificates of an order, for good:
/// `PUT /certificate/{certificate_id}/revoke`, `PUT /order/certificate/{order_id}/revoke`.
///
/// It has no `revocation_reason`: the API uses that for TLS certificates only.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Revocation {
    /// The reason. The API keeps it only where somebody has to approve the revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<String>,
    /// Whether to revoke at once, without asking an administrator. Only the key of an administrator
    /// may do so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_approval: Option<bool>,
}

redacted_debug!(Revocation { comments: hidden, skip_approval: shown });

impl Revocation {
    /// Creates a revocation that an administrator has to approve.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the reason.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comments = Some(comment.into());
        self
    }

    /// Skips the approval. Only the key of an administrator may do so.
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
    /// The text. The other users of the account can read it.
    pub text: String,
}

redacted_debug!(NewNote { text: hidden });

impl NewNote {
    /// Creates a note with a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}
