//! `certcentral order`: read, check, write the receipt, send once, say what became of it.

pub(crate) mod ending;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use certcentral::model::Secret;
use certcentral::pkio_professional::Order;
use certcentral::transport::{
    Baseline, EndedOrder, FailedAttempt, OrderEvent, StopSwitch, order_url,
};
use certcentral::validation::Report;
use certcentral::{ApiKey, BaseUrl, Client, RetryPolicy, Validated, read_json, today};
use clap::Args;
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::args::options::{FORMAT_HELP, Format, Server};
use crate::commands::order::ending::{Destination, Ending, Invalid};
use crate::commands::patience::{Words, outcome_or_stop};
use crate::commands::sandbox;
use crate::env::file::{self, Bytes};
use crate::env::interrupt::Interrupts;
use crate::env::runtime::Runtime;
use crate::env::server;
use crate::exit::{Exit, Failure, Result};
use crate::receipt::fingerprint::Fingerprints;
use crate::receipt::open::{self, OpenReceipt};
use crate::receipt::place::Place;
use crate::receipt::record::Run;
use crate::receipt::refusal::Repeat;
use crate::show::shell::Commands;
use crate::show::terminal::{Output, print, progress, say, warn};
use crate::show::{mask, paint, report};

/// Check an order and place it
///
/// The order is placed at DigiCert unless --sandbox or --base-url says otherwise. A receipt is
/// written before anything is sent, so that the same order is not placed twice: run a second time,
/// the command refuses and says what to do.
///
/// To see all of it without risk, rehearse with `certcentral sandbox` in a second terminal: an
/// answer that gets lost, the second run that is refused, and `certcentral find`. docs/rehearsal.md
/// has the steps; they take five minutes.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 placed, 1 the order is at fault and nothing was sent, 2 wrong usage or configuration \
and nothing was sent, 3 rejected by the server, 4 not sent, 5 unknown: the order may have been \
placed.")]
pub(crate) struct Arguments {
    /// The order, a JSON file; '-' is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    server: Server,
    /// Place the order at a stand-in inside this program: no key is needed, nothing reaches DigiCert,
    /// and no receipt is left
    #[arg(long, conflicts_with_all = ["base_url", "receipt"])]
    sandbox: bool,
    /// Show the request and send nothing; no key is needed
    #[arg(long)]
    dry_run: bool,
    /// Send an order that breaks rules; its structure must still be right
    #[arg(long)]
    no_check: bool,
    /// Where the receipt goes [default: FILE.receipt.json]
    #[arg(long, value_name = "PATH", conflicts_with = "no_receipt")]
    receipt: Option<PathBuf>,
    /// Leave no receipt: nothing will keep this order from being placed twice
    #[arg(long)]
    no_receipt: bool,
    /// Place the order although its receipt says that it has been, or may have been, placed
    #[arg(long)]
    again: bool,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let sends_for_real = !arguments.sandbox && !arguments.dry_run;
    let leaves_receipt = sends_for_real && !arguments.no_receipt;
    if file::is_stdin(&arguments.file) && arguments.receipt.is_none() && leaves_receipt {
        return Err(Failure::usage(
            "an order from standard input needs --receipt PATH, or --no-receipt to go without",
        ));
    }
    let Some(order) = read(arguments)? else { return Ok(Exit::Invalid) };
    if arguments.sandbox {
        return in_sandbox(arguments, &order);
    }
    let base_url = server::base_url(&arguments.server)?;
    if arguments.dry_run {
        return dry_run(arguments, &base_url, &order);
    }
    let key = server::api_key(&arguments.server)?;
    server::warn_of_another_host("the order", &base_url);
    let Arguments { file, receipt, server, .. } = arguments;
    let place = leaves_receipt
        .then(|| Place::new(file, Some(order.order()), receipt.as_deref(), server))
        .transpose()?;
    at_server(arguments, key, base_url, place.as_ref(), &order)
}

/// Reads and checks the order. `None` if it is at fault, which has been reported then.
fn read(arguments: &Arguments) -> Result<Option<Validated<Order>>> {
    let name = &file::name(&arguments.file);
    let text = file::read(&arguments.file, file::LARGEST_ORDER)
        .map_err(|reason| Failure::usage(format!("{name} {reason}")))?;
    let today = today();
    let (report, order) = read_json::<Order>(&text, today);
    let order = match order {
        Some(order) if arguments.no_check => Some(Validated::bypassing_rules(order)),
        Some(order) if report.is_valid() => Validated::check(order, today).ok(),
        _ => None,
    };
    if order.is_none() {
        report_faults(arguments.format, name, &text, &report)?;
    } else if !report.is_clean() {
        say(report::render(name, &text, &report).trim_end());
        say(format_args!("\n{name}: {}", report::count(&report)));
    }
    Ok(order)
}

/// Says what is wrong with an order that is not sent.
fn report_faults(format: Format, name: &str, text: &Bytes, report: &Report) -> Result<()> {
    print(format, &Invalid::new(report), || {
        let faults = report::render(name, text, report);
        let verdict = paint::error("not valid");
        let count = report::count(report);
        format!("{}\n\n{name}: {verdict}, {count}. Nothing was sent.", faults.trim_end())
    })
}

fn in_sandbox(arguments: &Arguments, order: &Validated<Order>) -> Result<Exit> {
    let runtime = Runtime::new()?;
    let (_sandbox, base_url, key) = sandbox::start_within(&runtime)?;
    if arguments.dry_run {
        return dry_run(arguments, &base_url, order);
    }
    let ending = Sender::new(runtime, arguments, key, base_url)?.send(order);
    Ok(report_ending(arguments.format, &ending, Destination::Sandbox))
}

fn at_server(
    arguments: &Arguments,
    key: ApiKey,
    base_url: BaseUrl,
    place: Option<&Place>,
    order: &Validated<Order>,
) -> Result<Exit> {
    let repeat = if arguments.again { Repeat::Meant } else { Repeat::Refuse };
    let host = base_url.to_string();
    let prints = place.map(|_| Fingerprints::of(order.order(), &key)).transpose()?;
    let mut sender = Sender::new(Runtime::new()?, arguments, key, base_url)?;
    let commands = Commands::new(&arguments.file, None, &arguments.server);
    let receipt = match place.zip(prints) {
        None => None,
        Some((place, prints)) => {
            open::check(place, order.order(), repeat)?;
            let Some(baseline) = sender.look() else {
                let destination = Destination::Server { place: None, commands: &commands };
                return Ok(report_ending(arguments.format, &Ending::NeverSent, destination));
            };
            let run = Run::begin(prints, host, place.file, baseline, sender.longest());
            Some(OpenReceipt::begin(place, order.order(), run, repeat)?)
        }
    };

    let ending = sender.send(order);

    if let Some(receipt) = receipt
        && let Err(failure) = receipt.end(|run| ending.write_to(run))
    {
        warn(failure);
    }
    let destination = Destination::Server { place, commands: &commands };
    Ok(report_ending(arguments.format, &ending, destination))
}

/// Prints the outcome. That standard output cannot be written to must not hide it.
fn report_ending(format: Format, ending: &Ending, destination: Destination<'_>) -> Exit {
    if let Err(failure) = print(format, ending, || ending.render(destination)) {
        warn(failure);
        say(ending.render(destination));
    }
    ending.exit()
}

/// Sends one order, unless the user interrupts before.
struct Sender {
    runtime: Runtime,
    client: Client,
    interrupts: Interrupts,
    /// After this no attempt begins.
    stop: StopSwitch,
    timeout: Duration,
    /// How the order ended. The transport tells this even after the program stopped waiting.
    ended: Arc<Mutex<Option<EndedOrder>>>,
}

impl Sender {
    fn new(
        runtime: Runtime,
        arguments: &Arguments,
        key: ApiKey,
        base_url: BaseUrl,
    ) -> Result<Self> {
        let ended = Arc::new(Mutex::new(None));
        let observed = Arc::clone(&ended);
        let stop = StopSwitch::new();
        let timeout = server::timeout(&arguments.server);
        let client = server::client(key, base_url, timeout)
            .observer(move |event: &OrderEvent| match event {
                OrderEvent::Retrying(attempt) => say_that_it_is_retried(attempt),
                OrderEvent::Ended(end) => {
                    *observed.lock().unwrap_or_else(PoisonError::into_inner) = Some(end.clone());
                }
                _ => {}
            })
            .build()
            .with_stop(&stop);
        // Before the receipt is written, so that nothing can end the program between the two.
        let interrupts = Interrupts::before_sending(&runtime)?;
        Ok(Self { runtime, client, interrupts, stop, timeout, ended })
    }

    /// How long the run takes at most: no attempt begins after the total time of the retries.
    fn longest(&self) -> SignedDuration {
        let longest = RetryPolicy::default().max_total().saturating_add(self.timeout);
        longest.try_into().unwrap_or(SignedDuration::MAX)
    }

    /// Looks at what is listed before the order is sent, so that nothing of it is taken for the order
    /// later. `None` if the user interrupted.
    fn look(&mut self) -> Option<Baseline> {
        let Self { runtime, client, interrupts, .. } = self;
        progress(format_args!("Looking at what is listed at {} ...", client.base_url().host()));
        runtime.block_on(async {
            tokio::select! {
                biased;
                () = interrupts.next() => None,
                baseline = client.look_before_sending() => Some(baseline),
            }
        })
    }

    fn send(self, order: &Validated<Order>) -> Ending {
        let Self { runtime, client, interrupts, stop, timeout, ended } = self;
        progress(format_args!("Placing the order at {} ...", client.base_url().host()));
        let words = Words { what: "the order", then: "the order may exist" };
        let sending = client.place_order(order);
        let outcome = runtime.block_on(outcome_or_stop(sending, &stop, timeout, interrupts, words));
        // An attempt that is still in flight is dropped here, and the transport tells whether the
        // order can have left.
        runtime.end();
        outcome.map_or_else(
            || Ending::Abandoned(ended.lock().unwrap_or_else(PoisonError::into_inner).take()),
            Ending::Outcome,
        )
    }
}

fn say_that_it_is_retried(attempt: &FailedAttempt) {
    let why = match (attempt.status, attempt.reason) {
        (Some(status), _) => format!("the server answered with HTTP status {status}"),
        (None, reason) => format!("it was not sent ({})", reason.unwrap_or("no reason")),
    };
    let wait = attempt.wait.as_secs_f64().ceil();
    progress(format_args!("Not placed yet: {why}. Trying again in {wait} s ..."));
}

/// Shows what would be sent.
fn dry_run(arguments: &Arguments, base_url: &BaseUrl, order: &Validated<Order>) -> Result<Exit> {
    #[derive(Serialize)]
    struct DryRun<'a> {
        outcome: &'static str,
        method: &'static str,
        url: &'a str,
        body: &'a RawValue,
    }

    let url = order_url::<Order>(base_url);
    let unwritable = |error| Failure::usage(format!("the order cannot be shown: {error}"));
    let order = redacted(order.order());
    let mut output = Output::new();
    match arguments.format {
        Format::Json => {
            let body = serde_json::to_string(&order).map_err(unwritable)?;
            let body = RawValue::from_string(mask::redacted(&body));
            let body = &body.map_err(unwritable)?;
            output.json(&DryRun { outcome: "dry_run", method: "POST", url: &url, body })?;
        }
        Format::Human => {
            output.line(format_args!("{} {url}", paint::strong("POST")))?;
            if !base_url.is_digicert() {
                let other = format!("{} is not DigiCert's host", base_url.host());
                output.line(format_args!("{}", paint::warning(&other)))?;
            }
            output.line("X-DC-DEVKEY: [redacted]")?;
            output.line("Content-Type: application/json\n")?;
            let body = serde_json::to_string_pretty(&order).map_err(unwritable)?;
            output.json_text(&mask::redacted(&body))?;
            output.line(format_args!("\n{}", paint::success("Nothing was sent.")))?;
        }
    }
    output.finish()?;
    Ok(Exit::Success)
}

/// The order as it may be shown.
pub(crate) fn redacted(order: &Order) -> Order {
    let mut order = order.clone();
    if let Some(card) = &mut order.credit_card {
        card.number = Secret::new("[redacted]");
        card.cvv = Secret::new("[redacted]");
    }
    order
}
