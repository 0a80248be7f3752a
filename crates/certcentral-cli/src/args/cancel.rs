//! What `certcentral cancel` takes.

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{CHANGE_CODES, FORMAT_HELP, Format, Server, said};

/// Cancel an order that waits
///
/// An order whose certificate was issued is not canceled: see `certcentral revoke`.
#[derive(Debug, Args)]
#[command(after_help = CHANGE_CODES)]
pub(crate) struct Cancel {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    pub(crate) order_id: OrderId,
    /// Why, for the other users of the account. The API refuses a cancellation without a note
    #[arg(long, value_name = "TEXT", value_parser = said)]
    pub(crate) note: String,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
