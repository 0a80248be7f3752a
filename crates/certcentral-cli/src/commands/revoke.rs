//! `certcentral revoke`: the certificate of an order ends for good, so the order's id is typed once
//! more.

use std::io::{self, BufRead, Read};

use certcentral::model::{OrderId, Revocation};
use clap::Args;

use crate::args::options::{CHANGE_CODES, FORMAT_HELP, Format, Server, said};
use crate::commands::change::{Change, Subject};
use crate::exit::{Exit, Failure, Result};
use crate::show::terminal::say;

/// Revoke the certificate of an order, for good
///
/// Signatures that were made before may be doubted from then on, and there is no refund. As a rule an
/// administrator has to approve the revocation first: the request for it is shown.
///
/// It asks for the order's id once more, and reads it from standard input, whether that is a terminal
/// or not. --yes does not ask.
#[derive(Debug, Args)]
#[command(after_help = CHANGE_CODES)]
pub(crate) struct Arguments {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    order_id: OrderId,
    /// Why, for the administrator who has to approve it
    #[arg(long, value_name = "TEXT", value_parser = said)]
    comment: String,
    /// Do not ask for the order's id
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

/// How many bytes of the answer are read. An id with blanks around it is shorter.
const LONGEST_ANSWER: u64 = 1024;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let Arguments { order_id, comment, yes, server, format } = arguments;
    let change =
        Change { subject: Subject::Order(*order_id), done: "revoked", server, format: *format };
    // What is wrong with the key or the base URL is said before the question.
    let prepared = change.prepare()?;
    if !yes {
        confirm(*order_id)?;
    }
    let revocation = Revocation::new().comment(comment);
    prepared.send(async |client| client.revoke_order(*order_id, &revocation).await)
}

fn confirm(order_id: OrderId) -> Result<()> {
    say(format_args!(
        "This revokes the certificate of order {order_id} for good. Signatures made with it may be \
         doubted from now on.\nType the order's id to go on:"
    ));
    let mut answer = Vec::new();
    // An answer that cannot be read is no confirmation.
    let _ = io::stdin().lock().take(LONGEST_ANSWER).read_until(b'\n', &mut answer);
    if answer.trim_ascii() == order_id.to_string().as_bytes() {
        Ok(())
    } else {
        Err(Failure::usage(format!(
            "not confirmed, and nothing was sent: type {order_id} when asked, or give --yes"
        )))
    }
}
