//! `certcentral cancel`: an order that waits ends.

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{CHANGE_CODES, FORMAT_HELP, Format, Server, said};
use crate::commands::change::{Change, Subject};
use crate::exit::{Exit, Result};

/// Cancel an order that waits
///
/// An order whose certificate was issued is not canceled: see `certcentral revoke`.
#[derive(Debug, Args)]
#[command(after_help = CHANGE_CODES)]
pub(crate) struct Arguments {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    order_id: OrderId,
    /// Why, for the other users of the account. The API refuses a cancellation without a note
    #[arg(long, value_name = "TEXT", value_parser = said)]
    note: String,
    #[command(flatten)]
    server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let Arguments { order_id, note, server, format } = arguments;
    let change =
        Change { subject: Subject::Order(*order_id), done: "canceled", server, format: *format };
    change.prepare()?.send(async |client| client.cancel_order(*order_id, note).await)
}
