//! What a violation is about, as data: for forms, and for texts in other languages.

use serde::Serialize;

use crate::catalogue::row::{Row, Sensitivity};
use crate::catalogue::rule::Rule;
use crate::constraint::Constraint;
use crate::constraint::characters::{BLANK, is_control, is_invisible};
use crate::constraint::country::meant_country;
use crate::constraint::value::Value;

/// What a violation is about, as far as its rule has it. All of it may be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Params {
    /// The smallest number, the fewest characters, or the first day as days from today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The largest number, the most characters, or the last day as days from today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The values that are allowed. Empty if they are not a closed set.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub values: &'static [&'static str],
    /// What was likely meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<&'static str>,
    /// The value that is not one of the allowed ones, if it may be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The character that must not be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character: Option<char>,
    /// The type that the value must have: `a string`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
}

impl Params {
    /// What the rule of a row says, and what the value that breaks it shows.
    pub(crate) fn of(rule: &Rule, row: &Row, value: Value<'_>) -> Self {
        let text = if let Value::Text(text) = value { text } else { "" };
        let mut params = Self::default();
        match rule.constraint {
            Constraint::Range { min, max } => {
                params.min = i64::try_from(min).ok();
                params.max = i64::try_from(max).ok();
            }
            Constraint::Digits { min, max } => {
                params.min = i64::try_from(min).ok();
                params.max = i64::try_from(max).ok();
            }
            Constraint::MaxLength(max) => params.max = i64::try_from(max).ok(),
            Constraint::DaysFromToday { first, last } => {
                (params.min, params.max) = (Some(first), Some(last));
            }
            Constraint::OneOf(values) => {
                // A value without letters is not a misspelt word, and may be a cvv in the wrong place.
                let may_be_shown =
                    row.sensitivity == Sensitivity::Open && text.contains(char::is_alphabetic);
                params.values = values;
                params.found = showable(text).filter(|_| may_be_shown).map(str::to_owned);
                params.suggestion = suggestion(text, values).filter(|_| values.len() > 1);
            }
            Constraint::TwoLetters | Constraint::AssignedCountry => {
                params.suggestion = meant_country(text);
            }
            Constraint::NoControl => params.character = text.chars().find(|&c| is_control(c)),
            Constraint::NoInvisible => params.character = unseen(text.trim_matches(BLANK)),
            // A blank at an end is what the message is about.
            Constraint::Email if text.trim_matches(BLANK) == text => {
                params.character = unseen(text);
            }
            Constraint::Telephone => {
                params.character = unseen(text).or_else(|| text.chars().find(|c| !c.is_ascii()));
            }
            _ => {}
        }
        params
    }
}

/// The first invisible character.
fn unseen(text: &str) -> Option<char> {
    text.chars().find(|&c| c.is_control() || is_invisible(c))
}

/// Returns the known word that was likely meant: one that differs in case or by a slip.
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
            // The distance is at least the difference of the lengths. This saves most comparisons.
            let distance = (word_length.abs_diff(length) <= slips)
                .then(|| strsim::osa_distance(&text, &word.to_lowercase()))?;
            (distance <= slips).then_some((distance, *word))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

const LONGEST_SHOWN: usize = 64;

/// Returns the text if it may be shown: it is short, has no invisible characters, and too few digits
/// for a card number or a large part of one.
pub(crate) fn showable(text: &str) -> Option<&str> {
    let may_be_shown = text.len() <= LONGEST_SHOWN
        && text.chars().filter(|c| c.is_numeric()).count() < 6
        && !text.chars().any(|c| c.is_control() || is_invisible(c));
    may_be_shown.then_some(text)
}
