//! `cargo xtask codegen`: the files of docs/ that are written from the types and the catalogue.

mod answers;
mod architecture;
mod conditions;
mod derived;
mod editor;
mod examples;
mod json;
mod messages_page;
mod openapi;
mod order;
mod parameters_page;
mod rules_page;

use anyhow::{Context, Result};
use serde_json::Value;

use self::answers::named;
use crate::generated::{Generated, Mode, Output};
use crate::workspace::root;

/// Writes the generated files, or compares them.
///
/// # Errors
///
/// See [`output`] and [`Output::bring_up_to_date`].
pub fn run(mode: Mode) -> Result<()> {
    output()?.bring_up_to_date(&root(), mode)
}

/// All generated files.
///
/// # Errors
///
/// The model and the catalogue contradict each other.
pub fn output() -> Result<Output<'static>> {
    let mut files = Vec::new();
    let mut add = |path: &str, text: String| files.push(Generated { path: path.into(), text });
    for (name, schema) in [
        ("order-request", order_schema()?),
        ("order-response", answers::order_response()),
        ("error-response", answers::error_response()),
    ] {
        let text = json::text(named(schema, name));
        // The program prints the schemas, and its package has to contain them.
        for folder in ["docs/schema", "crates/certcentral-cli/schema"] {
            add(&format!("{folder}/{name}.schema.json"), text.clone());
        }
    }
    let editor = editor::for_editors(order_schema()?)?;
    add("docs/editor/order.schema.json", json::text(named(editor, "editor/order")));
    let openapi = openapi::document().context("describing the API")?;
    add("docs/openapi.json", json::text(openapi));
    add("docs/rules.md", rules_page::page());
    add("docs/messages.md", messages_page::page()?);
    add("docs/parameters.md", parameters_page::page()?);
    add("docs/architecture.md", architecture::page()?);
    let owns = &["docs/schema", "docs/editor", "crates/certcentral-cli/schema"];
    Ok(Output { files, owns, command: "cargo xtask codegen" })
}

/// The schema of an order, for tests that compare it with the rules.
///
/// # Errors
///
/// The model and the catalogue contradict each other.
pub fn order_schema() -> Result<Value> {
    order::request()
}
