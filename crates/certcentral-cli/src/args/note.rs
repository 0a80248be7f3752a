//! What `certcentral note` takes.

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{CHANGE_CODES, FORMAT_HELP, Format, Server, said};

/// Write a note on an order
///
/// The other users of the account can read it. `certcentral status` shows the notes of an order.
#[derive(Debug, Args)]
#[command(after_help = CHANGE_CODES)]
pub(crate) struct Note {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    pub(crate) order_id: OrderId,
    /// What the note says
    #[arg(long, value_name = "TEXT", value_parser = said)]
    pub(crate) text: String,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
