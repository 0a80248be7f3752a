//! The law: the JSON Schema and the rules judge every order alike. `tests/it/law.rs` checks it with the
//! orders that are made here.

#[path = "../../../crates/certcentral-validation/tests/it/damage/mod.rs"]
pub mod changes;
pub mod damage;
pub mod export;

use std::collections::BTreeSet;

use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::STRUCTURE;
use certcentral_validation::{Rules, Severity};

/// Returns the codes of errors that a schema cannot express: the Luhn formula, a date compared with
/// today, a placeholder, and faults of a text before it is a value.
#[must_use]
pub fn beyond_schema() -> BTreeSet<&'static str> {
    let catalogue = Order::CATALOGUE;
    let rules = catalogue.rows().iter().flat_map(|row| row.rules);
    let of_rows = rules
        .filter(|rule| rule.severity == Severity::Error && rule.is_beyond_schema())
        .map(|rule| rule.code);
    let cross_rules = catalogue.cross_rules().iter();
    let between = cross_rules
        .filter(|rule| rule.severity == Severity::Error && rule.schema.is_none())
        .map(|rule| rule.code);
    let structure = STRUCTURE.iter().filter(|rule| !rule.in_schema).map(|rule| rule.code);
    of_rows.chain(between).chain(structure).collect()
}
