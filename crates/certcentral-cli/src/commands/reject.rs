//! `certcentral reject`: an administrator decides about a request.

use crate::args::Reject;
use crate::commands::change::{Change, Subject};
use crate::exit::{Exit, Result};

pub(crate) fn run(arguments: &Reject) -> Result<Exit> {
    let Reject { request_id, comment, server, format } = arguments;
    let change = Change {
        subject: Subject::Request(*request_id),
        done: "rejected",
        server,
        format: *format,
    };
    change
        .prepare()?
        .send(async |client| client.reject_request(*request_id, comment.as_deref()).await)
}
