//! What `certcentral find` takes.

use std::path::PathBuf;
use std::time::Duration;

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, Server, seconds};

/// Look for an order whose outcome is unknown
///
/// Reads the receipt that `certcentral order` left, and searches DigiCert's lists of orders and
/// requests. It decides nothing: `not_found` is only said where nothing listed can be the order, and
/// where it would have had time to appear.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 found, 6 not found, not found yet or more than one \
                        candidate, 2 wrong usage or configuration.")]
pub(crate) struct Find {
    /// The order, as it was sent. If it was changed since, its receipt still knows something
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) server: Server,
    /// The order's receipt [default: FILE.receipt.json]
    #[arg(long, value_name = "PATH")]
    pub(crate) receipt: Option<PathBuf>,
    /// How long after the attempt an order that is in no list counts as not found
    /// [default: 900, which is 15 minutes]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) settle: Option<Duration>,
    /// An order in CertCentral that is surely not the one, because somebody has looked at it; can be
    /// given several times, and is kept in the receipt
    #[arg(long, value_name = "ORDER_ID")]
    pub(crate) not: Vec<OrderId>,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
