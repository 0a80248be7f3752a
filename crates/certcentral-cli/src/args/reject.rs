//! What `certcentral reject` takes.

use certcentral::model::RequestId;
use clap::Args;

use crate::args::options::{CHANGE_CODES, FORMAT_HELP, Format, Server, said};

/// Reject a request, so that its order ends
///
/// A revocation that is rejected leaves its order as it was.
#[derive(Debug, Args)]
#[command(after_help = CHANGE_CODES)]
pub(crate) struct Reject {
    /// The request's id, as `certcentral requests` lists it
    #[arg(value_name = "REQUEST_ID")]
    pub(crate) request_id: RequestId,
    /// Why, for the other users of the account
    #[arg(long, value_name = "TEXT", value_parser = said)]
    pub(crate) comment: Option<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    pub(crate) format: Format,
}
