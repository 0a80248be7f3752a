//! What is printed of an order and of a change alike.

use std::fmt::{self, Write};

use certcentral::model::{CertificateId, OrderId, RequestId, ServerError};
use certcentral::transport::{Excerpt, NotSentReason};
use serde::Serialize;

use crate::show::answer;
use crate::show::terminal::printable;

/// The reason given for what the user interrupted.
pub(crate) const INTERRUPTED: &str = "interrupted";

/// What is printed of an outcome as JSON.
#[derive(Default, Serialize)]
pub(crate) struct Members<'a, Requests> {
    pub(crate) outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<RequestId>,
    /// Of a placed order, where it may be null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_id: Option<Option<CertificateId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requests: Option<Requests>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) errors: Option<&'a [ServerError]>,
    pub(crate) attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) excerpt: Option<String>,
}

/// The code of the reason. The transport is stopped only when the user interrupts.
pub(crate) fn reason(reason: NotSentReason) -> &'static str {
    match reason {
        NotSentReason::Stopped => INTERRUPTED,
        reason => reason.as_str(),
    }
}

/// Writes why the server refused, and what else of its answer can be shown.
pub(crate) fn write_refusal(
    to: &mut String,
    errors: &[ServerError],
    answer: Option<&Excerpt>,
) -> fmt::Result {
    for error in errors {
        writeln!(to, "  {}", printable(&error.to_string()))?;
    }
    write_answer(to, answer)
}

/// Writes the beginning of an answer that cannot be read otherwise.
pub(crate) fn write_answer(to: &mut String, answer: Option<&Excerpt>) -> fmt::Result {
    match answer {
        Some(answer) => writeln!(to, "  the answer: {}", printable(&answer::line(answer))),
        None => Ok(()),
    }
}
