//! What is said of rows and orders, for people and as JSON.

use std::path::Path;

use certcentral::Outcome;
use certcentral::model::{OrderId, ServerError};
use certcentral_batch::{BatchEvent, FaultCount, Finding, Refusal, RowReport, Summary};
use serde::Serialize;

use crate::args::options::Format;
use crate::commands::refusal::OtherOrder;
use crate::env::file;
use crate::exit::Result;
use crate::show::paint;
use crate::show::terminal::{Output, printable, progress, say, warn};
use crate::show::wrap::{count, number, wrap};

/// The commands to go on with.
pub(super) struct NextCommands {
    pub(super) go_on: Option<String>,
    pub(super) find: Option<String>,
}

impl NextCommands {
    /// Nothing is left to do.
    pub(super) const fn none() -> Self {
        Self { go_on: None, find: None }
    }
}

/// How many rows at fault are shown to a person. JSON has all of them.
const MOST_ROWS_SHOWN: u64 = 50;

/// An order of a batch, as a line of JSON.
#[derive(Serialize)]
pub(super) struct RowEvent<'a> {
    pub(super) reference: &'a str,
    pub(super) outcome: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) errors: &'a [ServerError],
    /// Orders of the person, of a row that was refused.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) orders: Vec<OtherOrder>,
}

impl<'a> RowEvent<'a> {
    fn new(reference: &'a str, outcome: &'a Outcome) -> Self {
        let mut event = Self {
            reference,
            outcome: outcome.kind().as_str(),
            order_id: None,
            status: None,
            reason: None,
            errors: &[],
            orders: Vec::new(),
        };
        match outcome {
            Outcome::Placed(placed) => {
                event.order_id = Some(placed.order_id());
                event.errors = &placed.errors;
            }
            Outcome::Rejected(rejected) => {
                event.status = Some(rejected.status);
                let codes: Vec<&str> =
                    rejected.errors.iter().map(|error| error.code.as_str()).collect();
                event.reason = (!codes.is_empty()).then(|| codes.join(", "));
                event.errors = &rejected.errors;
            }
            Outcome::NotSent(not_sent) => event.reason = Some(not_sent.reason.as_str().into()),
            Outcome::Unknown(unknown) => {
                event.status = unknown.status;
                event.order_id = unknown.order_id;
                event.reason = Some(unknown.reason.as_str().into());
            }
        }
        event
    }
}

/// Says it as it happens.
pub(super) struct Reporter {
    output: Output,
    format: Format,
    is_csv: bool,
    rows_shown: u64,
    /// Why standard output cannot be written to.
    broken: Result<()>,
}

impl Reporter {
    pub(super) fn new(format: Format, is_csv: bool) -> Self {
        Self { output: Output::new(), format, is_csv, rows_shown: 0, broken: Ok(()) }
    }

    /// What is wrong with a row of the file.
    pub(super) fn row(&mut self, row: &RowReport, is_strict: bool) {
        #[derive(Serialize)]
        struct Invalid<'a> {
            reference: &'a str,
            outcome: &'static str,
            row: u64,
            violations: &'a [Finding],
        }

        let is_faulty = is_strict || row.violations.iter().any(Finding::is_error);
        if self.format == Format::Json && is_faulty {
            let RowReport { reference, row, violations, .. } = row;
            let invalid = Invalid { reference, outcome: "invalid", row: *row, violations };
            let written = self.output.json(&invalid);
            return self.note(written);
        }
        self.rows_shown += 1;
        if self.rows_shown > MOST_ROWS_SHOWN {
            return;
        }
        let text = self.render(row);
        if is_faulty {
            let written = self.output.line(text);
            self.note(written);
        } else {
            say(text);
        }
    }

    fn render(&self, row: &RowReport) -> String {
        let kind = if self.is_csv { "row" } else { "line" };
        let mut text = format!("{kind} {}, {}", row.row, printable(&row.reference));
        for violation in &row.violations {
            let column = violation.position().map(|at| format!("column {}: ", at.column));
            let member = match violation.head() {
                Some(head) => head.to_owned(),
                // In a sheet members are called as its heads are.
                None if self.is_csv => violation.path().trim_start_matches('/').replace('/', "."),
                None => violation.path().to_owned(),
            };
            let colon = if member.is_empty() { "" } else { ": " };
            let place = format!("{}{}{colon}", column.unwrap_or_default(), printable(&member));
            let level = if violation.is_error() { "" } else { "warning: " };
            let message = printable(violation.message());
            text.push('\n');
            text.push_str(&wrap("  ", 4, &format!("{level}{place}{message}")));
        }
        text
    }

    /// Too much is wrong with the file.
    pub(super) fn at_fault(mut self, path: &Path, faults: &FaultCount) -> Result<()> {
        let name = file::name(path);
        match self.format {
            Format::Json => {
                let mut summary = Summary::default();
                summary.total = faults.rows;
                summary.invalid = faults.faulty;
                summary.ready = faults.rows.saturating_sub(faults.faulty);
                self.output.json(&SummaryLine { summary: &summary })?;
            }
            Format::Human => {
                let left = self.rows_shown.saturating_sub(MOST_ROWS_SHOWN);
                if left > 0 {
                    self.output.line(format_args!("... and {} more", number(left)))?;
                }
                self.output.line(format_args!(
                    "\n{name}: {}, {} of {}. Nothing was sent.",
                    paint::error("not valid"),
                    number(faults.faulty),
                    count(faults.rows.max(1), "row"),
                ))?;
            }
        }
        self.broken?;
        self.output.finish()
    }

    /// What was said of rows before those that are in order are sent.
    pub(super) fn passed_over(&mut self, faults: &FaultCount) {
        let left = self.rows_shown.saturating_sub(MOST_ROWS_SHOWN);
        if left > 0 {
            say(format_args!("... and {} more", number(left)));
        }
        if faults.faulty > 0 {
            warn(format_args!("{} at fault will not be sent", count(faults.faulty, "row")));
        }
        let flushed = self.output.flush();
        self.note(flushed);
    }

    /// What happened to an order.
    pub(super) fn event(&mut self, event: &BatchEvent) {
        match event {
            BatchEvent::Ended { reference, outcome } => self.ended(reference, outcome),
            BatchEvent::Refused { reference, refusal } => self.refused(reference, refusal),
            BatchEvent::ListsUnread { failure } => {
                let why = failure.as_ref().map(|error| format!(" ({error})")).unwrap_or_default();
                warn(format_args!(
                    "the lists at CertCentral could not be read whole{}: what is ordered there \
                     otherwise is not known",
                    printable(&why)
                ));
            }
            BatchEvent::Waiting { reference } => {
                let reference = printable(reference);
                progress(format_args!(
                    "{reference}: another process is sending it; waiting for it"
                ));
            }
            BatchEvent::Retrying { reference, attempt } => {
                let why = match (attempt.status, attempt.reason) {
                    (Some(status), _) => format!("HTTP status {status}"),
                    (None, reason) => reason.unwrap_or("not sent").to_owned(),
                };
                let wait = attempt.wait.as_secs_f64().ceil();
                let reference = printable(reference);
                progress(format_args!("{reference}: {why}, trying again in {wait} s"));
            }
            _ => {}
        }
    }

    fn ended(&mut self, reference: &str, outcome: &Outcome) {
        let event = RowEvent::new(reference, outcome);
        let written = match (self.format, outcome) {
            (Format::Json, _) => self.output.json(&event),
            // Orders that are placed are counted, not listed.
            (Format::Human, Outcome::Placed(placed)) if placed.errors.is_empty() => Ok(()),
            (Format::Human, _) => {
                let text = printable(&outcome.to_string()).into_owned();
                let reference = printable(reference);
                self.output.line(wrap(&format!("{reference}: "), 2, &text))
            }
        };
        let written = written.and_then(|()| self.output.flush());
        self.note(written);
    }

    /// A row was not sent because of another order of its person.
    fn refused(&mut self, reference: &str, refusal: &Refusal) {
        let (reason, orders): (_, Vec<OtherOrder>) = match refusal {
            Refusal::MayExist(entries) => ("may_exist", entries.iter().map(Into::into).collect()),
            Refusal::InFlight(entries) => ("in_flight", entries.iter().map(Into::into).collect()),
            Refusal::Listed(orders) => ("listed", orders.iter().map(Into::into).collect()),
            Refusal::Rejected(entry) => {
                let text = entry.reason.clone().unwrap_or_default();
                let written = match self.format {
                    Format::Json => self.output.json(&RowEvent {
                        reference,
                        outcome: "rejected",
                        order_id: None,
                        status: entry.http_status,
                        reason: Some(text),
                        errors: &[],
                        orders: Vec::new(),
                    }),
                    Format::Human => self.output.line(wrap(
                        &format!("{}: ", printable(reference)),
                        2,
                        &printable(&format!(
                            "was rejected before ({text}); correct the row, or name it with --only"
                        )),
                    )),
                };
                return self.note(written);
            }
            _ => ("refused", Vec::new()),
        };
        let written = match self.format {
            Format::Json => self.output.json(&RowEvent {
                reference,
                outcome: "refused",
                order_id: None,
                status: None,
                reason: Some(reason.to_owned()),
                errors: &[],
                orders,
            }),
            Format::Human => {
                let described: Vec<String> = orders.iter().map(OtherOrder::describe).collect();
                let what = match reason {
                    "listed" => "not sent: CertCentral lists",
                    "in_flight" => "not sent: another process is sending",
                    _ => "not sent: it may exist already,",
                };
                let text = format!("{what} {} for this person", described.join(", "));
                self.output.line(wrap(&format!("{}: ", printable(reference)), 2, &text))
            }
        };
        let written = written.and_then(|()| self.output.flush());
        self.note(written);
    }

    /// How many orders are in which state, and how to go on.
    pub(super) fn summary(mut self, summary: &Summary, commands: &NextCommands) -> Result<()> {
        match self.format {
            Format::Json => self.output.json(&SummaryLine { summary })?,
            Format::Human => self.output.line(render_summary(summary))?,
        }
        // What to do comes after it, also where both are seen.
        self.output.flush()?;
        if summary.unknown > 0
            && let Some(find) = &commands.find
        {
            say("What is unknown may have been placed, and is not sent again. Look it up:");
            say(format_args!("  {find}"));
        }
        if (summary.ready > 0 || summary.not_sent > 0)
            && let Some(go_on) = &commands.go_on
        {
            say("To go on with what is left:");
            say(format_args!("  {go_on}"));
        }
        if summary.rejected > 0 {
            say("What is rejected is placed again only by name: --only REFERENCE.");
        }
        self.broken?;
        self.output.finish()
    }

    /// A reader that is gone does not keep orders from being placed and journalled.
    fn note(&mut self, written: Result<()>) {
        if self.broken.is_ok() {
            self.broken = written;
        }
    }
}

/// The last line of JSON.
#[derive(Serialize)]
pub(super) struct SummaryLine<'a> {
    pub(super) summary: &'a Summary,
}

/// `1,000 orders: 996 placed, 2 rejected, 2 unknown`.
pub(super) fn render_summary(summary: &Summary) -> String {
    let state =
        |orders: u64, name: &str| (orders > 0).then(|| format!("{} {name}", number(orders)));
    let states = [
        state(summary.placed, &paint::success("placed")),
        state(summary.rejected, &paint::error("rejected")),
        state(summary.not_sent, &paint::error("not sent")),
        state(summary.unknown, &paint::error("unknown")),
        state(summary.refused, &paint::error("refused")),
        state(summary.ready, "ready"),
        state(summary.invalid, &paint::error("invalid")),
    ];
    let states: Vec<String> = states.into_iter().flatten().collect();
    format!("{}: {}", count(summary.total, "order"), states.join(", "))
}
