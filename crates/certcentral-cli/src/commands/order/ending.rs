//! What became of an order: as JSON, as text, as an exit code, and as what the receipt keeps.

use std::fmt::{self, Write};

use certcentral::model::{CertificateId, OrderId, OrderResponse, PlacedRequest, ServerError};
use certcentral::transport::{EndedOrder, Excerpt, Outcome, OutcomeKind};
use certcentral::validation::Report;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::exit::Exit;
use crate::receipt::clock::{Moment, to_millisecond};
use crate::receipt::place::Place;
use crate::receipt::record::{Run, State};
use crate::show::shell::Commands;
use crate::show::terminal::{Paint, printable};

/// Characters of a server's answer that are shown to people.
const ANSWER_SHOWN: usize = 500;

/// The reason given for an order that somebody interrupted.
const INTERRUPTED: &str = "interrupted";

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
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(crate) enum Ending {
    Placed(Placed),
    Rejected(Rejected),
    NotSent(NotSent),
    Unknown(Unknown),
}

/// The order exists.
#[derive(Debug, Serialize)]
pub(crate) struct Placed {
    order_id: OrderId,
    certificate_id: Option<CertificateId>,
    requests: Vec<PlacedRequest>,
    attempts: u32,
}

/// The server refused, and no order exists.
#[derive(Debug, Serialize)]
pub(crate) struct Rejected {
    status: u16,
    errors: Vec<ServerError>,
    attempts: u32,
    #[serde(skip)]
    answer: Option<Excerpt>,
}

/// The order never left, and does not exist.
#[derive(Debug, Serialize)]
pub(crate) struct NotSent {
    reason: &'static str,
    attempts: u32,
    #[serde(skip)]
    sentence: String,
}

/// The order may exist.
#[derive(Debug, Serialize)]
pub(crate) struct Unknown {
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    attempts: u32,
    #[serde(skip)]
    sentence: String,
    #[serde(skip)]
    answer: Option<Excerpt>,
    /// Seen in an answer that is no proof.
    #[serde(skip)]
    order_id: Option<OrderId>,
    #[serde(skip)]
    sent_at: Option<Timestamp>,
    #[serde(skip)]
    given_up_at: Timestamp,
    #[serde(skip)]
    clock_offset: Option<SignedDuration>,
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Placed(placed) => {
                let OrderResponse { id, certificate_id, requests, .. } = placed.response;
                Self::Placed(Placed {
                    order_id: id,
                    certificate_id,
                    requests,
                    attempts: placed.attempts,
                })
            }
            Outcome::Rejected(rejected) => Self::Rejected(Rejected {
                status: rejected.status,
                errors: rejected.errors,
                attempts: rejected.attempts,
                answer: rejected.answer,
            }),
            Outcome::NotSent(not_sent) => Self::NotSent(NotSent {
                reason: not_sent.reason.as_str(),
                attempts: not_sent.attempts,
                sentence: not_sent.reason.to_string(),
            }),
            Outcome::Unknown(unknown) => Self::Unknown(Unknown {
                reason: unknown.reason.as_str(),
                status: unknown.status,
                attempts: unknown.attempts,
                sentence: unknown.reason.to_string(),
                answer: unknown.answer,
                order_id: unknown.order_id,
                sent_at: Some(unknown.sent_at),
                given_up_at: unknown.given_up_at,
                clock_offset: unknown.clock_offset,
            }),
        }
    }
}

impl Ending {
    /// How it ends if somebody stops the program. `told` is what the transport has to say to that:
    /// if the order had not left by then, it never will.
    pub(crate) fn stopped(told: Option<&EndedOrder>) -> Self {
        let attempts = told.map_or(1, |event| event.attempts);
        match told {
            Some(event) if event.outcome == OutcomeKind::NotSent => Self::NotSent(NotSent {
                reason: INTERRUPTED,
                attempts,
                sentence: "it was interrupted before the order left".into(),
            }),
            _ => Self::Unknown(Unknown {
                reason: INTERRUPTED,
                status: None,
                attempts,
                sentence: "it was interrupted before an answer came".into(),
                answer: None,
                order_id: None,
                sent_at: told.and_then(|event| event.sent_at),
                given_up_at: told.map_or_else(Timestamp::now, |event| event.ended_at),
                clock_offset: None,
            }),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Placed(_) => Exit::Success,
            Self::Rejected(_) => Exit::Rejected,
            Self::NotSent(_) => Exit::NotSent,
            Self::Unknown(_) => Exit::Unknown,
        }
    }

    /// Brings a receipt's run up to date.
    pub(crate) fn write_to(&self, run: &mut Run) {
        let (state, attempts) = match self {
            Self::Placed(placed) => {
                run.order_id = Some(placed.order_id);
                (State::Placed, placed.attempts)
            }
            Self::Rejected(rejected) => (State::Rejected, rejected.attempts),
            Self::NotSent(not_sent) => (State::NotSent, not_sent.attempts),
            Self::Unknown(unknown) => {
                run.order_id = unknown.order_id;
                run.sent_at = unknown.sent_at.map(to_millisecond);
                // The attempt was given up just now.
                let time = to_millisecond(unknown.given_up_at);
                run.set_given_up(Moment { time, ..Moment::now() });
                run.clock_offset_seconds = unknown.clock_offset.map(|offset| offset.as_secs());
                (State::Unknown, unknown.attempts)
            }
        };
        run.state = state;
        run.attempts = Some(attempts);
    }

    /// What happened, whether an order exists, and what to do next.
    pub(crate) fn render(&self, destination: Destination<'_>, paint: Paint) -> String {
        let mut text = String::new();
        // Writing to a `String` does not fail.
        let _ = match self {
            Self::Placed(placed) => placed.render(&mut text, destination, paint),
            Self::Rejected(rejected) => rejected.render(&mut text, paint),
            Self::NotSent(not_sent) => not_sent.render(&mut text, paint),
            Self::Unknown(unknown) => unknown.render(&mut text, destination, paint),
        };
        if let Destination::Server { place: Some(place), .. } = destination {
            let receipt = place.name();
            let _ = writeln!(text, "{}", paint.faint(&format!("Receipt: {receipt}")));
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// Where an order went.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Destination<'a> {
    /// The stand-in inside this program, which is gone with it.
    Sandbox,
    Server {
        /// Where the receipt is, if one was wanted.
        place: Option<&'a Place>,
        commands: &'a Commands,
    },
}

impl Placed {
    fn render(&self, to: &mut String, destination: Destination<'_>, paint: Paint) -> fmt::Result {
        let Self { order_id, certificate_id, requests, attempts } = self;
        let order = format!("order {}", paint.strong(&order_id.to_string()));
        writeln!(to, "{}: {order} ({})", paint.success("placed"), tried(*attempts))?;
        for request in requests {
            write!(to, "  request {}", request.id)?;
            match &request.status {
                Some(status) => writeln!(to, ": {}", printable(status.as_str()))?,
                None => writeln!(to)?,
            }
        }
        if let Some(id) = certificate_id {
            writeln!(to, "  certificate {id}")?;
        }
        match destination {
            Destination::Sandbox => {
                writeln!(to, "This was the sandbox: nothing was ordered at DigiCert.")
            }
            Destination::Server { commands, .. } => {
                writeln!(to, "See how it goes on with: {}", commands.status(*order_id))
            }
        }
    }
}

impl Rejected {
    fn render(&self, to: &mut String, paint: Paint) -> fmt::Result {
        let Self { status, errors, attempts, answer } = self;
        writeln!(
            to,
            "{}: the server refused the order with HTTP status {status} ({})",
            paint.error("rejected"),
            tried(*attempts)
        )?;
        for error in errors {
            writeln!(to, "  {}", printable(&error.to_string()))?;
        }
        if errors.is_empty() {
            render_answer(to, answer.as_ref())?;
        }
        let what_now = match status {
            401 | 403 => "Check the API key and what it may do, then run the same command again.",
            429 => {
                "Nothing is wrong with the order: too many requests. Run the same command again \
                 later."
            }
            503 => {
                "Nothing is wrong with the order: the server is being maintained. Run the same \
                 command again later."
            }
            300..=399 | 404 | 405 => "Check the base URL, then run the same command again.",
            _ => "Mend the order, then run the same command again.",
        };
        writeln!(to, "No order exists. {what_now}")
    }
}

impl NotSent {
    fn render(&self, to: &mut String, paint: Paint) -> fmt::Result {
        let Self { reason, attempts, sentence } = self;
        writeln!(to, "{}: {sentence} ({})", paint.error("not sent"), tried(*attempts))?;
        writeln!(
            to,
            "No order exists. {}",
            match *reason {
                INTERRUPTED => "To place it, run the same command again.",
                _ => "Run the same command again when this is mended.",
            }
        )
    }
}

impl Unknown {
    fn render(&self, to: &mut String, destination: Destination<'_>, paint: Paint) -> fmt::Result {
        let Self { sentence, status, attempts, answer, order_id, .. } = self;
        write!(to, "{}: {sentence}", paint.error("unknown"))?;
        match status {
            Some(status) => writeln!(to, " (HTTP status {status}, {})", tried(*attempts))?,
            None => writeln!(to, " ({})", tried(*attempts))?,
        }
        render_answer(to, answer.as_ref())?;
        let warning = "The order may have been placed. Do not send it again before looking:";
        writeln!(to, "{}", paint.strong(warning))?;
        match destination {
            Destination::Sandbox => {
                writeln!(to, "  this was the sandbox, where there is nothing left to look at")
            }
            Destination::Server { place, commands } => {
                match place {
                    Some(place) => writeln!(to, "  {}", place.commands.find())?,
                    None => writeln!(
                        to,
                        "  there is no receipt, so see the newest orders and requests in \
                         CertCentral"
                    )?,
                }
                match order_id {
                    Some(id) => {
                        writeln!(to, "The answer names order {id}: {}", commands.status(*id))
                    }
                    None => Ok(()),
                }
            }
        }
    }
}

fn tried(attempts: u32) -> String {
    match attempts {
        0 => "not tried".into(),
        1 => "1 attempt".into(),
        _ => format!("{attempts} attempts"),
    }
}

/// The beginning of an answer, on one line.
fn render_answer(to: &mut String, answer: Option<&Excerpt>) -> fmt::Result {
    let Some(answer) = answer else { return Ok(()) };
    let words = answer.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().take(ANSWER_SHOWN).collect();
    let rest = if shown.len() < words.len() { " …" } else { "" };
    writeln!(to, "  the answer: {}{rest}", printable(&shown))
}
