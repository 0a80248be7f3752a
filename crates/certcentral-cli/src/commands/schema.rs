//! `certcentral schema`: the JSON Schemas, as `cargo xtask codegen` writes them.

use crate::args::{Schema, SchemaDocument};
use crate::exit::{Exit, Result};
use crate::show::terminal::Output;

pub(crate) fn run(arguments: &Schema) -> Result<Exit> {
    let document = match arguments.document {
        SchemaDocument::OrderRequest => include_str!("../../schema/order-request.schema.json"),
        SchemaDocument::OrderResponse => include_str!("../../schema/order-response.schema.json"),
        SchemaDocument::ErrorResponse => include_str!("../../schema/error-response.schema.json"),
    };
    let mut output = Output::new();
    output.line(document.trim_end())?;
    output.finish()?;
    Ok(Exit::Success)
}
