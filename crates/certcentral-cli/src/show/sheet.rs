//! CSV for spreadsheets: no text in it is taken for a formula.

use std::borrow::Cow;
use std::io::Write;

use crate::exit::{Failure, Result};
use crate::show::text::printable;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What stands in a cell.
#[derive(Clone, Debug)]
pub(crate) enum Cell<'a> {
    Text(Cow<'a, str>),
    /// Digits, which no spreadsheet program takes for a formula, not even after a minus.
    Number(String),
}

impl<'a> Cell<'a> {
    pub(crate) fn text(text: Option<&'a str>) -> Self {
        Self::Text(text.unwrap_or_default().into())
    }

    pub(crate) fn number(number: Option<impl ToString>) -> Self {
        Self::Number(number.map(|number| number.to_string()).unwrap_or_default())
    }

    /// As it is shown to people.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number,
        }
    }

    /// As it is written into a sheet.
    fn guarded(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
                format!("'{}", printable(text)).into()
            }
            Self::Text(text) => printable(text),
            Self::Number(number) => number.into(),
        }
    }
}

/// Writes a byte order mark.
pub(crate) fn write_mark(to: &mut impl Write) -> Result<()> {
    to.write_all(BYTE_ORDER_MARK).map_err(|error| unwritten(&error))
}

/// Writes a row.
pub(crate) fn write_row(to: &mut impl Write, cells: &[Cell<'_>]) -> Result<()> {
    let mut sheet = csv::WriterBuilder::new().buffer_capacity(1024).from_writer(to);
    sheet
        .write_record(cells.iter().map(|cell| cell.guarded().into_owned()))
        .map_err(|error| unwritten(&error))?;
    sheet.flush().map_err(|error| unwritten(&error))
}

fn unwritten(error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("cannot write to standard output: {error}"))
}
