//! `certcentral find`: was an order placed whose outcome is unknown? What it finds is recorded in the
//! journal; it changes nothing at CertCentral.

mod finding;

use std::path::PathBuf;
use std::time::Duration;

use certcentral::model::{OrderId, RequestId};
use certcentral::pkio_professional::Order;
use certcentral::{Verdict, read_json, today};
use certcentral_batch::{Batch, CheckOptions, Checked};
use certcentral_journal::{
    Entry, Journal, JournalError, Known, LookOptions, Looked, Refused, SqliteStore, State, known,
};
use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, JournalOption, Server, seconds};
use crate::commands::batch::open_orders;
use crate::commands::failed_read;
use crate::commands::find::finding::Finding;
use crate::commands::refusal::local;
use crate::env::interrupt::Interrupts;
use crate::env::journal::JournalPlace;
use crate::env::runtime::Runtime;
use crate::env::{file, server};
use crate::exit::{Exit, Failure, Result};
use crate::show::question::{Consent, Rule, ask};
use crate::show::shell::Commands;
use crate::show::terminal::{Output, printable, progress, say};

/// Find out whether an order was placed whose outcome is unknown
///
/// Looks through the lists of orders and requests at CertCentral for every open order of the person, or of
/// all persons of a sheet, and records in the journal what it finds: `order` and `batch` go by that. Without a
/// file it looks for all that is open; it has no names then, and says found only of an id that an answer
/// gave. Nothing is changed at CertCentral.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral find order.json
  certcentral find --not 112000301 order.json

Exit codes: 0 found, or of a sheet nothing is open any more; 2 wrong usage or configuration, 6 not found, \
not clear, or too early.")]
pub(crate) struct Arguments {
    /// The order that was sent, a JSON file, or the sheet of a batch; '-' is standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    journal: JournalOption,
    /// How long an order may take to appear in the lists; before that nothing is said to be absent
    /// [default: 900]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    settle: Option<Duration>,
    /// An order file that fills in what the rows of a sheet leave out
    #[arg(long, value_name = "FILE", requires = "file")]
    defaults: Option<PathBuf>,
    /// Of a sheet, or without a file, only the order with this reference; repeatable
    #[arg(long, value_name = "REFERENCE")]
    only: Vec<String>,
    /// An order, or a request, that a person has looked at and that is not the one; repeatable
    #[arg(long, value_name = "ID")]
    not: Vec<u64>,
    /// Settle the open order as this one: a person has looked
    #[arg(long, value_name = "ORDER_ID", conflicts_with = "absent")]
    accept: Option<OrderId>,
    /// Settle the open order as not placed: a person has looked, after the settle time. It is asked at a
    /// terminal
    #[arg(long)]
    absent: bool,
    /// Record nothing of what is found
    #[arg(long, conflicts_with_all = ["accept", "absent"])]
    dry_run: bool,
    /// Look again until it is no longer too early
    #[arg(long)]
    wait: bool,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

/// Whose orders are looked for.
enum Sought {
    /// The person of one order.
    One(Box<Order>),
    /// The persons of a sheet, each with the reference of its row.
    Rows(Vec<(String, Order)>),
    /// All that is open.
    All,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let sought = read(arguments)?;
    let place = JournalPlace::new(arguments.journal.journal.as_deref())?;
    place.refuse_as_output()?;
    let store = if arguments.dry_run {
        place.read()?.ok_or_else(|| no_journal(&place))?
    } else {
        place
            .open()
            .map_err(|failure| if place.path().exists() { failure } else { no_journal(&place) })?
    };
    if matches!(sought, Sought::Rows(_) | Sought::All)
        && arguments.only.is_empty()
        && (arguments.accept.is_some() || arguments.absent || !arguments.not.is_empty())
    {
        return Err(Failure::usage(
            "--accept, --absent and --not are about one order: say which with --only REFERENCE",
        ));
    }
    Search::new(arguments, store)?.run(&sought)
}

fn no_journal(place: &JournalPlace) -> Failure {
    Failure::usage(format!(
        "there is no journal at {}: no order was placed from here, or it is elsewhere (--journal PATH)",
        crate::show::terminal::path(place.path())
    ))
}

fn read(arguments: &Arguments) -> Result<Sought> {
    let Some(path) = &arguments.file else { return Ok(Sought::All) };
    let name = file::name(path);
    let text = file::read(path, file::LARGEST_ORDER * 64)
        .map_err(|reason| Failure::usage(format!("{name} {reason}")))?;
    // Rules are not asked: the order is recognised by its person.
    if let (_, Some(order)) = read_json::<Order>(&text, today()) {
        return Ok(Sought::One(Box::new(order)));
    }
    let unreadable = || {
        Failure::usage(format!(
            "{name} cannot be read as an order or as a sheet of orders (`certcentral check` says why)"
        ))
    };
    if file::is_stdin(path) {
        return Err(unreadable());
    }
    let orders = open_orders(path, arguments.defaults.as_deref()).map_err(|_| unreadable())?;
    let options = CheckOptions::new(today()).skip_invalid();
    let Ok(Checked::Ready(batch)) = Batch::check(orders, &options, |_| {}) else {
        return Err(unreadable());
    };
    let mut rows = Vec::new();
    let mut orders = batch.orders().map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    while let Some(row) =
        orders.next().map_err(|error| Failure::usage(format!("{name}: {error}")))?
    {
        let reference = row.reference();
        if arguments.only.is_empty() || arguments.only.contains(&reference) {
            rows.push((reference, row.order.into_order()));
        }
    }
    if rows.is_empty() {
        return Err(Failure::usage(format!("{name}: no row that can be read has this reference")));
    }
    Ok(Sought::Rows(rows))
}

struct Search<'a> {
    arguments: &'a Arguments,
    runtime: Runtime,
    interrupts: Interrupts,
    journal: Journal<SqliteStore>,
    server: String,
}

impl<'a> Search<'a> {
    fn new(arguments: &'a Arguments, store: SqliteStore) -> Result<Self> {
        let base_url = server::base_url(&arguments.server)?;
        let key = server::api_key(&arguments.server)?;
        let timeout = server::timeout(&arguments.server);
        let client = server::client(key, base_url, timeout).build();
        let runtime = Runtime::new()?;
        let interrupts = Interrupts::before_sending(&runtime)?;
        let server = client.base_url().to_string();
        let journal = runtime.block_on(Journal::open(store, client)).map_err(|it| failed(&it))?;
        let journal = match arguments.settle {
            Some(settle) => journal.settle(settle),
            None => journal,
        };
        Ok(Self { arguments, runtime, interrupts, journal, server })
    }

    fn commands(&self) -> Commands {
        let Arguments { file, journal, server, .. } = self.arguments;
        let file = file.clone().unwrap_or_else(|| PathBuf::from("FILE"));
        Commands::new(&file, journal.journal.as_deref(), server)
    }

    fn known(&self, order: &Order) -> Result<Known> {
        let known = known(self.journal.store(), &self.server, order, &[]);
        self.runtime.block_on(known).map_err(|error| failed(&error.into()))
    }

    fn run(mut self, sought: &Sought) -> Result<Exit> {
        self.refuse_other_server(sought)?;
        if self.arguments.accept.is_some() || self.arguments.absent {
            self.decide(sought)?;
        }
        loop {
            let looked = self.look(sought)?;
            let early = looked.iter().filter(|it| it.report.verdict == Verdict::TooEarly);
            let next = early.map(|it| it.report.settles_in.max(Duration::from_secs(1))).min();
            match next.filter(|_| self.arguments.wait) {
                None => return self.report(sought, &looked),
                Some(wait) => {
                    let at = jiff::Timestamp::now().saturating_add(wait).unwrap_or_default();
                    say(format_args!(
                        "Too early: looking again at {}. Waiting costs nothing; Ctrl-C ends it.",
                        local(at)
                    ));
                    let Self { runtime, interrupts, .. } = &mut self;
                    let interrupted = runtime.block_on(async {
                        tokio::select! {
                            () = interrupts.next() => true,
                            () = tokio::time::sleep(wait) => false,
                        }
                    });
                    if interrupted {
                        return self.report(sought, &looked);
                    }
                }
            }
        }
    }

    /// The key goes where the user says and not where a journal says.
    fn refuse_other_server(&self, sought: &Sought) -> Result<()> {
        let Sought::One(order) = sought else { return Ok(()) };
        let known = self.known(order)?;
        if known.latest.is_some() || !known.open.is_empty() {
            return Ok(());
        }
        let store = self.journal.store();
        let elsewhere = self.runtime.block_on(async {
            use certcentral::model::ProductOrder as _;
            use certcentral_journal::{Store as _, Wanted};
            let person = store.salt().person(order.holder());
            let all = store.records(&Wanted::All, None, 100_000).await?;
            Ok::<_, certcentral_journal::StoreError>(all.into_iter().find(|record| {
                record.entry.state.is_open()
                    && record.person.as_ref().is_some_and(|other| other.may_be(&person))
            }))
        });
        let elsewhere = elsewhere.map_err(|error| failed(&error.into()))?;
        match elsewhere {
            Some(record) => Err(Failure::usage(format!(
                "the order went to {0}, and this would ask {1}: give --base-url {0}",
                printable(&record.entry.server),
                self.server
            ))),
            None => Ok(()),
        }
    }

    fn options(&self) -> LookOptions {
        let Arguments { not, dry_run, .. } = self.arguments;
        let options = LookOptions::new()
            .not_orders(not.iter().filter_map(|id| OrderId::new(*id).ok()))
            .not_requests(not.iter().filter_map(|id| RequestId::new(*id).ok()));
        if *dry_run { options.dry_run() } else { options }
    }

    fn look(&mut self, sought: &Sought) -> Result<Vec<Looked>> {
        progress(format_args!(
            "Looking through the lists at {} ...",
            self.journal.client().base_url().host()
        ));
        let options = self.options();
        let (journal, only) = (&self.journal, &self.arguments.only);
        let looked = self.runtime.block_on(async {
            match sought {
                Sought::One(order) => journal.look_up_persons(&[&**order], &options).await,
                Sought::Rows(rows) => {
                    let orders: Vec<&Order> = rows.iter().map(|(_, order)| order).collect();
                    journal.look_up_persons(&orders, &options).await
                }
                Sought::All => {
                    let mut looked = journal.look_up_open(&options).await?;
                    looked.retain(|it| is_wanted(&it.entry, only));
                    Ok(looked)
                }
            }
        });
        match looked {
            Ok(looked) => Ok(looked),
            Err(JournalError::Lookup(error)) => {
                let failure = failed_read::report(&error, self.arguments.format)?;
                Err(Failure::new(Exit::NotFound, format!("{failure}; nothing is known yet")))
            }
            Err(error) => Err(failed(&error)),
        }
    }

    /// The open attempts that a decision is about.
    fn open(&self, sought: &Sought) -> Result<Vec<Entry>> {
        let mut open: Vec<Entry> = Vec::new();
        let mut add = |entries: Vec<Entry>| {
            for entry in entries {
                if open.iter().all(|it| it.attempt != entry.attempt) {
                    open.push(entry);
                }
            }
        };
        match sought {
            Sought::One(order) => add(self.known(order)?.open),
            Sought::Rows(rows) => {
                for (_, order) in rows {
                    add(self.known(order)?.open);
                }
            }
            Sought::All => {
                let all = self.runtime.block_on(self.journal.open_entries());
                let all = all.map_err(|error| failed(&error))?;
                add(all.into_iter().filter(|it| is_wanted(it, &self.arguments.only)).collect());
            }
        }
        Ok(open)
    }

    /// Records what a person has decided.
    fn decide(&mut self, sought: &Sought) -> Result<()> {
        let open = self.open(sought)?;
        let [entry] = &open[..] else {
            return Err(Failure::usage(match open.len() {
                0 => "no order of this person is open: there is nothing to decide".to_owned(),
                number => format!(
                    "{number} attempts are open, so it is not clear which one this is about; \
                     `certcentral history --open` shows them"
                ),
            }));
        };
        let decided = match self.arguments.accept {
            Some(id) => self.runtime.block_on(self.journal.accept_attempt(entry.attempt, id)),
            None => {
                let screen = format!(
                    "  {}, sent {}, {}",
                    printable(entry.file.as_deref().unwrap_or("an order")),
                    crate::commands::refusal::when(entry.sent_at),
                    entry.reason.as_deref().unwrap_or("interrupted").replace('_', " ")
                );
                let question = "Is it certain that this order does not exist at CertCentral?";
                let Self { runtime, interrupts, .. } = self;
                let consent =
                    ask(runtime, interrupts, Rule::PersonAlone, false, &screen, question)?;
                if consent == Consent::Refused {
                    return Err(Failure::usage("nothing was recorded"));
                }
                self.runtime.block_on(self.journal.release_attempt(entry))
            }
        };
        match decided {
            Ok(entry) if entry.state == State::Placed => {
                say(format_args!(
                    "Recorded: order {}",
                    self.arguments.accept.map_or(0, OrderId::get)
                ));
            }
            Ok(_) => say("Recorded: the order does not exist."),
            Err(JournalError::Refused(Refused::TooEarly)) => {
                return Err(Failure::usage(
                    "it is too early: the order may still appear in the lists; nothing was recorded",
                ));
            }
            Err(error) => return Err(failed(&error)),
        }
        Ok(())
    }

    fn report(&self, sought: &Sought, looked: &[Looked]) -> Result<Exit> {
        let commands = self.commands();
        let format = self.arguments.format;
        let mut output = Output::new();
        let exit = match sought {
            Sought::One(order) => {
                let placed = self.known(order)?.placed.and_then(|entry| entry.order_id);
                let finding = Finding::new(None, placed, looked.iter().collect());
                output_finding(&mut output, format, &finding, &commands)?;
                finding.exit()
            }
            Sought::Rows(rows) => {
                let mut is_open = false;
                for (index, (reference, order)) in rows.iter().enumerate() {
                    let of_row: Vec<_> =
                        looked.iter().filter(|it| it.order == Some(index)).collect();
                    if of_row.is_empty() {
                        continue;
                    }
                    let placed = self.known(order)?.placed.and_then(|entry| entry.order_id);
                    let finding = Finding::new(Some(reference.clone()), placed, of_row);
                    is_open |= finding.is_open();
                    output_finding(&mut output, format, &finding, &commands)?;
                }
                if is_open { Exit::NotFound } else { Exit::Success }
            }
            Sought::All => {
                let mut is_open = false;
                for it in looked {
                    let name = it.entry.name().map(str::to_owned);
                    let file = it.entry.file.clone().map(|file| match it.entry.row {
                        Some(row) => format!("{file}, row {row}"),
                        None => file,
                    });
                    let reference = name.or(file).or_else(|| Some(it.entry.sent_at.to_string()));
                    let finding = Finding::new(reference, None, vec![it]);
                    is_open |= finding.is_open();
                    output_finding(&mut output, format, &finding, &commands)?;
                }
                if is_open { Exit::NotFound } else { Exit::Success }
            }
        };
        if looked.is_empty() && !matches!(sought, Sought::One(_)) && format == Format::Human {
            output
                .line("Nothing is open: every order that was sent is known to exist, or not to.")?;
        }
        output.finish()?;
        Ok(exit)
    }
}

fn output_finding(
    output: &mut Output,
    format: Format,
    finding: &Finding<'_>,
    commands: &Commands,
) -> Result<()> {
    match format {
        Format::Json => output.json(finding),
        Format::Human => output.line(finding.render(commands)),
    }
}

fn is_wanted(entry: &Entry, only: &[String]) -> bool {
    only.is_empty() || entry.name().is_some_and(|name| only.iter().any(|it| it == name))
}

fn failed(error: &JournalError) -> Failure {
    let text = error.to_string();
    Failure::usage(printable(&text).into_owned())
}
