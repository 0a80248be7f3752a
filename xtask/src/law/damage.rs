//! Orders with something wrong, or nearly wrong, taken from the catalogue: each member absent,
//! retyped, emptied, over-long, and on both sides of every boundary that a rule draws.
//!
//! The schema and the rules must judge them alike. Nothing here says which verdict is right.

use anyhow::{Context, Result};
use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Date, Rules};
use serde_json::{Value, json};

/// The day on which the orders are judged.
pub const TODAY: Date = Date::constant(2026, 11, 23);

pub use certcentral_validation::damage::Damage;

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
    let mut everything =
        example(include_str!("../../../crates/certcentral-model/tests/full-order.json"))?;
    everything["certificate"]["individual"].as_object_mut().map(|it| it.remove("id"));
    everything["order_validity"] = json!({ "days": 397 });
    let existing = example(include_str!("../../../docs/examples/existing-professional.json"))?;
    Ok(vec![("card", everything), ("existing", existing)])
}

/// Every change that the catalogue suggests.
#[must_use]
pub fn damages() -> Vec<Damage> {
    certcentral_validation::damage::damages(Order::CATALOGUE, TODAY)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
