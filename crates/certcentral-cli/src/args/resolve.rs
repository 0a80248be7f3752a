//! What `certcentral resolve` takes.

use std::path::PathBuf;
use std::time::Duration;

use certcentral::OrderId;
use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, Server, seconds};

/// Look for the orders of a batch of which it is unknown whether they exist
///
/// Reads CertCentral's lists once, and says of each order what was found there. It changes nothing
/// unless --accept or --resend says so.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 no order is unknown any more, 2 wrong usage or a journal that cannot be used, 6 some \
orders are still unknown.")]
pub(crate) struct Resolve {
    /// The journal of the batch
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: PathBuf,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Take an order that was found as that of its row, where it is the only one that can be
    #[arg(long)]
    pub(crate) accept: bool,
    /// Let the next run place the row with this reference, if its order is not found; repeatable
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) resend: Vec<String>,
    /// This order is none of the batch: somebody has looked at it; repeatable, and kept in the journal
    #[arg(long, value_name = "ORDER_ID")]
    pub(crate) not: Vec<OrderId>,
    /// How long after the attempt an order that is in no list counts as not found
    /// [default: 900, which is 15 minutes]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) settle: Option<Duration>,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
