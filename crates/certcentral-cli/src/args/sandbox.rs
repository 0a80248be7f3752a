//! What `certcentral sandbox` takes.

use std::net::SocketAddr;

use certcentral_sandbox::{FaultKind, FaultRule};
use clap::Args;

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

fn fault_kinds() -> String {
    format!(
        "Kinds of faults: {}.\n\nAfter the kind, :placed or :unplaced settles whether the order is \
         placed all the same; before it, lookup: lets it strike look-ups.",
        FaultKind::NAMES.join(", ")
    )
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "an address and a port are written as 127.0.0.1:8080".into())
}
