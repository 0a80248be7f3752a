//! `certcentral results`: what became of the orders of a batch, as a sheet.

use certcentral_batch::{ByteOrderMark, Journal, ResultsError};

use crate::args::Results as Arguments;
use crate::commands::batch::unusable;
use crate::exit::{Exit, Failure, Result};
use crate::show::terminal::Output;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let failed = |error| unusable(&arguments.journal, &error);
    let journal = Journal::open(&arguments.journal).map_err(failed)?;
    let mark = if arguments.bom { ByteOrderMark::With } else { ByteOrderMark::Without };
    let mut output = Output::new();
    journal.write_results(&mut output, mark).map_err(|error| match error {
        ResultsError::Journal(error) => failed(error),
        error => Failure::usage(error.to_string()),
    })?;
    output.finish()?;
    Ok(Exit::Success)
}
