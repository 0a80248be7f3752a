//! The program `certcentral`: order qualified signing certificates for licensed Dutch professionals
//! at DigiCert CertCentral Europe, from a terminal or a script.
//!
//! Results go to standard output, everything else to standard error. The exit code says what
//! became of an order; `certcentral help order` lists them.
//!
//! A run of `certcentral order` goes through `order`: it reads the file (`file`), checks it
//! (`report` shows what is wrong, `excerpt` and `mask` the lines without secrets), writes a
//! `receipt` so that no second run buys the same again, sends through the facade, and says what
//! became of it (`outcome`). `check` does the first half and never builds an HTTP client.

#![cfg_attr(not(test), forbid(unsafe_code))]

mod arguments;
mod check;
mod excerpt;
mod exit;
mod file;
mod find;
mod interrupt;
mod log;
mod mask;
mod order;
mod outcome;
mod receipt;
mod report;
mod runtime;
mod sandbox;
mod schema;
mod server;
mod shell;
mod status;
mod terminal;
mod usage;
#[cfg(test)]
mod wipe;

use std::process::ExitCode;

use crate::arguments::Command;
use crate::exit::Exit;

fn main() -> ExitCode {
    let arguments = match usage::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(exit) => return exit.into(),
    };
    log::start();
    let result = match &arguments.command {
        Command::Check(check) => check::run(check),
        Command::Order(order) => order::run(order),
        Command::Find(find) => find::run(find),
        Command::Status(status) => status::run(status),
        Command::Schema(schema) => schema::run(schema),
        Command::Sandbox(sandbox) => sandbox::run(sandbox),
    };
    let exit: Exit = result.unwrap_or_else(|failure| {
        terminal::fail(&failure);
        failure.exit
    });
    exit.into()
}
