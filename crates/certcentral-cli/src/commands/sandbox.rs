//! `certcentral sandbox`: a stand-in for CertCentral, until it is stopped.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use certcentral::{ApiKey, BaseUrl};
use certcentral_sandbox::{Approval, FaultKind, FaultRule, Sandbox, StartError};
use clap::Args;

use crate::env::interrupt::Interrupts;
use crate::env::runtime::{self, Runtime};
use crate::exit::{Exit, Failure, Result};
use crate::show::paint;
use crate::show::terminal::{Output, say};

/// Run a stand-in for CertCentral on this machine, until Ctrl-C
///
/// It answers as CertCentral is known to, keeps everything in memory, and sends nothing to DigiCert.
/// What it prints first are the two lines for another terminal that point `certcentral` to it.
#[derive(Debug, Args)]
#[command(after_long_help = fault_kinds())]
pub(crate) struct Arguments {
    /// Where to listen: an address of this machine, and a port (0 takes a free one)
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", value_parser = address)]
    listen: SocketAddr,
    /// The API key that the stand-in accepts: an invented one, never DigiCert's [default: a new one
    /// each time]
    #[arg(long, value_name = "KEY")]
    api_key: Option<String>,
    /// Let a fault happen to orders with a probability from 0 to 1, such as hang=0.05; can be given
    /// several times
    #[arg(long = "fault", value_name = "KIND=PROBABILITY")]
    faults: Vec<FaultRule>,
    /// Let each order wait for an administrator of the account, until its request is approved
    #[arg(long)]
    needs_approval: bool,
    /// Issue each certificate this long after the order needs no approval any more [default: never]
    #[arg(long, value_name = "SECONDS")]
    issue_after: Option<u32>,
    /// Begin with this many orders of invented people, placed in the past two years
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    fill: u32,
    /// Let the same faults happen each time [default: different ones each time]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

fn fault_kinds() -> String {
    format!(
        "Examples:
  certcentral sandbox
  certcentral sandbox --fault close-before-answer:placed=1    the answer to each order is lost
  certcentral sandbox --fault status-503=0.3 --fault hang=0.1 --seed 7

A rehearsal with a lost answer, step by step: docs/rehearsal.md.

Kinds of faults: {}. Words in capitals are numbers, as in cut-after-100.

After the kind, :placed or :unplaced says whether the order is placed all the same. Before it, \
         lookup: makes the fault happen to look-ups instead, change: to changes such as a \
         cancellation.",
        FaultKind::NAMES.join(", ")
    )
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "an address and a port are written as 127.0.0.1:8080".into())
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    runtime::block_on(serve(arguments))
}

async fn serve(arguments: &Arguments) -> Result<Exit> {
    let Arguments { listen, api_key, faults, needs_approval, issue_after, fill, seed } = arguments;
    let mut interrupts = Interrupts::listen()
        .map_err(|error| Failure::usage(format!("Ctrl-C cannot be listened for: {error}")))?;
    let seed = match seed {
        Some(seed) => *seed,
        None => getrandom::u32()
            .map_err(|error| Failure::usage(format!("this system gives no random seed: {error}")))?
            .into(),
    };
    let mut builder = Sandbox::builder().listen(*listen).seed(seed);
    if let Some(key) = api_key {
        builder = builder.api_key(key);
    }
    for fault in faults {
        builder = builder.fault_rule(*fault);
    }
    if *needs_approval {
        builder = builder.approval(Approval::Submitted);
    }
    if let Some(seconds) = issue_after {
        builder = builder.issue_after(Duration::from_secs((*seconds).into()));
    }
    let sandbox = builder.start().await.map_err(|error| not_started(&error))?;
    sandbox.fill((*fill).into());

    // Others wait for these lines, so each is complete and seen before anything else happens.
    let mut output = Output::new();
    output.line(format_args!("CertCentral sandbox: {}", paint::strong(&sandbox.url())))?;
    output.line("Nothing that is sent here reaches DigiCert. In another terminal:\n")?;
    output.line(format_args!("  export CERTCENTRAL_BASE_URL={}", sandbox.url()))?;
    output.line(format_args!("  export CERTCENTRAL_API_KEY={}", sandbox.api_key()))?;
    output.line("  certcentral order order.json\n")?;
    output.finish()?;
    if !faults.is_empty() {
        say(format_args!("Faults happen by chance; the same ones again with --seed {seed}."));
    }
    say("Ctrl-C stops it.");

    interrupts.next().await;
    let books = sandbox.books();
    say(format_args!(
        "Stopped. Requests: {}, orders placed: {}.",
        books.request_count(),
        books.order_count()
    ));
    Ok(Exit::Success)
}

/// Starts a stand-in inside this program, and says where and with which key it takes orders.
pub(crate) fn start_within(runtime: &Runtime) -> Result<(Sandbox, BaseUrl, ApiKey)> {
    let sandbox = runtime.block_on(Sandbox::start()).map_err(|error| not_started(&error))?;
    let broken = |error: &dyn Error| Failure::usage(format!("the sandbox is broken: {error}"));
    let url = sandbox.url().parse().map_err(|error| broken(&error))?;
    let key = ApiKey::new(sandbox.api_key()).map_err(|error| broken(&error))?;
    Ok((sandbox, url, key))
}

/// Why the stand-in does not run.
fn not_started(error: &StartError) -> Failure {
    let cause = error.source().map(|cause| format!(" ({cause})")).unwrap_or_default();
    Failure::usage(format!("the sandbox was not started: {error}{cause}"))
}
