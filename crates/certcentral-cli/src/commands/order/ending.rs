//! What became of an order: as JSON, as text, and as an exit code.

use std::fmt::{self, Write};

use certcentral::model::{OrderId, PlacedRequest};
use certcentral::transport::{Excerpt, Outcome, OutcomeKind, Placed, Rejected, Unknown};
use certcentral::validation::Report;
use serde::{Serialize, Serializer};

use crate::commands::outcome::{INTERRUPTED, Members, reason, write_answer, write_refusal};
use crate::exit::Exit;
use crate::show::answer;
use crate::show::paint;
use crate::show::shell::Commands;
use crate::show::terminal::printable;

/// What `order --format json` prints for an order that is at fault. Nothing was sent.
#[derive(Serialize)]
pub(crate) struct Invalid<'a> {
    outcome: &'static str,
    violations: &'a Report,
}

impl<'a> Invalid<'a> {
    pub(crate) fn new(violations: &'a Report) -> Self {
        Self { outcome: "invalid", violations }
    }
}

/// How a run ended that tried to send. It serialises as `order --format json` prints it.
#[derive(Debug)]
pub(crate) enum Ending {
    Outcome(Outcome),
    /// The user interrupted the run before it began to send.
    NeverSent,
    /// The user did not wait for the outcome of this attempt, the last of so many.
    Abandoned(u32),
    /// The answer names an order that is recorded as that of another attempt.
    OfAnother(OrderId),
}

impl Serialize for Ending {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let common: Members<'_, &[PlacedRequest]> = Members {
            outcome: self.kind().as_str(),
            attempts: self.attempts(),
            ..Members::default()
        };
        match self {
            Self::Outcome(Outcome::Placed(Placed { response, errors, .. })) => Members {
                order_id: Some(response.id),
                certificate_id: Some(response.certificate_id),
                requests: Some(response.requests.as_slice()),
                errors: Some(errors.as_slice()).filter(|errors| !errors.is_empty()),
                ..common
            },
            Self::Outcome(Outcome::Rejected(rejected)) => Members {
                status: Some(rejected.status),
                errors: Some(&rejected.errors),
                excerpt: unread(rejected).map(answer::line),
                ..common
            },
            Self::Outcome(Outcome::NotSent(not_sent)) => {
                Members { reason: Some(reason(not_sent.reason)), ..common }
            }
            Self::Outcome(Outcome::Unknown(unknown)) => Members {
                reason: Some(unknown.reason.as_str()),
                status: unknown.status,
                excerpt: unknown.answer.as_ref().map(answer::line),
                ..common
            },
            Self::NeverSent | Self::Abandoned(_) => Members { reason: Some(INTERRUPTED), ..common },
            Self::OfAnother(_) => {
                Members { reason: Some("order_of_another_attempt"), status: Some(201), ..common }
            }
        }
        .serialize(serializer)
    }
}

impl Ending {
    fn kind(&self) -> OutcomeKind {
        match self {
            Self::Outcome(outcome) => outcome.kind(),
            Self::NeverSent => OutcomeKind::NotSent,
            Self::Abandoned(_) | Self::OfAnother(_) => OutcomeKind::Unknown,
        }
    }

    fn attempts(&self) -> u32 {
        match self {
            Self::Outcome(outcome) => outcome.attempts(),
            Self::NeverSent => 0,
            Self::Abandoned(attempts) => *attempts,
            Self::OfAnother(_) => 1,
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self.kind() {
            OutcomeKind::Placed => Exit::Success,
            OutcomeKind::Rejected => Exit::Rejected,
            OutcomeKind::NotSent => Exit::NotSent,
            OutcomeKind::Unknown => Exit::Unknown,
        }
    }

    /// What happened, whether an order exists, and what to do next.
    pub(crate) fn render(&self, destination: Destination<'_>) -> String {
        let mut text = String::new();
        // Writing to a `String` does not fail.
        let _ = self.write(&mut text, destination);
        if let Destination::Server { nothing_was_bought: Some(note), .. } = destination {
            let _ = writeln!(text, "{}", paint::faint(note));
        }
        text.truncate(text.trim_end().len());
        text
    }

    fn write(&self, to: &mut String, destination: Destination<'_>) -> fmt::Result {
        match self {
            Self::Outcome(Outcome::Placed(placed)) => write_placed(to, placed, destination),
            Self::Outcome(Outcome::Rejected(rejected)) => write_rejected(to, rejected),
            Self::Outcome(Outcome::NotSent(not_sent)) => {
                let sentence = not_sent.reason.to_string();
                write_not_sent(to, &sentence, reason(not_sent.reason), not_sent.attempts)
            }
            Self::Outcome(Outcome::Unknown(unknown)) => {
                write!(to, "{}: {}", paint::error("unknown"), unknown.reason)?;
                write_unknown(to, Some(unknown), unknown.attempts, destination)
            }
            Self::NeverSent => {
                let sentence = "it was interrupted before the order was sent";
                write_not_sent(to, sentence, INTERRUPTED, 0)
            }
            Self::Abandoned(attempts) => {
                write!(
                    to,
                    "{}: it was interrupted before an answer came",
                    paint::error("unknown")
                )?;
                write_unknown(to, None, *attempts, destination)
            }
            Self::OfAnother(id) => {
                let head = paint::error("unknown");
                write!(
                    to,
                    "{head}: the answer names order {id}, which is that of another attempt"
                )?;
                write_unknown(to, None, 1, destination)
            }
        }
    }
}

/// Where an order went.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Destination<'a> {
    /// The stand-in inside this program, which ends with it.
    Sandbox,
    Server {
        commands: &'a Commands,
        /// A note that says so, if the order went to this machine.
        nothing_was_bought: Option<&'a str>,
        /// Whether the journal stays, so that `find` can look there.
        keeps_journal: bool,
    },
}

/// What is shown of the answer that refused an order: nothing if its errors could be read.
fn unread(rejected: &Rejected) -> Option<&Excerpt> {
    rejected.answer.as_ref().filter(|_| rejected.errors.is_empty())
}

fn write_head(to: &mut String, id: OrderId, attempts: u32) -> fmt::Result {
    let order = format!("order {}", paint::strong(&id.to_string()));
    writeln!(to, "{}: {order} ({})", paint::success("placed"), tried(attempts))
}

fn write_placed(to: &mut String, placed: &Placed, destination: Destination<'_>) -> fmt::Result {
    let Placed { response, errors, attempts, .. } = placed;
    write_head(to, response.id, *attempts)?;
    for request in &response.requests {
        write!(to, "  request {}", request.id)?;
        match &request.status {
            Some(status) => writeln!(to, ": {}", printable(status.as_str()))?,
            None => writeln!(to)?,
        }
    }
    if let Some(id) = response.certificate_id {
        writeln!(to, "  certificate {id}")?;
    }
    for error in errors {
        writeln!(to, "  the answer has an error, too: {}", printable(&error.to_string()))?;
    }
    write_how_it_goes_on(to, response.id, destination)
}

fn write_how_it_goes_on(to: &mut String, id: OrderId, destination: Destination<'_>) -> fmt::Result {
    match destination {
        Destination::Sandbox => {
            writeln!(to, "This was the sandbox: nothing was ordered at DigiCert.")
        }
        Destination::Server { commands, .. } => {
            writeln!(to, "See how it goes on with: {}", commands.status(id))
        }
    }
}

fn write_refused(to: &mut String, status: u16, attempts: u32) -> fmt::Result {
    writeln!(
        to,
        "{}: the server refused the order with HTTP status {status} ({})",
        paint::error("rejected"),
        tried(attempts)
    )
}

fn write_rejected(to: &mut String, rejected: &Rejected) -> fmt::Result {
    let Rejected { status, errors, attempts, .. } = rejected;
    write_refused(to, *status, *attempts)?;
    write_refusal(to, errors, unread(rejected))?;
    let what_now = match status {
        401 | 403 => "Check the API key and what it may do, then run the same command again.",
        429 => {
            "Nothing is wrong with the order: too many requests. Run the same command again later."
        }
        503 => {
            "Nothing is wrong with the order: the server is being maintained. Run the same command \
             again later."
        }
        300..=399 | 404 | 405 => "Check the base URL, then run the same command again.",
        _ => "Correct the order, then run the same command again.",
    };
    writeln!(to, "No order exists. {what_now}")
}

fn write_not_sent(to: &mut String, sentence: &str, reason: &str, attempts: u32) -> fmt::Result {
    let sentence = printable(sentence);
    writeln!(to, "{}: {sentence} ({})", paint::error("not sent"), tried(attempts))?;
    let what_now = match reason {
        INTERRUPTED => "To place it, run the same command again.",
        _ => "Run the same command again when this is corrected.",
    };
    writeln!(to, "No order exists. {what_now}")
}

/// The rest of what is said of an order that may exist.
fn write_unknown(
    to: &mut String,
    unknown: Option<&Unknown>,
    attempts: u32,
    destination: Destination<'_>,
) -> fmt::Result {
    match unknown.and_then(|unknown| unknown.status) {
        Some(status) => writeln!(to, " (HTTP status {status}, {})", tried(attempts))?,
        None => writeln!(to, " ({})", tried(attempts))?,
    }
    write_answer(to, unknown.and_then(|unknown| unknown.answer.as_ref()))?;
    let warning = "The order may have been placed. Do not send it again before looking:";
    writeln!(to, "{}", paint::strong(warning))?;
    let Destination::Server { commands, keeps_journal, .. } = destination else {
        return writeln!(to, "  this was the sandbox, where there is nothing left to look at");
    };
    if keeps_journal {
        writeln!(to, "  {}", commands.find())?;
    } else {
        writeln!(
            to,
            "  there is no journal, so see the newest orders and requests in CertCentral"
        )?;
    }
    match unknown.and_then(|unknown| unknown.order_id) {
        Some(id) => writeln!(to, "The answer names order {id}: {}", commands.status(id)),
        None => Ok(()),
    }
}

fn tried(attempts: u32) -> String {
    match attempts {
        0 => "not tried".into(),
        1 => "1 attempt".into(),
        _ => format!("{attempts} attempts"),
    }
}
