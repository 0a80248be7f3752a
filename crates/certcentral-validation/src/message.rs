//! Words for violations. A rejected value is shown only where it is one of a closed set, or a
//! country, and then with what was likely meant.

use std::borrow::Cow;

use crate::catalogue::row::{Row, Sensitivity};
use crate::catalogue::rule::Rule;
use crate::constraint::Constraint;
use crate::constraint::country::meant_country;
use crate::constraint::value::Value;

/// What to do about a value that breaks a rule.
pub(crate) fn message(rule: &Rule, row: &Row, value: Value<'_>) -> Cow<'static, str> {
    let Value::Text(text) = value else { return Cow::Borrowed(rule.message) };
    match rule.constraint {
        Constraint::OneOf(values) => {
            // What has no letters is no slip in a word, and may be a cvv in the wrong place.
            let is_word = text.contains(|c: char| c.is_alphabetic());
            let shown = showable(text).filter(|_| is_word && row.sensitivity == Sensitivity::Open);
            closed_set(rule, values, text, shown).into()
        }
        Constraint::TwoLetters | Constraint::AssignedCountry => match meant_country(text) {
            Some(code) => format!("{}; did you mean {code}?", rule.message).into(),
            None => Cow::Borrowed(rule.message),
        },
        _ => Cow::Borrowed(rule.message),
    }
}

fn closed_set(rule: &Rule, values: &[&str], text: &str, shown: Option<&str>) -> String {
    let mut message = match shown {
        Some(shown) => format!("`{shown}` is not a supported value"),
        None => rule.message.to_string(),
    };
    match suggestion(text, values) {
        Some(meant) => message.push_str(&format!("; did you mean `{meant}`?")),
        None => {
            message.push_str(": write ");
            for (index, value) in values.iter().enumerate() {
                let separator = match index {
                    0 => "",
                    _ if index + 1 == values.len() => " or ",
                    _ => ", ",
                };
                message.push_str(&format!("{separator}`{value}`"));
            }
        }
    }
    message
}

/// The one of the known words that was likely meant: the same but for case, or a slip away.
pub(crate) fn suggestion<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    if text.len() > LONGEST_SHOWN {
        return None;
    }
    let text = text.trim().to_lowercase();
    let length = text.chars().count();
    known
        .iter()
        .filter_map(|word| {
            let word_length = word.chars().count();
            let slips = word_length / 3;
            // Texts cannot be nearer than their lengths are; this spares most comparisons.
            let distance = (word_length.abs_diff(length) <= slips)
                .then(|| strsim::osa_distance(&text, &word.to_lowercase()))?;
            (distance <= slips).then_some((distance, *word))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

const LONGEST_SHOWN: usize = 64;

/// The text, if it may be shown: not long, no control characters, and too few digits for a card
/// number or a good part of one.
pub(crate) fn showable(text: &str) -> Option<&str> {
    let may_be_shown = text.len() <= LONGEST_SHOWN
        && text.chars().filter(|c| c.is_numeric()).count() < 6
        && !text.chars().any(|c| c.is_control() || is_invisible(c));
    may_be_shown.then_some(text)
}

/// Marks that turn or hide text on a terminal.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}
