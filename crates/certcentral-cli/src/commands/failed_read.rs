//! What is said when CertCentral could not be read.

use certcentral::model::ServerError;
use certcentral::transport::LookupError;
use serde::Serialize;

use crate::args::Format;
use crate::exit::{Exit, Failure, Result};
use crate::show::answer;
use crate::show::terminal::{Output, printable};

/// What is printed as JSON of a look-up that failed.
#[derive(Serialize)]
struct FailedRead<'a> {
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a [ServerError]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<String>,
}

/// Prints it as JSON if that is asked for, and gives what it means for the exit code: the server
/// refused, or there is no readable answer.
pub(crate) fn report(error: &LookupError, format: Format) -> Result<Failure> {
    if format == Format::Json {
        let reason = error.reason();
        let mut output = Output::new();
        output.json(&FailedRead {
            error: error.to_string(),
            status: error.status(),
            errors: reason.is_none().then(|| error.errors()),
            reason,
            excerpt: error.answer().filter(|_| error.errors().is_empty()).map(answer::line),
        })?;
        output.finish()?;
    }
    let refused = error.status().is_some_and(|status| (300..500).contains(&status));
    let exit = if refused { Exit::Rejected } else { Exit::NotSent };
    Ok(Failure::new(exit, printable(&error.to_string())))
}
