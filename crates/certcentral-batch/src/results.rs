//! The results of a batch as a sheet, without personal data.

use std::borrow::Cow;
use std::io::Write;

use crate::journal::{Journal, JournalError, JournalRow};
use crate::order_file::BYTE_ORDER_MARK;

/// Whether a sheet begins with a byte order mark, which some spreadsheet programs need to read UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a sheet has a mark or not")]
pub enum ByteOrderMark {
    /// No mark.
    #[default]
    Without,
    /// A mark.
    With,
}

impl ByteOrderMark {
    /// What a sheet begins with.
    #[must_use]
    pub const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Without => b"",
            Self::With => BYTE_ORDER_MARK,
        }
    }
}

/// The results cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultsError {
    /// The journal cannot be read.
    #[error("the journal {0}")]
    Journal(#[source] JournalError),
    /// What is written to says why.
    #[error("cannot write the results: {0}")]
    Write(#[source] std::io::Error),
}

impl From<JournalError> for ResultsError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl Journal {
    /// Writes reference, state, order id, request id and reason of each row as CSV, in the order of
    /// the file.
    ///
    /// # Errors
    ///
    /// The journal cannot be read, or the results cannot be written.
    pub fn write_results(
        &self,
        mut output: impl Write,
        mark: ByteOrderMark,
    ) -> Result<(), ResultsError> {
        output.write_all(mark.as_bytes()).map_err(ResultsError::Write)?;
        let mut sheet = csv::Writer::from_writer(output);
        let head = ["reference", "state", "order_id", "request_id", "reason"];
        sheet.write_record(head).map_err(failed)?;
        self.for_each_row(|row: JournalRow| {
            let JournalRow { reference, state, order_id, request_id, reason, .. } = row;
            let number = |id: Option<u64>| id.map(|id| id.to_string()).unwrap_or_default();
            sheet
                .write_record([
                    &*guarded(&reference),
                    state.as_str(),
                    &number(order_id),
                    &number(request_id),
                    &guarded(&reason.unwrap_or_default()),
                ])
                .map_err(failed)
        })?;
        sheet.flush().map_err(ResultsError::Write)
    }
}

/// Returns the text for a cell of a sheet, in which no spreadsheet program takes it for a formula: one
/// that begins like a formula gets a `'` before it.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

fn failed(error: csv::Error) -> ResultsError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ResultsError::Write(error),
        // Records of five texts can always be written.
        _ => ResultsError::Write(std::io::ErrorKind::InvalidData.into()),
    }
}
