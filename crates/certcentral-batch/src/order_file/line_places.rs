//! Where the parts of an order are in a line of JSON Lines.

use certcentral::validation::{Position, Violation};

use crate::order_file::defaults::Filled;
use crate::order_file::finding::Finding;

/// How a place in the JSON of an order is found in its line.
pub(super) struct LinePlaces<'a> {
    pub(super) number: u64,
    pub(super) line: &'a [u8],
    /// Where the order begins in the line.
    pub(super) start: usize,
    pub(super) filled: Option<Filled<'a>>,
}

impl LinePlaces<'_> {
    /// The order with the defaults in it, if there are any.
    pub(super) fn filled(&self) -> Option<&[u8]> {
        self.filled.as_ref().map(|filled| filled.text().as_bytes())
    }

    /// What a violation is in the file.
    pub(super) fn finding(&self, violation: &Violation) -> Finding {
        let position = violation.span().map(|span| {
            let place = match &self.filled {
                Some(filled) => filled.original_place(span.start),
                None => span.start,
            };
            position(self.number, self.line, self.start + place)
        });
        Finding { position, ..Finding::of(violation) }
    }
}

/// A place in a line, as editors count.
pub(super) fn position(number: u64, line: &[u8], place: usize) -> Position {
    let before = String::from_utf8_lossy(&line[..place.min(line.len())]).chars().count();
    Position { line: usize::try_from(number).unwrap_or(usize::MAX), column: before + 1 }
}
