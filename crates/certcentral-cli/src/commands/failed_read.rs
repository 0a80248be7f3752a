//! What is said when CertCentral could not be read.

use certcentral::model::ServerError;
use certcentral::transport::LookupError;
use serde::Serialize;

use crate::args::options::Format;
use crate::exit::{Exit, Failure, Result};
use crate::show::answer;
use crate::show::terminal::{Output, printable};

/// What is printed as JSON of a look-up that failed.
#[derive(Serialize)]
pub(crate) struct FailedRead<'a> {
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
        let mut output = Output::new();
        write(&mut output, error)?;
        output.finish()?;
    }
    Ok(failure(error))
}

/// Prints it as a line of JSON.
pub(crate) fn write(output: &mut Output, error: &LookupError) -> Result<()> {
    output.json(&FailedRead::new(error))
}

impl<'a> FailedRead<'a> {
    pub(crate) fn new(error: &'a LookupError) -> Self {
        let reason = error.reason();
        Self {
            error: error.to_string(),
            status: error.status(),
            errors: reason.is_none().then(|| error.errors()),
            reason,
            excerpt: error.answer().filter(|_| error.errors().is_empty()).map(answer::line),
        }
    }
}

/// The exit code and the sentence for it.
pub(crate) fn failure(error: &LookupError) -> Failure {
    let exit = if is_refused(error) { Exit::Rejected } else { Exit::NotSent };
    Failure::new(exit, printable(&error.to_string()))
}

/// Whether the server refused.
pub(crate) fn is_refused(error: &LookupError) -> bool {
    error.status().is_some_and(|status| (300..500).contains(&status))
}
