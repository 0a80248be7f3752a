//! The bytes of the file, and why they cannot be read as orders.

use std::fs::File;
use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// The longest row that is read, in bytes. An order has about a thousand.
pub(super) const LONGEST_ROW: usize = 1024 * 1024;

pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The bytes of the file, and their digest.
pub(super) struct Source<'f> {
    file: &'f File,
    digest: Sha256,
}

impl<'f> Source<'f> {
    pub(super) fn new(file: &'f File) -> Self {
        Self { file, digest: Sha256::new() }
    }

    /// The digest of all that was read.
    pub(super) fn digest(self) -> [u8; 32] {
        self.digest.finalize().into()
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        // Every digit is taken for a 0, so that card numbers cannot be found by trying which one gives the digest.
        // What else a row's digits say is in the digest of its order.
        let mut masked = [0; 1024];
        for piece in buffer[..length].chunks(masked.len()) {
            let masked = &mut masked[..piece.len()];
            for (masked, &byte) in masked.iter_mut().zip(piece) {
                *masked = if byte.is_ascii_digit() { b'0' } else { byte };
            }
            self.digest.update(masked);
        }
        Ok(length)
    }
}

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
