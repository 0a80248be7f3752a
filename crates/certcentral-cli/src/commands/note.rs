//! `certcentral note`: something about an order, for the other users of the account.

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{CHANGE_CODES, FORMAT_HELP, Format, Server, said};
use crate::commands::change::{Change, Subject};
use crate::exit::{Exit, Result};

/// Write a note on an order
///
/// The other users of the account can read it. `certcentral status` shows the notes of an order.
#[derive(Debug, Args)]
#[command(after_help = CHANGE_CODES)]
pub(crate) struct Arguments {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    order_id: OrderId,
    /// What the note says
    #[arg(long, value_name = "TEXT", value_parser = said)]
    text: String,
    #[command(flatten)]
    server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let Arguments { order_id, text, server, format } = arguments;
    let change =
        Change { subject: Subject::Order(*order_id), done: "noted", server, format: *format };
    change.prepare()?.send(async |client| client.add_note(*order_id, text).await)
}
