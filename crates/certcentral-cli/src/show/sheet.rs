//! CSV for spreadsheets: no text in it is taken for a formula.

use std::borrow::Cow;
use std::io::Write;

use certcentral_batch::guarded;

use crate::exit::{Failure, Result};
use crate::show::text::printable;

/// What is in a cell.
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
    fn guarded(&self) -> String {
        match self {
            Self::Text(text) => printable(&guarded(text)).into_owned(),
            Self::Number(number) => number.clone(),
        }
    }
}

/// Writes a row.
pub(crate) fn write_row(to: &mut impl Write, cells: &[Cell<'_>]) -> Result<()> {
    let mut sheet = csv::WriterBuilder::new().buffer_capacity(1024).from_writer(to);
    let written = sheet.write_record(cells.iter().map(Cell::guarded));
    written
        .and_then(|()| Ok(sheet.flush()?))
        .map_err(|error| Failure::usage(format!("cannot write to standard output: {error}")))
}
