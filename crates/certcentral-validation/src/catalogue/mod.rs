//! The machinery of the rules: what a catalogue is made of. A user of the rules does not need it;
//! it is for what reads the catalogue as data, to write a schema, a page or a form.
//!
//! A product's catalogue has a row for each member of the page, with the rules for its value, and
//! the rules that look at several members. What it says is in one module for each product.

pub(crate) mod dutch;
pub(crate) mod row;
pub(crate) mod rule;
pub(crate) mod structure;
pub(crate) mod values;

use std::collections::BTreeSet;

use certcentral_model::ProductOrder;

pub use self::row::{Condition, ConditionTest, Kind, Requirement, Row, Sensitivity};
pub use self::rule::{CrossRule, Rule};
pub use self::structure::{STRUCTURE, StructureRule};
pub use self::values::Values;
pub use crate::constraint::Constraint;
pub use crate::constraint::keywords::Keywords;
pub use crate::constraint::value::Value;

use self::structure::REQUIRED;

/// An order that has a catalogue of rules. It is sealed, as the orders of the model are.
pub trait Rules: ProductOrder {
    /// The members of the order and their rules.
    const CATALOGUE: &'static Catalogue;

    /// Enters the value of every member that is present, by the row of the catalogue.
    fn fill<'a>(&'a self, values: &mut Values<'a>);
}

/// All that is known of a product's order: its members, their rules, and the rules between them.
#[derive(Debug)]
pub struct Catalogue {
    product: &'static str,
    rows: &'static [Row],
    cross_rules: &'static [CrossRule],
    /// For each row, the row of the object that it is a member of.
    parents: [usize; Values::CAPACITY],
}

impl Catalogue {
    /// Puts a catalogue together.
    ///
    /// The first row is the order itself, with the path `""`; each object stands before its
    /// members.
    ///
    /// # Panics
    ///
    /// At compile time, in a `const`: if there are more rows than [`Values::CAPACITY`], if two
    /// rows have one path, or if the object that a row is a member of has no row before it.
    #[must_use]
    pub(crate) const fn new(
        product: &'static str,
        rows: &'static [Row],
        cross_rules: &'static [CrossRule],
    ) -> Self {
        assert!(rows.len() <= Values::CAPACITY, "more rows than there is room for");
        assert!(rows[0].path.is_empty(), "the first row is the order itself");
        let mut parents = [0; Values::CAPACITY];
        let mut row = 1;
        while row < rows.len() {
            let path = rows[row].path.as_bytes();
            let mut earlier = 0;
            while earlier < row {
                assert!(!same(rows[earlier].path.as_bytes(), path), "two rows have one path");
                earlier += 1;
            }
            let (object, _) = path.split_at(last_slash(path));
            let mut parent = 0;
            while !same(rows[parent].path.as_bytes(), object) {
                parent += 1;
                assert!(parent < row, "the object of a row must stand before it");
            }
            parents[row] = parent;
            row += 1;
        }
        Self { product, rows, cross_rules, parents }
    }

    /// DigiCert's `name_id` of the product.
    #[must_use]
    pub const fn product(&self) -> &'static str {
        self.product
    }

    /// The rows, in the page's order. The first is the order itself.
    #[must_use]
    pub const fn rows(&self) -> &'static [Row] {
        self.rows
    }

    /// The rules that look at several members.
    #[must_use]
    pub const fn cross_rules(&self) -> &'static [CrossRule] {
        self.cross_rules
    }

    /// Every code that a violation can have, in order. Codes do not change.
    #[must_use]
    pub fn codes(&self) -> BTreeSet<&'static str> {
        let of_rows = self.rows.iter().flat_map(|row| row.rules).map(|rule| rule.code);
        let of_cross_rules = self.cross_rules.iter().map(|rule| rule.code);
        of_rows.chain(of_cross_rules).chain(STRUCTURE.iter().map(|rule| rule.code)).collect()
    }

    /// The row of the object that this row is a member of. The order itself is its own.
    #[must_use]
    pub const fn parent(&self, row: usize) -> usize {
        self.parents[row]
    }

    /// The row with this path.
    #[must_use]
    pub fn row(&self, path: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.path == path)
    }

    /// The member of an object that has this name.
    pub(crate) fn member(&self, object: usize, name: &str) -> Option<usize> {
        self.members(object).find(|&row| self.rows[row].name() == name)
    }

    /// What a JSON Schema says about members together, beyond the types and
    /// [values](Row::keywords) of each: the conditions under which members must be there, and the
    /// rules between members. Each goes into an `allOf` of its object.
    #[must_use]
    pub fn fragments(&self) -> Vec<Fragment> {
        let mut fragments: Vec<Fragment> = Vec::new();
        let mut conditions: Vec<(usize, &str, Vec<&str>)> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let Requirement::Conditional(Condition { test: Some(test), .. }) = row.requirement
            else {
                continue;
            };
            let key = (self.parents[index], test.schema);
            match conditions.iter_mut().find(|(object, schema, _)| (*object, *schema) == key) {
                Some((_, _, names)) => names.push(row.name()),
                None => conditions.push((key.0, key.1, vec![row.name()])),
            }
        }
        for (object, schema, names) in conditions {
            // Names of members and conditions are our own, with nothing to escape.
            let names = names.join("\",\"");
            fragments.push(Fragment {
                path: self.rows[object].path,
                schema: format!(r#"{{"if":{schema},"then":{{"required":["{names}"]}}}}"#),
                code: REQUIRED.code,
            });
        }
        for rule in self.cross_rules {
            if let Some((path, schema)) = rule.schema {
                fragments.push(Fragment { path, schema: schema.into(), code: rule.code });
            }
        }
        fragments
    }

    /// What an object must hold, in words. `None` for a member that is not an object.
    pub(crate) fn members_in_words(&self, object: usize) -> Option<String> {
        let row = &self.rows[object];
        if row.kind != Kind::Object {
            return None;
        }
        if !row.holds.is_empty() {
            return Some(row.holds.to_owned());
        }
        let is_required =
            |&row: &usize| matches!(self.rows[row].requirement, Requirement::Required);
        let names: Vec<&str> =
            self.members(object).filter(is_required).map(|row| self.rows[row].name()).collect();
        match &names[..] {
            [] => None,
            [only] => Some((*only).to_owned()),
            [others @ .., last] => Some(format!("{} and {last}", others.join(", "))),
        }
    }

    /// Whether an object has a member that holds a secret.
    pub(crate) fn has_secret_member(&self, object: usize) -> bool {
        self.members(object).any(|row| self.rows[row].sensitivity == Sensitivity::Secret)
    }

    /// The names of an object's members.
    pub(crate) fn names(&self, object: usize) -> Vec<&'static str> {
        self.members(object).map(|row| self.rows[row].name()).collect()
    }

    fn members(&self, object: usize) -> impl Iterator<Item = usize> {
        (1..self.rows.len()).filter(move |&row| self.parents[row] == object)
    }
}

/// What a JSON Schema says of the members of an object together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fragment {
    /// The object, as a JSON Pointer.
    pub path: &'static str,
    /// The schema, as JSON.
    pub schema: String,
    /// The rule that it is for.
    pub code: &'static str,
}

const fn last_slash(path: &[u8]) -> usize {
    let mut at = path.len() - 1;
    while path[at] != b'/' {
        at -= 1;
    }
    at
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}
