//! What `certcentral results` takes.

use std::path::PathBuf;

use clap::Args;

/// Write what became of the orders of a batch, as CSV
///
/// A row for each order, in the order of the file: reference, state, order id, request id and the
/// reason if it is not placed. There is no personal data in it.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0, 2 wrong usage or a journal that cannot be used.")]
pub(crate) struct Results {
    /// The journal of the batch
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: PathBuf,
    /// Begin with a byte order mark, which some spreadsheet programs need to read UTF-8
    #[arg(long)]
    pub(crate) bom: bool,
}
