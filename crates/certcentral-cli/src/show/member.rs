//! How a member of an order is shown: its path, its allowed values, and words about it in lines of
//! a terminal.

use certcentral::validation::Severity;
use certcentral::validation::catalogue::{Constraint, Row};

/// Columns of a terminal that lines are wrapped for.
const WIDTH: usize = 80;

/// The path with dots: `certificate.individual.email`.
pub(crate) fn dotted(row: &Row) -> String {
    row.path.trim_start_matches('/').replace('/', ".")
}

/// The only values that a member may have, if there are such.
pub(crate) fn allowed(row: &Row) -> Option<&'static [&'static str]> {
    row.rules.iter().find_map(|rule| match (rule.severity, rule.constraint) {
        (Severity::Error, Constraint::OneOf(values)) => Some(values),
        _ => None,
    })
}

/// A text in lines that begin after an indent. The first line has it already.
pub(crate) fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > indent && column + 1 + length > WIDTH {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines
}
