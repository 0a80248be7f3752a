//! What `certcentral watch` takes.

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, READ_CODES, Server};

/// Wait until the status of an order changes
///
/// It asks CertCentral for changes of status, at most once in 15 seconds, and ends as soon as one of
/// the orders has changed, or when all of them have come to an end already. Ctrl-C ends it at once.
#[derive(Debug, Args)]
#[command(after_help = READ_CODES)]
pub(crate) struct Watch {
    /// The orders' ids at CertCentral, in digits
    #[arg(value_name = "ORDER_ID", required = true)]
    pub(crate) order_ids: Vec<OrderId>,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
