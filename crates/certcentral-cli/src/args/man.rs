//! What `certcentral man` takes.

use clap::Args;

/// Print a page of the manual, for man
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral man | man -l -
  certcentral man order > certcentral-order.1")]
pub(crate) struct Man {
    /// The page of one command [default: the page of the program]
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}
