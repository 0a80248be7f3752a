//! `certcentral completions`: what a shell needs to complete the command line.

use clap::Command;

use crate::args::Completions;
use crate::exit::{Exit, Result};
use crate::show::terminal::Output;

pub(crate) fn run(arguments: &Completions, mut program: Command) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "certcentral", &mut script);
    let mut output = Output::new();
    output.bytes(&script)?;
    output.finish()?;
    Ok(Exit::Success)
}
