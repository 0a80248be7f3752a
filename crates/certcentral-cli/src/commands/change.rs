//! What all commands share that change something at CertCentral: the change is sent once, and what
//! became of it is said as for an order.

use std::fmt::{self, Write};
use std::time::Duration;

use certcentral::model::{OrderId, RequestId, RequestStatus};
use certcentral::transport::{
    ChangeOutcome, DoneChange, NotSentReason, RejectedChange, UnknownChange,
};
use certcentral::{Client, RetryPolicy, StopSwitch};
use serde::Serialize;

use crate::args::options::{Format, Server};
use crate::commands::outcome::{INTERRUPTED, Members, reason, write_answer, write_refusal};
use crate::commands::patience::{Words, outcome_or_stop};
use crate::env::interrupt::Interrupts;
use crate::env::runtime::Runtime;
use crate::env::server;
use crate::exit::{Exit, Result};
use crate::show::answer;
use crate::show::paint;
use crate::show::shell::server_options;
use crate::show::terminal::{print, printable, progress};

/// What is changed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Order(OrderId),
    Request(RequestId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order(id) => write!(f, "order {id}"),
            Self::Request(id) => write!(f, "request {id}"),
        }
    }
}

/// A change as it was typed.
pub(crate) struct Change<'a> {
    pub(crate) subject: Subject,
    /// What it is after the change: `approved`.
    pub(crate) done: &'static str,
    pub(crate) server: &'a Server,
    pub(crate) format: Format,
}

/// A change that only has to be sent.
pub(crate) struct Prepared<'a> {
    change: Change<'a>,
    runtime: Runtime,
    client: Client,
    stop: StopSwitch,
    timeout: Duration,
}

impl<'a> Change<'a> {
    /// Reads the key and the settings.
    pub(crate) fn prepare(self) -> Result<Prepared<'a>> {
        let stop = StopSwitch::new();
        let client = server::connect(self.server)?.retry(RetryPolicy::never()).build();
        let (client, timeout) = (client.with_stop(&stop), server::timeout(self.server));
        Ok(Prepared { change: self, runtime: Runtime::new()?, client, stop, timeout })
    }
}

impl Prepared<'_> {
    /// Sends the change, and says what became of it.
    pub(crate) fn send(self, send: impl AsyncFnOnce(&Client) -> ChangeOutcome) -> Result<Exit> {
        let Self { change, runtime, client, stop, timeout } = self;
        let mut interrupts = Interrupts::before_sending(&runtime)?;
        progress(format_args!("Asking {} ...", client.base_url().host()));
        let words = Words { what: "the change", then: "it may have been made" };
        let sending = send(&client);
        let outcome =
            runtime.block_on(outcome_or_stop(sending, &stop, timeout, &mut interrupts, words));
        runtime.end();
        change.report(outcome.as_ref())
    }
}

impl Change<'_> {
    /// Prints the outcome, which is `None` if the user did not wait for it.
    fn report(&self, outcome: Option<&ChangeOutcome>) -> Result<Exit> {
        print(self.format, &self.members(outcome), || {
            let mut text = String::new();
            // Writing to a `String` does not fail.
            let _ = self.write(&mut text, outcome);
            text.trim_end().to_owned()
        })?;
        Ok(match outcome {
            Some(ChangeOutcome::Done(_)) => Exit::Success,
            Some(ChangeOutcome::Rejected(_)) => Exit::Rejected,
            Some(ChangeOutcome::NotSent(_)) => Exit::NotSent,
            Some(ChangeOutcome::Unknown(_)) | None => Exit::Unknown,
        })
    }
}

/// A request that has to be approved before the change is made.
#[derive(Serialize)]
struct WaitingRequest<'a> {
    id: RequestId,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a RequestStatus>,
}

impl Change<'_> {
    fn members<'a>(
        &self,
        outcome: Option<&'a ChangeOutcome>,
    ) -> Members<'a, Vec<WaitingRequest<'a>>> {
        let (order_id, request_id) = match self.subject {
            Subject::Order(id) => (Some(id), None),
            Subject::Request(id) => (None, Some(id)),
        };
        let common = Members {
            outcome: outcome.map_or("unknown", ChangeOutcome::as_str),
            order_id,
            request_id,
            attempts: attempts(outcome),
            ..Members::default()
        };
        match outcome {
            Some(ChangeOutcome::Done(done)) => Members {
                requests: done.request.as_ref().map(|request| {
                    vec![WaitingRequest { id: request.id, status: request.status.as_ref() }]
                }),
                note_id: done.note.as_ref().and_then(|note| note.id),
                ..common
            },
            Some(ChangeOutcome::Rejected(rejected)) => Members {
                status: Some(rejected.status),
                errors: Some(&rejected.errors),
                excerpt: rejected.answer.as_ref().map(answer::line),
                ..common
            },
            Some(ChangeOutcome::NotSent(not_sent)) => {
                Members { reason: Some(reason(not_sent.reason)), ..common }
            }
            Some(ChangeOutcome::Unknown(unknown)) => Members {
                reason: Some(unknown.reason.as_str()),
                status: unknown.status,
                excerpt: unknown.answer.as_ref().map(answer::line),
                ..common
            },
            None => Members { reason: Some(INTERRUPTED), ..common },
        }
    }

    fn write(&self, to: &mut String, outcome: Option<&ChangeOutcome>) -> fmt::Result {
        match outcome {
            Some(ChangeOutcome::Done(done)) => self.write_done(to, done),
            Some(ChangeOutcome::Rejected(rejected)) => self.write_rejected(to, rejected),
            Some(ChangeOutcome::NotSent(not_sent)) => {
                let (sentence, what_now) = match not_sent.reason {
                    NotSentReason::Stopped => (
                        "it was interrupted before the change was sent".to_owned(),
                        "Run the same command again to make it.",
                    ),
                    reason => {
                        (reason.to_string(), "Run the same command again when this is corrected.")
                    }
                };
                writeln!(to, "{}: {}", paint::error("not sent"), printable(&sentence))?;
                writeln!(to, "Nothing was changed. {what_now}")
            }
            Some(ChangeOutcome::Unknown(unknown)) => {
                let UnknownChange { reason, status, answer, .. } = unknown;
                write!(to, "{}: {reason}", paint::error("unknown"))?;
                if let Some(status) = status {
                    write!(to, " (HTTP status {status})")?;
                }
                writeln!(to)?;
                write_answer(to, answer.as_ref())?;
                self.write_look_first(to)
            }
            None => {
                let head = paint::error("unknown");
                writeln!(to, "{head}: it was interrupted before an answer came")?;
                self.write_look_first(to)
            }
        }
    }

    fn write_done(&self, to: &mut String, done: &DoneChange) -> fmt::Result {
        let Self { subject, done: what, server, .. } = self;
        let options = server_options(server);
        let head = paint::success("done");
        match &done.request {
            Some(request) => {
                let id = request.id;
                writeln!(to, "{head}: {subject} will be {what} when request {id} is approved")?;
                writeln!(to, "An administrator approves it with: certcentral approve{options} {id}")
            }
            None => {
                writeln!(to, "{head}: {subject} is {what}")?;
                match subject {
                    Subject::Order(_) => {
                        writeln!(to, "See how it goes on with: {}", self.look_command())
                    }
                    Subject::Request(_) => Ok(()),
                }
            }
        }
    }

    fn write_rejected(&self, to: &mut String, rejected: &RejectedChange) -> fmt::Result {
        let RejectedChange { status, errors, answer, .. } = rejected;
        let head = paint::error("rejected");
        writeln!(to, "{head}: the server refused the change with HTTP status {status}")?;
        write_refusal(to, errors, answer.as_ref())?;
        write!(to, "Nothing was changed.")?;
        match status {
            401 | 403 => writeln!(to, " Check the API key and what it may do."),
            404 => writeln!(to, " Check the id, and that the API key may see it."),
            429 | 503 => writeln!(to, " Run the same command again later."),
            300..=399 | 405 => writeln!(to, " Check the base URL."),
            _ => writeln!(to, " See where it is with: {}", self.look_command()),
        }
    }

    fn write_look_first(&self, to: &mut String) -> fmt::Result {
        let warning = "The change may have been made. Do not send it again before looking:";
        writeln!(to, "{}", paint::strong(warning))?;
        writeln!(to, "  {}", self.look_command())
    }

    /// The command that shows whether the change was made.
    fn look_command(&self) -> String {
        let options = server_options(self.server);
        match self.subject {
            Subject::Order(id) => format!("certcentral status{options} {id}"),
            Subject::Request(_) => format!("certcentral requests{options}"),
        }
    }
}

/// A change is sent once, unless it was stopped before that.
fn attempts(outcome: Option<&ChangeOutcome>) -> u32 {
    match outcome {
        Some(ChangeOutcome::NotSent(not_sent))
            if matches!(not_sent.reason, NotSentReason::Stopped | NotSentReason::NoRuntime) =>
        {
            0
        }
        _ => 1,
    }
}
