//! The program `certcentral`: order qualified signing certificates for licensed Dutch professionals
//! at DigiCert CertCentral Europe, from a terminal or a script.
//!
//! Results go to standard output, everything else to standard error. The exit code says what
//! became of an order; `certcentral help order` lists them.
//!
//! The folders show the way of a run: `args` reads what was typed, `commands` has a module for each
//! command, `env` gives them files, server and key, `receipt` keeps a second run from buying the
//! same again, `show` prints, and `exit` says how the program ends.
//!
//! A run of `certcentral order` reads the file (`env::file`), checks it (`show::report` shows what
//! is wrong, `show::excerpt` and `show::mask` the lines without secrets), writes a `receipt`, sends
//! through the facade, and says what became of it (`commands::order::ending`). `check` does the
//! first half and never builds an HTTP client.

#![forbid(unsafe_code)]

mod args;
mod commands;
mod env;
mod exit;
mod receipt;
mod show;

use std::process::ExitCode;

use clap::CommandFactory;

use crate::args::{Arguments, Command, usage};
use crate::commands::{
    approve, batch, cancel, check, completions, download, explain, find, list, man, new, note,
    order, preflight, reject, requests, resolve, results, revoke, sandbox, schema, status, watch,
};
use crate::env::log;
use crate::exit::Exit;
use crate::show::terminal;

fn main() -> ExitCode {
    let arguments = match usage::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(exit) => return exit.into(),
    };
    log::start();
    let result = match &arguments.command {
        Command::New(new) => new::run(new),
        Command::Explain(explain) => explain::run(explain),
        Command::Check(check) => check::run(check),
        Command::Order(order) => order::run(order),
        Command::Find(find) => find::run(find),
        Command::Batch(batch) => batch::run(batch),
        Command::Resolve(resolve) => resolve::run(resolve),
        Command::Results(results) => results::run(results),
        Command::Preflight(preflight) => preflight::run(preflight),
        Command::Status(status) => status::run(status),
        Command::List(list) => list::run(list),
        Command::Requests(requests) => requests::run(requests),
        Command::Watch(watch) => watch::run(watch),
        Command::Approve(approve) => approve::run(approve),
        Command::Reject(reject) => reject::run(reject),
        Command::Cancel(cancel) => cancel::run(cancel),
        Command::Revoke(revoke) => revoke::run(revoke),
        Command::Note(note) => note::run(note),
        Command::Download(download) => download::run(download),
        Command::Schema(schema) => schema::run(schema),
        Command::Sandbox(sandbox) => sandbox::run(sandbox),
        Command::Completions(shell) => completions::run(shell, Arguments::command()),
        Command::Man(man) => man::run(man, Arguments::command()),
    };
    let exit: Exit = result.unwrap_or_else(|failure| {
        terminal::fail(&failure);
        failure.exit
    });
    exit.into()
}
