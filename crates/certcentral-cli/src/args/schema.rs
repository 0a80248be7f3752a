//! What `certcentral schema` takes.

use clap::{Args, ValueEnum};

/// Print a JSON Schema, for editors and other programs
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// What the schema describes
    #[arg(value_enum, default_value_t)]
    pub(crate) document: SchemaDocument,
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
