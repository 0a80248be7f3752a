//! `cargo xtask damaged-orders`: the orders of [`damage`](crate::law::damage) as files, so that
//! other validators of the schema can be compared with `certcentral check`. docs/contracts.md says
//! how.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use certcentral_model::pkio_professional::Order;
use certcentral_validation::check_json;
use serde_json::Value;

use crate::law::beyond_schema;
use crate::law::damage::{TODAY, cases};

/// The largest whole number up to which JavaScript is exact.
const JAVASCRIPT_MAX: u64 = 1 << 53;

/// Writes the orders that a schema can judge, one a file, and a list of what each of them is.
///
/// It leaves out the few on which a JSON Schema and the rules differ by design (the Luhn formula, dates
/// compared with today, `1.0`), and numbers that JavaScript cannot read exactly.
///
/// # Errors
///
/// The folder or a file cannot be written.
pub fn write(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("creating the folder {}", folder.display()))?;
    let mut list = String::new();
    let beyond = beyond_schema();
    let cases = cases()?;
    let all = cases.len();
    for case in cases.into_iter().filter(|case| is_for_a_schema(&case.order, &beyond)) {
        let file = format!("{:04}.json", list.lines().count());
        fs::write(folder.join(&file), format!("{:#}\n", case.order))
            .with_context(|| format!("writing {file}"))?;
        list.push_str(&format!("{file}\t{}\n", case.name));
    }
    fs::write(folder.join("list.tsv"), &list).context("writing list.tsv")?;
    println!(
        "damaged-orders: wrote {} of {all} orders to {}",
        list.lines().count(),
        folder.display()
    );
    Ok(())
}

fn is_for_a_schema(order: &Value, beyond: &BTreeSet<&str>) -> bool {
    let report = check_json::<Order>(order.to_string().as_bytes(), TODAY);
    !report.errors().any(|error| beyond.contains(error.code())) && !has_number_of_its_own(order)
}

fn has_number_of_its_own(value: &Value) -> bool {
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(number) => number > JAVASCRIPT_MAX,
            None => number.as_f64().is_some_and(|number| number.fract() == 0.0 && number >= 0.0),
        },
        Value::Array(items) => items.iter().any(has_number_of_its_own),
        Value::Object(members) => members.values().any(has_number_of_its_own),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_that_are_read_differently_are_left_out() {
        assert!(has_number_of_its_own(&json!([{ "a": 1.0 }])));
        assert!(has_number_of_its_own(&json!(u64::MAX)));
        assert!(!has_number_of_its_own(&json!([{ "a": 7.5, "b": -1, "c": 397 }])));
    }
}
