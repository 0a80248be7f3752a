//! Options that several commands share, and how their values are read.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

/// Which server is asked, and how.
#[derive(Debug, Args)]
pub(crate) struct Server {
    #[arg(long, value_name = "URL", help = BASE_URL_HELP)]
    pub(crate) base_url: Option<String>,
    /// A file that holds the API key and nothing else [default: the key is in the environment
    /// variable CERTCENTRAL_API_KEY]
    #[arg(long, value_name = "PATH")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// How long one attempt may take [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = timeout)]
    pub(crate) timeout: Option<Duration>,
}

/// Which journal is used.
#[derive(Debug, Args)]
pub(crate) struct JournalOption {
    /// The file of the journal, the one memory of what was ordered [env: CERTCENTRAL_JOURNAL]
    /// [default: journal.db in this user's state folder]
    #[arg(long, value_name = "PATH")]
    pub(crate) journal: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Human,
    Json,
}

/// How to print many rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowFormat {
    #[default]
    Human,
    Json,
    Csv,
}

pub(crate) const TABLE_FORMAT_HELP: &str =
    "How to print the rows: as a table for people, as JSON, or as CSV for spreadsheets";

/// The exit codes of what looks.
pub(crate) const READ_CODES: &str = "Exit codes: 0 shown, 2 wrong usage or configuration, 3 refused \
                                     by the server, 4 no answer that can be read.";

/// The exit codes of what changes something.
pub(crate) const CHANGE_CODES: &str = "Exit codes: 0 done, 2 wrong usage or not confirmed and nothing was sent, 3 rejected by the \
     server, 4 not sent, 5 unknown: it may have been done.";

pub(crate) const FORMAT_HELP: &str = "How to print the result: for people, or as JSON";

const BASE_URL_HELP: &str = "Where the API is [env: CERTCENTRAL_BASE_URL] [default: \
                             https://certcentral.digicert.eu]";

pub(crate) fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a day is written as 2026-01-31".into())
}

pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "a number of seconds, such as 60".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

/// A number of days from today.
pub(crate) fn days(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "a number of days from 0 to 65535, such as 60".into())
}

/// A text for other people: it says something.
pub(crate) fn said(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("it says nothing".into()) } else { Ok(text.into()) }
}

fn timeout(text: &str) -> Result<Duration, String> {
    match seconds(text)? {
        Duration::ZERO => Err("a timeout is longer than 0 seconds".into()),
        timeout if timeout > Duration::from_secs(3600) => {
            Err("a timeout is at most 3600 seconds".into())
        }
        timeout => Ok(timeout),
    }
}
