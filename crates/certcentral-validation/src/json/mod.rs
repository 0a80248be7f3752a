//! Reads an order from a JSON text and reports everything that is wrong with it: every member that is
//! missing, unknown, given twice or of a wrong type, and every rule that the rest breaks.
//!
//! Only the objects that the catalogue names are read, and everything else is skipped without
//! recursion, so that deep nesting does no harm. No error text of serde is shown: it quotes rejected
//! values.

mod members;
mod object;
mod position;
mod secrets;
mod string;
mod syntax;

use std::ops::Range;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

pub use self::secrets::secret_spans;

use self::members::Members;
use self::position::{BYTE_ORDER_MARK, Places};
use self::syntax::offset_of;
use crate::catalogue::Rules;
use crate::catalogue::structure::{UNKNOWN_MEMBER, UNREADABLE};
use crate::check::{Findings, examine, judge};
use crate::report::{Report, Violation};

/// Checks a JSON text: its structure and the rules of the product `T`, on this day.
///
/// The report has everything at once, with positions. A byte order mark, any kind of line break, and a
/// member `$schema` of the root, with which editors find the JSON Schema, are accepted.
///
/// ```
/// use certcentral_model::pkio_professional::Order;
/// use certcentral_validation::{Date, check_json};
///
/// let json = br#"{
///   "csa_agreed_to": "yes",
///   "payment": "balance"
/// }"#;
/// let report = check_json::<Order>(json, Date::constant(2026, 6, 9));
/// assert_eq!(
///     report.to_string(),
///     "1:1: /certificate: is missing: it is required, an object with signature_hash, \
///      profile_option and individual [required]\n\
///      2:20: /csa_agreed_to: must be true or false, not a string: write true or false, without \
///      quotes [wrong_type]\n\
///      1:1: /provisioning_method: is missing: it is required [required]\n\
///      1:1: /payment_method: is missing: it is required [required]\n\
///      3:3: /payment: is not a member that the API knows here: remove it, or correct its name \
///      [unknown_member]"
/// );
/// ```
#[must_use]
pub fn check_json<T: Rules>(json: &[u8], today: Date) -> Report {
    report::<T>(&Source::new(json), today).0
}

/// Checks a JSON text like [`check_json`], and reads the order from it.
///
/// There is an order if and only if no violation of the report
/// [is structural](Violation::is_structural), even if it breaks rules. A member `$schema` of the
/// root is dropped: it is not part of the order, and never sent.
#[must_use]
pub fn read_json<T: Rules + DeserializeOwned>(json: &[u8], today: Date) -> (Report, Option<T>) {
    let source = Source::new(json);
    let (mut report, schema) = report::<T>(&source, today);
    if report.violations().iter().any(Violation::is_structural) {
        return (report, None);
    }
    let order = match schema {
        None => serde_json::from_slice(source.text),
        Some(schema) => {
            let mut text = Zeroizing::new(source.text.to_vec());
            text[schema].fill(b' ');
            serde_json::from_slice(&text)
        }
    };
    match order {
        Ok(order) => (report, Some(order)),
        Err(error) => {
            // The model is stricter than the catalogue here. That is a mistake in this crate, but not a
            // reason to panic.
            let at = offset_of(&error, source.text);
            let mut violation = Violation::structural(&UNREADABLE, UNREADABLE.message, "", at..at);
            source.places().place([&mut violation]);
            report.violations.insert(0, violation);
            (report, None)
        }
    }
}

/// Checks the value of one member, as a form does while it is filled in. `path` is the row of the
/// catalogue, a JSON Pointer. An object is checked with its members.
///
/// Its type counts: a text where a number belongs is a violation. Rules between members are not asked,
/// and neither is whether the member may be absent; [`check_json`] does that when
/// all is there. A path that the catalogue does not have is an `unknown_member`.
///
/// ```
/// use certcentral_model::pkio_professional::Order;
/// use certcentral_validation::{Date, Language, check_member};
/// use serde_json::json;
///
/// let today = Date::constant(2026, 6, 9);
/// let violations = check_member::<Order>("/order_validity/days", &json!(400), today);
/// assert_eq!(violations[0].code(), "days_range");
/// assert_eq!(violations[0].params().max, Some(397));
/// assert_eq!(
///     violations[0].text(Language::Dutch),
///     "moet een geheel getal van 1 tot en met 397 zijn"
/// );
/// let violations = check_member::<Order>("/order_validity/days", &json!("30"), today);
/// assert_eq!(violations[0].code(), "wrong_type");
/// assert!(check_member::<Order>("/order_validity/days", &json!(397), today).is_empty());
/// ```
#[must_use]
pub fn check_member<T: Rules>(
    path: &str,
    value: &serde_json::Value,
    today: Date,
) -> Vec<Violation> {
    let catalogue = T::CATALOGUE;
    let mut findings = Findings::default();
    // The value may be a card number.
    let text = Zeroizing::new(value.to_string());
    match catalogue.row(path) {
        None => {
            let message = UNKNOWN_MEMBER.message;
            findings.push_last(Violation::structural(
                &UNKNOWN_MEMBER,
                message,
                path.to_owned(),
                0..0,
            ));
        }
        Some(row) => match Members::read_one(catalogue, row, &text, &mut findings) {
            Err(violation) => findings.push_last(*violation),
            Ok(members) => {
                let values = members.values();
                let is_within = |at: &usize| {
                    catalogue.rows()[*at]
                        .path
                        .strip_prefix(path)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                for at in (0..catalogue.rows().len()).filter(is_within) {
                    examine(catalogue, at, &values, today, &mut findings);
                }
            }
        },
    }
    let mut violations = findings.into_report().violations;
    for violation in &mut violations {
        // There is no text that the caller could look at.
        violation.span = None;
    }
    violations
}

/// The text of an order, without its byte order mark.
struct Source<'a> {
    text: &'a [u8],
    /// The length of the byte order mark.
    mark: usize,
}

impl<'a> Source<'a> {
    fn new(json: &'a [u8]) -> Self {
        let text = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
        Self { text, mark: json.len() - text.len() }
    }

    fn places(&self) -> Places<'a> {
        Places::new(self.text, self.mark)
    }
}

/// Returns the report, and where the text has a member `$schema`.
fn report<T: Rules>(source: &Source<'_>, today: Date) -> (Report, Option<Range<usize>>) {
    let mut findings = Findings::default();
    let mut schema = None;
    match Members::read(T::CATALOGUE, source.text, &mut findings) {
        Ok(members) => {
            judge::<T>(&members.values(), today, &mut findings);
            for (row, violation) in findings.iter_mut() {
                if violation.span.is_none() {
                    violation.span = Some(members.nearest_span(row));
                }
            }
            schema = members.schema();
        }
        Err(violation) => findings.push(0, *violation),
    }
    let mut report = findings.into_report();
    source.places().place(&mut report.violations);
    (report, schema)
}
