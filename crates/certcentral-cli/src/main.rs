//! The program `certcentral`: order qualified signing certificates for licensed Dutch professionals
//! at DigiCert CertCentral Europe, from a terminal or a script.
//!
//! Results go to standard output, everything else to standard error. The exit code says what
//! became of an order; `certcentral help order` lists them.
//!
//! The folders show the way of a run: `args` reads what was typed, `commands` has a module for each
//! command and what it takes, `env` gives them files, server, key and journal, `show` prints and asks, and
//! `exit` says how the program ends.
//!
//! A run of `certcentral order` reads the file (`env::file`), checks it (`show::report` shows what
//! is wrong, `show::excerpt` and `show::mask` the lines without secrets), asks the journal and CertCentral
//! for other orders of the person, asks the user, sends through the journal, and says what became of it
//! (`commands::order::ending`). `check` does the
//! first half and never builds an HTTP client.

#![forbid(unsafe_code)]

mod args;
mod commands;
mod env;
mod exit;
mod show;

use std::process::ExitCode;

use clap::CommandFactory;

use crate::args::usage::{self, Program};
use crate::env::log;
use crate::exit::Exit;
use crate::show::terminal;

fn main() -> ExitCode {
    let program = match usage::parse(std::env::args_os()) {
        Ok(program) => program,
        Err(exit) => return exit.into(),
    };
    log::start();
    let result = program.command.run(Program::command);
    let exit: Exit = result.unwrap_or_else(|failure| {
        terminal::fail(&failure);
        failure.exit
    });
    exit.into()
}
