//! `certcentral batch`: check a file of many orders, say what will happen, place them, say what
//! became of them.

mod arguments;
mod journal;
mod plan;
mod progress;
mod report;
mod target;

use std::cell::RefCell;
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use certcentral::{StopSwitch, today};
use certcentral_batch::{
    Batch, BatchError, CheckOptions, Checked, Defaults, Journal, OrderFile, RunEnd, RunOptions,
    RunReport, Summary,
};

pub(crate) use self::arguments::Arguments;
pub(crate) use self::journal::{key_and_url, open_journal, unusable};
use self::progress::Progress;
use self::report::{NextCommands, Reporter};
use self::target::Target;
use crate::env::file;
use crate::env::interrupt::Interrupts;
use crate::env::runtime::Runtime;
use crate::exit::{Exit, Failure, Result};
use crate::show::shell;
use crate::show::terminal::{printable, say, warn};

/// How long the transport goes on trying at most, without the last attempt.
const LONGEST_RETRYING: Duration = Duration::from_secs(5 * 60);

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    if arguments.status {
        return journal::status(arguments);
    }
    if arguments.refresh {
        return journal::refresh(arguments);
    }
    // Clap sees to it that there is one.
    let Some(path) = arguments.file.as_deref() else { return Err(not_a_file()) };
    if file::is_stdin(path) {
        return Err(not_a_file());
    }
    let orders = open(path, arguments.defaults.as_deref())?;
    let runtime = Runtime::new()?;
    let target = Target::new(arguments, &runtime)?;
    let journal = Journal::open_or_create(&arguments.journal)
        .map_err(|error| unusable(&arguments.journal, &error))?;

    let mut reporter = Reporter::new(arguments.format, orders.is_csv());
    let checked = Batch::check(journal, orders, &target.name, &options(arguments), |row| {
        reporter.row(row, arguments.strict);
    });
    match checked.map_err(|error| failure(arguments, path, &error))? {
        Checked::AtFault(faults) => {
            reporter.at_fault(path, &faults)?;
            Ok(Exit::Invalid)
        }
        Checked::Ready(batch) => {
            reporter.passed_over(&batch.faults());
            send(arguments, path, *batch, &target, runtime, reporter)
        }
    }
}

fn options(arguments: &Arguments) -> CheckOptions {
    let mut options = CheckOptions::new(today()).only(arguments.only.iter().cloned());
    if arguments.strict {
        options = options.strict();
    }
    if arguments.skip_invalid {
        options = options.skip_invalid();
    }
    options
}

fn open(path: &Path, defaults: Option<&Path>) -> Result<OrderFile> {
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

/// Says what will happen, asks for confirmation on a terminal, and does it.
fn send(
    arguments: &Arguments,
    path: &Path,
    batch: Batch,
    target: &Target,
    runtime: Runtime,
    reporter: Reporter,
) -> Result<Exit> {
    let plan = *batch.plan();
    if plan.to_send == 0 {
        say(plan::nothing_to_send(&plan.before));
        let exit = exit(&plan.before);
        reporter.summary(&plan.before, &commands(arguments, path))?;
        return Ok(exit);
    }
    plan::announce(&plan, target, arguments);
    if !arguments.yes && !arguments.sandbox && !plan::is_confirmed()? {
        return Err(Failure::usage("nothing was sent"));
    }
    let mut interrupts = Interrupts::before_sending(&runtime)?;
    let reporter = RefCell::new((reporter, Progress::new(plan.to_send)));
    let stop = StopSwitch::new();
    let ended = runtime.block_on(async {
        let options = RunOptions::new()
            .concurrency(arguments.concurrency)
            .gives_up_after(LONGEST_RETRYING.saturating_add(target.timeout));
        let mut running = pin!(batch.run(&target.client, &target.key, &options, &stop, |event| {
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
                         on their way;\ninterrupt once more to stop at once, and they are unknown.");
                }
                _ = seconds.tick() => reporter.borrow_mut().1.draw(),
            }
        }
    });
    runtime.end();
    let (reporter, mut progress) = reporter.into_inner();
    progress.clear();
    finish(arguments, path, ended, reporter)
}

/// Says how it ended, and how to go on.
fn finish(
    arguments: &Arguments,
    path: &Path,
    ended: Option<Result<RunReport, BatchError>>,
    reporter: Reporter,
) -> Result<Exit> {
    let commands = commands(arguments, path);
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
            // What was placed until then is in the journal.
            if let Some(summary) = summary_of(&arguments.journal) {
                reporter.summary(&summary, &commands)?;
            }
            return Err(failure(arguments, path, &error));
        }
        None => {
            say("Stopped at once. The orders that were on their way are unknown.");
            match summary_of(&arguments.journal) {
                Some(summary) => summary,
                None => return Ok(Exit::NotFound),
            }
        }
    };
    let exit = exit(&summary);
    reporter.summary(&summary, &commands)?;
    Ok(exit)
}

fn summary_of(journal: &Path) -> Option<Summary> {
    Journal::open(journal).ok()?.summary().ok()?
}

const fn exit(summary: &Summary) -> Exit {
    if summary.is_all_placed() { Exit::Success } else { Exit::NotFound }
}

fn commands(arguments: &Arguments, path: &Path) -> NextCommands {
    let journal = shell::quote(&arguments.journal);
    let server = shell::server_options(&arguments.server);
    let defaults = arguments
        .defaults
        .as_ref()
        .map_or_else(String::new, |path| format!(" --defaults {}", shell::quote(path)));
    let skip = if arguments.skip_invalid { " --skip-invalid" } else { "" };
    let file = shell::quote(path);
    NextCommands {
        go_on: (!arguments.sandbox).then(|| {
            format!("certcentral batch{server} --journal {journal}{defaults}{skip} {file}")
        }),
        resolve: format!("certcentral resolve{server} --journal {journal}"),
    }
}

fn not_a_file() -> Failure {
    Failure::usage("a batch reads its orders more than once: give the name of a file")
}

fn failure(arguments: &Arguments, path: &Path, error: &BatchError) -> Failure {
    match error {
        BatchError::Journal(error) => unusable(&arguments.journal, error),
        BatchError::OrderFile(error) => Failure::usage(format!("{} {error}", file::name(path))),
        error => Failure::usage(error.to_string()),
    }
}
