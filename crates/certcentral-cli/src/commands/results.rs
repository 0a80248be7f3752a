//! `certcentral results`: what became of orders, as a sheet.

use std::path::PathBuf;

use certcentral::model::OrderStatus;
use certcentral::today;
use certcentral_batch::{Batch, ByteOrderMark, CheckOptions, Checked};
use certcentral_journal::{Entry, SqliteStore, State, Store as _, Transition, Wanted, known};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::args::options::{JournalOption, Server};
use crate::commands::batch::open_orders;
use crate::env::journal::JournalPlace;
use crate::env::runtime::Runtime;
use crate::env::{file, server};
use crate::exit::{Exit, Failure, Result};
use crate::show::sheet::{Cell, write_row};
use crate::show::terminal::{Output, printable, say};

/// Write what became of orders, as CSV or JSON
///
/// A row for each order: of the file if one is given, in its order, else of all that the journal knows at this
/// server. There is no personal data in it. --refresh asks CertCentral for the status of the placed orders, and
/// names the rows that need somebody.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral results orders.csv > results.csv
  certcentral results --refresh orders.csv

Exit codes: 0 written, 2 wrong usage or a journal that cannot be used, 4 the status of some orders could not \
be read.")]
pub(crate) struct Arguments {
    /// The orders, a sheet or JSON Lines
    #[arg(value_name = "ORDERS")]
    file: Option<PathBuf>,
    #[command(flatten)]
    journal: JournalOption,
    #[command(flatten)]
    server: Server,
    /// An order file that fills in what rows leave out
    #[arg(long, value_name = "FILE", requires = "file")]
    defaults: Option<PathBuf>,
    /// Ask CertCentral for the status of the placed orders first
    #[arg(long)]
    refresh: bool,
    /// Begin with a byte order mark, which some spreadsheet programs need to read UTF-8
    #[arg(long)]
    bom: bool,
    /// How to print the rows
    #[arg(long, value_enum, default_value_t)]
    format: ResultsFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ResultsFormat {
    #[default]
    Csv,
    Json,
}

const HEAD: [&str; 8] = [
    "reference",
    "row",
    "state",
    "order_id",
    "request_id",
    "order_status",
    "order_status_date",
    "reason",
];

/// A row of the results.
#[derive(Serialize)]
struct ResultRow {
    reference: Option<String>,
    row: Option<u64>,
    state: String,
    order_id: Option<u64>,
    request_id: Option<u64>,
    order_status: Option<String>,
    order_status_date: Option<String>,
    reason: Option<String>,
    #[serde(skip)]
    needs_somebody: bool,
}

impl ResultRow {
    fn of(entry: &Entry, now: jiff::Timestamp) -> Self {
        let state = entry.state_at(now);
        let status = entry.order_status.as_ref().map(OrderStatus::as_str);
        let is_stuck = matches!(status, Some("needs_approval" | "rejected" | "canceled"));
        Self {
            reference: entry.name().map(str::to_owned),
            row: entry.row,
            state: state.as_str().to_owned(),
            order_id: entry.order_id.map(|id| id.get()),
            request_id: entry.request_id.map(|id| id.get()),
            order_status: status.map(str::to_owned),
            order_status_date: entry.order_status_at.map(|time| time.to_string()),
            reason: entry.reason.clone().filter(|_| state != State::Placed),
            needs_somebody: state != State::Placed || is_stuck,
        }
    }

    fn without(reference: String, row: u64, state: &str) -> Self {
        Self {
            reference: Some(reference),
            row: Some(row),
            state: state.to_owned(),
            order_id: None,
            request_id: None,
            order_status: None,
            order_status_date: None,
            reason: None,
            needs_somebody: true,
        }
    }

    fn cells(&self) -> Vec<Cell<'_>> {
        vec![
            Cell::text(self.reference.as_deref()),
            Cell::number(self.row),
            Cell::text(Some(&self.state)),
            Cell::number(self.order_id),
            Cell::number(self.request_id),
            Cell::text(self.order_status.as_deref()),
            Cell::text(self.order_status_date.as_deref()),
            Cell::text(self.reason.as_deref()),
        ]
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let place = JournalPlace::new(arguments.journal.journal.as_deref())?;
    place.refuse_as_output()?;
    if let Some(path) = &arguments.file {
        place.refuse_as_file(path)?;
    }
    if arguments.bom && arguments.format != ResultsFormat::Csv {
        return Err(Failure::usage("--bom goes with --format csv"));
    }
    let base_url = server::base_url(&arguments.server)?.to_string();
    let runtime = Runtime::new()?;
    let mut is_whole = true;
    if arguments.refresh {
        is_whole = refresh(arguments, &place, &runtime)?;
    }
    let store = place.read()?;
    let rows = match (&arguments.file, &store) {
        (Some(_), store) => of_file(arguments, store.as_ref(), &base_url, &runtime)?,
        (None, None) => Vec::new(),
        (None, Some(store)) => of_journal(store, &place, &base_url, &runtime)?,
    };
    let mut output = Output::new();
    if arguments.format == ResultsFormat::Csv {
        let mark = if arguments.bom { ByteOrderMark::With } else { ByteOrderMark::Without };
        output.bytes(mark.as_bytes())?;
        write_row(&mut output, &HEAD.map(|head| Cell::text(Some(head))))?;
    }
    for row in &rows {
        match arguments.format {
            ResultsFormat::Csv => write_row(&mut output, &row.cells())?,
            ResultsFormat::Json => output.json(row)?,
        }
    }
    output.finish()?;
    if arguments.refresh {
        say_who_is_needed(&rows);
    }
    Ok(if is_whole { Exit::Success } else { Exit::NotSent })
}

/// Names the rows that need somebody: for an approval, a correction, a look.
fn say_who_is_needed(rows: &[ResultRow]) {
    for row in rows.iter().filter(|row| row.needs_somebody) {
        let name = row.reference.clone().or(row.row.map(|row| format!("row {row}")));
        let status = row.order_status.as_deref().unwrap_or(&row.state);
        let order = row.order_id.map(|id| format!(", order {id}")).unwrap_or_default();
        let text = format!("{}{order}: {status}", name.unwrap_or_default());
        say(format_args!("{} needs somebody", printable(&text.replace('_', " "))));
    }
}

/// The rows of a file, each with the latest attempt for its person.
fn of_file(
    arguments: &Arguments,
    store: Option<&SqliteStore>,
    server: &str,
    runtime: &Runtime,
) -> Result<Vec<ResultRow>> {
    let Some(path) = &arguments.file else { return Ok(Vec::new()) };
    let wrong = |error: &dyn std::fmt::Display| {
        let text = error.to_string();
        Failure::usage(format!("{}: {}", file::name(path), printable(&text)))
    };
    let orders = open_orders(path, arguments.defaults.as_deref())?;
    let options = CheckOptions::new(today()).skip_invalid();
    let mut invalid = Vec::new();
    let checked = Batch::check(orders, &options, |row| {
        if row.violations.iter().any(certcentral_batch::Finding::is_error) {
            invalid.push(ResultRow::without(row.reference.clone(), row.row, "invalid"));
        }
    });
    let batch = match checked.map_err(|error| wrong(&error))? {
        Checked::Ready(batch) => batch,
        Checked::AtFault(_) => {
            return Err(Failure::usage(format!(
                "{}: its head cannot be read (`certcentral check` says why)",
                file::name(path)
            )));
        }
    };
    let mut rows = invalid;
    let mut orders = batch.orders().map_err(|error| wrong(&error))?;
    while let Some(row) = orders.next().map_err(|error| wrong(&error))? {
        let reference = row.reference();
        let known = match store {
            Some(store) => {
                let known = known(store, server, row.order.order(), &[]);
                let known = runtime.block_on(known).map_err(|error| wrong(&error))?;
                known.open.into_iter().next().or(known.placed).or(known.latest)
            }
            None => None,
        };
        let now = jiff::Timestamp::now();
        rows.push(match known {
            Some(entry) => {
                let of_entry = ResultRow::of(&entry, now);
                ResultRow { reference: Some(reference), row: Some(row.row), ..of_entry }
            }
            None => ResultRow::without(reference, row.row, "ready"),
        });
    }
    rows.sort_by_key(|row| row.row);
    Ok(rows)
}

/// All that the journal knows at a server.
fn of_journal(
    store: &SqliteStore,
    place: &JournalPlace,
    server: &str,
    runtime: &Runtime,
) -> Result<Vec<ResultRow>> {
    let all = runtime.block_on(async {
        let now = store.now().await?;
        Ok((now, store.records(&Wanted::All, None, usize::MAX).await?))
    });
    let (now, all) = all.map_err(|error| place.unusable(&error))?;
    let of_server = all.iter().filter(|record| record.entry.server == server);
    Ok(of_server.map(|record| ResultRow::of(&record.entry, now)).collect())
}

/// Asks CertCentral for the status of the placed orders, and records it. False if some could not be read.
fn refresh(arguments: &Arguments, place: &JournalPlace, runtime: &Runtime) -> Result<bool> {
    let client = server::connect(&arguments.server)?.build();
    let store = place.open()?;
    let server = client.base_url().to_string();
    let mut is_whole = true;
    runtime.block_on(async {
        let placed = store.records(&Wanted::Placed { server: &server }, None, usize::MAX).await;
        for record in placed.map_err(|error| place.unusable(&error))? {
            let Some(id) = record.entry.order_id else { continue };
            match client.get_order(id).await {
                Ok(order) => {
                    if let Some(status) = order.status {
                        let seen = Transition::Seen(status);
                        let seen = store.transit(record.entry.attempt, &seen).await;
                        seen.map_err(|error| place.unusable(&error))?;
                    }
                }
                Err(error) => {
                    is_whole = false;
                    let text = error.to_string();
                    say(format_args!("order {id}: {}", printable(&text)));
                }
            }
        }
        Ok(())
    })?;
    Ok(is_whole)
}
