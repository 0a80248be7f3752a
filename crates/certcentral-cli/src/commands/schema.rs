//! `certcentral schema`: the JSON Schemas, as `cargo xtask codegen` writes them.

use clap::{Args, ValueEnum};

use crate::exit::{Exit, Result};
use crate::show::terminal::print_data;

/// Print a JSON Schema, for editors and other programs
///
/// An editor that knows the schema of an order shows mistakes while they are typed, and offers the
/// members and their allowed values.
#[derive(Debug, Args)]
#[command(after_help = "\
To attach the schema to an order in an editor:
  certcentral schema > order-request.schema.json
and make this the first member of the order:
  \"$schema\": \"./order-request.schema.json\",
VS Code, the JetBrains editors and others read it. certcentral accepts that member and never sends \
it. Without it, VS Code takes the schema for a kind of file from its settings:
  \"json.schemas\": [{\"fileMatch\": [\"*order*.json\"], \"url\": \"./order-request.schema.json\"}]")]
pub(crate) struct Arguments {
    /// What the schema describes
    #[arg(value_enum, default_value_t)]
    document: SchemaDocument,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaDocument {
    /// An order, as it is posted
    #[default]
    OrderRequest,
    /// The answer to an order that was placed
    OrderResponse,
    /// The answer to an order that was refused
    ErrorResponse,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let document = match arguments.document {
        SchemaDocument::OrderRequest => include_str!("../../schema/order-request.schema.json"),
        SchemaDocument::OrderResponse => include_str!("../../schema/order-response.schema.json"),
        SchemaDocument::ErrorResponse => include_str!("../../schema/error-response.schema.json"),
    };
    print_data(document.as_bytes())
}
