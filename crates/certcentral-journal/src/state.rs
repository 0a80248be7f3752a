//! The states of an attempt.

use std::fmt;
use std::str::FromStr;

/// The state of an attempt.
///
/// | state | does the order exist? | live? |
/// |---|---|---|
/// | [`Sending`](Self::Sending) | perhaps: a process is sending it, or was when it ended | yes |
/// | [`Unknown`](Self::Unknown) | perhaps | yes |
/// | [`Placed`](Self::Placed) | yes | yes |
/// | [`Rejected`](Self::Rejected) | no: the server refused it | no |
/// | [`NotSent`](Self::NotSent) | no: it was never sent | no |
/// | [`Absent`](Self::Absent) | no: it was looked up and is not there | no |
///
/// A live attempt keeps every other one with its reference, and as a rule for its person, from being
/// sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Claimed, and not known to have ended.
    Sending,
    /// The order may exist. Only a look, or a person, ends this.
    Unknown,
    /// The order exists.
    Placed,
    /// The server refused the order.
    Rejected,
    /// The order was never sent.
    NotSent,
    /// A look, or a person, found that the order does not exist.
    Absent,
}

impl State {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Sending, Self::Unknown, Self::Placed, Self::Rejected, Self::NotSent, Self::Absent];

    /// Returns the name as stores and the program write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Placed => "placed",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::Absent => "absent",
        }
    }

    /// Returns whether the order exists or may exist.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Sending | Self::Unknown | Self::Placed)
    }

    /// Returns whether it is open whether the order exists.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sending | Self::Unknown)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(UnknownState(()))
    }
}

/// A text names none of the states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a state of an attempt")]
pub struct UnknownState(());
