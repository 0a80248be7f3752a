//! Messages of violations. A rejected value is shown only in a closed set or as a country, together
//! with what was likely meant.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::catalogue::row::{Kind, Row};
use crate::catalogue::rule::{Rule, Severity};
use crate::constraint::Constraint;
use crate::constraint::characters::{BLANK, is_invisible, name};
use crate::constraint::value::Value;
use crate::params::{Params, suggestion};

/// Says what to do about a value that breaks a rule.
pub(crate) fn message(rule: &Rule, params: &Params, value: Value<'_>) -> Cow<'static, str> {
    let Value::Text(text) = value else { return Cow::Borrowed(rule.message) };
    let special = match (rule.constraint, params.character) {
        (Constraint::OneOf(_), _) => Some(closed_set(rule, params, text)),
        (Constraint::TwoLetters | Constraint::AssignedCountry, _) => {
            params.suggestion.map(|code| format!("{}; did you mean {code}?", rule.message))
        }
        (Constraint::NoControl, Some(c)) => {
            Some(format!("holds {}, a control character: delete it", name(c)))
        }
        (Constraint::Telephone, Some(c)) if !(c.is_control() || is_invisible(c)) => Some(format!(
            "holds {}, which is not a character of ASCII: write plain digits, spaces and hyphens",
            name(c)
        )),
        (Constraint::NoInvisible | Constraint::Email | Constraint::Telephone, Some(c)) => {
            Some(format!("holds {}, which cannot be seen: delete it, or write a space", name(c)))
        }
        (Constraint::Email, None) if text.trim_matches(BLANK) != text => {
            Some("begins or ends with a blank: remove it".to_owned())
        }
        (Constraint::Telephone, None)
            if text.rfind('+').is_some_and(|at| at > 0) && text.starts_with('+') =>
        {
            Some("has a second +: keep the one at the beginning".to_owned())
        }
        (Constraint::CheckDigit, _) if text.bytes().all(|byte| byte == b'0') => {
            Some("is made of zeros: write the number of the card".to_owned())
        }
        _ => None,
    };
    special.map_or(Cow::Borrowed(rule.message), Cow::Owned)
}

fn closed_set(rule: &Rule, params: &Params, text: &str) -> String {
    let Params { values, suggestion: meant, found, .. } = params;
    let mut message = match found {
        Some(found) => format!("`{found}` is not a supported value"),
        None => rule.message.to_owned(),
    };
    if values.len() <= FEW || suggestion(text, values).is_none() {
        message.push_str(": write ");
        message.push_str(&alternatives(values, '`', "or"));
    }
    if let Some(meant) = meant {
        message.push_str(&format!("; did you mean `{meant}`?"));
    }
    message
}

/// A set of at most this size is listed even if it is clear which value was meant.
pub(crate) const FEW: usize = 4;

/// `a`, `b` or `c`.
pub(crate) fn alternatives(values: &[&str], quote: char, or: &str) -> String {
    let quoted: Vec<String> = values.iter().map(|it| format!("{quote}{it}{quote}")).collect();
    match &quoted[..] {
        [others @ .., last] if !others.is_empty() => format!("{} {or} {last}", others.join(", ")),
        all => all.concat(),
    }
}

/// Says what to do about a value of a wrong type. `raw` is the value as it is written, and `members`
/// are those that an object must have.
pub(crate) fn wrong_type(row: &Row, found: &str, raw: &str, members: Option<&str>) -> String {
    let mut message = format!("must be {}, not {found}", row.kind.describe());
    match (row.kind, found) {
        (Kind::Object, _) => {
            if let Some(members) = members {
                message.push_str(&format!(": write it in braces, with {members}"));
            }
        }
        (Kind::Text, "a number" | "a boolean") => {
            if let Some(values) = row.values() {
                let fit: Vec<&str> = values.iter().copied().filter(|it| *it == raw).collect();
                let values = if fit.is_empty() { values } else { &fit[..] };
                message
                    .push_str(&format!(": write {}, in quotes", alternatives(values, '"', "or")));
            } else if found == "a number" {
                message.push_str(": write it in quotes");
                message.push_str(&then(row, Value::Text(raw)));
            }
        }
        (Kind::Integer { .. }, "a string") => {
            if let Ok(number) = raw.trim_matches('"').parse() {
                message.push_str(": write it without quotes");
                message.push_str(&then(row, Value::Integer(number)));
            }
        }
        (Kind::Boolean | Kind::NullableBoolean, "a string") => {
            let is_boolean = matches!(raw, "\"true\"" | "\"false\"");
            message.push_str(if is_boolean {
                ": write it without quotes"
            } else {
                ": write true or false, without quotes"
            });
        }
        _ => {}
    }
    message
}

/// Says what would be wrong next with a value. Only rules about its form count, not those about days.
fn then(row: &Row, value: Value<'_>) -> String {
    let is_broken = |rule: &&Rule| {
        rule.severity == Severity::Error
            && !rule.is_beyond_schema()
            && !rule.constraint.holds(value, Date::ZERO)
    };
    let broken = row.rules.iter().find(is_broken);
    broken
        .map(|rule| format!("; then it {}", message(rule, &Params::of(rule, row, value), value)))
        .unwrap_or_default()
}
