//! What became of a change: one of four, as for an order.

use std::fmt;
use std::time::Duration;

use certcentral_model::{Note, RequestInfo, ServerError};

use crate::http::answer::Answer;
use crate::http::excerpt::Excerpt;
use crate::http::redact::Redactor;
use crate::order::classify::{AnswerFacts, Classification, classify};
use crate::order::outcome::write_errors;
use crate::order::reason::{NotSentReason, UnknownReason};

/// What became of a change: exactly one of four.
///
/// | outcome | was it made? | send it again? |
/// |---|---|---|
/// | [`Done`](Self::Done) | yes | no |
/// | [`Rejected`](Self::Rejected) | no | after correcting it; with status 429 or 503 later |
/// | [`NotSent`](Self::NotSent) | no | yes |
/// | [`Unknown`](Self::Unknown) | perhaps | after looking at the order or the request |
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a change that may have been made must not be lost sight of"]
#[allow(clippy::large_enum_variant, reason = "made once a change, and matched on at once")]
pub enum ChangeOutcome {
    /// The change was made.
    Done(DoneChange),
    /// The server refused the change. It was not made.
    Rejected(RejectedChange),
    /// The change never left this machine. It was not made.
    NotSent(UnsentChange),
    /// The change may have been made. Look before sending it again.
    Unknown(UnknownChange),
}

/// The change was made: the server answered with a whole success, empty or a JSON object without
/// errors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoneChange {
    /// The HTTP status.
    pub status: u16,
    /// The request that somebody has to approve first, where the answer names one: a revocation as a
    /// rule.
    pub request: Option<Box<RequestInfo>>,
    /// The note that was written, where the answer shows it.
    pub note: Option<Box<Note>>,
}

/// The server refused the change: it was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct RejectedChange {
    /// The HTTP status: 300 to 499, or 503.
    pub status: u16,
    /// All that the server gave as reasons, in its order, redacted.
    pub errors: Vec<ServerError>,
    /// How long the server asks to wait before the next request.
    pub retry_after: Option<Duration>,
    /// The beginning of the answer, where it is not all in [`errors`](Self::errors).
    pub answer: Option<Excerpt>,
}

/// The change never left this machine: it was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the change was not sent: {reason}")]
#[non_exhaustive]
pub struct UnsentChange {
    /// Why not.
    pub reason: NotSentReason,
}

/// The change may have been made: it was sent, and no answer says whether it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct UnknownChange {
    /// Why it is not known.
    pub reason: UnknownReason,
    /// The HTTP status, if it came.
    pub status: Option<u16>,
    /// The beginning of the answer, if anything of it came.
    pub answer: Option<Excerpt>,
}

impl ChangeOutcome {
    /// Returns the name as the program and the logs write it: `done`, `rejected`, `not_sent`,
    /// `unknown`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Rejected(_) => "rejected",
            Self::NotSent(_) => "not_sent",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Says what an answer means: by the table of orders, except that a success needs no id: it is
    /// empty, or a JSON object without errors.
    pub(crate) fn of(answer: &Answer, redactor: Redactor<'_>) -> Self {
        let facts = AnswerFacts {
            status: answer.status,
            end: answer.end,
            order_id: answer.is_plain_success(redactor),
            own_errors: answer.has_own_errors(),
            coding: answer.coding,
        };
        match classify(facts) {
            Classification::Placed => Self::Done(DoneChange {
                status: answer.status,
                request: answer
                    .json::<RequestInfo>()
                    .filter(|it| it.status.is_some())
                    .and_then(|it| redactor.value(it))
                    .map(Box::new),
                note: answer
                    .json::<Note>()
                    .filter(|it| it.text.is_some())
                    .and_then(|it| redactor.value(it))
                    .map(Box::new),
            }),
            Classification::Rejected => {
                let (errors, excerpt) = answer.refusal(redactor);
                Self::Rejected(RejectedChange {
                    status: answer.status,
                    errors,
                    retry_after: answer.retry_after,
                    answer: excerpt,
                })
            }
            Classification::Unknown(reason) => Self::Unknown(UnknownChange {
                reason: match reason {
                    UnknownReason::NoOrderId => UnknownReason::NoPlainSuccess,
                    reason => reason,
                },
                status: Some(answer.status),
                answer: answer.excerpt(redactor),
            }),
        }
    }

    /// The outcome of a change that left and was not answered.
    pub(crate) fn without_answer(reason: UnknownReason) -> Self {
        Self::Unknown(UnknownChange { reason, status: None, answer: None })
    }
}

impl fmt::Display for ChangeOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(done) => done.fmt(f),
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::NotSent(not_sent) => not_sent.fmt(f),
            Self::Unknown(unknown) => unknown.fmt(f),
        }
    }
}

impl fmt::Display for DoneChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request {
            Some(request) => {
                write!(f, "the change waits to be approved, as request {}", request.id)
            }
            None => f.write_str("the change was made"),
        }
    }
}

impl fmt::Display for RejectedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the change was rejected with HTTP status {}", self.status)?;
        write_errors(f, &self.errors)?;
        f.write_str(match self.status {
            429 | 503 => "; it was not made, send it again later",
            401 | 403 => "; it was not made, check the API key and its permissions",
            404 => "; it was not made, check the id",
            300..=399 => "; it was not made, check the base URL",
            _ => "; it was not made",
        })
    }
}

impl fmt::Display for UnknownChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is unknown whether the change was made: {}", self.reason)?;
        if let Some(status) = self.status {
            write!(f, " (HTTP status {status})")?;
        }
        f.write_str("; look at the order before sending it again")
    }
}
