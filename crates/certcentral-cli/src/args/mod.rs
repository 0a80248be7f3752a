//! What can be typed: the commands and their options.
//!
//! No option takes an API key for DigiCert: what is typed ends up in the shell's history and in the
//! list of processes.

pub(crate) mod usage;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use certcentral::model::OrderId;
use certcentral_sandbox::{FaultKind, FaultRule};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

/// Order qualified signing certificates for licensed Dutch professionals at DigiCert CertCentral
/// Europe.
///
/// An order is a legal declaration, costs money, and cannot be taken back by sending it again: try
/// one in the sandbox first.
#[derive(Debug, Parser)]
#[command(name = "certcentral", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Start with:
  certcentral check order.json              name everything that is wrong with an order
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
    Check(Check),
    Order(Order),
    Find(Find),
    Status(Status),
    Schema(Schema),
    Sandbox(Sandbox),
}

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

/// Check an order and place it
///
/// The order is placed at DigiCert unless --sandbox or --base-url says otherwise. A receipt is
/// written before anything is sent, so that the same order is not placed twice: run a second time,
/// the command refuses and says what to do.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 placed, 1 the order is at fault and nothing was sent, 2 wrong usage or configuration \
and nothing was sent, 3 rejected by the server, 4 not sent, 5 unknown: the order may have been \
placed.")]
pub(crate) struct Order {
    /// The order, a JSON file; '-' is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Place the order at a stand-in inside this program: no key is needed, and nothing reaches
    /// DigiCert
    #[arg(long, conflicts_with_all = ["base_url", "receipt"])]
    pub(crate) sandbox: bool,
    /// Show the request and send nothing; no key is needed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Send an order that breaks rules; its structure must still be right
    #[arg(long)]
    pub(crate) no_check: bool,
    /// Where the receipt goes [default: FILE.receipt.json]
    #[arg(long, value_name = "PATH", conflicts_with = "no_receipt")]
    pub(crate) receipt: Option<PathBuf>,
    /// Leave no receipt: nothing will keep this order from being placed twice
    #[arg(long)]
    pub(crate) no_receipt: bool,
    /// Place the order although its receipt says that it has been, or may have been, placed
    #[arg(long)]
    pub(crate) again: bool,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}

/// Look for an order whose outcome is unknown
///
/// Reads the receipt that `certcentral order` left, and searches DigiCert's lists of orders and
/// requests from that time on. It decides nothing: `not_found` is only said of an order that would
/// have had time to appear.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 found, 6 not found, not found yet or more than one \
                        candidate, 2 wrong usage or configuration.")]
pub(crate) struct Find {
    /// The order, as it was sent
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) server: Server,
    /// The order's receipt [default: FILE.receipt.json]
    #[arg(long, value_name = "PATH")]
    pub(crate) receipt: Option<PathBuf>,
    /// How long after the attempt an order that is in no list counts as not found
    /// [default: 900, which is 15 minutes]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) settle: Option<Duration>,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}

/// Show where an order stands
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 shown, 2 wrong usage or configuration, 3 refused by the \
                        server, 4 no answer that can be read.")]
pub(crate) struct Status {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    pub(crate) order_id: OrderId,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}

/// Print a JSON Schema, for editors and other programs
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// What the schema describes
    #[arg(value_enum, default_value_t)]
    pub(crate) document: SchemaDocument,
}

/// Run a stand-in for CertCentral on this machine, until Ctrl-C
///
/// It answers as CertCentral is known to, keeps all in memory, and lets nothing out.
#[derive(Debug, Args)]
#[command(after_long_help = fault_kinds())]
pub(crate) struct Sandbox {
    /// Where to listen: an address of this machine, and a port (0 takes a free one)
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// The key that the stand-in wants; invented, never DigiCert's [default: made anew each time]
    #[arg(long, value_name = "KEY")]
    pub(crate) api_key: Option<String>,
    /// Let a fault strike orders with a probability from 0 to 1, such as hang=0.05; can be given
    /// several times
    #[arg(long = "fault", value_name = "KIND=PROBABILITY")]
    pub(crate) faults: Vec<FaultRule>,
    /// Let the same faults happen each time [default: a new one each time]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// Which server is asked, and how.
#[derive(Debug, Args)]
pub(crate) struct Server {
    #[arg(long, value_name = "URL", help = BASE_URL_HELP)]
    pub(crate) base_url: Option<String>,
    /// A file that holds the API key and nothing else [default: the key is in the environment
    /// variable CERTCENTRAL_API_KEY]
    #[arg(long, value_name = "PATH")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// How long one attempt may take [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = timeout)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaDocument {
    /// An order, as it is posted
    #[default]
    OrderRequest,
    /// The answer to an order that was placed
    OrderResponse,
    /// The answer to an order that was refused
    ErrorResponse,
}

const FORMAT_HELP: &str = "How to print the result: for people, or as JSON";

const BASE_URL_HELP: &str = "Where the API is [env: CERTCENTRAL_BASE_URL] [default: \
                             https://certcentral.digicert.eu]";

fn fault_kinds() -> String {
    let kinds: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.name()).collect();
    format!(
        "Kinds of faults: {}.\n\nAfter the kind, :placed or :unplaced settles whether the order is \
         placed all the same; before it, lookup: lets it strike look-ups.",
        kinds.join(", ")
    )
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a day is written as 2026-01-31".into())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "a number of seconds, such as 60".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "an address and a port are written as 127.0.0.1:8080".into())
}

fn timeout(text: &str) -> Result<Duration, String> {
    match seconds(text)? {
        Duration::ZERO => Err("a timeout is longer than 0 seconds".into()),
        timeout if timeout > Duration::from_secs(3600) => {
            Err("a timeout is at most 3600 seconds".into())
        }
        timeout => Ok(timeout),
    }
}
