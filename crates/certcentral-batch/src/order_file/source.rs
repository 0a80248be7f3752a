//! Why a file cannot be read as orders.

use std::io;

/// The longest row that is read, in bytes. An order has about a thousand.
pub(super) const LONGEST_ROW: usize = 1024 * 1024;

pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The file cannot be read as orders at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderFileError {
    /// The system says why.
    #[error("cannot be read: {0}")]
    Read(#[source] io::Error),
    /// It is a folder, a pipe or a device.
    #[error(
        "is not a regular file: a batch reads its orders more than once, so save them in a file"
    )]
    NotAFile,
    /// There is nothing in it.
    #[error("is empty: it should hold orders, one a line or one a row")]
    Empty,
    /// UTF-16, as "Unicode text" of a spreadsheet is.
    #[error("is in UTF-16: save it as CSV in UTF-8")]
    Utf16,
    /// The spreadsheet itself.
    #[error("is a workbook of a spreadsheet program: save the sheet as CSV in UTF-8")]
    Workbook,
    /// An array of orders.
    #[error("is a JSON array: write one order a line, without brackets and commas around them")]
    JsonArray,
    /// A row is too long, usually because a quote is not closed.
    #[error("row {row} is longer than 1 MiB: is there a quote that is not closed?")]
    RowTooLong {
        /// Where the row begins.
        row: u64,
    },
}
