//! `certcentral batch`: check a file of many orders, say what will happen, place them, say what
//! became of them.

mod arguments;
mod plan;
mod progress;
mod report;

use std::cell::RefCell;
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use certcentral::{Pacing, StopSwitch, today};
use certcentral_batch::{
    Batch, BatchError, CheckOptions, Checked, Defaults, OrderFile, RunEnd, RunOptions, RunReport,
    Summary, Survey,
};
use certcentral_journal::{Journal, JournalError, SqliteStore, StoreErrorKind};
use certcentral_sandbox::Sandbox;

pub(crate) use self::arguments::Arguments;
use self::progress::Progress;
use self::report::{NextCommands, Reporter};
use crate::args::options::Format;
use crate::commands::refusal::Refused;
use crate::commands::sandbox;
use crate::env::interrupt::Interrupts;
use crate::env::journal::JournalPlace;
use crate::env::runtime::Runtime;
use crate::env::{file, server};
use crate::exit::{Exit, Failure, Result};
use crate::show::question::{Consent, Rule, ask};
use crate::show::shell;
use crate::show::terminal::{print, printable, say, warn};

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let path = &arguments.file;
    if file::is_stdin(path) {
        return Err(Failure::usage(
            "a batch reads its orders more than once: give the name of a file",
        ));
    }
    let orders = open_orders(path, arguments.defaults.as_deref())?;
    let mut reporter = Reporter::new(arguments.format, orders.is_csv());
    let checked = Batch::check(orders, &check_options(arguments), |row| {
        reporter.row(row, arguments.strict);
    });
    match checked.map_err(|error| failure(path, &error))? {
        Checked::AtFault(faults) => {
            reporter.at_fault(path, &faults)?;
            Ok(Exit::Invalid)
        }
        Checked::Ready(batch) if arguments.dry_run => {
            reporter.passed_over(&batch.faults());
            dry_run(arguments, &batch, reporter)
        }
        Checked::Ready(batch) => {
            reporter.passed_over(&batch.faults());
            send(arguments, &batch, reporter)
        }
    }
}

fn check_options(arguments: &Arguments) -> CheckOptions {
    let mut options = CheckOptions::new(today()).only(arguments.only.iter().cloned());
    if arguments.strict {
        options = options.strict();
    }
    if arguments.skip_invalid {
        options = options.skip_invalid();
    }
    options
}

/// Opens a file of orders, and fills in what its rows leave out.
pub(crate) fn open_orders(path: &Path, defaults: Option<&Path>) -> Result<OrderFile> {
    let wrong =
        |reason: &dyn std::fmt::Display| Failure::usage(format!("{} {reason}", file::name(path)));
    let orders = OrderFile::open(path).map_err(|error| match error {
        certcentral_batch::OrderFileError::Read(error) => wrong(&file::reason(&error)),
        error => wrong(&error),
    })?;
    let Some(defaults) = defaults else { return Ok(orders) };
    let name = file::name(defaults);
    let text = file::read(defaults, file::LARGEST_ORDER)
        .map_err(|reason| Failure::usage(format!("--defaults: {name} {reason}")))?;
    let defaults = Defaults::from_json(&text).map_err(|error| {
        let faults = error.to_string();
        let faults: Vec<_> = faults.lines().map(printable).collect();
        Failure::usage(format!("--defaults: {name}: {}", faults.join("\n")))
    })?;
    Ok(orders.with_defaults(defaults))
}

/// Says what the journal knows, and sends nothing.
fn dry_run(arguments: &Arguments, batch: &Batch, reporter: Reporter) -> Result<Exit> {
    let runtime = Runtime::new()?;
    let place = JournalPlace::new(arguments.journal.journal.as_deref())?;
    let server = server::base_url(&arguments.server)?.to_string();
    let survey = match place.read()? {
        Some(store) => survey(&runtime, batch, &store, &server, arguments)?,
        None => {
            let none = JournalPlace::temporary()?;
            survey(&runtime, batch, &none.open_or_create()?, &server, arguments)?
        }
    };
    say(plan::what_the_journal_knows(&survey));
    reporter.summary(&summary(batch, &survey), &NextCommands::none())?;
    Ok(Exit::Success)
}

/// How the orders of a batch stand, by what the journal knows.
fn summary(batch: &Batch, survey: &Survey) -> Summary {
    let mut summary = Summary::default();
    summary.total = batch.faults().rows;
    summary.placed = survey.placed;
    summary.unknown = survey.open;
    summary.rejected = survey.refused;
    summary.ready = survey.to_send;
    summary.invalid = batch.faults().faulty;
    summary
}

fn survey(
    runtime: &Runtime,
    batch: &Batch,
    store: &SqliteStore,
    server: &str,
    arguments: &Arguments,
) -> Result<Survey> {
    let survey = batch.survey(store, server, &arguments.besides);
    runtime.block_on(survey).map_err(|error| failure(&arguments.file, &error))
}

/// Where the orders go, and the journal that remembers it.
struct Target {
    journal: Journal<SqliteStore>,
    place: JournalPlace,
    is_new: bool,
    /// The stand-in, which lives as long as the run.
    _sandbox: Option<Sandbox>,
}

impl Target {
    fn new(arguments: &Arguments, runtime: &Runtime) -> Result<Self> {
        let (base_url, key, place, sandbox) = if arguments.sandbox {
            let (sandbox, url, key) = sandbox::start_within(runtime)?;
            (url, key, JournalPlace::temporary()?, Some(sandbox))
        } else {
            let url = server::base_url(&arguments.server)?;
            let place = JournalPlace::new(arguments.journal.journal.as_deref())?;
            place.refuse_as_file(&arguments.file)?;
            place.refuse_as_output()?;
            (url, server::api_key(&arguments.server)?, place, None)
        };
        server::warn_of_another_host("the orders", &base_url);
        let client = server::client(key, base_url, server::timeout(&arguments.server));
        let client = if arguments.no_pacing || sandbox.is_some() {
            client.pacing(Pacing::unlimited())
        } else {
            client
        };
        let store = place.open_or_create()?;
        let is_new = store.is_new();
        let journal = runtime.block_on(Journal::open(store, client.build()));
        let journal = journal.map_err(|error| Failure::usage(error.to_string()))?;
        let journal =
            journal.send_within(arguments.send_within.unwrap_or(Duration::from_secs(120)));
        Ok(Self { journal, place, is_new, _sandbox: sandbox })
    }
}

/// Says what will happen, asks for confirmation, and does it.
fn send(arguments: &Arguments, batch: &Batch, reporter: Reporter) -> Result<Exit> {
    let path = &arguments.file;
    let runtime = Runtime::new()?;
    let target = Target::new(arguments, &runtime)?;
    let server = target.journal.client().base_url().to_string();
    let survey = survey(&runtime, batch, target.journal.store(), &server, arguments)?;
    say(if target.is_new && survey.placed == 0 {
        "Journal: new".to_owned()
    } else {
        plan::what_the_journal_knows(&survey)
    });
    if survey.to_send + survey.open == 0 {
        let mut summary = summary(batch, &survey);
        // Rows that were left out by name are still to be sent.
        summary.ready = summary.total - summary.placed - summary.rejected - summary.invalid;
        say(plan::nothing_to_send(&summary));
        let exit = exit(&summary);
        reporter.summary(&summary, &commands(arguments))?;
        return Ok(exit);
    }
    let mut interrupts = Interrupts::before_sending(&runtime)?;
    let screen = plan::screen(&survey, &target.journal, &runtime, arguments);
    let rule = if arguments.sandbox { Rule::ScriptGoesOn } else { Rule::ScriptNeedsYes };
    let question = "Place them?";
    if ask(&runtime, &mut interrupts, rule, arguments.yes, &screen, question)? == Consent::Refused {
        say("Nothing was sent.");
        if arguments.format == Format::Json {
            print(arguments.format, &Refused::new("not_confirmed", Vec::new()), || "")?;
        }
        return Ok(Exit::Usage);
    }
    let reporter = RefCell::new((reporter, Progress::new(survey.to_send + survey.open)));
    let stop = StopSwitch::new();
    let ended = runtime.block_on(async {
        let mut options = RunOptions::new()
            .concurrency(arguments.concurrency)
            .besides(arguments.besides.iter().copied());
        if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
            options = options.file(name);
        }
        let mut running = pin!(batch.run(&target.journal, &options, &stop, |event| {
            let (reporter, progress) = &mut *reporter.borrow_mut();
            progress.clear();
            reporter.event(event);
            progress.note(event);
            progress.draw();
        }));
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                ended = &mut running => return Some(ended),
                () = interrupts.next() => {
                    let (_, progress) = &mut *reporter.borrow_mut();
                    progress.clear();
                    if stop.is_stopped() {
                        return None;
                    }
                    stop.stop();
                    say("Stopping: no further order begins. This waits for the answers to those \
                         in flight;\ninterrupt once more to stop at once, and they are unknown.");
                }
                _ = seconds.tick() => reporter.borrow_mut().1.draw(),
            }
        }
    });
    runtime.end();
    let (reporter, mut progress) = reporter.into_inner();
    progress.clear();
    finish(arguments, batch, &target, ended, reporter)
}

/// Says how it ended, and how to go on.
fn finish(
    arguments: &Arguments,
    batch: &Batch,
    target: &Target,
    ended: Option<Result<RunReport, BatchError>>,
    reporter: Reporter,
) -> Result<Exit> {
    let commands = commands(arguments);
    let summary = match ended {
        Some(Ok(report)) => {
            match report.end {
                RunEnd::Stopped => say("Stopped."),
                RunEnd::Halted(halt) => warn(format_args!("stopped early: {halt}")),
                _ => {}
            }
            report.summary
        }
        Some(Err(error)) => {
            let is_moved = !target.place.path().exists() || is_moved(&error);
            if is_moved && let Ok(rescued) = target.journal.store().rescue() {
                say(format_args!(
                    "What this run knows was written to {}.",
                    crate::show::terminal::path(&rescued)
                ));
            }
            return Err(failure(&arguments.file, &error));
        }
        None => {
            say("Stopped at once. The orders that were in flight are unknown.");
            let server = target.journal.client().base_url().to_string();
            let runtime = Runtime::new()?;
            let survey = survey(&runtime, batch, target.journal.store(), &server, arguments)?;
            self::summary(batch, &survey)
        }
    };
    let exit = exit(&summary);
    reporter.summary(&summary, &commands)?;
    let base_url = target.journal.client().base_url();
    if let Some(note) = server::nothing_was_bought(base_url) {
        say(note);
    }
    Ok(exit)
}

fn is_moved(error: &BatchError) -> bool {
    matches!(error, BatchError::Journal(JournalError::Store(it)) if it.kind() == StoreErrorKind::Moved)
}

const fn exit(summary: &Summary) -> Exit {
    if summary.is_all_placed() { Exit::Success } else { Exit::NotFound }
}

fn commands(arguments: &Arguments) -> NextCommands {
    if arguments.sandbox {
        return NextCommands::none();
    }
    let journal = arguments
        .journal
        .journal
        .as_ref()
        .map_or_else(String::new, |path| format!(" --journal {}", shell::quote(path)));
    let server = shell::server_options(&arguments.server);
    let defaults = arguments
        .defaults
        .as_ref()
        .map_or_else(String::new, |path| format!(" --defaults {}", shell::quote(path)));
    let skip = if arguments.skip_invalid { " --skip-invalid" } else { "" };
    let file = shell::quote(&arguments.file);
    NextCommands {
        go_on: Some(format!("certcentral batch{server}{journal}{defaults}{skip} {file}")),
        find: Some(format!("certcentral find{server}{journal}{defaults} {file}")),
    }
}

fn failure(path: &Path, error: &BatchError) -> Failure {
    let text = match error {
        BatchError::OrderFile(error) => format!("{} {error}", file::name(path)),
        error => error.to_string(),
    };
    Failure::usage(printable(&text).into_owned())
}
