//! What became of an order. Every way that it can end is one of four, and each says whether the
//! order exists and whether it may be sent again.

use std::fmt;
use std::time::{Duration, Instant};

use certcentral_model::{OrderId, OrderResponse, ServerError};
use jiff::{SignedDuration, Timestamp};

use crate::http::excerpt::Excerpt;
use crate::order::reason::{NotSentReason, UnknownReason};

/// What became of an order: exactly one of four.
///
/// | outcome | does the order exist? | send it again? |
/// |---|---|---|
/// | [`Placed`](Self::Placed) | yes | no |
/// | [`Rejected`](Self::Rejected) | no | after correcting it; with status 429 or 503 later |
/// | [`NotSent`](Self::NotSent) | no | yes |
/// | [`Unknown`](Self::Unknown) | perhaps | only after looking: [`Client::find_order`] |
///
/// This is deliberately not a `Result`: an order that may exist must not be caught as an error and
/// retried. [`into_result`](Self::into_result) makes one of it.
///
/// [`Client::find_order`]: crate::Client::find_order
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an order that may exist must not be lost sight of"]
pub enum Outcome {
    /// The order exists.
    Placed(Placed),
    /// The server refused the order. It does not exist.
    Rejected(Rejected),
    /// The order never left this machine. It does not exist.
    NotSent(NotSent),
    /// The order may exist, or may not. Look before sending it again.
    Unknown(Unknown),
}

impl Outcome {
    /// Returns which of the four it is.
    #[must_use]
    pub const fn kind(&self) -> OutcomeKind {
        match self {
            Self::Placed(_) => OutcomeKind::Placed,
            Self::Rejected(_) => OutcomeKind::Rejected,
            Self::NotSent(_) => OutcomeKind::NotSent,
            Self::Unknown(_) => OutcomeKind::Unknown,
        }
    }

    /// Returns the number of attempts, the last included; 0 if none began.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        match self {
            Self::Placed(placed) => placed.attempts,
            Self::Rejected(rejected) => rejected.attempts,
            Self::NotSent(not_sent) => not_sent.attempts,
            Self::Unknown(unknown) => unknown.attempts,
        }
    }

    /// Returns the placed order, or the other three as an error, for use with `?`.
    ///
    /// # Errors
    ///
    /// [`NotPlaced`]. Mind its [`Unknown`](NotPlaced::Unknown): a loop that retries every error buys
    /// twice.
    pub fn into_result(self) -> Result<Placed, NotPlaced> {
        match self {
            Self::Placed(placed) => Ok(placed),
            Self::Rejected(rejected) => Err(NotPlaced::Rejected(rejected)),
            Self::NotSent(not_sent) => Err(NotPlaced::NotSent(not_sent)),
            Self::Unknown(unknown) => Err(NotPlaced::Unknown(unknown)),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placed(placed) => placed.fmt(f),
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::NotSent(not_sent) => not_sent.fmt(f),
            Self::Unknown(unknown) => unknown.fmt(f),
        }
    }
}

/// The four outcomes by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeKind {
    /// The order exists.
    Placed,
    /// The order does not exist: the server refused it.
    Rejected,
    /// The order does not exist: it never left.
    NotSent,
    /// The order may exist.
    Unknown,
}

impl OutcomeKind {
    /// Returns the name as the program and the logs write it: `placed`, `rejected`, `not_sent`, `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for OutcomeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An order that is not known to be placed, as an error. See [`Outcome::into_result`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub enum NotPlaced {
    /// The order does not exist: the server refused it.
    Rejected(Rejected),
    /// The order does not exist: it never left.
    NotSent(NotSent),
    /// **The order may exist.** Do not send it again before looking.
    Unknown(Unknown),
}

/// The order exists. Do not send it again: that would be a second one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placed {
    /// The server's answer.
    pub response: OrderResponse,
    /// Errors beside the order's id, redacted; usually none. The order is placed nevertheless.
    pub errors: Vec<ServerError>,
    /// The number of attempts until it was placed.
    pub attempts: u32,
}

impl Placed {
    /// Returns the order's id.
    #[must_use]
    pub fn order_id(&self) -> OrderId {
        self.response.id
    }
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the order is placed, its id is {}", self.order_id())?;
        write_errors(f, &self.errors)
    }
}

/// Writes what a server gave as reasons.
pub(crate) fn write_errors(f: &mut fmt::Formatter<'_>, errors: &[ServerError]) -> fmt::Result {
    for (index, error) in errors.iter().enumerate() {
        write!(f, "{} {error}", if index == 0 { ":" } else { ";" })?;
    }
    Ok(())
}

/// The server refused the order: it does not exist.
///
/// Correct what [`errors`](Self::errors) name and send it again. With status 429 (too many requests)
/// or 503 (maintenance) nothing is wrong with the order, and the attempts that the retry policy
/// allows are used up: send it again later.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct Rejected {
    /// The HTTP status: 300 to 499, or 503.
    pub status: u16,
    /// All that the server gave as reasons, in its order, redacted. Empty if its answer had none
    /// that could be read; see [`answer`](Self::answer) then.
    pub errors: Vec<ServerError>,
    /// How long the server asks to wait before the next request. More than a day reads as a day.
    pub retry_after: Option<Duration>,
    /// The beginning of the answer, where it is not all in [`errors`](Self::errors).
    pub answer: Option<Excerpt>,
    /// The number of attempts.
    pub attempts: u32,
}

impl Rejected {
    /// Returns whether the refusal is about the order itself. One with 3xx, 401, 403, 404 or 405 is about
    /// the key or the address, and one with 429 or 503 about the moment: the same order may be sent again.
    #[must_use]
    pub const fn is_about_the_order(&self) -> bool {
        Self::is_status_about_the_order(self.status)
    }

    /// Says the same of a refusal of which only the status is known.
    #[must_use]
    pub const fn is_status_about_the_order(status: u16) -> bool {
        !matches!(status, 300..=399 | 401 | 403 | 404 | 405 | 429 | 503)
    }

    /// Returns whether the order may be sent again unchanged, only later: with status 429 and 503.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self.status, 429 | 503)
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the order was rejected with HTTP status {}", self.status)?;
        write_errors(f, &self.errors)?;
        match self.status {
            429 => f.write_str("; it was not placed, send it again later (too many requests)"),
            503 => f.write_str("; it was not placed, send it again later (maintenance)"),
            401 | 403 => f.write_str("; it was not placed, check the API key and its permissions"),
            300..=399 => f.write_str("; it was not placed, check the base URL"),
            _ => f.write_str("; it was not placed"),
        }
    }
}

/// The order never left this machine: it does not exist, and may be sent again.
///
/// This is certain and not guessed from the kind of error: the HTTP engine was never given the
/// order's bytes, and the permission to take them was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the order was not sent: {reason}")]
#[non_exhaustive]
pub struct NotSent {
    /// Why not.
    pub reason: NotSentReason,
    /// The number of attempts; 0 if none began.
    pub attempts: u32,
}

/// The order may exist, or may not: it was sent, and no answer says whether it was placed.
///
/// **Do not send it again before looking.** Wait for [`Client::find_order`] to say `found` or
/// `not_found`; it takes [`sent_at`](Self::sent_at) and [`given_up_at`](Self::given_up_at).
///
/// [`Client::find_order`]: crate::Client::find_order
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct Unknown {
    /// Why it is not known.
    pub reason: UnknownReason,
    /// The HTTP status, if it came.
    pub status: Option<u16>,
    /// The beginning of the answer, if anything of it came.
    pub answer: Option<Excerpt>,
    /// An order id in an answer that otherwise proves nothing: the place to look first.
    pub order_id: Option<OrderId>,
    /// When the attempt began, by this machine's clock. The order is no older than this.
    pub sent_at: Timestamp,
    /// When the attempt was given up, by this machine's clock.
    pub given_up_at: Timestamp,
    /// The server's clock minus this machine's, if an answer had told it by then.
    pub clock_offset: Option<SignedDuration>,
    /// The number of attempts. Only the last can have placed the order.
    pub attempts: u32,
    /// When the attempt was given up, by the monotonic clock.
    pub(crate) given_up: Instant,
}

impl Unknown {
    /// Returns whether the answer speaks for the order's existence: it had a status of success, or named
    /// an order. Then no look may say that it does not exist; only a person may.
    #[must_use]
    pub const fn speaks_for_the_order(&self) -> bool {
        self.order_id.is_some() || matches!(self.status, Some(200..=299))
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is unknown whether the order was placed: {}", self.reason)?;
        if let Some(status) = self.status {
            write!(f, " (HTTP status {status})")?;
        }
        f.write_str("; do not send it again before looking it up")
    }
}
