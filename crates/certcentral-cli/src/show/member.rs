//! How a member of an order is shown: its path and its allowed values.

use certcentral::validation::Severity;
use certcentral::validation::catalogue::{Constraint, Row};

/// The path with dots: `certificate.individual.email`.
pub(crate) fn dotted(row: &Row) -> String {
    row.path.trim_start_matches('/').replace('/', ".")
}

/// The values of a closed set, or `None` for a member that takes others.
pub(crate) fn allowed(row: &Row) -> Option<&'static [&'static str]> {
    row.rules.iter().find_map(|rule| match (rule.severity, rule.constraint) {
        (Severity::Error, Constraint::OneOf(values)) => Some(values),
        _ => None,
    })
}
