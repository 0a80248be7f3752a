//! The head of a sheet: which member of an order each column is.

use std::borrow::Cow;
use std::collections::HashMap;

use certcentral::pkio_professional::Order;
use certcentral::validation::catalogue::Kind;
use certcentral::validation::{Rules, Violation};
use csv::ReaderBuilder;

use crate::order_file::finding::Finding;

const REFERENCE: &str = "reference";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    /// What the row is called.
    Reference,
    /// The member with this row of the catalogue.
    Member(usize),
    /// Nothing, as long as its cells are empty.
    Unnamed,
}

/// The columns of a sheet.
pub(crate) struct Columns {
    heads: Vec<String>,
    columns: Vec<Column>,
    findings: Vec<Finding>,
}

impl Columns {
    /// Reads the first row of a sheet.
    pub(super) fn read(line: &[u8], delimiter: u8) -> Self {
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(line);
        let mut record = csv::ByteRecord::new();
        // A line in memory can be read.
        let _ = reader.read_byte_record(&mut record);
        let heads = record.iter().map(|head| String::from_utf8_lossy(head).trim().to_owned());
        Self::new(heads.collect())
    }

    fn new(heads: Vec<String>) -> Self {
        let mut columns = Vec::new();
        let mut findings = Vec::new();
        let mut seen: HashMap<Column, &str> = HashMap::new();
        for head in &heads {
            let column = column(head).unwrap_or_else(|message| {
                findings.push(Finding::error("", "unknown_column", message).at_head(shown(head)));
                Column::Unnamed
            });
            if column != Column::Unnamed
                && let Some(first) = seen.insert(column, head)
            {
                let message = format!("is the same member as the column {first}: remove one");
                findings.push(Finding::error("", "duplicate_column", message).at_head(shown(head)));
            }
            columns.push(column);
        }
        Self { heads, columns, findings }
    }

    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// How many columns hold something that is known.
    pub(super) fn known(&self) -> usize {
        self.columns.iter().filter(|&&column| column != Column::Unnamed).count()
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(super) fn get(&self, index: usize) -> Option<&Column> {
        self.columns.get(index)
    }

    /// A fault in a cell.
    pub(super) fn at(
        &self,
        index: usize,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Finding {
        let path = match self.columns.get(index) {
            Some(Column::Member(row)) => Order::CATALOGUE.rows()[*row].path,
            _ => "",
        };
        let head = self.heads.get(index).filter(|head| !head.is_empty());
        let head = head.map_or_else(|| format!("column {}", letters(index)), |head| shown(head));
        Finding::error(path, code, message).at_head(head)
    }

    /// What a violation of the order is in the sheet.
    pub(crate) fn finding(&self, violation: &Violation) -> Finding {
        let column = self.columns.iter().position(|column| match column {
            Column::Member(row) => Order::CATALOGUE.rows()[*row].path == violation.path(),
            _ => false,
        });
        let name = match column {
            Some(column) => shown(&self.heads[column]),
            None => violation.path().trim_start_matches('/').replace('/', "."),
        };
        Finding { head: (!name.is_empty()).then_some(name), ..Finding::of(violation) }
    }
}

/// Writes an order from its members, by the row of the catalogue. An object is there if something
/// in it is.
pub(super) fn write_order(values: &[Option<String>], json: &mut String) {
    let has_something = write_object(0, values, json);
    if !has_something {
        json.push_str("{}");
    }
}

fn write_object(object: usize, values: &[Option<String>], json: &mut String) -> bool {
    let catalogue = Order::CATALOGUE;
    let start = json.len();
    json.push('{');
    let mut is_empty = true;
    for (row, definition) in catalogue.rows().iter().enumerate().skip(1) {
        if catalogue.parent(row) != object {
            continue;
        }
        let before = json.len();
        if !is_empty {
            json.push(',');
        }
        json.push('"');
        json.push_str(definition.name());
        json.push_str("\":");
        let written = match values.get(row) {
            Some(Some(value)) => {
                json.push_str(value);
                true
            }
            _ => definition.kind == Kind::Object && write_object(row, values, json),
        };
        if written {
            is_empty = false;
        } else {
            json.truncate(before);
        }
    }
    if is_empty {
        json.truncate(start);
    } else {
        json.push('}');
    }
    !is_empty
}

/// Which member a head names, or what to do about it.
fn column(head: &str) -> Result<Column, String> {
    if head.is_empty() {
        return Ok(Column::Unnamed);
    }
    if head.eq_ignore_ascii_case(REFERENCE) {
        return Ok(Column::Reference);
    }
    let found: Vec<usize> = members().filter(|&row| is_named(row, head)).collect();
    match found[..] {
        [row] => Ok(Column::Member(row)),
        [] => Err(match nearest(head) {
            Some(near) => format!("is not a member of an order; did you mean {near}?"),
            None => "is not a member of an order: remove the column, or correct its name".into(),
        }),
        [..] => {
            let names: Vec<String> = found.into_iter().map(dotted).collect();
            Err(format!("may be several members: write {}", names.join(" or ")))
        }
    }
}

/// The rows of the catalogue that a cell can hold.
fn members() -> impl Iterator<Item = usize> {
    let rows = Order::CATALOGUE.rows().iter().enumerate();
    rows.filter(|(_, row)| row.kind != Kind::Object).map(|(index, _)| index)
}

/// Whether a head is the name of a member, or its last part or parts.
fn is_named(row: usize, head: &str) -> bool {
    let name = dotted(row);
    // Spreadsheet programs write the first letter of a cell in upper case.
    match name.len().checked_sub(head.len()) {
        Some(0) => name.eq_ignore_ascii_case(head),
        Some(start) => {
            name.as_bytes()[start - 1] == b'.'
                && name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(head))
        }
        None => false,
    }
}

fn dotted(row: usize) -> String {
    Order::CATALOGUE.rows()[row].path.trim_start_matches('/').replace('/', ".")
}

/// The member whose name is most like a head, as short as it may be written.
fn nearest(head: &str) -> Option<String> {
    let head = head.to_ascii_lowercase().replace([' ', '-', '/'], "_");
    let likeness = |row: &usize| {
        let name = dotted(*row);
        let last = name.rsplit('.').next().unwrap_or(&name);
        strsim::jaro_winkler(&head, last).max(strsim::jaro_winkler(&head, &name))
    };
    let best = members().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) > 0.8).then(|| shortest_name(best))
}

fn shortest_name(row: usize) -> String {
    let name = dotted(row);
    let last = name.rsplit('.').next().unwrap_or(&name);
    let is_unmistakable = members().filter(|&other| is_named(other, last)).count() == 1;
    if is_unmistakable { last.to_owned() } else { name }
}

/// A head as it may be shown: a file without a head begins with personal data.
fn shown(head: &str) -> String {
    let digits = head.chars().filter(|c| c.is_numeric()).count();
    if head.chars().count() > 64 || digits > 6 || head.contains('@') {
        "[name not shown]".into()
    } else {
        head.to_owned()
    }
}

/// What a spreadsheet calls a column: A to Z, AA, AB, …
fn letters(index: usize) -> String {
    let mut name = Vec::new();
    let mut left = index + 1;
    while left > 0 {
        left -= 1;
        name.push(b'A' + u8::try_from(left % 26).unwrap_or(0));
        left /= 26;
    }
    name.reverse();
    String::from_utf8(name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        assert_eq!(
            [0, 25, 26, 51, 52, 701, 702].map(letters),
            ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
        );
    }

    #[test]
    fn a_head_is_a_member_by_its_last_part_where_that_is_unmistakable() {
        for (head, path) in [
            ("certificate.individual.first_name", "/certificate/individual/first_name"),
            ("email", "/certificate/individual/email"),
            ("Telephone", "/certificate/individual/telephone"),
            ("individual.country", "/certificate/individual/country"),
            ("ship_info.country", "/ship_info/country"),
            ("csa_agreed_to", "/csa_agreed_to"),
            ("id", "/certificate/individual/id"),
        ] {
            let Ok(Column::Member(row)) = column(head) else { panic!("{head}") };
            assert_eq!(Order::CATALOGUE.rows()[row].path, path);
        }
        assert_eq!(column("reference"), Ok(Column::Reference));
        assert_eq!(
            column("country").unwrap_err(),
            "may be several members: write certificate.individual.country or ship_info.country or \
             billing_address.country"
        );
    }

    #[test]
    fn an_unknown_head_is_named_with_the_nearest_member() {
        assert!(column("first name").unwrap_err().contains("did you mean first_name?"));
        assert!(column("e-mail").unwrap_err().contains("did you mean email?"));
        assert!(column("certificate").is_err(), "an object is no column");
    }
}
