//! How the program ends: its exit codes, and the one sentence that it ends with when it cannot do
//! what it was told.

use std::fmt;

/// What the exit codes mean, here and in the help of each command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done: placed, valid, found, shown.
    Success = 0,
    /// The order is at fault, and nothing was sent.
    Invalid = 1,
    /// Wrong usage or configuration, or a file that cannot be read; nothing was sent.
    Usage = 2,
    /// The server refused.
    Rejected = 3,
    /// Nothing was sent, or nothing could be learned.
    NotSent = 4,
    /// The order may have been placed.
    Unknown = 5,
    /// `find` did not find the one order, or orders of a batch are not placed or not known.
    NotFound = 6,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why the program stops: one sentence for standard error that names the place and the remedy.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    sentence: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self { exit, sentence: sentence.into() }
    }

    /// Wrong usage or configuration.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Usage, sentence)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;
