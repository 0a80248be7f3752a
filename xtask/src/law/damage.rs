//! Damaged orders: every change that the catalogue suggests, made to orders that are right.
//!
//! The schema and the rules must judge them alike. Nothing here says which verdict is right.

use anyhow::{Context, Result};
use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Date, Rules};
use serde_json::{Value, json};

/// The day on which the orders are judged.
pub const TODAY: Date = Date::constant(2026, 11, 23);

pub use super::changes::Damage;

/// An order and what was changed in it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What was done to which order.
    pub name: String,
    /// The order.
    pub order: Value,
}

/// Returns each order that is right, and each with every change that the catalogue suggests.
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

/// Returns orders that are right and have every member between them.
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

/// Returns every change that the catalogue suggests.
#[must_use]
pub fn damages() -> Vec<Damage> {
    super::changes::damages(Order::CATALOGUE, TODAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bases_have_every_member_between_them() {
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
