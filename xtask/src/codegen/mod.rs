//! `cargo xtask codegen`: the files of docs/ that are written from the types and the catalogue.

mod examples;
mod json;
mod openapi;
mod parameters;
mod rules;
mod schema;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::generated::{Generated, Mode, Output};
use crate::workspace::root;

/// The command, as it is named to people.
const COMMAND: &str = "cargo xtask codegen";

/// Writes the generated files, or compares them.
///
/// # Errors
///
/// See [`output`] and [`Output::bring_up_to_date`].
pub fn run(mode: Mode) -> Result<()> {
    output()?.bring_up_to_date(&root(), mode)
}

/// All that is generated.
///
/// # Errors
///
/// The model and the catalogue contradict each other.
pub fn output() -> Result<Output<'static>> {
    let mut files = Vec::new();
    for (name, document) in [
        ("order-request", schema::order_request()?),
        ("order-response", schema::order_response()?),
        ("error-response", schema::error_response()?),
    ] {
        let text = json::text(document);
        // The program prints them, and has to carry them when it is packaged.
        for folder in ["docs/schema", "crates/certcentral-cli/schema"] {
            let path = format!("{folder}/{name}.schema.json");
            files.push(Generated { path, text: text.clone() });
        }
    }
    let openapi = openapi::document().context("describing the API")?;
    files.push(Generated { path: "docs/openapi.json".into(), text: json::text(openapi) });
    files.push(Generated { path: "docs/rules.md".into(), text: rules::page() });
    files.push(Generated { path: "docs/parameters.md".into(), text: parameters::page()? });
    let owns = &["docs/schema", "crates/certcentral-cli/schema"];
    Ok(Output { files, owns, command: COMMAND })
}

/// The schema of an order, for tests that compare it with the rules.
///
/// # Errors
///
/// The model and the catalogue contradict each other.
pub fn order_schema() -> Result<Value> {
    schema::order_request()
}
