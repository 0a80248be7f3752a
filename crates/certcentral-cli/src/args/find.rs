//! What `certcentral find` takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, Server, seconds};

/// Look for an order whose outcome is unknown
///
/// Reads the receipt that `certcentral order` left, and searches DigiCert's lists of orders and
/// requests from that time on. It decides nothing: `not_found` is only said of an order that would
/// have had time to appear.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 found, 6 not found, not found yet or more than one \
                        candidate, 2 wrong usage or configuration.")]
pub(crate) struct Find {
    /// The order, as it was sent
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
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
