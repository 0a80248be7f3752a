//! `certcentral note`: something about an order, for the other users of the account.

use crate::args::Note;
use crate::commands::change::{Change, Subject};
use crate::exit::{Exit, Result};

pub(crate) fn run(arguments: &Note) -> Result<Exit> {
    let Note { order_id, text, server, format } = arguments;
    let change =
        Change { subject: Subject::Order(*order_id), done: "noted", server, format: *format };
    change.prepare()?.send(async |client| client.add_note(*order_id, text).await)
}
