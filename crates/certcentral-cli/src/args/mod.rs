//! What can be typed: the commands and their options.
//!
//! No option takes an API key for DigiCert: what is typed ends up in the shell's history and in the
//! list of processes.

mod approve;
mod batch;
mod cancel;
mod check;
mod completions;
mod download;
mod explain;
mod find;
mod list;
mod man;
mod new;
mod note;
mod options;
mod order;
mod preflight;
mod reject;
mod requests;
mod resolve;
mod results;
mod revoke;
mod sandbox;
mod schema;
mod status;
pub(crate) mod usage;
mod watch;

use clap::{Parser, Subcommand};

pub(crate) use self::approve::Approve;
pub(crate) use self::batch::Batch;
pub(crate) use self::cancel::Cancel;
pub(crate) use self::check::Check;
pub(crate) use self::completions::Completions;
pub(crate) use self::download::Download;
pub(crate) use self::explain::Explain;
pub(crate) use self::find::Find;
pub(crate) use self::list::List;
pub(crate) use self::man::Man;
pub(crate) use self::new::New;
pub(crate) use self::note::Note;
pub(crate) use self::options::{Format, RowFormat, Server};
pub(crate) use self::order::Order;
pub(crate) use self::preflight::Preflight;
pub(crate) use self::reject::Reject;
pub(crate) use self::requests::Requests;
pub(crate) use self::resolve::Resolve;
pub(crate) use self::results::Results;
pub(crate) use self::revoke::Revoke;
pub(crate) use self::sandbox::Sandbox;
pub(crate) use self::schema::{Schema, SchemaDocument};
pub(crate) use self::status::Status;
pub(crate) use self::watch::Watch;

/// Order qualified signing certificates for licensed Dutch professionals at DigiCert CertCentral
/// Europe.
///
/// An order is a legal declaration and costs money, and the same order sent again buys a second
/// certificate: try one in the sandbox first.
#[derive(Debug, Parser)]
#[command(name = "certcentral", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Start with:
  certcentral new > order.json              an order file to fill in
  certcentral check order.json              name everything that is wrong with it
  certcentral order --sandbox order.json    place it at a stand-in inside this program
  certcentral order order.json              place it at DigiCert, which costs money

Environment:
  CERTCENTRAL_API_KEY    the API key
  CERTCENTRAL_BASE_URL   where the API is, if not at DigiCert's
  CERTCENTRAL_LOG        what to log on standard error: error, warn, info, debug or trace
  NO_COLOR               no colours, if set

This program is an independent project and not DigiCert's.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(New),
    Explain(Explain),
    Check(Check),
    Order(Order),
    Find(Find),
    Batch(Batch),
    Resolve(Resolve),
    Results(Results),
    Preflight(Preflight),
    Status(Status),
    List(List),
    Requests(Requests),
    Watch(Watch),
    Approve(Approve),
    Reject(Reject),
    Cancel(Cancel),
    Revoke(Revoke),
    Note(Note),
    Download(Download),
    Schema(Schema),
    Sandbox(Sandbox),
    Completions(Completions),
    Man(Man),
}
