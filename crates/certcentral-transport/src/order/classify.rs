//! The table: what happened to an attempt, and what that says of the order.
//!
//! | what happened | outcome |
//! |---|---|
//! | the gate was revoked before the HTTP engine claimed the body, whatever else happened | `NotSent` |
//! | no answer came | `Unknown` |
//! | 2xx, whole, with a readable order id | `Placed` |
//! | 2xx otherwise: cut, too long, no id | `Unknown` |
//! | 3xx, 4xx and 503 with errors of DigiCert's own | `Rejected` |
//! | 303, 408, 409, 421, 425, 503 and statuses that no registry has, without: something on the way sent it | `Unknown` |
//! | other 3xx and 4xx, whatever the body | `Rejected` |
//! | any other status: 1xx, 5xx, 6xx and above | `Unknown` |
//!
//! [`classify`] is this table and nothing else. Then a success that is older than the sending or names
//! an order that was there before, and a refusal that names an order or tells of an internal failure,
//! become `Unknown`; the rest fills in the outcome.

use std::time::Instant;

use certcentral_model::{OrderId, OrderResponse, ProductOrder, ServerError};
use jiff::{SignedDuration, Timestamp};

use crate::http::answer::{Answer, End};
use crate::http::failure::Failure;
use crate::http::redact::{Redactor, Secrets};
use crate::lookup::find::baseline::Baseline;
use crate::order::outcome::{NotSent, Outcome, Placed, Rejected, Unknown};
use crate::order::reason::{NotSentReason, UnknownReason};
use crate::settings::api_key::ApiKey;

/// What happened to an attempt.
pub(crate) enum AttemptResult {
    /// The gate was revoked: the order never left.
    NeverLeft(NotSentReason),
    /// The order left, and no answer came.
    NoAnswer(Failure),
    /// The order left, and this came back.
    Answered(Answer),
}

/// When an attempt was made, and what was known then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sending<'a> {
    pub(crate) sent_at: Timestamp,
    pub(crate) clock_offset: Option<SignedDuration>,
    /// The oldest that an answer to it can be, by the server's clock.
    pub(crate) oldest_answer: Option<Timestamp>,
    pub(crate) listed_before: Option<&'a Baseline>,
}

impl Sending<'_> {
    /// Why a success is no answer to this order, although it has an order id.
    fn contradicted_by(&self, answer: &Answer, response: &OrderResponse) -> Option<UnknownReason> {
        let is_older = |date| self.oldest_answer.is_some_and(|oldest| date < oldest);
        if answer.is_from_cache || answer.date.is_some_and(is_older) {
            return Some(UnknownReason::StaleAnswer);
        }
        let before = self.listed_before?;
        let is_listed = before.orders().contains(&response.id)
            || response.requests.iter().any(|it| before.requests().contains(&it.id));
        is_listed.then_some(UnknownReason::KnownBefore)
    }
}

/// What an answer to an order says, without a client: the same table that [`Client::place_unchecked`] goes
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
/// What the outcome keeps of the answer is redacted of the order's card and of the key. The times in
/// it are those of this call.
///
/// [`Client::place_unchecked`]: crate::Client::place_unchecked
pub fn read_answer<P: ProductOrder>(
    order: &P,
    key: &ApiKey,
    answer: &http::Response<Vec<u8>>,
) -> Outcome {
    let now = Timestamp::now();
    let sending =
        Sending { sent_at: now, clock_offset: None, oldest_answer: None, listed_before: None };
    let card = order.credit_card().map(Secrets::of_card);
    let redactor = Redactor { key: &Secrets::of_key(key), card: card.as_ref() };
    outcome(AttemptResult::Answered(Answer::whole(answer)), redactor, sending, 1)
}

/// Turns what happened into an outcome.
pub(crate) fn outcome(
    result: AttemptResult,
    redactor: Redactor<'_>,
    sending: Sending<'_>,
    attempts: u32,
) -> Outcome {
    let answer = match result {
        AttemptResult::NeverLeft(reason) => return Outcome::NotSent(NotSent { reason, attempts }),
        AttemptResult::NoAnswer(failure) => {
            return Outcome::Unknown(unknown(failure.into(), None, redactor, sending, attempts));
        }
        AttemptResult::Answered(answer) => answer,
    };

    let response: Option<OrderResponse> = match answer.status {
        200..=299 => answer.json().and_then(|response| redactor.response(response)),
        _ => None,
    };
    let facts = AnswerFacts {
        status: answer.status,
        end: answer.end,
        order_id: response.is_some(),
        own_errors: answer.status >= 300 && answer.has_own_errors(),
        coding: answer.coding,
    };
    let reason = match (classify(facts), response) {
        (Classification::Placed, Some(response)) => {
            if let Some(reason) = sending.contradicted_by(&answer, &response) {
                // Its id is that of another order, and no place to look.
                let unknown = unknown(reason, Some(&answer), redactor, sending, attempts);
                return Outcome::Unknown(Unknown { order_id: None, ..unknown });
            }
            let errors = answer.errors(redactor);
            return Outcome::Placed(Placed { response, errors, attempts });
        }
        (Classification::Rejected, _) => {
            let (errors, excerpt) = answer.refusal(redactor);
            if let Some((reason, named)) = doubt(&answer, &errors, redactor) {
                let unknown = unknown(reason, Some(&answer), redactor, sending, attempts);
                let order_id = unknown.order_id.or(named);
                return Outcome::Unknown(Unknown { order_id, ..unknown });
            }
            return Outcome::Rejected(Rejected {
                status: answer.status,
                errors,
                retry_after: answer.retry_after,
                answer: excerpt,
                attempts,
            });
        }
        (Classification::Unknown(reason), _) => reason,
        // `classify` says placed only of an answer that could be read.
        (Classification::Placed, None) => UnknownReason::NoOrderId,
    };
    Outcome::Unknown(unknown(reason, Some(&answer), redactor, sending, attempts))
}

/// What of an answer decides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnswerFacts {
    pub(crate) status: u16,
    pub(crate) end: End,
    /// Whether the answer has what a success must have: for an order its id.
    pub(crate) order_id: bool,
    pub(crate) own_errors: bool,
    pub(crate) coding: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Classification {
    Placed,
    Rejected,
    Unknown(UnknownReason),
}

/// The table for an order that left and was answered, row by row.
pub(crate) fn classify(facts: AnswerFacts) -> Classification {
    use Classification::{Placed, Rejected, Unknown};
    use UnknownReason::{
        AnswerCut, AnswerTooLong, EncodedAnswer, Intermediary, NoOrderId, ServerError, Timeout,
        UnexpectedStatus,
    };

    let AnswerFacts { status, end, order_id, own_errors, coding } = facts;
    // An answer that could be read if it were not compressed.
    let unless_encoded = |reason| match coding {
        Some(coding) if end == End::Whole => Unknown(EncodedAnswer { coding }),
        _ => Unknown(reason),
    };
    match (status, end) {
        (200..=299, End::Whole) if order_id => Placed,
        (200..=299, End::Whole) => unless_encoded(NoOrderId),
        (200..=299, End::TooLong) => Unknown(AnswerTooLong),
        (200..=299, End::Cut(Failure::Timeout)) => Unknown(Timeout),
        (200..=299, End::Cut(_)) => Unknown(AnswerCut),
        (300..=499 | 503, End::Whole) if own_errors => Rejected,
        (303 | 408 | 409 | 421 | 425, _) => unless_encoded(Intermediary),
        (503, _) => unless_encoded(ServerError),
        (300..=499, _) if is_registered(status) => Rejected,
        (300..=499, _) => unless_encoded(Intermediary),
        (500..=599, _) => Unknown(ServerError),
        _ => Unknown(UnexpectedStatus),
    }
}

/// The outcome of an order that left and was given up before an answer came.
pub(crate) fn interrupted(
    sent_at: Timestamp,
    clock_offset: Option<SignedDuration>,
    attempts: u32,
) -> Unknown {
    Unknown {
        reason: UnknownReason::Interrupted,
        status: None,
        answer: None,
        order_id: None,
        sent_at,
        given_up_at: Timestamp::now(),
        given_up: Instant::now(),
        clock_offset,
        attempts,
    }
}

/// Why a refusal does not prove that there is no order, and the order that it names, if it does.
///
/// CertCentral is known to have answered 400 for a certificate that it issued.
fn doubt(
    answer: &Answer,
    errors: &[ServerError],
    redactor: Redactor<'_>,
) -> Option<(UnknownReason, Option<OrderId>)> {
    if answer.has_order_id(redactor) {
        return Some((UnknownReason::OrderNamed, None));
    }
    errors.iter().find_map(|error| {
        let code = error.code.name().to_ascii_lowercase();
        let message = error.message.to_ascii_lowercase();
        let says =
            |words: &[&str]| words.iter().any(|word| code.contains(word) || message.contains(word));
        if says(&["order"]) && says(&["already", "duplicate", "existing", "exists"]) {
            let numbers = message.split(|c: char| !c.is_ascii_digit());
            let mut ids = numbers
                .filter(|number| number.len() >= 4)
                .filter_map(|number| number.parse::<OrderId>().ok());
            let named = ids.find(|id| !redactor.is_card_number(id.get()));
            // Without a number it must say that it is a duplicate: many a rule has "already" in it.
            if named.is_some() || code.contains("duplicate") || code.contains("already_exists") {
                return Some((UnknownReason::OrderNamed, named));
            }
        }
        let is_internal = code == "server_error"
            || code.contains("internal")
            || message.contains("internal server error")
            || message.contains("internal error");
        is_internal.then_some((UnknownReason::ServerError, None))
    })
}

/// Whether a registry of HTTP statuses has it, of those from 300 to 499.
const fn is_registered(status: u16) -> bool {
    matches!(status, 300..=305 | 307 | 308 | 400..=417 | 421..=426 | 428 | 429 | 431 | 451)
}

fn unknown(
    reason: UnknownReason,
    answer: Option<&Answer>,
    redactor: Redactor<'_>,
    sending: Sending<'_>,
    attempts: u32,
) -> Unknown {
    let Sending { sent_at, clock_offset, .. } = sending;
    Unknown {
        reason,
        status: answer.map(|answer| answer.status),
        answer: answer.and_then(|answer| answer.excerpt(redactor)),
        order_id: answer.and_then(|answer| answer.order_id_hint(redactor)),
        sent_at,
        given_up_at: Timestamp::now(),
        given_up: Instant::now(),
        clock_offset: answer.and_then(|answer| answer.clock_offset).or(clock_offset),
        attempts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Classification::{Placed, Rejected, Unknown};

    /// A row: status, end, id, DigiCert's own errors, what it says.
    type Row = (u16, End, bool, bool, Classification);

    const CUT: End = End::Cut(Failure::Lost);
    const LATE: End = End::Cut(Failure::Timeout);

    fn classified(
        status: u16,
        end: End,
        order_id: bool,
        own_errors: bool,
        coding: Option<&'static str>,
    ) -> Classification {
        classify(AnswerFacts { status, end, order_id, own_errors, coding })
    }

    #[test]
    fn every_row_of_the_table() {
        use End::{TooLong, Whole};
        use UnknownReason::{Intermediary, ServerError, UnexpectedStatus};
        let rows: &[Row] = &[
            (200, Whole, true, false, Placed),
            (201, Whole, true, false, Placed),
            (201, Whole, true, true, Placed),
            (299, Whole, true, false, Placed),
            (201, Whole, false, false, Unknown(UnknownReason::NoOrderId)),
            (201, Whole, false, true, Unknown(UnknownReason::NoOrderId)),
            (204, Whole, false, false, Unknown(UnknownReason::NoOrderId)),
            (201, CUT, false, false, Unknown(UnknownReason::AnswerCut)),
            (201, CUT, true, false, Unknown(UnknownReason::AnswerCut)),
            (201, LATE, false, false, Unknown(UnknownReason::Timeout)),
            (201, TooLong, false, false, Unknown(UnknownReason::AnswerTooLong)),
            (300, Whole, false, false, Rejected),
            (303, Whole, false, true, Rejected),
            (303, Whole, false, false, Unknown(Intermediary)),
            (409, Whole, false, true, Rejected),
            (409, Whole, false, false, Unknown(Intermediary)),
            (306, Whole, false, false, Unknown(Intermediary)),
            (420, Whole, false, true, Rejected),
            (420, Whole, false, false, Unknown(Intermediary)),
            (451, CUT, false, false, Rejected),
            (307, Whole, false, false, Rejected),
            (400, Whole, false, true, Rejected),
            (400, Whole, false, false, Rejected),
            (400, CUT, false, false, Rejected),
            (400, TooLong, false, false, Rejected),
            (429, Whole, false, true, Rejected),
            (429, Whole, false, false, Rejected),
            (499, Whole, false, true, Rejected),
            (499, Whole, false, false, Unknown(Intermediary)),
            (499, LATE, false, false, Unknown(Intermediary)),
            (408, Whole, false, true, Rejected),
            (408, CUT, false, true, Unknown(Intermediary)),
            (408, Whole, false, false, Unknown(Intermediary)),
            (421, Whole, false, false, Unknown(Intermediary)),
            (425, Whole, false, false, Unknown(Intermediary)),
            (503, Whole, false, true, Rejected),
            (503, CUT, false, true, Unknown(ServerError)),
            (503, TooLong, false, true, Unknown(ServerError)),
            (503, Whole, false, false, Unknown(ServerError)),
            (503, CUT, false, false, Unknown(ServerError)),
            (500, Whole, false, true, Unknown(ServerError)),
            (502, Whole, false, true, Unknown(ServerError)),
            (504, Whole, false, false, Unknown(ServerError)),
            (599, Whole, false, true, Unknown(ServerError)),
            (100, Whole, false, false, Unknown(UnexpectedStatus)),
            (101, Whole, true, false, Unknown(UnexpectedStatus)),
            (600, Whole, true, true, Unknown(UnexpectedStatus)),
            (999, Whole, true, true, Unknown(UnexpectedStatus)),
        ];
        for &(status, end, order_id, own_errors, expected) in rows {
            let said = classified(status, end, order_id, own_errors, None);
            assert_eq!(said, expected, "{status} {end:?} {order_id} {own_errors}");
        }
    }

    #[test]
    fn a_coding_is_the_reason_where_the_body_would_decide() {
        let gzip = Some("gzip");
        let encoded = Unknown(UnknownReason::EncodedAnswer { coding: "gzip" });
        for status in [200, 201, 408, 421, 425, 499, 503] {
            assert_eq!(classified(status, End::Whole, false, false, gzip), encoded);
        }
        // A header that is wrong about a body that can be read.
        assert_eq!(classified(201, End::Whole, true, false, gzip), Placed);
        assert_eq!(classified(503, End::Whole, false, true, gzip), Rejected);
        assert_eq!(classified(400, End::Whole, false, false, gzip), Rejected);
    }

    /// Without errors of DigiCert's own, such a status says nothing about the order.
    fn only_on_the_way(status: u16) -> bool {
        matches!(status, 303 | 408 | 409 | 421 | 425 | 503) || !is_registered(status)
    }

    #[test]
    fn only_a_success_with_an_id_is_placed_and_only_a_refusal_rejected() {
        for status in 100..=999 {
            for end in [End::Whole, End::TooLong, CUT, LATE] {
                for bits in 0..8 {
                    let (order_id, own_errors) = (bits & 1 != 0, bits & 2 != 0);
                    let coding = (bits & 4 != 0).then_some("br");
                    let is_own = end == End::Whole && own_errors;
                    match classified(status, end, order_id, own_errors, coding) {
                        Placed => {
                            assert!(matches!(status, 200..=299) && end == End::Whole && order_id);
                        }
                        Rejected => {
                            assert!(matches!(status, 300..=499 | 503));
                            assert!(is_own || !only_on_the_way(status), "{status}");
                        }
                        Unknown(_) => assert!(match status {
                            300..=499 | 503 => !is_own && only_on_the_way(status),
                            _ => true,
                        }),
                    }
                }
            }
        }
    }
}
