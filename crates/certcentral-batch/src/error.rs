//! Why a batch cannot go on.

use crate::journal::JournalError;
use crate::order_file::OrderFileError;

/// A batch cannot begin or go on. Nothing was sent that its journal does not know.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The journal cannot be used.
    #[error("the journal {0}")]
    Journal(#[source] JournalError),
    /// The file cannot be read.
    #[error("the file of orders {0}")]
    OrderFile(#[source] OrderFileError),
}

impl From<JournalError> for BatchError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<OrderFileError> for BatchError {
    fn from(error: OrderFileError) -> Self {
        Self::OrderFile(error)
    }
}
