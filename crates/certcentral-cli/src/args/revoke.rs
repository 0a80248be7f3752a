//! What `certcentral revoke` takes.

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{CHANGE_CODES, FORMAT_HELP, Format, Server, said};

/// Revoke the certificate of an order, for good
///
/// Signatures that were made before may be doubted from then on, and there is no refund. As a rule an
/// administrator has to approve the revocation first: the request for it is shown.
///
/// It asks for the order's id once more, and reads it from standard input, whether that is a terminal
/// or not. --yes does not ask.
#[derive(Debug, Args)]
#[command(after_help = CHANGE_CODES)]
pub(crate) struct Revoke {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    pub(crate) order_id: OrderId,
    /// Why, for whoever has to approve it
    #[arg(long, value_name = "TEXT", value_parser = said)]
    pub(crate) comment: String,
    /// Do not ask for the order's id
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
