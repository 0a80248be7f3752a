//! How many orders are in which state.

use serde::Serialize;

/// How many orders of a file are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// All rows of the file.
    pub total: u64,
    /// Rows whose person has an order, by this run or an earlier one.
    pub placed: u64,
    /// Orders that CertCentral refused.
    pub rejected: u64,
    /// Orders that were not sent.
    pub not_sent: u64,
    /// Orders that may exist.
    pub unknown: u64,
    /// Rows that were not tried.
    pub ready: u64,
    /// Rows that were not sent because of another order of their person.
    #[serde(skip_serializing_if = "is_zero")]
    pub refused: u64,
    /// Rows that break a rule and were skipped.
    #[serde(skip_serializing_if = "is_zero")]
    pub invalid: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Summary {
    /// Returns whether all rows of the file have an order.
    #[must_use]
    pub const fn is_all_placed(&self) -> bool {
        self.placed == self.total
    }
}
