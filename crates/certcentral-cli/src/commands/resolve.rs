//! `certcentral resolve`: look for the orders of a batch of which it is unknown whether they exist.

use std::path::PathBuf;
use std::time::Duration;

use certcentral::OrderId;
use certcentral::transport::{Candidate, FindReport, Verdict};
use certcentral_batch::{Resolution, ResolveError, ResolveOptions, Resolved};
use clap::Args;
use serde::Serialize;

use crate::args::options::{FORMAT_HELP, Format, Server, seconds};
use crate::commands::batch::{key_and_url, open_journal, unusable};
use crate::commands::find::describe;
use crate::env::{runtime, server};
use crate::exit::{Exit, Failure, Result};
use crate::show::terminal::{Output, printable, progress, say};
use crate::show::wrap::{count, wrap};
use crate::show::{paint, shell};

/// Look for the orders of a batch of which it is unknown whether they exist
///
/// Reads CertCentral's lists once, and says of each order what was found there. It changes nothing
/// unless --accept or --resend says so.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 no order is unknown any more, 2 wrong usage or a journal that cannot be used, 6 some \
orders are still unknown.")]
pub(crate) struct Arguments {
    /// The journal of the batch
    #[arg(long, value_name = "FILE")]
    journal: PathBuf,
    #[command(flatten)]
    server: Server,
    /// Take an order that was found as that of its row, where it is the only one that can be
    #[arg(long)]
    accept: bool,
    /// Let the next run place the row with this reference, if its order is not found; repeatable
    #[arg(long, value_name = "REFERENCE")]
    resend: Vec<String>,
    /// This order is not one of the batch: a person has looked at it; repeatable, and kept in the journal
    #[arg(long, value_name = "ORDER_ID")]
    not: Vec<OrderId>,
    /// How long after the attempt an order that is in no list counts as not found
    /// [default: 900, which is 15 minutes]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    settle: Option<Duration>,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let failed = |error| unusable(&arguments.journal, &error);
    let mut journal = open_journal(&arguments.journal)?;
    let (key, base_url) = key_and_url(&journal, &arguments.journal, &arguments.server)?;
    let client = server::client(key.clone(), base_url, server::timeout(&arguments.server)).build();
    progress(format_args!("Looking through the lists at {} ...", client.base_url().host()));
    let resolved = runtime::block_on(async {
        journal.resolve(&client, &key, &options(arguments)).await.map_err(|error| match error {
            ResolveError::Journal(error) => failed(error),
            error => {
                Failure::new(Exit::NotFound, printable(&format!("{error}; nothing is known yet")))
            }
        })
    })?;
    let left = journal.summary().map_err(failed)?.unwrap_or_default().unknown;
    print(arguments, &resolved, left)?;
    Ok(if left == 0 { Exit::Success } else { Exit::NotFound })
}

fn options(arguments: &Arguments) -> ResolveOptions {
    let mut options = ResolveOptions::new();
    if arguments.accept {
        options = options.accept();
    }
    if let Some(settle) = arguments.settle {
        options = options.settle(settle);
    }
    options = arguments.resend.iter().fold(options, |options, row| options.resend(row));
    arguments.not.iter().fold(options, |options, &id| options.not(id))
}

/// A row, as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    reference: &'a str,
    verdict: Verdict,
    order_id: Option<OrderId>,
    candidates: &'a [Candidate],
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<Resolved>,
}

fn print(arguments: &Arguments, resolved: &[Resolution], left: u64) -> Result<()> {
    let mut output = Output::new();
    for Resolution { reference, found, done, .. } in resolved {
        match arguments.format {
            Format::Json => output.json(&Line {
                reference,
                verdict: found.verdict,
                order_id: found.order_id(),
                candidates: &found.candidates,
                done: done.is_resolved().then_some(*done),
            })?,
            Format::Human => {
                let text = printable(&sentence(found, *done)).into_owned();
                output.line(wrap(&format!("{}: ", printable(reference)), 2, &text))?;
                for candidate in &found.candidates {
                    output.line(describe(candidate))?;
                }
            }
        }
    }
    if arguments.format == Format::Human {
        let rest = if left == 0 {
            paint::success("no order is unknown any more").into_owned()
        } else {
            format!("{} still unknown", count(left, "order"))
        };
        output.line(rest)?;
    }
    output.finish()?;
    if arguments.format == Format::Human {
        advise(arguments, resolved);
    }
    Ok(())
}

fn sentence(found: &FindReport, done: Resolved) -> String {
    let evidence = match found.order_id() {
        Some(id) => format!("found, it is order {id}"),
        None => match found.verdict {
            Verdict::NotFound => "not found: it was not placed".into(),
            Verdict::TooEarly => "not found yet, and it may still appear: look again later".into(),
            _ if found.candidates.is_empty() => {
                "not found, and the lists do not prove that it was not placed".into()
            }
            _ => format!("one of {} may be it", count(found.candidates.len() as u64, "order")),
        },
    };
    let done = match done {
        Resolved::Accepted => ". Taken as placed",
        Resolved::ReadyAgain => ". The next run sends it again",
        Resolved::ClaimedByAnother => ". It is not taken: it may be that of another row, too",
        Resolved::NotResent => ". It is not sent again",
        _ => "",
    };
    format!("{evidence}{done}")
}

/// What to do about what is left.
fn advise(arguments: &Arguments, resolved: &[Resolution]) {
    let command = format!(
        "  certcentral resolve{} --journal {}",
        shell::server_options(&arguments.server),
        shell::quote(&arguments.journal)
    );
    let left = |verdict| {
        resolved.iter().any(|row| row.found.verdict == verdict && row.done == Resolved::Left)
    };
    if left(Verdict::Found) {
        say("To take what was found as placed:");
        say(format_args!("{command} --accept"));
    }
    if left(Verdict::NotFound) {
        say("To let the next run send an order again that was not found:");
        say(format_args!("{command} --resend REFERENCE"));
    }
    if left(Verdict::Ambiguous) {
        say("If you have looked at an order in CertCentral, and it is not one of this batch:");
        say(format_args!("{command} --not ORDER_ID"));
    }
}
