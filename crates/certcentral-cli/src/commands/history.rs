//! `certcentral history`: what the journal knows, an attempt a line.

use certcentral::BaseUrl;
use certcentral::model::OrderStatus;
use certcentral_journal::{AttemptNumber, Entry, Store as _, Wanted};
use clap::Args;
use serde::{Serialize, Serializer};

use crate::args::options::{JournalOption, RowFormat, TABLE_FORMAT_HELP};
use crate::commands::refusal::local;
use crate::env::journal::JournalPlace;
use crate::env::runtime;
use crate::exit::{Exit, Result};
use crate::show::sheet::{Cell, write_row};
use crate::show::terminal::{Output, printable, say};

/// Show what was ordered from here: an attempt a line, the oldest first
///
/// It reads the journal and asks nobody. An attempt whose sender is gone reads as unknown.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral history
  certcentral history --open --format csv

Exit codes: 0 shown, 2 wrong usage or a journal that cannot be used.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    journal: JournalOption,
    /// Only attempts whose orders may or may not exist
    #[arg(long)]
    open: bool,
    #[arg(long, value_enum, default_value_t, help = TABLE_FORMAT_HELP)]
    format: RowFormat,
}

const HEAD: [&str; 9] =
    ["time", "host", "server", "file", "row", "reference", "state", "order_id", "order_status"];

/// Attempts that are read at a time.
const AT_A_TIME: usize = 500;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let place = JournalPlace::new(arguments.journal.journal.as_deref())?;
    place.refuse_as_output()?;
    let Some(store) = place.read()? else {
        say(format_args!(
            "There is no journal at {}: nothing was ordered from here.",
            crate::show::terminal::path(place.path())
        ));
        return Ok(Exit::Success);
    };
    let mut output = Output::new();
    if arguments.format == RowFormat::Csv {
        write_row(&mut output, &HEAD.map(|head| Cell::text(Some(head))))?;
    }
    let mut after: Option<AttemptNumber> = None;
    let mut shown = 0_u64;
    loop {
        let part = runtime::block_on(async {
            let now = store.now().await;
            let part = store.records(&Wanted::All, after, AT_A_TIME).await;
            now.and_then(|now| Ok((now, part?))).map_err(|error| place.unusable(&error))
        });
        let (now, part) = part?;
        let Some(last) = part.last() else { break };
        after = Some(last.entry.attempt);
        for record in &part {
            let line = Line { entry: &record.entry, state: record.entry.state_at(now).as_str() };
            if arguments.open && !record.entry.state.is_open() {
                continue;
            }
            shown += 1;
            match arguments.format {
                RowFormat::Json => output.json(&line)?,
                RowFormat::Csv => write_row(&mut output, &line.cells())?,
                RowFormat::Human => output.line(line.render())?,
            }
        }
    }
    output.finish()?;
    if shown == 0 && arguments.format == RowFormat::Human {
        say(if arguments.open { "Nothing is open." } else { "The journal is empty." });
    }
    Ok(Exit::Success)
}

/// An attempt as it is shown.
struct Line<'a> {
    entry: &'a Entry,
    state: &'static str,
}

/// The host of a server, and what it is: a stand-in on this machine is called so in each line.
pub(crate) fn server_of(server: &str) -> (String, &'static str) {
    match server.parse::<BaseUrl>() {
        Ok(url) if url.is_digicert() => (url.host().to_string(), "digicert"),
        Ok(url) if url.is_loopback() => (url.as_str().to_owned(), "stand-in"),
        Ok(url) => (url.host().to_string(), "other"),
        Err(_) => (server.to_owned(), "other"),
    }
}

impl Line<'_> {
    fn cells(&self) -> Vec<Cell<'_>> {
        let Entry { sent_at, server, file, row, order_id, order_status, .. } = self.entry;
        let (host, kind) = server_of(server);
        vec![
            Cell::Text(sent_at.to_string().into()),
            Cell::Text(host.into()),
            Cell::text(Some(kind)),
            Cell::text(file.as_deref()),
            Cell::number(*row),
            Cell::text(self.entry.name()),
            Cell::text(Some(self.state)),
            Cell::number(*order_id),
            Cell::text(order_status.as_ref().map(OrderStatus::as_str)),
        ]
    }

    fn render(&self) -> String {
        let Entry { sent_at, server, file, row, order_id, order_status, reason, .. } = self.entry;
        let mut text = local(*sent_at);
        let (host, kind) = server_of(server);
        text.push_str(&match kind {
            "stand-in" => format!("  stand-in {host}"),
            _ => format!("  {host}"),
        });
        if let Some(file) = file {
            text.push_str(&format!("  {file}"));
        }
        if let Some(row) = row {
            text.push_str(&format!(" row {row}"));
        }
        if let Some(name) = self.entry.name() {
            text.push_str(&format!("  {name}"));
        }
        text.push_str(&format!("  {}", self.state.replace('_', " ")));
        if let Some(id) = order_id {
            text.push_str(&format!(" order {id}"));
        } else if let Some(reason) = reason {
            text.push_str(&format!(" ({reason})"));
        }
        if let Some(status) = order_status {
            text.push_str(&format!(", {status}"));
        }
        printable(&text).into_owned()
    }
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let Entry { sent_at, server, file, row, order_id, order_status, .. } = self.entry;
        let (host, kind) = server_of(server);
        let mut map = serializer.serialize_map(Some(HEAD.len()))?;
        map.serialize_entry("time", sent_at)?;
        map.serialize_entry("host", &host)?;
        map.serialize_entry("server", kind)?;
        map.serialize_entry("file", file)?;
        map.serialize_entry("row", row)?;
        map.serialize_entry("reference", &self.entry.name())?;
        map.serialize_entry("state", self.state)?;
        map.serialize_entry("order_id", order_id)?;
        map.serialize_entry("order_status", order_status)?;
        map.end()
    }
}
