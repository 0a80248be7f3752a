//! `certcentral approve`: an administrator decides about a request.

use crate::args::Approve;
use crate::commands::change::{Change, Subject};
use crate::exit::{Exit, Result};

pub(crate) fn run(arguments: &Approve) -> Result<Exit> {
    let Approve { request_id, comment, server, format } = arguments;
    let change = Change {
        subject: Subject::Request(*request_id),
        done: "approved",
        server,
        format: *format,
    };
    change
        .prepare()?
        .send(async |client| client.approve_request(*request_id, comment.as_deref()).await)
}
