//! Why a batch cannot go on.

use certcentral_journal::{JournalError, StoreError};

use crate::order_file::OrderFileError;

/// A batch cannot begin or go on. Nothing was sent that its journal does not know.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The journal cannot be used.
    #[error("the journal cannot be used: {0}")]
    Journal(#[source] JournalError),
    /// The file cannot be read.
    #[error("the file of orders {0}")]
    OrderFile(#[source] OrderFileError),
    /// The file was changed while it was read.
    #[error("row {row} was changed while orders were sent")]
    Changed {
        /// The row.
        row: u64,
    },
    /// A row that was named is not there, or breaks a rule.
    #[error("row {name} is not in the file, or breaks a rule")]
    NoSuchRow {
        /// What the row was called.
        name: String,
    },
}

impl From<JournalError> for BatchError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<StoreError> for BatchError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<OrderFileError> for BatchError {
    fn from(error: OrderFileError) -> Self {
        Self::OrderFile(error)
    }
}
