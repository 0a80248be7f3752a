//! The table: what happened to an attempt, and what that says of the order.
//!
//! | what happened | outcome |
//! |---|---|
//! | the gate was revoked before the HTTP engine claimed the body, whatever else happened | `NotSent` |
//! | no answer came | `Unknown` |
//! | 2xx, whole, with a readable order id | `Placed` |
//! | 2xx otherwise: cut, too long, no id | `Unknown` |
//! | 3xx, 4xx, whatever the body | `Rejected` |
//! | 503 of DigiCert's own: a body with `errors`, or a `Retry-After` | `Rejected` |
//! | any other status: 1xx, 5xx, 6xx and above | `Unknown` |
//!
//! [`verdict`] is this table and nothing else; the rest only fills the outcome in.

use certcentral_model::{OrderResponse, ProductOrder, ServerError};
use jiff::{SignedDuration, Timestamp};

use crate::http::answer::{Answer, End};
use crate::http::failure::Failure;
use crate::http::redact::{Redactor, Secrets};
use crate::order::outcome::{NotSent, Outcome, Placed, Rejected, Unknown};
use crate::order::reason::{NotSentReason, UnknownReason};
use crate::settings::api_key::ApiKey;

/// What happened to an attempt.
#[derive(Debug)]
pub(crate) enum AttemptResult {
    /// The gate was revoked: the order never left.
    NeverLeft(NotSentReason),
    /// The order left, and no answer came.
    NoAnswer(Failure),
    /// The order left, and this came back.
    Answered(Answer),
}

/// When an attempt was made, and what was known of the server's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttemptTimes {
    pub(crate) sent_at: Timestamp,
    pub(crate) clock_offset: Option<SignedDuration>,
}

/// What an answer to an order says, without a client: the same table that [`Client::place_order`] goes
/// by, for an answer that came back whole by other means, from a recording for instance.
///
/// ```
/// use certcentral_model::pkio_professional::{Certificate, Individual, Order};
/// use certcentral_model::{CsaAgreement, Payment};
/// use certcentral_transport::{ApiKey, Outcome, read_answer};
///
/// let certificate = Certificate::new(Individual::existing(21));
/// let order = Order::new(certificate, CsaAgreement::Agreed, Payment::Balance);
/// let answer = http::Response::builder().status(201).body(br#"{"id":4711}"#.to_vec())?;
/// match read_answer(&order, &ApiKey::new("ABCD-1234-EFGH-5678")?, &answer) {
///     Outcome::Placed(placed) => assert_eq!(placed.order_id().get(), 4711),
///     other => panic!("{other}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The order and the key are there to be scrubbed from what the outcome keeps of the answer. AttemptTimes
/// in the outcome are those of this call.
///
/// [`Client::place_order`]: crate::Client::place_order
pub fn read_answer<P: ProductOrder>(
    order: &P,
    key: &ApiKey,
    answer: &http::Response<Vec<u8>>,
) -> Outcome {
    let now = Timestamp::now();
    let times = AttemptTimes { sent_at: now, clock_offset: None };
    let card = order.credit_card().map(Secrets::of_card);
    let redactor = Redactor { key: &Secrets::of_key(key), card: card.as_ref() };
    outcome(AttemptResult::Answered(Answer::whole(answer)), redactor, times, 1)
}

/// Turns what happened into an outcome.
pub(crate) fn outcome(
    result: AttemptResult,
    redactor: Redactor<'_>,
    times: AttemptTimes,
    attempts: u32,
) -> Outcome {
    let answer = match result {
        AttemptResult::NeverLeft(reason) => return Outcome::NotSent(NotSent { reason, attempts }),
        AttemptResult::NoAnswer(failure) => {
            return Outcome::Unknown(unknown(failure.into(), None, redactor, times, attempts));
        }
        AttemptResult::Answered(answer) => answer,
    };

    let mut response: Option<OrderResponse> = None;
    let mut errors = Vec::new();
    match answer.status {
        200..=299 => response = answer.json(redactor),
        _ => errors = answer.errors(redactor),
    }
    let seen = Seen {
        status: answer.status,
        end: answer.end,
        order_id: response.is_some(),
        errors: !errors.is_empty() && answer.has_errors_member(),
        retry_after: answer.has_retry_after,
    };
    match (verdict(seen), response) {
        (Verdict::Placed, Some(response)) => Outcome::Placed(Placed { response, attempts }),
        (Verdict::Rejected, _) => Outcome::Rejected(rejected(&answer, errors, redactor, attempts)),
        (Verdict::Unknown(reason), _) => {
            Outcome::Unknown(unknown(reason, Some(&answer), redactor, times, attempts))
        }
        // `verdict` says placed only of an answer that could be read.
        (Verdict::Placed, None) => {
            let reason = UnknownReason::NoOrderId;
            Outcome::Unknown(unknown(reason, Some(&answer), redactor, times, attempts))
        }
    }
}

/// What of an answer decides.
#[derive(Clone, Copy, Debug)]
struct Seen {
    status: u16,
    end: End,
    order_id: bool,
    errors: bool,
    retry_after: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Placed,
    Rejected,
    Unknown(UnknownReason),
}

/// The table for an order that left and was answered, row by row.
fn verdict(seen: Seen) -> Verdict {
    use UnknownReason::{AnswerCut, AnswerTooLong, NoOrderId, ServerError, UnexpectedStatus};

    let Seen { status, end, order_id, errors, retry_after } = seen;
    match (status, end) {
        (200..=299, End::Whole) if order_id => Verdict::Placed,
        (200..=299, End::Whole) => Verdict::Unknown(NoOrderId),
        (200..=299, End::TooLong) => Verdict::Unknown(AnswerTooLong),
        (200..=299, End::Cut(Failure::Timeout)) => Verdict::Unknown(UnknownReason::Timeout),
        (200..=299, End::Cut(_)) => Verdict::Unknown(AnswerCut),
        (300..=499, _) => Verdict::Rejected,
        (503, _) if errors || retry_after => Verdict::Rejected,
        (500..=599, _) => Verdict::Unknown(ServerError),
        _ => Verdict::Unknown(UnexpectedStatus),
    }
}

fn rejected(
    answer: &Answer,
    errors: Vec<ServerError>,
    redactor: Redactor<'_>,
    attempts: u32,
) -> Rejected {
    let excerpt = if errors.is_empty() { answer.excerpt(redactor) } else { None };
    Rejected {
        status: answer.status,
        errors,
        retry_after: answer.retry_after,
        answer: excerpt,
        attempts,
    }
}

fn unknown(
    reason: UnknownReason,
    answer: Option<&Answer>,
    redactor: Redactor<'_>,
    times: AttemptTimes,
    attempts: u32,
) -> Unknown {
    let AttemptTimes { sent_at, clock_offset } = times;
    Unknown {
        reason,
        status: answer.map(|answer| answer.status),
        answer: answer.and_then(|answer| answer.excerpt(redactor)),
        order_id: answer.and_then(|answer| answer.order_id_hint(redactor)),
        sent_at,
        given_up_at: Timestamp::now(),
        clock_offset: answer.and_then(|answer| answer.clock_offset).or(clock_offset),
        attempts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Placed, Rejected};

    /// A row: status, end, id, errors, Retry-After, verdict.
    type Row = (u16, End, bool, bool, bool, Verdict);

    const CUT: End = End::Cut(Failure::Lost);
    const LATE: End = End::Cut(Failure::Timeout);

    #[test]
    fn every_row_of_the_table() {
        use End::{TooLong, Whole};
        let unknown = Verdict::Unknown;
        let rows: &[Row] = &[
            (200, Whole, true, false, false, Placed),
            (201, Whole, true, false, false, Placed),
            (299, Whole, true, false, true, Placed),
            (201, Whole, false, false, false, unknown(UnknownReason::NoOrderId)),
            (204, Whole, false, false, false, unknown(UnknownReason::NoOrderId)),
            (201, CUT, false, false, false, unknown(UnknownReason::AnswerCut)),
            (201, CUT, true, false, false, unknown(UnknownReason::AnswerCut)),
            (201, LATE, false, false, false, unknown(UnknownReason::Timeout)),
            (201, TooLong, false, false, false, unknown(UnknownReason::AnswerTooLong)),
            (300, Whole, false, false, false, Rejected),
            (307, Whole, false, false, false, Rejected),
            (400, Whole, false, true, false, Rejected),
            (400, Whole, false, false, false, Rejected),
            (400, CUT, false, false, false, Rejected),
            (400, TooLong, false, false, false, Rejected),
            (429, Whole, false, true, true, Rejected),
            (499, LATE, false, false, false, Rejected),
            (503, Whole, false, true, false, Rejected),
            (503, Whole, false, false, true, Rejected),
            (503, CUT, false, false, true, Rejected),
            (503, Whole, false, false, false, unknown(UnknownReason::ServerError)),
            (503, CUT, false, false, false, unknown(UnknownReason::ServerError)),
            (500, Whole, false, true, true, unknown(UnknownReason::ServerError)),
            (502, Whole, false, false, true, unknown(UnknownReason::ServerError)),
            (504, Whole, false, false, false, unknown(UnknownReason::ServerError)),
            (599, Whole, false, true, true, unknown(UnknownReason::ServerError)),
            (100, Whole, false, false, false, unknown(UnknownReason::UnexpectedStatus)),
            (101, Whole, true, false, false, unknown(UnknownReason::UnexpectedStatus)),
            (600, Whole, true, true, true, unknown(UnknownReason::UnexpectedStatus)),
            (999, Whole, true, true, true, unknown(UnknownReason::UnexpectedStatus)),
        ];
        for &(status, end, order_id, errors, retry_after, expected) in rows {
            let seen = Seen { status, end, order_id, errors, retry_after };
            assert_eq!(verdict(seen), expected, "{seen:?}");
        }
    }

    #[test]
    fn only_a_success_with_an_id_is_placed_and_only_a_refusal_rejected() {
        for status in 100..=999 {
            for end in [End::Whole, End::TooLong, CUT, LATE] {
                for bits in 0..8 {
                    let (order_id, errors, retry_after) =
                        (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
                    let seen = Seen { status, end, order_id, errors, retry_after };
                    match verdict(seen) {
                        Placed => {
                            assert!(matches!(status, 200..=299) && end == End::Whole && order_id);
                        }
                        Rejected => assert!(
                            matches!(status, 300..=499)
                                || (status == 503 && (errors || retry_after))
                        ),
                        Verdict::Unknown(_) => assert!(!matches!(status, 300..=499)),
                    }
                }
            }
        }
    }
}
