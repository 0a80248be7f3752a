//! `certcentral find`: was an order placed whose outcome is unknown? It looks, and decides nothing.

use std::time::Duration;

use certcentral::model::OrderId;
use certcentral::pkio_professional::Order;
use certcentral::transport::{Candidate, FindReport, LookupError, Match, OrderSearch, Verdict};
use certcentral::{BaseUrl, read_json, today};
use jiff::SignedDuration;
use serde::Serialize;

use crate::args::{Find, Format};
use crate::env::{file, runtime, server};
use crate::exit::{Exit, Failure, Result};
use crate::receipt::clock::Moment;
use crate::receipt::disk;
use crate::receipt::place::Place;
use crate::receipt::record::{Run, State};
use crate::show::shell::{self, Commands};
use crate::show::terminal::{Output, Paint, printable, progress};

pub(crate) fn run(arguments: &Find) -> Result<Exit> {
    if file::is_stdin(&arguments.file) && arguments.receipt.is_none() {
        return Err(Failure::usage(
            "an order from standard input needs --receipt PATH, where its receipt was put",
        ));
    }
    let order = read(arguments)?;
    let Find { file, receipt, server, .. } = arguments;
    let place = Place::new(file, Some(&order), receipt.as_deref(), server)?;
    let name = place.name();
    let receipt = disk::load(&place.path)
        .map_err(|reason| {
            Failure::usage(format!(
                "{name} {reason}; an order may exist, so look in CertCentral before anything is \
                 ordered again"
            ))
        })?
        .ok_or_else(|| {
            Failure::usage(format!(
                "there is no receipt {name}, which `certcentral order` would have left; if it is \
                 elsewhere, give --receipt PATH"
            ))
        })?;
    let Some(run) = receipt.evidence().next() else {
        let finding = Finding::of_receipt(Verdict::NotFound, None);
        return print(arguments.format, &finding, &place.commands);
    };
    if !run.prints.is_order(&order) {
        return Err(Failure::usage(format!(
            "{name} is the receipt of another order, or this file was changed since it was sent: \
             give the order as it was sent"
        )));
    }
    if let (State::Placed, Some(id)) = (run.state, run.order_id) {
        return print(
            arguments.format,
            &Finding::of_receipt(Verdict::Found, Some(id)),
            &place.commands,
        );
    }
    let base_url = server::base_url(&arguments.server)?;
    expect_host(run, &base_url)?;
    let key = server::api_key(&arguments.server)?;
    let same_key = run.prints.is_key(&key);
    let client = server::client(key, base_url, server::timeout(&arguments.server)).build();
    let mut search = search(arguments, &order, run);
    if !same_key {
        search = search.other_account();
    }
    progress(format_args!("Looking through the lists at {} ...", client.base_url().host()));
    runtime::block_on(async {
        let report = client.find_order(&search).await.map_err(|error| {
            Failure::new(Exit::NotFound, printable(&format!("{error}; nothing is known yet")))
        })?;
        print(arguments.format, &Finding::of_search(report), &place.commands)
    })
}

/// The order: by it, its receipt and its person are recognised. Rules are not asked.
fn read(arguments: &Find) -> Result<Order> {
    let name = file::name(&arguments.file);
    let text = file::read(&arguments.file, file::LARGEST_ORDER)
        .map_err(|reason| Failure::usage(format!("{name} {reason}")))?;
    let (_, order) = read_json::<Order>(&text, today());
    order.ok_or_else(|| {
        Failure::usage(format!(
            "{name} cannot be read as an order: give the order as it was sent, or see what is \
             wrong with `certcentral check {}`",
            shell::quote(&arguments.file)
        ))
    })
}

/// The key goes where the user says and not where a file says.
fn expect_host(run: &Run, base_url: &BaseUrl) -> Result<()> {
    if run.host == base_url.as_str() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the order went to {}, and this would ask {base_url}: give --base-url {0}",
        printable(&run.host)
    )))
}

fn search(arguments: &Find, order: &Order, run: &Run) -> OrderSearch {
    let mut search = OrderSearch::new(order, run.earliest(), run.given_up().time);
    if let Some(elapsed) = Moment::now().since_boot(&run.given_up()) {
        search = search.elapsed_since_given_up(elapsed.try_into().unwrap_or_default());
    }
    if let Some(seconds) = run.clock_offset_seconds {
        search = search.clock_offset(SignedDuration::from_secs(seconds));
    }
    if let Some(id) = run.order_id {
        search = search.order_id(id);
    }
    if let Some(settle) = arguments.settle {
        search = search.settle(settle);
    }
    search
}

/// What was found. It serialises as `find --format json` prints it.
#[derive(Serialize)]
struct Finding {
    verdict: Verdict,
    order_id: Option<OrderId>,
    candidates: Vec<Candidate>,
    /// What the search has to say, unless the receipt said it all.
    #[serde(skip)]
    searched: Option<Searched>,
}

struct Searched {
    settles_in: Duration,
    lists_are_whole: bool,
    failure: Option<LookupError>,
}

impl Finding {
    fn of_receipt(verdict: Verdict, order_id: Option<OrderId>) -> Self {
        Self { verdict, order_id, candidates: Vec::new(), searched: None }
    }

    fn of_search(report: FindReport) -> Self {
        Self {
            verdict: report.verdict,
            order_id: report.order_id(),
            searched: Some(Searched {
                settles_in: report.settles_in,
                lists_are_whole: report.lists_are_whole,
                failure: report.failure,
            }),
            candidates: report.candidates,
        }
    }
}

fn print(format: Format, finding: &Finding, commands: &Commands) -> Result<Exit> {
    let mut output = Output::new();
    match format {
        Format::Json => output.json(finding)?,
        Format::Human => {
            let paint = output.paint;
            for line in render(finding, commands, paint) {
                output.line(line)?;
            }
        }
    }
    output.finish()?;
    Ok(if finding.verdict == Verdict::Found { Exit::Success } else { Exit::NotFound })
}

/// What was found, what that means, and what to do next.
fn render(finding: &Finding, commands: &Commands, paint: Paint) -> Vec<String> {
    let Finding { verdict, order_id, candidates, searched } = finding;
    let mut lines = Vec::new();
    match (verdict, order_id, searched) {
        (Verdict::Found, Some(id), _) => {
            let by = if searched.is_some() { "it was placed" } else { "its receipt has it" };
            lines.push(format!("{}: order {id}, {by}", paint.success("found")));
            lines.extend(candidates.iter().map(describe));
            lines.push(format!("See how it goes on with: {}", commands.status(*id)));
        }
        (Verdict::NotFound, _, Some(_)) => {
            lines.push(format!(
                "{}: both lists were read, late enough, and it is in neither",
                paint.warning("not found")
            ));
            lines.push("The order was not placed. To place it now:".into());
            lines.push(format!("  {}", commands.order_again()));
        }
        (Verdict::NotFound, _, None) => {
            lines.push(format!(
                "{}: its receipt says that it was not placed",
                paint.warning("not found")
            ));
            lines.push("To place it now:".into());
            lines.push(format!("  {}", commands.order()));
        }
        (Verdict::TooEarly, _, Some(searched)) => {
            let left = searched.settles_in.as_secs();
            lines.push(format!(
                "{}: it is in neither list, and may still appear",
                paint.warning("too early")
            ));
            lines.push(format!(
                "Do not send it again. Look again in {} minutes with:",
                (left / 60).saturating_add(1).max(1)
            ));
            lines.push(format!("  {}", commands.find()));
        }
        _ => {
            lines.push(format!(
                "{}: {}",
                paint.warning("ambiguous"),
                match candidates.len() {
                    0 => "it was not seen, and that does not say that it was not placed",
                    1 => "one order may be it",
                    _ => "several orders may be it",
                }
            ));
            lines.extend(candidates.iter().map(describe));
            match searched {
                Some(Searched { failure: Some(error), .. }) => {
                    lines.push(printable(&format!("  {error}")).into_owned());
                }
                Some(Searched { lists_are_whole: false, .. }) => {
                    lines.push("  the lists could not be read whole".into());
                }
                _ => {}
            }
            lines.push("Do not send it again before somebody has looked in CertCentral.".into());
        }
    }
    lines
}

/// A candidate on a line.
fn describe(candidate: &Candidate) -> String {
    let mut line = match (candidate.order_id, candidate.request_ids.first()) {
        (Some(id), _) => format!("  order {id}"),
        (None, Some(id)) => format!("  request {id}, which does not name its order"),
        (None, None) => "  an order without an id".to_owned(),
    };
    if let Some(status) = &candidate.status {
        line.push_str(&format!(", {status}"));
    }
    if let Some(date) = &candidate.date_created {
        line.push_str(&format!(", created {date}"));
    }
    let matched: Vec<&str> = candidate.matched.iter().map(|matched| word(*matched)).collect();
    if !matched.is_empty() {
        line.push_str(&format!(", same {}", matched.join(", ")));
    }
    printable(&line).into_owned()
}

fn word(matched: Match) -> &'static str {
    match matched {
        Match::OrderId => "id as in the answer",
        Match::Product => "product",
        Match::Individual => "individual",
        Match::Name => "name",
        Match::Email => "email address",
        _ => "other things",
    }
}
