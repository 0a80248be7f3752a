//! What `certcentral batch` takes.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, JournalOption, Server, seconds};

/// Each order in flight has a connection of its own.
const MOST_AT_ONCE: usize = 256;

/// Check a file of many orders and place them, each person's once
///
/// The file is JSON Lines (a line an order, or {"reference":"...","order":{...}}), or a CSV as
/// spreadsheet programs write it: `certcentral new --csv` has a head and a row to begin with. All of
/// it is checked before the first order is sent. csa_agreed_to is a member of each row: each holder
/// agrees for themselves.
///
/// The journal is the one memory of what was ordered. Killed at any instant, the command is started again,
/// with this file or another one that has the same people: rows whose person has an order are done, open ones
/// are looked up first, the rest is sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral batch --dry-run orders.csv
  certcentral batch --defaults defaults.json orders.csv

Exit codes: 0 all orders are placed, 1 the file is invalid and nothing was sent, 2 wrong usage, not confirmed, \
a journal that cannot be used or a file that was changed, 6 some orders are not placed.")]
pub(crate) struct Arguments {
    /// The orders, one a line (JSON Lines) or one a row (CSV)
    #[arg(value_name = "ORDERS")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) journal: JournalOption,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Place the orders at a stand-in inside this program: no key is needed, nothing reaches DigiCert,
    /// and no journal is kept
    #[arg(long, conflicts_with_all = ["base_url", "journal"])]
    pub(crate) sandbox: bool,
    /// An order file that fills in what rows leave out
    #[arg(long, value_name = "FILE")]
    pub(crate) defaults: Option<PathBuf>,
    /// How many orders are in flight at once
    #[arg(long, value_name = "N", default_value = "1", value_parser = concurrency)]
    pub(crate) concurrency: NonZeroUsize,
    /// Ignore the API's limits: 100 requests in 5 seconds, 1000 in 180
    #[arg(long)]
    pub(crate) no_pacing: bool,
    /// How long an order may be sent from its claim on, retries included [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) send_within: Option<Duration>,
    /// Order one more for the person of this order; repeatable
    #[arg(long, value_name = "ORDER_ID")]
    pub(crate) besides: Vec<OrderId>,
    /// Treat warnings as errors
    #[arg(long)]
    pub(crate) strict: bool,
    /// Skip rows with errors, and place the others
    #[arg(long)]
    pub(crate) skip_invalid: bool,
    /// Place only the row with this reference, also if it was rejected before; repeatable
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) only: Vec<String>,
    /// Check the file and show what the journal knows; no key is needed, nothing is sent
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask before the first order is placed
    #[arg(long)]
    pub(crate) yes: bool,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}

fn concurrency(text: &str) -> Result<NonZeroUsize, String> {
    let number: Option<NonZeroUsize> = text.parse().ok();
    number
        .filter(|number| number.get() <= MOST_AT_ONCE)
        .ok_or_else(|| format!("a number from 1 to {MOST_AT_ONCE}"))
}
