//! `certcentral order`: read, check, ask the journal, CertCentral and the user, send once, say what became of
//! it.

pub(crate) mod ending;
mod screen;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use certcentral::model::{OrderId, Secret};
use certcentral::pkio_professional::Order;
use certcentral::transport::{FailedAttempt, HolderOrder, OrderEvent, StopSwitch, order_url};
use certcentral::validation::Report;
use certcentral::{ApiKey, BaseUrl, Client, Outcome, Validated, read_json, today};
use certcentral_journal::{
    Asked, Clear, Ended, Entry, Journal, JournalError, PlaceOptions, Placement, Reference,
    SqliteStore, Store as _, StoreError, Transition, known,
};
use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::args::options::{FORMAT_HELP, Format, JournalOption, Server, seconds};
use crate::commands::order::ending::{Destination, Ending, Invalid};
use crate::commands::outcome::INTERRUPTED;
use crate::commands::patience::{Words, outcome_or_stop};
use crate::commands::refusal::{OtherOrder, Refused, local, when};
use crate::commands::sandbox;
use crate::env::file::{self, Bytes};
use crate::env::interrupt::Interrupts;
use crate::env::journal::JournalPlace;
use crate::env::old_records::old_order;
use crate::env::runtime::Runtime;
use crate::env::server;
use crate::exit::{Exit, Failure, Result};
use crate::show::question::{Consent, Rule, ask};
use crate::show::shell::Commands;
use crate::show::terminal::{Output, path, print, printable, progress, say, warn};
use crate::show::wrap::wrap;
use crate::show::{mask, paint, report};

/// A question that stood for longer than this has the lists read again.
const STALE: Duration = Duration::from_secs(60);

/// Check an order and place it
///
/// The order is placed at DigiCert unless --sandbox or --base-url says otherwise. Before that the journal of
/// this machine and the lists at CertCentral are asked whether the person has an order: if so, the command
/// refuses and says which one, whatever the file is called.
///
/// To see all of it without risk, rehearse with `certcentral sandbox` in a second terminal: an
/// answer that gets lost, the second run that is refused, and `certcentral find`. docs/rehearsal.md
/// has the steps; they take five minutes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral order order.json
  certcentral order --dry-run order.json

Exit codes: 0 placed, 1 the order is invalid and nothing was sent, 2 wrong usage or configuration, or \
refused because of another order of the person, and nothing was sent, 3 rejected by the server, 4 not \
sent, 5 unknown: the order may have been placed.")]
pub(crate) struct Arguments {
    /// The order, a JSON file; '-' is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    journal: JournalOption,
    /// Keep no journal: nothing will keep this order from being placed twice but what CertCentral lists
    #[arg(long, conflicts_with = "journal")]
    no_journal: bool,
    /// What you call this order: a second one with this reference is refused
    #[arg(long, value_name = "TEXT")]
    reference: Option<Reference>,
    /// How long the order may be sent from its claim on, retries included [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    send_within: Option<Duration>,
    /// Order one more for this person, who has this order already; repeatable
    #[arg(long, value_name = "ORDER_ID")]
    besides: Vec<OrderId>,
    /// Place the order although another one for this person may exist: this can buy twice. It is asked at a
    /// terminal, even with --yes
    #[arg(long)]
    although_it_may_exist: bool,
    /// Do not ask before the order is placed
    #[arg(long)]
    yes: bool,
    /// Place the order at a stand-in inside this program: no key is needed, nothing reaches DigiCert,
    /// and no journal is kept
    #[arg(long, conflicts_with_all = ["base_url", "journal"])]
    sandbox: bool,
    /// Show the request and send nothing; no key is needed
    #[arg(long)]
    dry_run: bool,
    /// Send an order that breaks rules; its structure must still be right
    #[arg(long)]
    no_check: bool,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let Some(order) = read(arguments)? else { return Ok(Exit::Invalid) };
    if arguments.dry_run && !arguments.sandbox {
        return dry_run(arguments, &server::base_url(&arguments.server)?, &order);
    }
    let runtime = Runtime::new()?;
    if arguments.sandbox {
        let (_sandbox, base_url, key) = sandbox::start_within(&runtime)?;
        if arguments.dry_run {
            return dry_run(arguments, &base_url, &order);
        }
        return Placing::new(arguments, runtime, key, base_url)?.place(&order);
    }
    let base_url = server::base_url(&arguments.server)?;
    let key = server::api_key(&arguments.server)?;
    server::warn_of_another_host("the order", &base_url);
    Placing::new(arguments, runtime, key, base_url)?.place(&order)
}

/// Reads and checks the order. `None` if it is invalid, which has been reported then.
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

/// One order, from the file to its outcome.
struct Placing<'a> {
    arguments: &'a Arguments,
    runtime: Runtime,
    journal: Journal<SqliteStore>,
    interrupts: Interrupts,
    /// After this no attempt begins.
    stop: StopSwitch,
    timeout: Duration,
    /// How many attempts ended and were followed by another.
    tried: Arc<AtomicU32>,
    /// A journal that is not kept lives as long as this.
    _place: JournalPlace,
}

impl<'a> Placing<'a> {
    fn new(
        arguments: &'a Arguments,
        runtime: Runtime,
        key: ApiKey,
        base_url: BaseUrl,
    ) -> Result<Self> {
        let stop = StopSwitch::new();
        let timeout = server::timeout(&arguments.server);
        let tried = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tried);
        let client = server::client(key, base_url, timeout)
            .observer(move |event: &OrderEvent| {
                if let OrderEvent::Retrying(attempt) = event {
                    counted.store(attempt.attempts, Ordering::SeqCst);
                    say_that_it_is_retried(attempt);
                }
            })
            .build()
            .with_stop(&stop);
        let place = if arguments.sandbox || arguments.no_journal {
            JournalPlace::temporary()?
        } else {
            let place = JournalPlace::new(arguments.journal.journal.as_deref())?;
            place.refuse_as_file(&arguments.file)?;
            place.refuse_as_output()?;
            place
        };
        let store = place.open_or_create().inspect_err(|_| {
            let _ = refuse(arguments.format, "journal", Vec::new());
        })?;
        let journal = runtime
            .block_on(Journal::open(store, client))
            .map_err(|error| failed(&error))?
            .send_within(arguments.send_within.unwrap_or(Duration::from_secs(120)));
        // Before anything is claimed, so that nothing can end the program between that and the outcome.
        let interrupts = Interrupts::before_sending(&runtime)?;
        Ok(Self { arguments, runtime, journal, interrupts, stop, timeout, tried, _place: place })
    }

    fn client(&self) -> &Client {
        self.journal.client()
    }

    fn commands(&self) -> Commands {
        let Arguments { file, journal, server, .. } = self.arguments;
        Commands::new(file, journal.journal.as_deref(), server)
    }

    fn options(&self) -> PlaceOptions {
        let Arguments { reference, besides, although_it_may_exist, file, .. } = self.arguments;
        let mut options = PlaceOptions::new().besides(besides.iter().copied()).refused_again();
        if let Some(reference) = reference {
            options = options.reference(reference.clone());
        }
        if *although_it_may_exist {
            options = options.although_it_may_exist();
        }
        if !file::is_stdin(file)
            && let Some(name) = file.file_name().and_then(|name| name.to_str())
            && Reference::new(name).is_ok()
        {
            options = options.file(name);
        }
        options
    }

    fn place(mut self, order: &Validated<Order>) -> Result<Exit> {
        if let Some(old) = self.old_receipt(order.order()) {
            return old;
        }
        let options = self.options();
        let Some(clear) = self.look(order.order(), &options)? else {
            return Ok(self.report(&Ending::NeverSent));
        };
        let mut clear = match clear {
            Asked::Refused(placement) => return self.refused(&placement),
            Asked::Clear(clear) => clear,
        };
        self.say_what_may_be(&clear);
        if let Some(refused) = self.listed(&clear) {
            return refused;
        }
        let asked_at = Instant::now();
        if self.ask(order.order(), &clear)? == Consent::Refused {
            say("Nothing was sent.");
            return refuse(self.arguments.format, "not_confirmed", Vec::new());
        }
        if asked_at.elapsed() > STALE {
            match self.look(order.order(), &options)? {
                None => return Ok(self.report(&Ending::NeverSent)),
                Some(Asked::Refused(placement)) => return self.refused(&placement),
                Some(Asked::Clear(again)) => clear = again,
            }
            if let Some(refused) = self.listed(&clear) {
                return refused;
            }
        }
        let (number, listed) = clear.listed;
        let options = options.listed_before(number, listed);
        progress(format_args!("Placing the order at {} ...", self.client().base_url().host()));
        let words = Words { what: "the order", then: "the order may exist" };
        let Self { runtime, interrupts, journal, stop, timeout, .. } = &mut self;
        let sending = journal.place(order, options);
        let placement =
            runtime.block_on(outcome_or_stop(sending, stop, *timeout, interrupts, words));
        match placement {
            None => self.abandoned(order.order()),
            Some(Err(error)) => Err(failed(&error)),
            Some(Ok(placement)) => self.ended(placement),
        }
    }

    /// Asks the journal, and then CertCentral. `None` if the user interrupted.
    fn look(&mut self, order: &Order, options: &PlaceOptions) -> Result<Option<Asked>> {
        let Self { runtime, interrupts, journal, .. } = self;
        progress(format_args!(
            "Looking at what is listed at {} ...",
            journal.client().base_url().host()
        ));
        let asked = runtime.block_on(async {
            tokio::select! {
                biased;
                () = interrupts.next() => None,
                asked = journal.ask(order, options) => Some(asked),
            }
        });
        asked.transpose().map_err(|error| failed(&error))
    }

    /// An old version of this program may have ordered for this person.
    fn old_receipt(&self, order: &Order) -> Option<Result<Exit>> {
        let server = self.client().base_url().to_string();
        if self.arguments.sandbox {
            return None;
        }
        let old = old_order(&self.arguments.file, &server, order)?;
        if old.order_id.is_some_and(|id| self.arguments.besides.contains(&id)) {
            return None;
        }
        let (reason, what) = match old.order_id {
            Some(id) => ("already_placed", format!("order {id} was placed for this person")),
            None => ("may_exist", "an order for this person may exist".to_owned()),
        };
        let receipt = path(&old.receipt);
        say_wrapped(&format!(
            "{receipt}, left by an earlier version of this program, says that {what}. Nothing was \
             sent. Look in CertCentral: if there is one, name it with --besides ORDER_ID to order one \
             more; if there is none, move that file away."
        ));
        let order = OtherOrder { order_id: old.order_id, status: None, created: None };
        Some(refuse(self.arguments.format, reason, vec![order]))
    }

    /// Says which other rows may be of this person.
    fn say_what_may_be(&self, clear: &Clear) {
        let Clear { holder, is_complete, failure, .. } = clear;
        if !is_complete {
            let why = failure.as_ref().map(|error| format!(" ({error})")).unwrap_or_default();
            warn(format_args!(
                "the lists at CertCentral could not be read{why}: whether the person has an order there \
                 is not known"
            ));
        }
        let open: Vec<&HolderOrder> =
            holder.possible.iter().filter(|order| order.is_in_the_way(today())).collect();
        if let Some(order) = open.first() {
            let more = open.len() - 1;
            let others = if more > 0 { format!(" and {more} more") } else { String::new() };
            let order = OtherOrder::from(*order).describe();
            say(format_args!("CertCentral lists {order}{others}, which may be for this person."));
        }
    }

    /// Refuses the order if CertCentral lists one that is in the way.
    fn listed(&self, clear: &Clear) -> Option<Result<Exit>> {
        let orders = clear.in_the_way();
        (!orders.is_empty()).then(|| self.refuse_listed(&orders))
    }

    fn refuse_listed(&self, orders: &[HolderOrder]) -> Result<Exit> {
        let orders: Vec<OtherOrder> = orders.iter().map(OtherOrder::from).collect();
        say_wrapped(&format!(
            "CertCentral lists {} for this person. Nothing was sent.",
            described(&orders)
        ));
        self.say_besides(&orders);
        refuse(self.arguments.format, "listed", orders)
    }

    /// The way to order one more on purpose.
    fn say_besides(&self, orders: &[OtherOrder]) {
        let named: String = orders
            .iter()
            .filter_map(|order| order.order_id)
            .map(|id| format!(" --besides {id}"))
            .collect();
        if !named.is_empty() {
            say("To order one more on purpose:");
            say(format_args!("  {}", self.commands().on_file(&format!("order{named}"))));
        }
    }

    fn ask(&mut self, order: &Order, clear: &Clear) -> Result<Consent> {
        let rule = if self.arguments.although_it_may_exist {
            Rule::PersonAlone
        } else {
            Rule::ScriptGoesOn
        };
        let screen = screen::render(order, clear, self.client(), &self.runtime);
        let yes = self.arguments.yes;
        ask(&self.runtime, &mut self.interrupts, rule, yes, &screen, "Place this order?")
    }

    /// Ends the attempt in flight now, and records that nobody waited for its outcome.
    fn abandoned(mut self, order: &Order) -> Result<Exit> {
        let runtime = std::mem::replace(&mut self.runtime, Runtime::new()?);
        // From here on nothing of this process is sent.
        runtime.end();
        let ending = Ending::Abandoned(self.tried.load(Ordering::SeqCst) + 1);
        let server = self.client().base_url().to_string();
        let store = self.journal.store();
        let recorded = self.runtime.block_on(async {
            let known = known(store, &server, order, &[]).await?;
            if let Some(entry) = known.in_flight() {
                let interrupted = Transition::Ended(Ended::unknown(INTERRUPTED));
                store.transit(entry.attempt, &interrupted).await?;
            }
            Ok::<_, StoreError>(())
        });
        if let Err(error) = recorded {
            warn(format_args!("the journal does not know of the interruption: {error}"));
        }
        Ok(self.report(&ending))
    }

    /// Says what became of an order that was placed through the journal.
    fn ended(&self, placement: Placement) -> Result<Exit> {
        let ending = match &placement {
            Placement::Unknown(unknown) => match &unknown.outcome {
                Some(Outcome::Placed(placed)) => Ending::OfAnother(placed.order_id()),
                Some(outcome) => Ending::Outcome(outcome.clone()),
                None => return self.refused(&placement),
            },
            Placement::NotPlaced(it) if it.outcome.is_none() => Ending::NeverSent,
            _ => match placement.outcome() {
                Some(outcome) => Ending::Outcome(outcome.clone()),
                None => return self.refused(&placement),
            },
        };
        if let Placement::Placed(placed) = &placement
            && !placed.recorded
        {
            warn("the journal could not be written: note the id of the order");
        }
        Ok(self.report(&ending))
    }

    /// Says which order is in the way, and the one thing to type.
    fn refused(&self, placement: &Placement) -> Result<Exit> {
        let Self { arguments, .. } = self;
        let commands = self.commands();
        let (reason, entries): (_, Vec<&Entry>) = match placement {
            Placement::SamePerson(orders) if orders.in_flight().is_some() => {
                ("in_flight", orders.in_flight().into_iter().collect())
            }
            Placement::SamePerson(orders) if orders.has_open() => {
                let open = orders.entries.iter().filter(|entry| entry.state.is_open());
                ("may_exist", open.collect())
            }
            Placement::SamePerson(orders) => ("already_placed", orders.entries.iter().collect()),
            Placement::InFlight(order) => ("in_flight", vec![&order.entry]),
            Placement::Unknown(unknown) => ("may_exist", vec![&unknown.entry]),
            Placement::Conflict(conflict) => ("conflict", vec![&conflict.entry]),
            Placement::Listed(listed) => return self.refuse_listed(&listed.orders),
            Placement::Placed(placed) => ("already_placed", vec![&placed.entry]),
            Placement::Rejected(rejected) => ("conflict", vec![&rejected.entry]),
            _ => ("conflict", Vec::new()),
        };
        let orders: Vec<OtherOrder> =
            entries.iter().map(|entry| OtherOrder::from(*entry)).collect();
        let sent = entries.first().map(|entry| when(entry.sent_at)).unwrap_or_default();
        match reason {
            "in_flight" => {
                let over = entries.first().map(|entry| local(entry.over_at)).unwrap_or_default();
                say_wrapped(&format!(
                    "An order for this person is in flight, sent {sent}. Nothing was sent. It is over \
                     at {over} at the latest: run the same command again then."
                ));
            }
            "may_exist" => {
                let file = entries.first().and_then(|entry| entry.file.as_deref());
                let from =
                    file.map(|file| format!(" from {}", printable(file))).unwrap_or_default();
                say_wrapped(&format!(
                    "An order for this person that was sent{from} ({sent}) may exist. Nothing was sent. \
                     Look for it first:"
                ));
                say(format_args!("  {}", commands.find()));
            }
            "conflict" => {
                let name = entries.first().and_then(|entry| entry.name()).unwrap_or_default();
                say_wrapped(&format!(
                    "The reference {} belongs to another order: {}. Nothing was sent. Choose another \
                     reference for this order.",
                    printable(name),
                    described(&orders)
                ));
            }
            _ => {
                say_wrapped(&format!(
                    "{} was placed for this person {sent}. Nothing was sent.",
                    described(&orders)
                ));
                self.say_besides(&orders);
            }
        }
        refuse(arguments.format, reason, orders)
    }

    /// Prints the outcome. That standard output cannot be written to must not hide it.
    fn report(&self, ending: &Ending) -> Exit {
        let commands = self.commands();
        let nothing_was_bought = server::nothing_was_bought(self.client().base_url());
        let destination = if self.arguments.sandbox {
            Destination::Sandbox
        } else {
            Destination::Server {
                commands: &commands,
                nothing_was_bought: nothing_was_bought.as_deref(),
                keeps_journal: !self.arguments.no_journal,
            }
        };
        if let Err(failure) = print(self.arguments.format, ending, || ending.render(destination)) {
            warn(failure);
            say(ending.render(destination));
        }
        ending.exit()
    }
}

/// Prints that nothing was sent because of something else.
fn refuse(format: Format, reason: &'static str, orders: Vec<OtherOrder>) -> Result<Exit> {
    if format == Format::Json {
        print(format, &Refused::new(reason, orders), || "")?;
    }
    Ok(Exit::Usage)
}

fn say_wrapped(text: &str) {
    say(wrap("", 0, text));
}

fn described(orders: &[OtherOrder]) -> String {
    let orders: Vec<String> = orders.iter().map(OtherOrder::describe).collect();
    orders.join(", ")
}

fn failed(error: &JournalError) -> Failure {
    let text = error.to_string();
    Failure::usage(format!("nothing was sent: {}", printable(&text)))
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
