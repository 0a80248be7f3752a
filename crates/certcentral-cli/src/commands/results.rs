//! `certcentral results`: what became of the orders of a batch, as a sheet.

use std::path::PathBuf;

use certcentral_batch::{ByteOrderMark, ResultsError};
use clap::Args;

use crate::commands::batch::{open_journal, unusable};
use crate::exit::{Exit, Failure, Result};
use crate::show::terminal::Output;

/// Write what became of the orders of a batch, as CSV
///
/// A row for each order, in the order of the file: reference, state, order id, request id and the
/// reason if it is not placed. There is no personal data in it.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0, 2 wrong usage or a journal that cannot be used.")]
pub(crate) struct Arguments {
    /// The journal of the batch
    #[arg(long, value_name = "FILE")]
    journal: PathBuf,
    /// Begin with a byte order mark, which some spreadsheet programs need to read UTF-8
    #[arg(long)]
    bom: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let journal = open_journal(&arguments.journal)?;
    let mark = if arguments.bom { ByteOrderMark::With } else { ByteOrderMark::Without };
    let mut output = Output::new();
    journal.write_results(&mut output, mark).map_err(|error| match error {
        ResultsError::Journal(error) => unusable(&arguments.journal, &error),
        error => Failure::usage(error.to_string()),
    })?;
    output.finish()?;
    Ok(Exit::Success)
}
