//! What `certcentral order` takes.

use std::path::PathBuf;

use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, Server};

/// Check an order and place it
///
/// The order is placed at DigiCert unless --sandbox or --base-url says otherwise. A receipt is
/// written before anything is sent, so that the same order is not placed twice: run a second time,
/// the command refuses and says what to do.
///
/// To see all of it without risk, rehearse with `certcentral sandbox` in a second terminal: an
/// answer that gets lost, the second run that is refused, and `certcentral find`. docs/rehearsal.md
/// has the steps; they take five minutes.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 placed, 1 the order is at fault and nothing was sent, 2 wrong usage or configuration \
and nothing was sent, 3 rejected by the server, 4 not sent, 5 unknown: the order may have been \
placed.")]
pub(crate) struct Order {
    /// The order, a JSON file; '-' is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Place the order at a stand-in inside this program: no key is needed, nothing reaches DigiCert,
    /// and no receipt is left
    #[arg(long, conflicts_with_all = ["base_url", "receipt"])]
    pub(crate) sandbox: bool,
    /// Show the request and send nothing; no key is needed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Send an order that breaks rules; its structure must still be right
    #[arg(long)]
    pub(crate) no_check: bool,
    /// Where the receipt goes [default: FILE.receipt.json]
    #[arg(long, value_name = "PATH", conflicts_with = "no_receipt")]
    pub(crate) receipt: Option<PathBuf>,
    /// Leave no receipt: nothing will keep this order from being placed twice
    #[arg(long)]
    pub(crate) no_receipt: bool,
    /// Place the order although its receipt says that it has been, or may have been, placed
    #[arg(long)]
    pub(crate) again: bool,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
