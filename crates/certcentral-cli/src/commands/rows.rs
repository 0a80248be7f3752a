//! Printing a list of CertCentral row by row as it is read, so that its length costs no memory.

use std::borrow::Cow;
use std::io::IsTerminal;

use certcentral::Listing;
use certcentral_batch::ByteOrderMark;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::args::options::RowFormat;
use crate::commands::failed_read;
use crate::exit::{Exit, Failure, Result};
use crate::show::paint;
use crate::show::sheet::{Cell, write_row};
use crate::show::terminal::{Output, printable};

/// Days before this are what a server writes that does not know the day.
const FIRST_YEAR: i16 = 1990;

/// An entry of a list.
pub(crate) trait Row: Serialize {
    /// What the entries are called: `orders`.
    const NAME: &'static str;
    /// The heads of the cells in a sheet.
    const HEAD: &'static [&'static str];
    /// The columns of the table for people.
    const TABLE: &'static [Column];

    /// The cells, as many as there are heads.
    fn cells(&self) -> Vec<Cell<'_>>;
}

/// A column of the table for people.
pub(crate) struct Column {
    /// Which cell it shows.
    pub(crate) cell: usize,
    pub(crate) head: &'static str,
    pub(crate) width: usize,
}

/// How a list is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) format: RowFormat,
    /// What a sheet begins with.
    pub(crate) mark: ByteOrderMark,
}

impl Style {
    /// Only a sheet has a byte order mark.
    pub(crate) fn new(format: RowFormat, bom: bool) -> Result<Self> {
        if bom && format != RowFormat::Csv {
            return Err(Failure::usage("--bom goes with --format csv"));
        }
        let mark = if bom { ByteOrderMark::With } else { ByteOrderMark::Without };
        Ok(Self { format, mark })
    }
}

/// Prints the entries to keep, and says how the program ends.
pub(crate) async fn print<T: Row>(
    mut listing: Listing<T>,
    style: Style,
    mut keep: impl FnMut(&mut T) -> bool,
) -> Result<Exit> {
    let mut output = Output::new();
    let is_watched = std::io::stdout().is_terminal();
    begin::<T>(&mut output, style)?;
    let mut read: u64 = 0;
    while let Some(entry) = listing.next().await {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                if style.format == RowFormat::Json {
                    failed_read::write(&mut output, &error)?;
                }
                output.finish()?;
                return Err(failed_read::failure(&error));
            }
        };
        read += 1;
        if keep(&mut entry) {
            match style.format {
                RowFormat::Json => output.json(&entry)?,
                RowFormat::Csv => write_row(&mut output, &entry.cells())?,
                RowFormat::Human => output.line(line::<T>(&entry.cells()))?,
            }
            if is_watched {
                output.flush()?;
            }
        }
    }
    let missing = missing(&listing, read);
    if let Some(sentence) = &missing
        && style.format == RowFormat::Json
    {
        output.json(&Incomplete { error: sentence, reason: "incomplete" })?;
    }
    output.finish()?;
    missing.map_or(Ok(Exit::Success), |sentence| Err(Failure::new(Exit::NotSent, sentence)))
}

/// The last line of a list of which something is missing.
#[derive(Serialize)]
struct Incomplete<'a> {
    error: &'a str,
    reason: &'static str,
}

/// What is missing in a list that was read to its end.
fn missing<T: Row>(listing: &Listing<T>, read: u64) -> Option<String> {
    let name = T::NAME;
    if listing.unreadable() > 0 {
        return Some(format!(
            "the list is not whole: {} of its {name} cannot be read",
            listing.unreadable()
        ));
    }
    let total = listing.total().filter(|total| *total > read)?;
    Some(format!(
        "the list is not whole: the server counts {total} {name}, and listed {read}; try again in a \
         moment"
    ))
}

fn begin<T: Row>(output: &mut Output, style: Style) -> Result<()> {
    match style.format {
        RowFormat::Json => Ok(()),
        RowFormat::Csv => {
            output.bytes(style.mark.as_bytes())?;
            let head: Vec<_> = T::HEAD.iter().map(|head| Cell::text(Some(head))).collect();
            write_row(output, &head)
        }
        RowFormat::Human => {
            let heads = T::TABLE.iter().map(|column| (column, Cow::from(column.head)));
            let head = padded(heads);
            output.line(paint::faint(&head))
        }
    }
}

fn line<T: Row>(cells: &[Cell<'_>]) -> String {
    padded(T::TABLE.iter().map(|column| (column, printable(cells[column.cell].as_str()))))
}

/// Texts in columns. One that is too long pushes the rest of its line.
fn padded<'a>(texts: impl Iterator<Item = (&'static Column, Cow<'a, str>)>) -> String {
    let mut line = String::new();
    for (column, text) in texts {
        let blanks = column.width.saturating_sub(text.width());
        line.push_str(&text);
        line.extend(std::iter::repeat_n(' ', blanks + 2));
    }
    line.truncate(line.trim_end().len());
    line
}

/// The day of a time or a date as the API writes it, in UTC. `None` of what cannot be one.
pub(crate) fn day_of(text: Option<&str>) -> Option<Date> {
    let text = text?;
    let of_time = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
    let day = text.parse::<Timestamp>().map(of_time).ok();
    day.or_else(|| text.get(..10)?.parse().ok()).filter(|day| day.year() >= FIRST_YEAR)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::day_of;

    #[test]
    fn days_are_read_in_every_form_that_answers_have() {
        for (text, expected) in [
            ("2026-01-31", Some(date(2026, 1, 31))),
            ("2026-01-31T09:30:00+00:00", Some(date(2026, 1, 31))),
            ("2026-01-31T23:30:00-02:00", Some(date(2026, 2, 1))),
            ("2026-01-31T09:30:00", Some(date(2026, 1, 31))),
            ("2026-01-31 09:30:00", Some(date(2026, 1, 31))),
            ("0001-01-01", None),
            ("0000-00-00 00:00:00", None),
            ("soon", None),
            ("é2026-01-31", None),
            ("", None),
        ] {
            assert_eq!(day_of(Some(text)), expected, "{text}");
        }
        assert_eq!(day_of(None), None);
    }
}
