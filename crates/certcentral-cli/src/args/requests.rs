//! What `certcentral requests` takes.

use certcentral::model::RequestStatus;
use clap::Args;

use crate::args::options::{READ_CODES, RowFormat, Server, TABLE_FORMAT_HELP};

/// List requests, the newest first: new orders and revocations that somebody approves or rejects
///
/// An order that waits for an administrator may be listed here alone. As JSON each request is a line;
/// a list that breaks off ends with a line that has an `error`.
#[derive(Debug, Args)]
#[command(after_help = READ_CODES)]
pub(crate) struct Requests {
    /// Only requests with this status: submitted, pending, approved or rejected
    #[arg(long, value_name = "STATUS")]
    pub(crate) status: Option<RequestStatus>,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = TABLE_FORMAT_HELP)]
    pub(crate) format: RowFormat,
    /// Begin the CSV with a byte order mark, which some spreadsheet programs need to read names
    #[arg(long)]
    pub(crate) bom: bool,
}
