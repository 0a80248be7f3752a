//! The file itself: which kind it is, and its rows one after the other.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use zeroize::Zeroizing;

use crate::order_file::defaults::Defaults;
use crate::order_file::finding::Finding;
use crate::order_file::json_lines::JsonLines;
use crate::order_file::row::OrderRow;
use crate::order_file::source::{BYTE_ORDER_MARK, OrderFileError};
use crate::order_file::spreadsheet::Spreadsheet;

/// A file with many orders: JSON Lines, or a sheet as spreadsheet programs write it (CSV).
///
/// * **JSON Lines**: a line an order, or `{"reference":"…","order":{…}}`.
/// * **CSV**: separated by `,`, `;` or tab; the first row has the names of the members, such as
///   `certificate.individual.email`, or the last part of one where that is unmistakable.
///
/// Which of the two it is, is seen from its first character. It is read several times, so it must
/// be a regular file, and nothing of it is kept in memory but the row being read.
#[derive(Debug)]
pub struct OrderFile {
    file: File,
    format: Format,
    defaults: Option<Defaults>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    JsonLines,
    Csv,
}

impl OrderFile {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, is not a regular file, or is in an encoding other than UTF-8.
    pub fn open(path: &Path) -> Result<Self, OrderFileError> {
        // Opening a pipe would wait for its writer.
        if !path.metadata().map_err(OrderFileError::Read)?.is_file() {
            return Err(OrderFileError::NotAFile);
        }
        let mut file = File::open(path).map_err(OrderFileError::Read)?;
        let format = format_of(&mut file)?;
        Ok(Self { file, format, defaults: None })
    }

    /// Fills in what rows leave out.
    #[must_use]
    pub fn with_defaults(mut self, defaults: Defaults) -> Self {
        self.defaults = Some(defaults);
        self
    }

    /// Whether the file is a sheet, with rows, columns and a head, rather than lines of JSON.
    #[must_use]
    pub fn is_csv(&self) -> bool {
        self.format == Format::Csv
    }

    /// Begins to read from the start.
    pub(crate) fn rows(&self) -> Result<Rows<'_>, OrderFileError> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(OrderFileError::Read)?;
        let defaults = self.defaults.as_ref();
        Ok(match self.format {
            Format::JsonLines => Rows::JsonLines(JsonLines::new(file, defaults)),
            Format::Csv => Rows::Csv(Box::new(Spreadsheet::new(file, defaults)?)),
        })
    }
}

/// Sees from the first bytes what a file holds.
fn format_of(file: &mut File) -> Result<Format, OrderFileError> {
    let mut start = Zeroizing::new(vec![0; 4096]);
    let mut length = 0;
    while length < start.len() {
        match file.read(&mut start[length..]).map_err(OrderFileError::Read)? {
            0 => break,
            read => length += read,
        }
    }
    let start = &start[..length];
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Err(OrderFileError::Utf16);
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(OrderFileError::Workbook);
    }
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start).trim_ascii_start();
    match text.first() {
        None => Err(OrderFileError::Empty),
        Some(b'[') => Err(OrderFileError::JsonArray),
        Some(b'{') => Ok(Format::JsonLines),
        Some(_) => Ok(Format::Csv),
    }
}

/// The rows of a file, in its order.
pub(crate) enum Rows<'f> {
    JsonLines(JsonLines<'f>),
    Csv(Box<Spreadsheet<'f>>),
}

impl Rows<'_> {
    /// The next row, or `None` after the last.
    pub(crate) fn next_row(&mut self) -> Result<Option<OrderRow<'_>>, OrderFileError> {
        self.row(0)
    }

    /// The row with this number, which must not be before the last one that was read. The rows
    /// between are passed over.
    pub(crate) fn row(&mut self, number: u64) -> Result<Option<OrderRow<'_>>, OrderFileError> {
        match self {
            Self::JsonLines(lines) => lines.row(number),
            Self::Csv(sheet) => sheet.row(number),
        }
    }

    /// What is wrong with the head of a sheet. Its rows cannot be read then.
    pub(crate) fn head_findings(&self) -> &[Finding] {
        match self {
            Self::JsonLines(_) => &[],
            Self::Csv(sheet) => sheet.head_findings(),
        }
    }
}
