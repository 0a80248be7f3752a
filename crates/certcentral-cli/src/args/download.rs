//! What `certcentral download` takes.

use std::path::PathBuf;

use certcentral::model::OrderId;
use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, READ_CODES, Server};

/// Download the certificate of an order, as PEM
///
/// The file holds the certificate and those that lead to its root. The private key is on the token,
/// and in no file.
#[derive(Debug, Args)]
#[command(after_help = READ_CODES)]
pub(crate) struct Download {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    pub(crate) order_id: OrderId,
    /// Where to write it: a file that does not exist yet [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub(crate) out_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
