//! What became of an order: as JSON, as text, as an exit code, and as what the receipt keeps.

use std::fmt::Write;

use certcentral::model::{CertificateId, OrderId, OrderResponse, PlacedRequest, ServerError};
use certcentral::transport::{Excerpt, OrderEvent, Outcome, OutcomeKind};
use certcentral::validation::Violation;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::exit::Exit;
use crate::receipt::{self, Place, Run, State};
use crate::shell::Commands;
use crate::terminal::{self, Paint, printable};

/// Characters of a server's answer that are shown to people.
const ANSWER_SHOWN: usize = 500;

/// How a run ended that tried to send. It serialises as `order --format json` prints it.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(crate) enum Ending {
    Placed {
        order_id: OrderId,
        certificate_id: Option<CertificateId>,
        requests: Vec<PlacedRequest>,
        attempts: u32,
    },
    Rejected {
        status: u16,
        errors: Vec<ServerError>,
        attempts: u32,
        #[serde(skip)]
        answer: Option<Excerpt>,
    },
    NotSent {
        reason: &'static str,
        attempts: u32,
        #[serde(skip)]
        sentence: String,
    },
    Unknown {
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
    },
}

/// What `order --format json` prints for an order that is at fault. Nothing was sent.
#[derive(Serialize)]
pub(crate) struct Invalid<'a> {
    outcome: &'static str,
    violations: &'a [Violation],
}

impl<'a> Invalid<'a> {
    pub(crate) fn new(violations: &'a [Violation]) -> Self {
        Self { outcome: "invalid", violations }
    }
}

impl From<Outcome<OrderResponse>> for Ending {
    fn from(outcome: Outcome<OrderResponse>) -> Self {
        match outcome {
            Outcome::Placed(placed) => {
                let OrderResponse { id, certificate_id, requests, .. } = placed.response;
                Self::Placed { order_id: id, certificate_id, requests, attempts: placed.attempts }
            }
            Outcome::Rejected(rejected) => Self::Rejected {
                status: rejected.status,
                errors: rejected.errors,
                attempts: rejected.attempts,
                answer: rejected.answer,
            },
            Outcome::NotSent(not_sent) => Self::NotSent {
                reason: not_sent.reason.code(),
                attempts: not_sent.attempts,
                sentence: not_sent.reason.to_string(),
            },
            Outcome::Unknown(unknown) => Self::Unknown {
                reason: unknown.reason.code(),
                status: unknown.status,
                attempts: unknown.attempts,
                sentence: unknown.reason.to_string(),
                answer: unknown.answer,
                order_id: unknown.order_id,
                sent_at: Some(unknown.sent_at),
                given_up_at: unknown.given_up_at,
                clock_offset: unknown.clock_offset,
            },
        }
    }
}

impl Ending {
    /// How it ends if somebody stops the program. `told` is what the transport has to say to that:
    /// if the order had not left by then, it never will.
    pub(crate) fn stopped(told: Option<&OrderEvent>) -> Self {
        let attempts = told.map_or(1, |event| event.attempts);
        match told {
            Some(event) if event.outcome == OutcomeKind::NotSent => Self::NotSent {
                reason: "interrupted",
                attempts,
                sentence: "it was interrupted before the order left".into(),
            },
            _ => Self::Unknown {
                reason: "interrupted",
                status: None,
                attempts,
                sentence: "it was interrupted before an answer came".into(),
                answer: None,
                order_id: None,
                sent_at: told.and_then(|event| event.sent_at),
                given_up_at: told.map_or_else(receipt::now, |event| event.ended_at),
                clock_offset: None,
            },
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Placed { .. } => Exit::Success,
            Self::Rejected { .. } => Exit::Rejected,
            Self::NotSent { .. } => Exit::NotSent,
            Self::Unknown { .. } => Exit::Unknown,
        }
    }

    /// Brings a receipt's run up to date.
    pub(crate) fn write_to(&self, run: &mut Run) {
        match self {
            Self::Placed { order_id, attempts, .. } => {
                run.state = State::Placed;
                run.order_id = Some(*order_id);
                run.attempts = Some(*attempts);
            }
            Self::Rejected { attempts, .. } => {
                run.state = State::Rejected;
                run.attempts = Some(*attempts);
            }
            Self::NotSent { attempts, .. } => {
                run.state = State::NotSent;
                run.attempts = Some(*attempts);
            }
            Self::Unknown { attempts, order_id, sent_at, given_up_at, clock_offset, .. } => {
                run.state = State::Unknown;
                run.order_id = *order_id;
                run.attempts = Some(*attempts);
                run.sent_at = sent_at.map(receipt::to_millisecond);
                run.given_up_at = Some(receipt::to_millisecond(*given_up_at));
                run.clock_offset_seconds = clock_offset.map(|offset| offset.as_secs());
            }
        }
    }

    /// What happened, whether an order exists, and what to do next.
    pub(crate) fn render(&self, destination: Destination<'_>, paint: Paint) -> String {
        let mut text = String::new();
        // Writing to a `String` does not fail.
        let _ = match self {
            Self::Placed { .. } => self.render_placed(&mut text, destination, paint),
            Self::Rejected { .. } => self.render_rejected(&mut text, paint),
            Self::NotSent { sentence, attempts, .. } => writeln!(
                text,
                "{}: {sentence} ({})\nNo order exists. Run the same command again when this is \
                 mended.",
                paint.error("not sent"),
                tried(*attempts)
            ),
            Self::Unknown { .. } => self.render_unknown(&mut text, destination, paint),
        };
        if let Destination::Server { place: Some(place), .. } = destination {
            let receipt = terminal::path(&place.path);
            let _ = writeln!(text, "{}", paint.faint(&format!("Receipt: {receipt}")));
        }
        text.truncate(text.trim_end().len());
        text
    }

    fn render_placed(
        &self,
        text: &mut String,
        destination: Destination<'_>,
        paint: Paint,
    ) -> std::fmt::Result {
        let Self::Placed { order_id, certificate_id, requests, attempts } = self else {
            return Ok(());
        };
        writeln!(
            text,
            "{}: order {} ({})",
            paint.success("placed"),
            paint.strong(&order_id.to_string()),
            tried(*attempts)
        )?;
        for request in requests {
            write!(text, "  request {}", request.id)?;
            match &request.status {
                Some(status) => writeln!(text, ": {}", printable(status.as_str()))?,
                None => writeln!(text)?,
            }
        }
        if let Some(id) = certificate_id {
            writeln!(text, "  certificate {id}")?;
        }
        match destination {
            Destination::Sandbox => {
                writeln!(text, "This was the sandbox: nothing was ordered at DigiCert.")
            }
            Destination::Server { commands, .. } => {
                writeln!(text, "See how it goes on with: {}", commands.status(*order_id))
            }
        }
    }

    fn render_rejected(&self, text: &mut String, paint: Paint) -> std::fmt::Result {
        let Self::Rejected { status, errors, attempts, answer } = self else { return Ok(()) };
        writeln!(
            text,
            "{}: the server refused the order with HTTP status {status} ({})",
            paint.error("rejected"),
            tried(*attempts)
        )?;
        for error in errors {
            writeln!(text, "  {}", printable(&error.to_string()))?;
        }
        if errors.is_empty() {
            render_answer(text, answer.as_ref())?;
        }
        writeln!(
            text,
            "No order exists. {}",
            match status {
                401 | 403 =>
                    "Check the API key and what it may do, then run the same command again.",
                429 =>
                    "Nothing is wrong with the order: too many requests. Run the same command \
                        again later.",
                503 =>
                    "Nothing is wrong with the order: the server is being maintained. Run the \
                        same command again later.",
                300..=399 | 404 | 405 => "Check the base URL, then run the same command again.",
                _ => "Mend the order, then run the same command again.",
            }
        )
    }

    fn render_unknown(
        &self,
        text: &mut String,
        destination: Destination<'_>,
        paint: Paint,
    ) -> std::fmt::Result {
        let Self::Unknown { sentence, status, attempts, answer, order_id, .. } = self else {
            return Ok(());
        };
        write!(text, "{}: {sentence}", paint.error("unknown"))?;
        match status {
            Some(status) => writeln!(text, " (HTTP status {status}, {})", tried(*attempts))?,
            None => writeln!(text, " ({})", tried(*attempts))?,
        }
        render_answer(text, answer.as_ref())?;
        writeln!(
            text,
            "{}",
            paint.strong("The order may have been placed. Do not send it again before looking:")
        )?;
        match destination {
            Destination::Sandbox => writeln!(text, "  this was the sandbox, so there is none")?,
            Destination::Server { place: Some(place), .. } => {
                writeln!(text, "  {}", place.commands.find())?;
            }
            Destination::Server { place: None, .. } => writeln!(
                text,
                "  there is no receipt, so look at the newest orders and requests in CertCentral"
            )?,
        }
        match (order_id, destination) {
            (Some(id), Destination::Server { commands, .. }) => {
                writeln!(text, "The answer names order {id}: {}", commands.status(*id))
            }
            _ => Ok(()),
        }
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

fn tried(attempts: u32) -> String {
    match attempts {
        0 => "not tried".into(),
        1 => "1 attempt".into(),
        _ => format!("{attempts} attempts"),
    }
}

/// The beginning of an answer, on one line.
fn render_answer(text: &mut String, answer: Option<&Excerpt>) -> std::fmt::Result {
    let Some(answer) = answer else { return Ok(()) };
    let words = answer.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().take(ANSWER_SHOWN).collect();
    let rest = if shown.len() < words.len() { " …" } else { "" };
    writeln!(text, "  the answer: {}{rest}", printable(&shown))
}
