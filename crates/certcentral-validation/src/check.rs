//! Compares the values of an order with a catalogue. It allocates only for what it finds.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::catalogue::row::{Kind, Requirement, Row};
use crate::catalogue::rule::{CrossRule, Rule, Severity};
use crate::catalogue::structure::{PLACEHOLDER, REQUIRED};
use crate::catalogue::values::Values;
use crate::catalogue::{Catalogue, Rules};
use crate::constraint::traits::Traits;
use crate::constraint::value::Value;
use crate::message::message;
use crate::params::Params;
use crate::report::{Report, Violation};

/// Checks an order against the rules of its product, on this day.
///
/// Nothing is allocated when there is nothing to report.
///
/// ```
/// use certcentral_model::pkio_professional::{Certificate, Individual, Order};
/// use certcentral_model::{CsaAgreement, Payment};
/// use certcentral_validation::{Date, check};
///
/// let mut individual = Individual::existing(21);
/// individual.email = Some("fenna@example.com".into());
/// let order = Order::new(Certificate::new(individual), CsaAgreement::Agreed, Payment::Balance);
///
/// let report = check(&order, Date::constant(2026, 6, 9));
/// let codes: Vec<_> = report.violations().iter().map(|violation| violation.code()).collect();
/// assert_eq!(codes, ["individual_id_and_details", "qscd_without_ship_info"]);
/// ```
#[must_use]
pub fn check<T: Rules>(order: &T, today: Date) -> Report {
    let mut values = Values::new();
    order.fill(&mut values);
    let mut findings = Findings::default();
    judge::<T>(&values, today, &mut findings);
    findings.into_report()
}

/// Violations as they are found, each with the row of the catalogue that gives it its place.
#[derive(Default)]
pub(crate) struct Findings(Vec<(usize, Violation)>);

impl Findings {
    /// Adds a violation of a row of the catalogue.
    #[cold]
    pub(crate) fn push(&mut self, row: usize, violation: Violation) {
        self.0.push((row, violation));
    }

    /// Adds a violation of something that the page does not have. These come last, in the order in
    /// which they are found.
    pub(crate) fn push_last(&mut self, violation: Violation) {
        self.0.push((usize::MAX, violation));
    }

    /// Whether the value of a row is a placeholder. Nothing else is said of it.
    fn is_placeholder(&self, row: usize) -> bool {
        self.0.iter().any(|(place, it)| *place == row && it.code == PLACEHOLDER.code)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut Violation)> {
        self.0.iter_mut().map(|(row, violation)| (*row, violation))
    }

    pub(crate) fn into_report(mut self) -> Report {
        self.0.sort_by_key(|(row, _)| *row);
        Report { violations: self.0.into_iter().map(|(_, violation)| violation).collect() }
    }
}

/// Finds every rule that the values break.
pub(crate) fn judge<T: Rules>(values: &Values<'_>, today: Date, findings: &mut Findings) {
    for index in 0..T::CATALOGUE.rows().len() {
        examine(T::CATALOGUE, index, values, today, findings);
    }
    for rule in T::CATALOGUE.cross_rules() {
        if (rule.broken)(values, today) {
            push_cross(T::CATALOGUE, rule, findings);
        }
    }
}

#[cold]
fn push_cross(catalogue: &Catalogue, rule: &'static CrossRule, findings: &mut Findings) {
    // Only the paths of catalogues come here, so the row is always found.
    let row = catalogue.row(rule.path).unwrap_or_default();
    if !findings.is_placeholder(row) {
        findings.push(row, broken_cross(rule));
    }
}

/// Finds what is wrong with the value of a row.
pub(crate) fn examine(
    catalogue: &'static Catalogue,
    index: usize,
    values: &Values<'_>,
    today: Date,
    findings: &mut Findings,
) {
    let (row, value) = (&catalogue.rows()[index], values.get(index));
    // A value that is not a text is asked about every rule.
    let traits = match value {
        Value::Absent => {
            if is_missing(catalogue, index, values) {
                findings.push(index, missing(catalogue, index));
            }
            return;
        }
        Value::Text(text) if is_placeholder(text) => return findings.push(index, placeholder(row)),
        Value::Text(text) => Traits::of(text),
        _ => Traits::ALL,
    };
    for rule in row.rules {
        if traits.meets(rule.constraint.traits()) && !rule.constraint.holds(value, today) {
            findings.push(index, broken(rule, row, value));
            if rule.severity == Severity::Error {
                break;
            }
        }
    }
}

/// Whether a text is what a template has in place of a value: `<first name>` or `‹first name›`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let is_within = |open, close| text.starts_with(open) && text.ends_with(close);
    is_within('<', '>') || is_within('‹', '›')
}

/// The violation of a member that is a placeholder. If it must be something else than a text, the
/// order cannot be read.
#[cold]
pub(crate) fn placeholder(row: &'static Row) -> Violation {
    let message = match row.requirement {
        Requirement::Optional => "is a placeholder: fill it in, or leave the member out",
        _ => PLACEHOLDER.message,
    };
    Violation {
        path: Cow::Borrowed(row.path),
        code: PLACEHOLDER.code,
        severity: Severity::Error,
        message: Cow::Borrowed(message),
        params: Params::default(),
        position: None,
        span: None,
        is_structural: row.kind != Kind::Text,
    }
}

fn is_missing(catalogue: &Catalogue, index: usize, values: &Values<'_>) -> bool {
    matches!(values.get(catalogue.parent(index)), Value::Object)
        && catalogue.rows()[index].requirement.holds(values)
}

#[cold]
fn broken(rule: &'static Rule, row: &'static Row, value: Value<'_>) -> Violation {
    let params = Params::of(rule, row, value);
    Violation {
        path: Cow::Borrowed(row.path),
        code: rule.code,
        severity: rule.severity,
        message: message(rule, &params, value),
        params,
        position: None,
        span: None,
        is_structural: !is_held(row.kind, value),
    }
}

#[cold]
fn broken_cross(rule: &'static CrossRule) -> Violation {
    Violation {
        path: Cow::Borrowed(rule.path),
        code: rule.code,
        severity: rule.severity,
        message: Cow::Borrowed(rule.message),
        params: Params::default(),
        position: None,
        span: None,
        is_structural: false,
    }
}

/// A member that must always be there is a field of the model without which nothing can be read.
#[cold]
fn missing(catalogue: &'static Catalogue, index: usize) -> Violation {
    let row = &catalogue.rows()[index];
    let mut message = match &row.requirement {
        Requirement::Conditional(condition) => {
            format!("is missing: it is required {}", condition.when)
        }
        Requirement::Required | Requirement::Optional => REQUIRED.message.to_owned(),
    };
    if let Some(members) = catalogue.members_in_words(index) {
        message.push_str(&format!(", an object with {members}"));
    }
    Violation {
        path: Cow::Borrowed(row.path),
        code: REQUIRED.code,
        severity: Severity::Error,
        message: message.into(),
        params: Params::default(),
        position: None,
        span: None,
        is_structural: matches!(row.requirement, Requirement::Required),
    }
}

fn is_held(kind: Kind, value: Value<'_>) -> bool {
    match (kind, value) {
        (_, Value::BeyondInteger) => false,
        (Kind::Integer { capacity }, Value::Integer(number)) => number <= capacity,
        _ => true,
    }
}
