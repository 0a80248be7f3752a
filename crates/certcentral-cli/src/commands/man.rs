//! `certcentral man`: the help as pages of the manual.

use clap::{Args, Command};
use clap_mangen::Man as Page;

use crate::exit::{Exit, Failure, Result};
use crate::show::terminal::print_data;

/// Print a page of the manual, for man
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral man | man -l -
  certcentral man order > certcentral-order.1")]
pub(crate) struct Arguments {
    /// The page of one command [default: the page of the program]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, mut program: Command) -> Result<Exit> {
    // It gives the commands their full names.
    program.build();
    let page = match &arguments.command {
        None => program,
        Some(name) => program.find_subcommand(name).cloned().ok_or_else(|| {
            let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
            Failure::usage(format!(
                "there is no such command; the commands are {}",
                names.join(", ")
            ))
        })?,
    };
    let mut text = Vec::new();
    Page::new(page)
        .render(&mut text)
        .map_err(|error| Failure::usage(format!("the page cannot be written: {error}")))?;
    print_data(&text)
}
