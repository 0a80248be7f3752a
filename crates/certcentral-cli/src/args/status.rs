//! What `certcentral status` takes.

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, Server};

/// Show the status of an order
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 shown, 2 wrong usage or configuration, 3 refused by the \
                        server, 4 no answer that can be read.")]
pub(crate) struct Status {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    pub(crate) order_id: OrderId,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
