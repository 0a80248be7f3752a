//! A row of the file, with its order as JSON.

use certcentral::validation::Violation;

use crate::order_file::finding::Finding;
use crate::order_file::line_places::LinePlaces;
use crate::order_file::spreadsheet::columns::Columns;

/// A row of the file, before it is checked.
pub(crate) struct OrderRow<'a> {
    /// The row as a spreadsheet shows it, the head being 1; the line of a JSON Lines file.
    pub(crate) number: u64,
    /// What the row is called. `None` where it gives no readable name to itself.
    pub(crate) reference: Option<String>,
    pub(super) json: &'a [u8],
    /// What is wrong with the row apart from the order in it.
    pub(crate) findings: Vec<Finding>,
    /// How places in `json` are found in the file.
    pub(super) places: Places<'a>,
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
}

/// How a place in the JSON of a row is found in the file.
pub(super) enum Places<'a> {
    Line(LinePlaces<'a>),
    Sheet(&'a Columns),
}
