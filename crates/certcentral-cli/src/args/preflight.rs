//! What `certcentral preflight` takes.

use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, Server};

/// See whether orders can be placed: key, product, balance, custom fields, clock
///
/// It orders nothing and changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 orders can be placed, warnings included, 2 wrong usage or \
                        configuration, 3 the key or the product was refused by the server, 4 no \
                        answer that can be read.")]
pub(crate) struct Preflight {
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
