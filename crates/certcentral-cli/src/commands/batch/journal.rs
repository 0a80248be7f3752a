//! Shows a journal, and asks for the status of its placed orders.

use std::collections::BTreeMap;
use std::path::Path;

use certcentral::{ApiKey, BaseUrl, OrderId};
use certcentral_batch::{Journal, JournalError, JournalRow, RefreshedRow, RowState};
use serde::Serialize;

use super::arguments::Arguments;
use super::report::{RowEvent, SummaryLine, render_summary};
use crate::args::options::{Format, Server};
use crate::env::{file, runtime, server};
use crate::exit::{Exit, Failure, Result};
use crate::show::terminal::{Output, printable};
use crate::show::wrap::{number, wrap};

/// What a journal calls the server inside this program.
pub(crate) const SANDBOX: &str = "sandbox";

/// Shows what is in a journal: as JSON all rows, for people those that are not placed.
pub(super) fn status(arguments: &Arguments) -> Result<Exit> {
    let failed = |error| unusable(&arguments.journal, &error);
    let journal = open_journal(&arguments.journal)?;
    let summary = journal.summary().map_err(failed)?.unwrap_or_default();
    let mut output = Output::new();
    let mut standing: BTreeMap<String, u64> = BTreeMap::new();
    let mut written = Ok(());
    journal
        .for_each_row(|row: JournalRow| {
            if let Some(status) = &row.order_status {
                *standing.entry(status.clone()).or_default() += 1;
            }
            if written.is_ok() {
                written = show(&mut output, arguments.format, &row);
            }
            Ok(())
        })
        .map_err(failed)?;
    written?;
    match arguments.format {
        Format::Json => output.json(&SummaryLine { summary: &summary })?,
        Format::Human => {
            output.line(render_summary(&summary))?;
            if let Some(standing) = render_standing(&standing) {
                output.line(standing)?;
            }
        }
    }
    output.finish()?;
    Ok(Exit::Success)
}

fn show(output: &mut Output, format: Format, row: &JournalRow) -> Result<()> {
    let JournalRow { reference, state, order_id, http_status, reason, order_status, .. } = row;
    match format {
        Format::Json => output.json(&RowEvent {
            reference,
            outcome: state.as_str(),
            order_id: order_id.and_then(|id| OrderId::new(id).ok()),
            status: *http_status,
            reason: reason.clone(),
            errors: &[],
            order_status: order_status.clone(),
        }),
        Format::Human if matches!(state, RowState::Placed | RowState::Ready) => Ok(()),
        Format::Human => {
            let mut text = state.as_str().replace('_', " ");
            if let Some(status) = http_status {
                text.push_str(&format!(", HTTP status {status}"));
            }
            for why in [reason, &row.verdict].into_iter().flatten().filter(|why| !why.is_empty()) {
                text.push_str(&format!(", {why}"));
            }
            output.line(wrap(&format!("{}: ", printable(reference)), 2, &printable(&text)))
        }
    }
}

fn render_standing(standing: &BTreeMap<String, u64>) -> Option<String> {
    let statuses: Vec<String> = standing
        .iter()
        .map(|(status, orders)| format!("{} {}", number(*orders), printable(status)))
        .collect();
    (!statuses.is_empty()).then(|| format!("of the placed: {}", statuses.join(", ")))
}

/// Asks CertCentral for the status of the placed orders.
pub(super) fn refresh(arguments: &Arguments) -> Result<Exit> {
    #[derive(Serialize)]
    struct Refreshed<'a> {
        reference: &'a str,
        order_id: OrderId,
        #[serde(skip_serializing_if = "Option::is_none")]
        order_status: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    }

    let failed = |error| unusable(&arguments.journal, &error);
    let mut journal = open_journal(&arguments.journal)?;
    let (key, base_url) = key_and_url(&journal, &arguments.journal, &arguments.server)?;
    let client = server::client(key, base_url, server::timeout(&arguments.server)).build();
    let mut output = Output::new();
    let mut standing: BTreeMap<String, u64> = BTreeMap::new();
    let mut not_learned = 0;
    let mut written = Ok(());
    runtime::block_on(async {
        let each = |row: &RefreshedRow| {
            let (status, error) = match &row.status {
                Ok(status) => (status.as_ref().map(|status| status.as_str()), None),
                Err(error) => (None, Some(error.to_string())),
            };
            if let Some(status) = status {
                *standing.entry(status.to_owned()).or_default() += 1;
            } else {
                not_learned += 1;
            }
            let line = match (arguments.format, &error) {
                (Format::Json, _) => output.json(&Refreshed {
                    reference: &row.reference,
                    order_id: row.order_id,
                    order_status: status,
                    error,
                }),
                (Format::Human, Some(error)) => output.line(wrap(
                    &format!("{}: ", printable(&row.reference)),
                    2,
                    &printable(error),
                )),
                (Format::Human, None) => Ok(()),
            };
            if written.is_ok() {
                written = line;
            }
        };
        journal.refresh(&client, each).await.map_err(failed)
    })?;
    written?;
    if arguments.format == Format::Human {
        let none = || "no order of this journal is placed".to_owned();
        output.line(render_standing(&standing).unwrap_or_else(none))?;
    }
    output.finish()?;
    Ok(if not_learned == 0 { Exit::Success } else { Exit::NotSent })
}

/// The key and the server of a journal: the key goes where the user says and not where a file says.
pub(crate) fn key_and_url(
    journal: &Journal,
    path: &Path,
    options: &Server,
) -> Result<(ApiKey, BaseUrl)> {
    let name = journal.server().map_err(|error| unusable(path, &error))?;
    if name.as_deref() == Some(SANDBOX) {
        return Err(Failure::usage(
            "this journal is of a rehearsal with --sandbox, whose orders are gone: begin a new one",
        ));
    }
    let base_url = server::base_url(options)?;
    if let Some(name) = name
        && name != base_url.as_str()
    {
        return Err(Failure::usage(format!(
            "the orders went to {0}, and this would ask {base_url}: give --base-url {0}",
            printable(&name)
        )));
    }
    Ok((server::api_key(options)?, base_url))
}

/// Opens a journal that exists.
pub(crate) fn open_journal(path: &Path) -> Result<Journal> {
    Journal::open(path).map_err(|error| unusable(path, &error))
}

/// Why a journal cannot be used.
pub(crate) fn unusable(path: &Path, error: &JournalError) -> Failure {
    let error = error.to_string();
    Failure::usage(format!("the journal {} {}", file::name(path), printable(&error)))
}
