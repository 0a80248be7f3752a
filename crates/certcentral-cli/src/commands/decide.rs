//! `certcentral approve` and `reject`: an administrator decides about a request.

use certcentral::model::RequestId;
use clap::Args;

use crate::args::options::{CHANGE_CODES, FORMAT_HELP, Format, Server, said};
use crate::commands::change::{Change, Subject};
use crate::exit::{Exit, Result};

#[derive(Debug, Args)]
#[command(after_help = CHANGE_CODES)]
pub(crate) struct Arguments {
    /// The request's id, as `certcentral requests` lists it
    #[arg(value_name = "REQUEST_ID")]
    request_id: RequestId,
    /// Why, for the other users of the account
    #[arg(long, value_name = "TEXT", value_parser = said)]
    comment: Option<String>,
    #[command(flatten)]
    server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

pub(crate) fn approve(arguments: &Arguments) -> Result<Exit> {
    let Arguments { request_id, comment, .. } = arguments;
    arguments
        .change("approved")
        .prepare()?
        .send(async |client| client.approve_request(*request_id, comment.as_deref()).await)
}

pub(crate) fn reject(arguments: &Arguments) -> Result<Exit> {
    let Arguments { request_id, comment, .. } = arguments;
    arguments
        .change("rejected")
        .prepare()?
        .send(async |client| client.reject_request(*request_id, comment.as_deref()).await)
}

impl Arguments {
    fn change(&self, done: &'static str) -> Change<'_> {
        let subject = Subject::Request(self.request_id);
        Change { subject, done, server: &self.server, format: self.format }
    }
}
