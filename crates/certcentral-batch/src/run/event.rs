//! What is told of a run, while it is under way and at its end.

use certcentral::Outcome;
use certcentral::transport::FailedAttempt;

use super::trouble::Halt;
use crate::journal::{Journal, Summary};

/// What happened to an order of a batch.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BatchEvent {
    /// An attempt failed without placing the order, and another one follows.
    Retrying {
        /// The reference of the row.
        reference: String,
        /// What became of the attempt.
        attempt: FailedAttempt,
    },
    /// The order ended, and the journal knows how.
    Ended {
        /// The reference of the row.
        reference: String,
        /// What became of the order.
        outcome: Box<Outcome>,
    },
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunEnd {
    /// Everything that was to be sent was tried.
    Completed,
    /// The stop switch was used.
    Stopped,
    /// The run stopped by itself, since every further order would have ended alike.
    Halted(Halt),
}

/// A run that ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct RunReport {
    /// Why it ended.
    pub end: RunEnd,
    /// How many orders of the file are in which state now.
    pub summary: Summary,
    /// The journal.
    pub journal: Journal,
}
