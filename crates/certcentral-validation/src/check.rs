//! Goes through a catalogue with the values of an order. It allocates only for what it finds.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::catalogue::row::{Kind, Requirement, Row};
use crate::catalogue::rule::{CrossRule, Rule, Severity};
use crate::catalogue::structure::REQUIRED;
use crate::catalogue::values::Values;
use crate::catalogue::{Catalogue, Rules};
use crate::constraint::has_text_at_ends;
use crate::constraint::value::Value;
use crate::message::message;
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

/// Violations as they are found, each with its place in the page's order: twice the row of the
/// catalogue, and one more for what comes after it.
#[derive(Default)]
pub(crate) struct Findings(Vec<(usize, Violation)>);

impl Findings {
    /// Adds a violation of a row of the catalogue.
    #[cold]
    pub(crate) fn push(&mut self, row: usize, violation: Violation) {
        self.0.push((2 * row, violation));
    }

    /// Adds a violation of something that has no row, to stand after one.
    pub(crate) fn push_after(&mut self, row: usize, violation: Violation) {
        self.0.push((2 * row + 1, violation));
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut Violation)> {
        self.0.iter_mut().map(|(place, violation)| (*place / 2, violation))
    }

    pub(crate) fn into_report(mut self) -> Report {
        if self.0.is_empty() {
            return Report::default();
        }
        if !self.0.is_sorted_by_key(|(place, _)| *place) {
            self.0.sort_by_key(|(place, _)| *place);
        }
        Report { violations: self.0.into_iter().map(|(_, violation)| violation).collect() }
    }
}

/// Finds every rule that the values break.
///
/// Each row is a function of its own, in which the compiler knows the row's rules and leaves of
/// them no more than their matchers. A loop over the same data takes a third longer.
pub(crate) fn judge<T: Rules>(values: &Values<'_>, today: Date, findings: &mut Findings) {
    macro_rules! judge_rows {
        ($($row:literal)+) => {
            const { assert!([$($row),+].len() == Values::CAPACITY, "a row for each value") };
            $(judge_row::<T, $row>(values, today, findings);)+
        };
    }
    judge_rows!(
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
        32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47
    );

    let catalogue = T::CATALOGUE;
    for rule in catalogue.cross_rules() {
        if (rule.broken)(values, today) {
            // Only the paths of catalogues come here, so the row is always found.
            findings.push(catalogue.row(rule.path).unwrap_or_default(), broken_cross(rule));
        }
    }
}

/// Looks whether the value of a row passes, and only if it does not, what is wrong with it.
#[inline(always)]
fn judge_row<T: Rules, const ROW: usize>(
    values: &Values<'_>,
    today: Date,
    findings: &mut Findings,
) {
    let Some(row) = T::CATALOGUE.rows().get(ROW) else { return };
    let value = values.get(ROW);
    let passes = match value {
        Value::Absent => !is_missing(T::CATALOGUE, ROW, values),
        // Most texts have no blank at either end, and most rules are about that.
        Value::Text(text) if has_text_at_ends(text) => {
            row.rules_beyond_ends.iter().all(|rule| rule.constraint.holds(value, today))
        }
        _ => row.rules.iter().all(|rule| rule.constraint.holds(value, today)),
    };
    if !passes {
        examine(ROW, row, value, today, findings);
    }
}

#[cold]
#[inline(never)]
fn examine(
    index: usize,
    row: &'static Row,
    value: Value<'_>,
    today: Date,
    findings: &mut Findings,
) {
    if value.is_absent() {
        findings.push(index, missing(row.path, &row.requirement));
        return;
    }
    for rule in row.rules {
        if !rule.constraint.holds(value, today) {
            findings.push(index, broken(rule, row, value));
            if rule.severity == Severity::Error {
                break;
            }
        }
    }
}

fn is_missing(catalogue: &Catalogue, index: usize, values: &Values<'_>) -> bool {
    let requirement = &catalogue.rows()[index].requirement;
    !matches!(requirement, Requirement::Optional)
        && matches!(values.get(catalogue.parent(index)), Value::Object)
        && requirement.holds(values)
}

#[cold]
fn broken(rule: &'static Rule, row: &'static Row, value: Value<'_>) -> Violation {
    Violation {
        path: Cow::Borrowed(row.path),
        code: rule.code,
        severity: rule.severity,
        message: message(rule, row, value),
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
        position: None,
        span: None,
        is_structural: false,
    }
}

/// A member that must always be there is a field of the model without which nothing can be read.
#[cold]
fn missing(path: &'static str, requirement: &Requirement) -> Violation {
    Violation {
        path: Cow::Borrowed(path),
        code: REQUIRED.code,
        severity: Severity::Error,
        message: match requirement {
            Requirement::Conditional(condition) => {
                format!("is missing: it is required {}", condition.when).into()
            }
            Requirement::Required | Requirement::Optional => Cow::Borrowed(REQUIRED.message),
        },
        position: None,
        span: None,
        is_structural: matches!(requirement, Requirement::Required),
    }
}

fn is_held(kind: Kind, value: Value<'_>) -> bool {
    match (kind, value) {
        (_, Value::BeyondInteger) => false,
        (Kind::Integer { capacity }, Value::Integer(number)) => number <= capacity,
        _ => true,
    }
}
