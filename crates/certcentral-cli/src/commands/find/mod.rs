//! `certcentral find`: was an order placed whose outcome is unknown? It looks, and decides nothing.

mod finding;

use std::path::PathBuf;
use std::time::Duration;

use certcentral::model::{Holder, OrderId, ProductOrder};
use certcentral::pkio_professional::Order;
use certcentral::transport::OrderSearch;
use certcentral::{ApiKey, BaseUrl, read_json, today};
use clap::Args;
use jiff::SignedDuration;

use crate::args::options::{FORMAT_HELP, Format, Server, seconds};
use crate::commands::failed_read;
pub(crate) use crate::commands::find::finding::describe;
use crate::commands::find::finding::{Doubt, File, Finding};
use crate::env::{file, runtime, server};
use crate::exit::{Exit, Failure, Result};
use crate::receipt::clock::Moment;
use crate::receipt::known;
use crate::receipt::place::Place;
use crate::receipt::record::{Receipt, Run, State};
use crate::show::shell;
use crate::show::terminal::{print, printable, progress, warn};

/// Look for an order whose outcome is unknown
///
/// Reads the receipt that `certcentral order` left, and searches DigiCert's lists of orders and
/// requests. It decides nothing: `not_found` is only said where nothing listed can be the order, and
/// where it would have had time to appear.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 found, 6 not found, not found yet or more than one \
                        candidate, 2 wrong usage or configuration.")]
pub(crate) struct Arguments {
    /// The order, as it was sent. If it was changed since, its receipt still knows something
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    server: Server,
    /// The order's receipt [default: FILE.receipt.json]
    #[arg(long, value_name = "PATH")]
    receipt: Option<PathBuf>,
    /// How long after the attempt an order that is in no list counts as not found
    /// [default: 900, which is 15 minutes]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    settle: Option<Duration>,
    /// An order in CertCentral that is not this one: a person has looked at it; can be given several
    /// times, and is kept in the receipt
    #[arg(long, value_name = "ORDER_ID")]
    not: Vec<OrderId>,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let Arguments { file, receipt, server, .. } = arguments;
    if file::is_stdin(file) && receipt.is_none() {
        return Err(Failure::usage(
            "an order from standard input needs --receipt PATH, where its receipt was put",
        ));
    }
    let (order, unreadable) = match read(arguments) {
        Ok(order) => (Some(order), None),
        Err(failure) => (None, Some(failure)),
    };
    let place = Place::new(file, order.as_ref(), receipt.as_deref(), server)?;
    let Some(receipt) = known::read(&place, &arguments.not)? else {
        return Err(unreadable.unwrap_or_else(|| {
            Failure::usage(format!(
                "there is no receipt {}, which `certcentral order` would have left; if it is \
                 elsewhere, give --receipt PATH",
                place.name()
            ))
        }));
    };
    if let Some(failure) = unreadable {
        warn(format_args!("{failure}; without it this looks by the little that the receipt knows"));
    }
    let finding = look(arguments, &receipt, order.as_ref())?;
    print(arguments.format, &finding, || finding.render(&place.commands))?;
    Ok(finding.exit())
}

/// Looks for all runs whose end is not known.
fn look(arguments: &Arguments, receipt: &Receipt, order: Option<&Order>) -> Result<Finding> {
    let file = match order {
        None => File::Unreadable,
        // A receipt of nothing is one of any order.
        Some(order) if receipt.evidence().all(|run| run.prints.is_order(order)) => File::AsItWas,
        Some(order) if receipt.evidence().any(|run| run.prints.is_person(order)) => File::Edited,
        Some(_) => File::OfAnother,
    };
    let placed: Vec<OrderId> = receipt
        .evidence()
        .filter(|run| run.state == State::Placed)
        .filter_map(|run| run.order_id)
        .collect();
    let open: Vec<&Run> = receipt.evidence().filter(|run| run.is_open()).collect();
    let mut finding = Finding::new(file, placed.first().copied(), receipt.evidence().count());
    let Some(newest) = open.first() else { return Ok(finding) };

    let base_url = server::base_url(&arguments.server)?;
    let (searched, elsewhere): (Vec<&Run>, Vec<&Run>) =
        open.iter().partition(|run| run.host == base_url.as_str());
    if searched.is_empty() {
        return Err(other_host(newest, &base_url));
    }
    if let Some(run) = elsewhere.first() {
        finding.doubt(Doubt::OtherHost(run.host.clone()));
    }
    let key = server::api_key(&arguments.server)?;
    if !searched.iter().all(|run| run.prints.is_key(&key)) {
        finding.doubt(Doubt::OtherKey);
    }
    let known = placed.iter().chain(&receipt.not).copied();
    let now = Moment::now();
    let searches: Vec<OrderSearch> = searched
        .iter()
        .map(|run| search(run, order, &key, &now).exclude_orders(known.clone()))
        .map(|search| match arguments.settle {
            Some(settle) => search.settle(settle),
            None => search,
        })
        .collect();
    let client = server::client(key, base_url, server::timeout(&arguments.server)).build();
    progress(format_args!("Looking through the lists at {} ...", client.base_url().host()));
    let reports = runtime::block_on(async { Ok(client.find_orders(&searches).await) })?;
    match reports {
        Ok(reports) => reports.into_iter().for_each(|report| finding.add(report)),
        Err(error) => {
            let failure = failed_read::report(&error, arguments.format)?;
            return Err(Failure::new(Exit::NotFound, format!("{failure}; nothing is known yet")));
        }
    }
    Ok(finding)
}

/// The order: by it, its receipt and its person are recognised. Rules are not asked.
fn read(arguments: &Arguments) -> Result<Order> {
    let name = file::name(&arguments.file);
    let text = file::read(&arguments.file, file::LARGEST_ORDER)
        .map_err(|reason| Failure::usage(format!("{name} {reason}")))?;
    let (_, order) = read_json::<Order>(&text, today());
    order.ok_or_else(|| {
        Failure::usage(format!(
            "{name} cannot be read as an order (`certcentral check {}` says why)",
            shell::quote(&arguments.file)
        ))
    })
}

/// The key goes where the user says and not where a file says.
fn other_host(run: &Run, base_url: &BaseUrl) -> Failure {
    Failure::usage(format!(
        "the order went to {}, and this would ask {base_url}: give --base-url {0}",
        printable(&run.host)
    ))
}

/// What is known of one run. Of a file that was changed since, only the parts that are as they were.
fn search(run: &Run, order: Option<&Order>, key: &ApiKey, now: &Moment) -> OrderSearch {
    let holder = match order {
        Some(order) if run.prints.is_order(order) => order.holder(),
        Some(order) => run.prints.known(order.holder()),
        None => Holder::default(),
    };
    let given_up = run.given_up();
    let mut search = OrderSearch::for_holder(&run.product, holder, run.earliest(), given_up.time)
        .baseline(run.baseline.clone().unwrap_or_default());
    if let Some(seconds) = run.clock_offset_seconds {
        search = search.clock_offset(SignedDuration::from_secs(seconds));
    }
    if let Some(elapsed) = now.since_boot(&given_up) {
        search = search.elapsed_since_given_up(elapsed.try_into().unwrap_or_default());
    }
    if let Some(id) = run.order_id {
        search = search.order_id(id);
    }
    if !run.prints.is_key(key) {
        search = search.other_account();
    }
    search
}
