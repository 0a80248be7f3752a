//! What a command prints as JSON when CertCentral could not be read.

use certcentral::model::ServerError;
use certcentral::transport::LookupError;
use serde::Serialize;

use crate::args::Format;
use crate::exit::Result;
use crate::show::answer;
use crate::show::terminal::Output;

/// A look-up that failed. For people the sentence on standard error says it.
#[derive(Serialize)]
pub(crate) struct FailedRead<'a> {
    error: String,
    /// The HTTP status, if there was an answer that refused.
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a [ServerError]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<String>,
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

    pub(crate) fn print(&self, format: Format) -> Result<()> {
        if format == Format::Human {
            return Ok(());
        }
        let mut output = Output::new();
        output.json(self)?;
        output.finish()
    }
}
