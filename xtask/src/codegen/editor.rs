//! docs/editor/order.schema.json: the schema of an order with keywords that only editors know.
//! Validators in strict mode refuse them, so they are in a file of their own.

use anyhow::{Context, Result};
use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::{Constraint, Row, Rule};
use certcentral_validation::{Rules, Severity};
use serde_json::{Value, json};

use super::order;

/// The schema for editors.
pub(super) fn for_editors(mut schema: Value) -> Result<Value> {
    for row in Order::CATALOGUE.rows().iter().skip(1) {
        let at = order::member_at(&schema, row.path)?;
        let node = schema.pointer_mut(&at).with_context(|| format!("there is no {at}"))?;
        if node.get("pattern").is_some()
            && let Some(message) = message(row)
        {
            // Instead of "does not match the pattern of …".
            node["patternErrorMessage"] = json!(message);
        }
        if !row.meanings.is_empty() {
            node["enumDescriptions"] = json!(row.meanings);
        }
    }
    schema["title"] = json!("Order");
    Ok(schema)
}

/// What the member's rule of form says.
fn message(row: &Row) -> Option<String> {
    let forms = row.rules.iter().filter(|rule| {
        rule.severity == Severity::Error
            && rule.keywords().is_some_and(|keywords| keywords.pattern.is_some())
    });
    let is_about_text =
        |rule: &&Rule| matches!(rule.constraint, Constraint::NotBlank | Constraint::NoControl);
    let rule = forms.min_by_key(is_about_text)?;
    Some(format!("{} {}.", row.name(), rule.message))
}
