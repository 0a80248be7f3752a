//! Changes to orders, made from the catalogue for tests: each member absent, of another type, empty,
//! too long, and on both sides of every boundary of a rule.
//!
//! Whatever judges orders must judge the results as the rules do. Nothing here says which verdict is
//! right. `xtask` includes this file, to compare the schema with the rules.

mod samples;

use std::fmt;

use certcentral_validation::Date;
use certcentral_validation::catalogue::{Catalogue, Kind, Row};
use serde_json::{Value, json};

use self::samples::around;

/// One change to an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Damage {
    /// Takes a member away.
    Remove(String),
    /// Gives a member this value, whether it was there or not.
    Set(String, Value),
}

impl Damage {
    /// Changes the order, if it has the object that the member belongs to.
    pub fn apply(&self, order: &mut Value) -> bool {
        let (Self::Remove(path) | Self::Set(path, _)) = self;
        let Some((object, name)) = path.rsplit_once('/') else {
            if let Self::Set(_, value) = self {
                *order = value.clone();
            }
            return true;
        };
        let Some(members) = order.pointer_mut(object).and_then(Value::as_object_mut) else {
            return false;
        };
        match self {
            Self::Remove(_) => members.remove(name).is_some(),
            Self::Set(_, value) => {
                members.insert(name.to_owned(), value.clone()).as_ref() != Some(value)
            }
        }
    }
}

/// Names the change. The values are those of this file and may be shown.
impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remove(path) => write!(f, "{path} removed"),
            Self::Set(path, value) => {
                let value = value.to_string();
                match value.char_indices().nth(40) {
                    Some((cut, _)) => write!(f, "{path} = {}...", &value[..cut]),
                    None => write!(f, "{path} = {value}"),
                }
            }
        }
    }
}

/// Returns every change that the catalogue suggests.
#[must_use]
pub fn damages(catalogue: &Catalogue, today: Date) -> Vec<Damage> {
    let mut damages = Vec::new();
    for row in catalogue.rows() {
        if !row.path.is_empty() {
            damages.push(Damage::Remove(row.path.into()));
        }
        let mut values = of_other_types();
        values.extend(row.rules.iter().flat_map(|rule| around(&rule.constraint, today)));
        if row.kind == Kind::Text {
            values.extend([
                json!("x"),
                json!("4"),
                json!("é"),
                json!("\u{a0}"),
                json!("a\nb"),
                json!("<x>"),
            ]);
        }
        damages.extend(values.into_iter().map(|value| Damage::Set(row.path.into(), value)));
        if row.kind == Kind::Object {
            damages.extend(misspelt(catalogue, row));
        }
    }
    damages
}

/// A value of each type of JSON, and texts that are blank or too long.
fn of_other_types() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1),
        json!(7.5),
        json!(1.0),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("\t\r\n"),
        json!("x".repeat(300)),
        json!([]),
        json!([1]),
        json!({}),
        json!({ "id": 1 }),
    ]
}

/// An unknown member, and each known one with a letter too many.
fn misspelt(catalogue: &Catalogue, object: &Row) -> Vec<Damage> {
    let mut names = vec!["unknown".to_owned()];
    for row in catalogue.rows().iter().skip(1) {
        if row.path.rsplit_once('/').is_some_and(|(parent, _)| parent == object.path) {
            names.push(format!("{}s", row.name()));
        }
    }
    names
        .into_iter()
        .map(|name| Damage::Set(format!("{}/{name}", object.path), json!("x")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_needs_the_object_that_it_is_made_in() {
        let mut order = json!({ "a": { "b": 1 } });
        assert!(Damage::Remove("/a/b".into()).apply(&mut order));
        assert!(!Damage::Remove("/a/b".into()).apply(&mut order));
        assert!(!Damage::Set("/c/d".into(), json!(1)).apply(&mut order));
        assert!(Damage::Set("/a/d".into(), json!(1)).apply(&mut order));
        assert!(!Damage::Set("/a/d".into(), json!(1)).apply(&mut order), "it says so already");
        assert_eq!(order, json!({ "a": { "d": 1 } }));
    }
}
