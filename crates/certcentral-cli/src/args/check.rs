//! What `certcentral check` takes.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use crate::args::options::{FORMAT_HELP, Format, day};

/// Name everything that is wrong with orders, and send nothing
///
/// All faults are named at once, with line and column: what is missing, unknown, given twice or of
/// the wrong type, and every rule that is broken. Card numbers are masked in what is shown.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 all is right, 1 faults were found, 2 wrong usage or a file \
                        that cannot be read.")]
pub(crate) struct Check {
    /// The orders, each a JSON file; '-' is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
    /// Let warnings count as faults
    #[arg(long)]
    pub(crate) strict: bool,
    /// Check dates against this day instead of today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) today: Option<Date>,
}
