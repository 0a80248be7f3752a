//! Why a look-up failed.

use std::fmt;

use certcentral_model::ServerError;

use crate::http::excerpt::Excerpt;
use crate::http::failure::Failure;
use crate::order::outcome::write_errors;
use crate::order::reason::{NotSentReason, UnknownReason};

/// A look-up failed. It can be repeated at any time: looking changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupError(Box<Kind>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It never reached the server, as far as can be told.
    NotSent(NotSentReason),
    /// No whole answer came.
    Lost(UnknownReason),
    /// The server refused, or failed.
    Refused { status: u16, errors: Vec<ServerError>, answer: Option<Excerpt> },
    /// The answer is not what was asked for.
    Unreadable { answer: Option<Excerpt> },
    /// The answer is longer than is read.
    TooLong,
    /// A list that does not end.
    Endless,
    /// A list that changed each time that it was read.
    Unsettled,
    /// The answer is about another order or request than was asked for.
    OtherId,
}

impl Kind {
    pub(crate) fn failed(failure: Failure) -> Self {
        match failure {
            Failure::Timeout | Failure::Lost | Failure::NotHttp => Self::Lost(failure.into()),
            _ => Self::NotSent(failure.into()),
        }
    }

    fn is_temporary(&self) -> bool {
        match self {
            Self::NotSent(reason) => reason.is_temporary(),
            Self::Lost(UnknownReason::EncodedAnswer { .. }) => false,
            Self::Lost(_) => true,
            Self::Refused { status, .. } => matches!(status, 429 | 500..=599),
            Self::Unreadable { .. }
            | Self::TooLong
            | Self::Endless
            | Self::Unsettled
            | Self::OtherId => false,
        }
    }
}

impl From<Kind> for LookupError {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

impl LookupError {
    /// Returns whether a retry makes sense.
    pub(crate) fn may_pass(&self) -> bool {
        self.0.is_temporary()
    }

    /// Returns whether the server says that there is no such thing (status 404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Returns whether the same look-up may succeed later: the network, too many requests, a failing server.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.0.is_temporary() || *self.0 == Kind::Unsettled
    }

    /// Returns the HTTP status, if the server refused or failed.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &*self.0 {
            Kind::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Returns the code of the reason, unless the server refused or failed: [`status`](Self::status)
    /// and [`errors`](Self::errors) are the reason then.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match &*self.0 {
            Kind::NotSent(reason) => Some(reason.as_str()),
            Kind::Lost(reason) => Some(reason.as_str()),
            Kind::Refused { .. } => None,
            Kind::Unreadable { .. } => Some("unreadable"),
            Kind::TooLong => Some("too_long"),
            Kind::Endless => Some("endless"),
            Kind::Unsettled => Some("unsettled"),
            Kind::OtherId => Some("other_order"),
        }
    }

    /// Returns what the server gave as reasons, redacted.
    #[must_use]
    pub fn errors(&self) -> &[ServerError] {
        match &*self.0 {
            Kind::Refused { errors, .. } => errors,
            _ => &[],
        }
    }

    /// Returns the beginning of an answer that could not be read otherwise.
    #[must_use]
    pub fn answer(&self) -> Option<&Excerpt> {
        match &*self.0 {
            Kind::Refused { answer, .. } | Kind::Unreadable { answer } => answer.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the look-up failed: ")?;
        match &*self.0 {
            Kind::NotSent(reason) => reason.fmt(f),
            Kind::Lost(reason @ UnknownReason::EncodedAnswer { .. }) => {
                write!(f, "{reason}; something between this machine and the server changes answers")
            }
            Kind::Lost(reason) => write!(f, "{reason}; try again"),
            Kind::Refused { status, errors, .. } => {
                write!(f, "the server answered with HTTP status {status}")?;
                write_errors(f, errors)?;
                match status {
                    401 | 403 => f.write_str("; check the API key and its permissions"),
                    404 => f.write_str("; check the id, and that the API key may see it"),
                    429 | 500..=599 => f.write_str("; try again later"),
                    _ => Ok(()),
                }
            }
            Kind::Unreadable { .. } => {
                f.write_str("the answer is not what was asked for; check the base URL")
            }
            Kind::OtherId => {
                f.write_str("the answer is about another id than was asked for; check the base URL")
            }
            Kind::TooLong => f.write_str("the answer is far too long; check the base URL"),
            Kind::Endless => f.write_str("the list does not end; check the base URL"),
            Kind::Unsettled => {
                f.write_str("the list changed each time that it was read; try again in a moment")
            }
        }
    }
}

impl std::error::Error for LookupError {}
