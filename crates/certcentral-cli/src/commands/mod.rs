//! The commands, one module each: `Arguments` is what can be typed, and `run` says how the program
//! ends.

pub(crate) mod batch;
mod cancel;
mod change;
mod check;
mod completions;
mod decide;
mod download;
mod explain;
mod failed_read;
mod find;
mod history;
mod list;
mod man;
mod new;
mod next_step;
mod note;
pub(crate) mod order;
mod outcome;
mod patience;
mod preflight;
mod refusal;
mod requests;
mod results;
mod revoke;
mod rows;
mod sandbox;
mod schema;
mod status;
mod watch;

use clap::Subcommand;

use crate::exit::{Exit, Result};

/// A command as it was typed.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(new::Arguments),
    Explain(explain::Arguments),
    Check(check::Arguments),
    Order(order::Arguments),
    Find(find::Arguments),
    Batch(batch::Arguments),
    Results(results::Arguments),
    History(history::Arguments),
    Preflight(preflight::Arguments),
    Status(status::Arguments),
    List(list::Arguments),
    Requests(requests::Arguments),
    Watch(watch::Arguments),
    /// Approve a request, so that its order goes on
    ///
    /// This may spend money: an order that waits for approval is placed with it, a revocation that
    /// waits is carried out.
    Approve(decide::Arguments),
    /// Reject a request, so that its order ends
    ///
    /// A revocation that is rejected leaves its order as it was.
    Reject(decide::Arguments),
    Cancel(cancel::Arguments),
    Revoke(revoke::Arguments),
    Note(note::Arguments),
    Download(download::Arguments),
    Schema(schema::Arguments),
    Sandbox(sandbox::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

impl Command {
    /// Runs the command of a program that is described to clap.
    pub(crate) fn run(&self, program: impl FnOnce() -> clap::Command) -> Result<Exit> {
        match self {
            Self::New(arguments) => new::run(arguments),
            Self::Explain(arguments) => explain::run(arguments),
            Self::Check(arguments) => check::run(arguments),
            Self::Order(arguments) => order::run(arguments),
            Self::Find(arguments) => find::run(arguments),
            Self::Batch(arguments) => batch::run(arguments),
            Self::Results(arguments) => results::run(arguments),
            Self::History(arguments) => history::run(arguments),
            Self::Preflight(arguments) => preflight::run(arguments),
            Self::Status(arguments) => status::run(arguments),
            Self::List(arguments) => list::run(arguments),
            Self::Requests(arguments) => requests::run(arguments),
            Self::Watch(arguments) => watch::run(arguments),
            Self::Approve(arguments) => decide::approve(arguments),
            Self::Reject(arguments) => decide::reject(arguments),
            Self::Cancel(arguments) => cancel::run(arguments),
            Self::Revoke(arguments) => revoke::run(arguments),
            Self::Note(arguments) => note::run(arguments),
            Self::Download(arguments) => download::run(arguments),
            Self::Schema(arguments) => schema::run(arguments),
            Self::Sandbox(arguments) => sandbox::run(arguments),
            Self::Completions(arguments) => completions::run(arguments, program()),
            Self::Man(arguments) => man::run(arguments, program()),
        }
    }
}
