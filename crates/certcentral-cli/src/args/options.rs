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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Human,
    Json,
}

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

fn timeout(text: &str) -> Result<Duration, String> {
    match seconds(text)? {
        Duration::ZERO => Err("a timeout is longer than 0 seconds".into()),
        timeout if timeout > Duration::from_secs(3600) => {
            Err("a timeout is at most 3600 seconds".into())
        }
        timeout => Ok(timeout),
    }
}
