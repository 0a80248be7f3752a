//! `certcentral cancel`: an order that waits ends.

use crate::args::Cancel;
use crate::commands::change::{Change, Subject};
use crate::exit::{Exit, Result};

pub(crate) fn run(arguments: &Cancel) -> Result<Exit> {
    let Cancel { order_id, note, server, format } = arguments;
    let change =
        Change { subject: Subject::Order(*order_id), done: "canceled", server, format: *format };
    change.prepare()?.send(async |client| client.cancel_order(*order_id, note).await)
}
