//! The file with the orders, read as a stream: one row at a time, as often as needed.

mod defaults;
mod finding;
mod json_lines;
mod spreadsheet;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use certcentral::validation::Violation;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use self::defaults::{Defaults, InvalidDefaults};
pub use self::finding::Finding;
use self::json_lines::JsonLines;
use self::spreadsheet::Spreadsheet;

/// The longest row that is read, in bytes. An order has about a thousand.
pub(crate) const LONGEST_ROW: usize = 1024 * 1024;

const LONGEST_REFERENCE: usize = 100;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

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
        // Opening a pipe would wait for whoever writes to it.
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
        let source = Source { file, digest: Sha256::new() };
        let defaults = self.defaults.as_ref();
        Ok(Rows(match self.format {
            Format::JsonLines => Reader::JsonLines(JsonLines::new(source, defaults)),
            Format::Csv => Reader::Csv(Box::new(Spreadsheet::new(source, defaults)?)),
        }))
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

/// A row of the file, before it is checked.
pub(crate) struct OrderRow<'a> {
    /// The row as a spreadsheet shows it, the head being 1; the line of a JSON Lines file.
    pub(crate) number: u64,
    /// What the row is called. `None` where it gives no readable name to itself.
    pub(crate) reference: Option<String>,
    json: &'a [u8],
    /// What is wrong with the row beyond the order in it.
    pub(crate) findings: Vec<Finding>,
    /// How places in `json` are found in the file.
    places: Places<'a>,
}

impl OrderRow<'_> {
    /// The order as JSON, with the defaults filled in. Empty where there is none.
    pub(crate) fn json(&self) -> &[u8] {
        match &self.places {
            Places::Line(places) => places.filled().unwrap_or(self.json),
            Places::Sheet(_) => self.json,
        }
    }

    /// What a violation of the order is in the file.
    pub(crate) fn finding(&self, violation: &Violation) -> Finding {
        match &self.places {
            Places::Line(places) => places.finding(violation),
            Places::Sheet(columns) => columns.finding(violation),
        }
    }

    /// What the row is called: by default its number.
    pub(crate) fn reference(&self) -> String {
        self.reference.clone().unwrap_or_else(|| self.number.to_string())
    }
}

/// What is wrong with a reference, if something is.
fn reference_fault(reference: &str) -> Option<(&'static str, &'static str)> {
    if reference.trim().is_empty() {
        Some(("blank", "must not be blank: leave it out to use the number of the row"))
    } else if reference.chars().count() > LONGEST_REFERENCE {
        Some(("reference_length", "must have 100 characters at most"))
    } else if reference.chars().any(char::is_control) {
        Some(("control_character", "must not have line breaks or control characters"))
    } else if looks_like_a_card_number(reference) {
        Some(("reference_card_number", "looks like a card number: choose another reference"))
    } else {
        None
    }
}

/// References are kept in the journal and printed, so none of them may hold a card number.
fn looks_like_a_card_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && c != ' ' && c != '-').any(|run| {
        let digits: Vec<u32> = run.chars().filter_map(|c| c.to_digit(10)).collect();
        let doubled = |(place, &digit): (usize, &u32)| match place % 2 {
            0 => digit,
            _ => digit * 2 % 10 + digit / 5,
        };
        let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
        (13..=19).contains(&digits.len()) && matches!(digits[0], 2..=6) && sum.is_multiple_of(10)
    })
}

/// How a place in the JSON of a row is found in the file.
enum Places<'a> {
    Line(json_lines::LinePlaces<'a>),
    Sheet(&'a spreadsheet::Columns),
}

/// The rows of a file, in its order.
pub(crate) struct Rows<'f>(Reader<'f>);

enum Reader<'f> {
    JsonLines(JsonLines<'f>),
    Csv(Box<Spreadsheet<'f>>),
}

impl Rows<'_> {
    /// The next row, or `None` after the last.
    pub(crate) fn next_row(&mut self) -> Result<Option<OrderRow<'_>>, OrderFileError> {
        match &mut self.0 {
            Reader::JsonLines(lines) => lines.next_row(),
            Reader::Csv(sheet) => sheet.next_row(),
        }
    }

    /// The row with this number, which must not be before the last one that was read. The rows
    /// between are passed over.
    pub(crate) fn row(&mut self, number: u64) -> Result<Option<OrderRow<'_>>, OrderFileError> {
        match &mut self.0 {
            Reader::JsonLines(lines) => lines.row(number),
            Reader::Csv(sheet) => sheet.row(number),
        }
    }

    /// What is wrong with the head of a sheet. Its rows cannot be read then.
    pub(crate) fn head_findings(&self) -> &[Finding] {
        match &self.0 {
            Reader::JsonLines(_) => &[],
            Reader::Csv(sheet) => sheet.head_findings(),
        }
    }

    /// The digest of all that was read, once the last row was.
    pub(crate) fn digest(self) -> [u8; 32] {
        let source = match self.0 {
            Reader::JsonLines(lines) => lines.into_source(),
            Reader::Csv(sheet) => sheet.into_source(),
        };
        source.digest.finalize().into()
    }
}

/// The bytes of the file, and their digest.
pub(crate) struct Source<'f> {
    file: &'f File,
    digest: Sha256,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        // Every digit is taken for a 0, so that nobody can try card numbers until the digest fits.
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
