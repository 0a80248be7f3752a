//! What `certcentral sandbox` takes.

use std::net::SocketAddr;

use certcentral_sandbox::{FaultKind, FaultRule};
use clap::Args;

/// Run a stand-in for CertCentral on this machine, until Ctrl-C
///
/// It answers as CertCentral is known to, keeps everything in memory, and sends nothing to DigiCert.
/// What it prints first are the two lines for another terminal that point `certcentral` to it.
#[derive(Debug, Args)]
#[command(after_long_help = fault_kinds())]
pub(crate) struct Sandbox {
    /// Where to listen: an address of this machine, and a port (0 takes a free one)
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// The API key that the stand-in accepts: an invented one, never DigiCert's [default: a new one
    /// each time]
    #[arg(long, value_name = "KEY")]
    pub(crate) api_key: Option<String>,
    /// Let a fault happen to orders with a probability from 0 to 1, such as hang=0.05; can be given
    /// several times
    #[arg(long = "fault", value_name = "KIND=PROBABILITY")]
    pub(crate) faults: Vec<FaultRule>,
    /// Let each order wait for an administrator of the account, until its request is approved
    #[arg(long)]
    pub(crate) needs_approval: bool,
    /// Issue each certificate this long after the order needs no approval any more [default: never]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) issue_after: Option<u32>,
    /// Begin with this many orders of invented people, placed in the past two years
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) fill: u32,
    /// Let the same faults happen each time [default: different ones each time]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
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
