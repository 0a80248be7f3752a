//! Orders with something wrong, or nearly wrong, taken from the catalogue: each member absent,
//! retyped, emptied, over-long, and on both sides of every boundary that a rule draws.
//!
//! The schema and the rules must judge them alike. Nothing here says which verdict is right.

use std::fmt;

use anyhow::{Context, Result};
use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::{Catalogue, Constraint, Kind, Row};
use certcentral_validation::{Date, Rules};
use serde_json::{Value, json};

/// The day on which the orders are judged.
pub const TODAY: Date = Date::constant(2026, 11, 23);

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

/// Names the change; values are those of this file and may be seen.
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

/// An order with its history.
#[derive(Clone, Debug)]
pub struct Case {
    /// What was done to which order.
    pub name: String,
    /// The order.
    pub order: Value,
}

/// Each change that the catalogue suggests, made to each of the orders that are right.
///
/// # Errors
///
/// An order to start from cannot be read.
pub fn cases() -> Result<Vec<Case>> {
    let bases = bases()?;
    let mut cases: Vec<Case> = bases
        .iter()
        .map(|(name, order)| Case { name: (*name).to_owned(), order: order.clone() })
        .collect();
    for damage in damages() {
        for (name, order) in &bases {
            let mut order = order.clone();
            if damage.apply(&mut order) {
                cases.push(Case { name: format!("{name}: {damage}"), order });
            }
        }
    }
    Ok(cases)
}

/// Orders that are right: together they have every member.
///
/// # Errors
///
/// An example order cannot be read.
pub fn bases() -> Result<Vec<(&'static str, Value)>> {
    let example = |text: &str| serde_json::from_str::<Value>(text).context("reading an example");
    let mut everything = example(include_str!("../../../docs/examples/card-payment.json"))?;
    let new = example(include_str!("../../../docs/examples/new-professional.json"))?;
    everything["certificate"]["individual"] = new["certificate"]["individual"].clone();
    everything["certificate"]["is_rsassa_pss"] = json!(false);
    everything["order_validity"] = json!({ "days": 397 });
    everything["billing_address"]["address2"] = json!("2e verdieping");
    everything["billing_address"]["state"] = json!("Noord-Holland");
    let existing = example(include_str!("../../../docs/examples/existing-professional.json"))?;
    Ok(vec![("card", everything), ("existing", existing)])
}

/// Every change that the catalogue suggests.
#[must_use]
pub fn damages() -> Vec<Damage> {
    let catalogue = Order::CATALOGUE;
    let mut damages = Vec::new();
    for row in catalogue.rows() {
        if !row.path.is_empty() {
            damages.push(Damage::Remove(row.path.into()));
        }
        let mut values = of_other_types();
        values.extend(row.rules.iter().flat_map(|rule| around(&rule.constraint)));
        if row.kind == Kind::Text {
            values.extend([json!("x"), json!("4"), json!("é"), json!("\u{a0}"), json!("a\nb")]);
        }
        damages.extend(values.into_iter().map(|value| Damage::Set(row.path.into(), value)));
        if row.kind == Kind::Object {
            damages.extend(misspelt(catalogue, row));
        }
    }
    damages
}

/// A value of each type of JSON, and texts that say nothing or too much.
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

/// A member that nobody knows, and each known one with a letter too many.
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

/// Values on both sides of what a constraint allows.
fn around(constraint: &Constraint) -> Vec<Value> {
    let texts: Vec<String> = match constraint {
        Constraint::NotBlank => vec!["\u{a0}".into(), "\u{2003}".into(), " \n ".into()],
        Constraint::Trimmed => vec![" x".into(), "x ".into(), "\tx".into(), "x\n".into()],
        Constraint::MaxLength(max) => {
            let max = usize::try_from(*max).unwrap_or(usize::MAX);
            vec!["x".repeat(max), "x".repeat(max + 1), "é".repeat(max), "é".repeat(max + 1)]
        }
        Constraint::OneOf(values) => values
            .iter()
            .flat_map(|value| {
                let first = value.chars().next().map(String::from).unwrap_or_default();
                [
                    (*value).to_owned(),
                    value.to_lowercase(),
                    value.to_uppercase(),
                    format!("{value} "),
                    format!("{value}\n"),
                    value.replacen(&first, "", 1),
                ]
            })
            .collect(),
        Constraint::Digits { min, max } => vec![
            "1".repeat(min - 1),
            "1".repeat(*min),
            "1".repeat(*max),
            "1".repeat(max + 1),
            "1".repeat(*max) + "\n",
            "1".repeat(min - 1) + "x",
            "1".repeat(min - 1) + " 1",
            "٣".repeat(*min),
            "0".repeat(*min),
        ],
        Constraint::Month => {
            let months =
                ["00", "01", "09", "10", "12", "13", "1", "1\n", "012", "JAN", "0٣", "20", "99"];
            months.map(str::to_owned).to_vec()
        }
        Constraint::CheckDigit => {
            let numbers =
                ["4111111111111111", "4111111111111112", "378282246310005", "000000000000"];
            numbers.map(str::to_owned).to_vec()
        }
        Constraint::TwoLetters | Constraint::AssignedCountry => {
            let countries = [
                "NL",
                "nl",
                "Nl",
                "N",
                "NLD",
                "N1",
                "NL\n",
                "ÑL",
                "ZZ",
                "UK",
                "XK",
                " NL",
                "Nederland",
            ];
            countries.map(str::to_owned).to_vec()
        }
        Constraint::Email => emails(),
        Constraint::Telephone => {
            let numbers = [
                "+31-0-72 568 7878",
                "+31(0)20 254 7999",
                "+18018308989",
                "+1-555-555-5555",
                "+1",
                "+",
                "+-",
                "+ ",
                "31 20 555 0100",
                "0031 20 555 0100",
                "+31 20 555 010x",
                "+31 20 555 0100 ext. 5",
                "+31 20 555 0100 #5",
                "+31 20\n555 0100",
                "+31 20 555 0100 ",
                "+31 20 555 0100\n",
                " +31 20 555 0100",
                "++31",
                "+٣١",
                "+31\t20",
                "+31\u{7f}",
                "\u{ff0b}31",
                "+1~/:{",
            ];
            numbers.map(str::to_owned).to_vec()
        }
        Constraint::NoTitle => {
            let names =
                ["Dr. Fenna", "dr Fenna", "Fenna", "Mr. F.", "Drs. Fenna", "Ing", "Prof. dr. F."];
            names.map(str::to_owned).to_vec()
        }
        Constraint::CustomDate | Constraint::RealDate => {
            let dates = [
                "09 JUN 2027",
                "09 jun 2027",
                "09 Jun 2027",
                "9 JUN 2027",
                "00 JUN 2027",
                "31 JUN 2027",
                "32 JAN 2027",
                "29 FEB 2027",
                "28 FEB 2027",
                "09 JUNE 2027",
                "09 MEI 2027",
                "09-JUN-2027",
                "2027-06-09",
                "09 JUN 27",
                "09 JUN 2027\n",
                "09  JUN 2027",
                "0٩ JUN 2027",
                "09 ſEP 2027",
                "31 DEC 0000",
                "31 DEC 9999",
            ];
            dates.map(str::to_owned).to_vec()
        }
        Constraint::DaysFromToday { first, last } => {
            [*first - 1, *first, *first + 1, 0, *last - 1, *last, *last + 1].map(on_day).to_vec()
        }
        Constraint::Range { min, max } => {
            return vec![
                json!(min.wrapping_sub(1)),
                json!(min),
                json!(max),
                json!(max.saturating_add(1)),
                json!(min.to_string()),
                json!(u64::from(u32::MAX) + 1),
            ];
        }
        // What it asks of a boolean is among the values of other types.
        Constraint::Is(_) => Vec::new(),
        other => vec![format!("{other:?}")],
    };
    texts.into_iter().map(Value::from).collect()
}

fn emails() -> Vec<String> {
    let mut emails: Vec<String> = [
        "fenna@example.com",
        "f@e.nl",
        "fenna.de.wit+order@sub.example.com",
        "f'w@example.com",
        "fenna@example",
        "fenna",
        "@example.com",
        "fenna@",
        "fenna@@example.com",
        "fenna@example.com ",
        " fenna@example.com",
        "fenna@example.com\n",
        "fenna @example.com",
        ".fenna@example.com",
        "fenna.@example.com",
        "fen..na@example.com",
        "fenna@.example.com",
        "fenna@example.com.",
        "fenna@example..com",
        "fenna@-example.com",
        "fenna@example-.com",
        "fenna@ex--ample.com",
        "fenna@exa_mple.com",
        "fenna@[192.0.2.1]",
        "\"fenna\"@example.com",
        "Fenna <fenna@example.com>",
        "fenna@example.com,bram@example.com",
        "fénna@exämple.com",
        "fenna@example.c\u{a0}m",
        "fen\u{85}na@example.com",
        "fen\u{0}na@example.com",
        "fenna\\@example.com",
    ]
    .map(str::to_owned)
    .to_vec();
    // The longest that fits, and one more; in letters of one byte and of two.
    for letter in ["a", "é"] {
        for length in [254, 255] {
            emails.push(format!("{}@example.com", letter.repeat(length - "@example.com".len())));
        }
    }
    emails
}

/// The day so many days after today, as the page writes it.
fn on_day(days: i64) -> String {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let mut date = TODAY;
    for _ in 0..days.abs() {
        let step = if days < 0 { date.yesterday() } else { date.tomorrow() };
        date = step.unwrap_or(date);
    }
    let month = usize::try_from(date.month()).map_or("???", |month| MONTHS[month - 1]);
    format!("{:02} {month} {:04}", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_the_page_does() {
        assert_eq!(on_day(0), "23 NOV 2026");
        assert_eq!(on_day(-1), "22 NOV 2026");
        assert_eq!(on_day(397), "25 DEC 2027");
    }

    #[test]
    fn together_the_orders_to_start_from_have_every_member() {
        let bases = bases().unwrap();
        for row in Order::CATALOGUE.rows() {
            // Of the three ways to say how long, an order has one.
            if matches!(
                row.path,
                "/order_validity/years" | "/order_validity/custom_expiration_date"
            ) {
                continue;
            }
            assert!(
                bases.iter().any(|(_, order)| order.pointer(row.path).is_some()),
                "{}",
                row.path
            );
        }
    }

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
