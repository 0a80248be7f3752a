//! What `certcentral batch` takes.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgGroup, Args};

use crate::args::options::{FORMAT_HELP, Format, Server};

/// Each order on its way has a connection of its own.
const MOST_AT_ONCE: usize = 256;

/// Check a file of many orders and place them, with a journal
///
/// The file is JSON Lines (a line an order, or {"reference":"...","order":{...}}), or a CSV as
/// spreadsheet programs write it: `certcentral new --csv` has a head and a row to begin with. All of
/// it is checked before the first order leaves. csa_agreed_to is a member of each row: each holder
/// agrees for themselves.
///
/// The journal says of each order where it is. Killed at any instant, the command is started again
/// with the same file and journal, and goes on: nothing is ordered twice, nothing is lost. What may
/// have been placed is looked up with `certcentral resolve`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("work").required(true).args(["file", "status", "refresh"]))]
#[command(after_help = "\
Exit codes: 0 all orders are placed, 1 the file is at fault and nothing was sent, 2 wrong usage, a \
journal that cannot be used or a file that was changed, 6 some orders are not placed.")]
pub(crate) struct Arguments {
    /// The orders, one a line (JSON Lines) or one a row (CSV)
    #[arg(value_name = "ORDERS")]
    pub(crate) file: Option<PathBuf>,
    /// The journal of this file: made if it does not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: PathBuf,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Place the orders at a stand-in inside this program: no key is needed, nothing reaches DigiCert
    #[arg(long, conflicts_with_all = ["base_url", "status", "refresh"])]
    pub(crate) sandbox: bool,
    /// An order file that fills in what rows leave out
    #[arg(long, value_name = "FILE", requires = "file")]
    pub(crate) defaults: Option<PathBuf>,
    /// How many orders are on their way at once
    #[arg(long, value_name = "N", default_value = "1", value_parser = concurrency)]
    pub(crate) concurrency: NonZeroUsize,
    /// Do not keep to the API's limits: 100 requests in 5 seconds, 1000 in 180
    #[arg(long)]
    pub(crate) no_pacing: bool,
    /// Take warnings for errors
    #[arg(long)]
    pub(crate) strict: bool,
    /// Pass over rows at fault, and place the others
    #[arg(long)]
    pub(crate) skip_invalid: bool,
    /// Place only the row with this reference, also if it was rejected before; repeatable
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) only: Vec<String>,
    /// Do not ask before the first order is placed
    #[arg(long)]
    pub(crate) yes: bool,
    /// Show the journal and send nothing; no key is needed
    #[arg(long, conflicts_with_all = ["file", "refresh"])]
    pub(crate) status: bool,
    /// Ask CertCentral for the status of the placed orders
    #[arg(long, conflicts_with = "file")]
    pub(crate) refresh: bool,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}

fn concurrency(text: &str) -> Result<NonZeroUsize, String> {
    let number: Option<NonZeroUsize> = text.parse().ok();
    number
        .filter(|number| number.get() <= MOST_AT_ONCE)
        .ok_or_else(|| format!("a number from 1 to {MOST_AT_ONCE}"))
}
