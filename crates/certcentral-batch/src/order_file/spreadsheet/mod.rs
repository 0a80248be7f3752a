//! A sheet as spreadsheet programs write it: CSV with `,`, `;` or tab, a row an order.

mod cells;
pub(super) mod columns;

use std::fs::File;
use std::io::{self, Chain, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csv::{ByteRecord, ReaderBuilder};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::order_file::defaults::{Defaults, fill};
use crate::order_file::finding::Finding;
use crate::order_file::reference::reference_fault;
use crate::order_file::row::{OrderRow, Places};
use crate::order_file::source::{BYTE_ORDER_MARK, LONGEST_ROW, OrderFileError};
use crate::order_file::spreadsheet::columns::{Column, Columns};

/// The second line of an address has to be there and may be empty, which a cell cannot say.
const ALWAYS_EMPTY: &str = r#"{"ship_info":{"addr2":""}}"#;

/// Reads the rows of a sheet.
pub(crate) struct Spreadsheet<'f> {
    reader: csv::Reader<Input<'f>>,
    budget: Arc<AtomicUsize>,
    defaults: Option<&'f Defaults>,
    columns: Columns,
    record: ByteRecord,
    json: Zeroizing<String>,
    number: u64,
}

type Input<'f> = Limited<Chain<&'f File, &'static [u8]>>;

impl<'f> Spreadsheet<'f> {
    pub(super) fn new(
        mut source: &'f File,
        defaults: Option<&'f Defaults>,
    ) -> Result<Self, OrderFileError> {
        let head = Head::read(&mut source)?;
        let budget = Arc::new(AtomicUsize::new(LONGEST_ROW));
        // With a line break after the last row each row has one, see `blank_rows`.
        let input = Limited { input: source.chain(&b"\n"[..]), budget: Arc::clone(&budget) };
        // The head was read byte by byte, and the rest follows.
        let reader = ReaderBuilder::new()
            .delimiter(head.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(input);
        Ok(Self {
            reader,
            budget,
            defaults,
            columns: head.columns,
            record: ByteRecord::new(),
            json: Zeroizing::new(String::with_capacity(64 * 1024)),
            number: head.rows,
        })
    }

    pub(super) fn head_findings(&self) -> &[Finding] {
        self.columns.findings()
    }

    /// The first row with something in it whose number is at least this.
    pub(super) fn row(&mut self, number: u64) -> Result<Option<OrderRow<'_>>, OrderFileError> {
        loop {
            self.budget.store(LONGEST_ROW, Ordering::Relaxed);
            let line = self.reader.position().line();
            let read = self.reader.read_byte_record(&mut self.record);
            if !read.map_err(|error| self.error(error))? {
                return Ok(None);
            }
            self.number += 1 + self.blank_rows(line);
            if self.number >= number && self.record.iter().any(|cell| !cell.trim_ascii().is_empty())
            {
                break;
            }
        }
        Ok(Some(self.order_row()))
    }

    /// How many blank rows the reader passed over, which a spreadsheet counts.
    fn blank_rows(&self, line_before: u64) -> u64 {
        let lines = self.reader.position().line() - line_before;
        let breaks: usize =
            self.record.iter().map(|cell| cell.iter().filter(|&&byte| byte == b'\n').count()).sum();
        lines.saturating_sub(breaks as u64 + 1)
    }

    fn error(&self, error: csv::Error) -> OrderFileError {
        match error.into_kind() {
            csv::ErrorKind::Io(_) if self.budget.load(Ordering::Relaxed) == 0 => {
                OrderFileError::RowTooLong { row: self.number + 1 }
            }
            csv::ErrorKind::Io(error) => OrderFileError::Read(error),
            // Rows may have any length and any bytes, so nothing else can be wrong with them.
            _ => OrderFileError::Read(io::ErrorKind::InvalidData.into()),
        }
    }

    fn order_row(&mut self) -> OrderRow<'_> {
        let Self { columns, record, json, defaults, number, .. } = self;
        let mut findings = Vec::new();
        let mut reference = None;
        let mut values: Vec<Option<String>> = Vec::new();
        for (index, cell) in record.iter().enumerate() {
            let Ok(cell) = str::from_utf8(cell) else {
                let message = "is not in UTF-8: save the sheet as CSV in UTF-8";
                findings.push(columns.at(index, "not_utf8", message));
                continue;
            };
            if cell.is_empty() {
                continue;
            }
            match columns.get(index) {
                Some(Column::Reference) => match reference_fault(cell) {
                    None => reference = Some(cell.to_owned()),
                    Some((code, message)) => findings.push(columns.at(index, code, message)),
                },
                Some(Column::Member(row)) => match cells::json(*row, cell) {
                    Ok(value) => {
                        if let Some((code, message)) = cells::suspicion(*row, cell) {
                            findings.push(Finding {
                                severity: certcentral::validation::Severity::Warning,
                                ..columns.at(index, code, message)
                            });
                        }
                        values.resize(values.len().max(row + 1), None);
                        values[*row] = Some(value);
                    }
                    Err((code, message)) => findings.push(columns.at(index, code, message)),
                },
                Some(Column::Unnamed) | None => {
                    let message = "has something in it, and no name of a member above it in row 1";
                    findings.push(columns.at(index, "unnamed_column", message));
                }
            }
        }
        json.clear();
        columns::write_order(&values, json);
        wipe(values);
        with_defaults(json, *defaults);
        OrderRow {
            number: *number,
            reference,
            json: json.as_bytes(),
            findings,
            places: Places::Sheet(columns),
        }
    }
}

/// Fills in the defaults, and the member that has to be there although it is empty.
fn with_defaults(json: &mut Zeroizing<String>, defaults: Option<&Defaults>) {
    if let Some(filled) = defaults.and_then(|defaults| defaults.fill(json)) {
        let text = Zeroizing::new(filled.text().to_owned());
        drop(filled);
        json.clear();
        json.push_str(&text);
    }
    if !json.contains("\"ship_info\":{") {
        return;
    }
    let (Ok(order), Ok(empty)) =
        (serde_json::from_str::<&RawValue>(json), serde_json::from_str::<&RawValue>(ALWAYS_EMPTY))
    else {
        return;
    };
    let text = Zeroizing::new(fill(order, empty).text().to_owned());
    json.clear();
    json.push_str(&text);
}

fn wipe(values: Vec<Option<String>>) {
    values.into_iter().flatten().for_each(|value| drop(Zeroizing::new(value)));
}

/// The first row of a sheet, and how its cells are separated.
struct Head {
    columns: Columns,
    delimiter: u8,
    /// How many rows of the file it took.
    rows: u64,
}

impl Head {
    fn read(source: &mut &File) -> Result<Self, OrderFileError> {
        let mut rows = 1;
        let mut line = Self::line(source)?;
        // Spreadsheet programs read such a line as a hint, and do not show it.
        let hint = line.strip_prefix(b"sep=").and_then(|rest| rest.first().copied());
        if hint.is_some() {
            line = Self::line(source)?;
        }
        while line.trim_ascii().is_empty() && !line.is_empty() {
            rows += 1;
            line = Self::line(source)?;
        }
        let best = [b',', b';', b'\t']
            .into_iter()
            .map(|delimiter| (Columns::read(&line, delimiter), delimiter))
            .max_by_key(|(columns, _)| (columns.known(), columns.len()));
        let Some((columns, delimiter)) = best else { return Err(OrderFileError::Empty) };
        Ok(Self { columns, delimiter, rows })
    }

    /// Reads to the end of a line. No line break is within quotes here, since names have none.
    fn line(source: &mut &File) -> Result<Vec<u8>, OrderFileError> {
        let mut line = Vec::new();
        let mut byte = [0];
        while source.read(&mut byte).map_err(OrderFileError::Read)? == 1 {
            line.push(byte[0]);
            if byte[0] == b'\n' {
                break;
            }
            if line.len() > LONGEST_ROW {
                return Err(OrderFileError::RowTooLong { row: 1 });
            }
        }
        Ok(line.strip_prefix(BYTE_ORDER_MARK).map(<[u8]>::to_vec).unwrap_or(line))
    }
}

/// Ends a row that has no end, before it fills the memory.
struct Limited<R> {
    input: R,
    budget: Arc<AtomicUsize>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(left) = self.budget.load(Ordering::Relaxed).checked_sub(buffer.len()) else {
            self.budget.store(0, Ordering::Relaxed);
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        self.budget.store(left, Ordering::Relaxed);
        self.input.read(buffer)
    }
}
