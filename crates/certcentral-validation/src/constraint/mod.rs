//! The few forms that a rule can take. Each knows its check, a plain byte matcher, and the
//! keywords of JSON Schema that say the same; a property test holds the two equal.

pub(crate) mod card_number;
pub(crate) mod country;
pub(crate) mod custom_date;
mod email;
pub(crate) mod keywords;
mod telephone;
mod title;
pub(crate) mod value;

use jiff::civil::Date;
use validator::{ValidateLength, ValidateRange};

use self::card_number::has_check_digit;
use self::country::is_assigned;
use self::custom_date::{CUSTOM_DATE_PATTERN, days_until, is_custom_date, real_date};
use self::email::is_email;
use self::keywords::Keywords;
use self::telephone::{TELEPHONE_PATTERN, is_telephone};
use self::title::has_no_title;
use self::value::Value;

/// What a value must be.
///
/// A value of another type than the constraint is about meets it: types are for what reads the
/// order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Constraint {
    /// Anything but spaces, tabs and line breaks alone.
    NotBlank,
    /// No space, tab or line break at either end.
    Trimmed,
    /// No more characters than this.
    MaxLength(u64),
    /// One of these texts, to the letter.
    OneOf(&'static [&'static str]),
    /// Digits, and nothing else.
    Digits {
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
    },
    /// Two digits from `01` to `12`.
    Month,
    /// Digits with a right check digit, by Luhn's formula, and not zeros alone.
    CheckDigit,
    /// Two letters, in either case.
    TwoLetters,
    /// A country code of ISO 3166-1, in either case.
    AssignedCountry,
    /// An email address.
    Email,
    /// A telephone number with a leading `+`.
    Telephone,
    /// No title before the name.
    NoTitle,
    /// `dd MMM YYYY`, with an English month in any case.
    CustomDate,
    /// A day that the calendar has.
    RealDate,
    /// A day from so many days after today to so many.
    DaysFromToday {
        /// The first day.
        first: i64,
        /// The last day.
        last: i64,
    },
    /// A number from one to another, both included.
    Range {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// This boolean.
    Is(bool),
}

impl Constraint {
    /// Whether a value meets the constraint, on this day.
    #[inline(always)]
    #[must_use]
    pub fn holds(&self, value: Value<'_>, today: Date) -> bool {
        match value {
            Value::Text(text) => self.holds_for_text(text, today),
            Value::Integer(number) => match *self {
                Self::Range { min, max } => number.validate_range(Some(min), Some(max), None, None),
                _ => true,
            },
            Value::BeyondInteger => !matches!(self, Self::Range { .. }),
            Value::Boolean(boolean) => !matches!(*self, Self::Is(wanted) if wanted != boolean),
            Value::Absent | Value::Null | Value::Object | Value::Mistyped => true,
        }
    }

    #[inline(always)]
    fn holds_for_text(&self, text: &str, today: Date) -> bool {
        match *self {
            Self::NotBlank => !text.trim_matches(BLANK).is_empty(),
            Self::Trimmed => !text.starts_with(BLANK) && !text.ends_with(BLANK),
            Self::MaxLength(max) => is_at_most(text, max),
            Self::OneOf(values) => is_one_of(text, values),
            Self::Digits { min, max } => are_digits(text, min, max),
            Self::Month => matches!(text.as_bytes(), [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']),
            Self::CheckDigit => has_check_digit(text),
            Self::TwoLetters => {
                text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
            }
            Self::AssignedCountry => is_assigned(text),
            Self::Email => is_email(text),
            Self::Telephone => is_telephone(text),
            Self::NoTitle => has_no_title(text),
            Self::CustomDate => is_custom_date(text),
            Self::RealDate => real_date(text).is_some(),
            Self::DaysFromToday { first, last } => is_within(text, first, last, today),
            Self::Range { .. } | Self::Is(_) => true,
        }
    }

    /// What a JSON Schema says for the constraint, if it can.
    #[must_use]
    pub fn keywords(&self) -> Option<Keywords> {
        let keywords = match *self {
            Self::NotBlank => {
                Keywords { pattern: Some("[^ \\t\\r\\n]".into()), ..Keywords::default() }
            }
            Self::MaxLength(max) => Keywords { max_length: Some(max), ..Keywords::default() },
            Self::OneOf(values) => Keywords { values: Some(values), ..Keywords::default() },
            Self::Digits { min, max } if min == max => {
                Keywords::fixed(format!("^[0-9]{{{min}}}$"), max as u64)
            }
            Self::Digits { min, max } => Keywords::anchored(format!("^[0-9]{{{min},{max}}}$")),
            Self::Month => Keywords::fixed("^(?:0[1-9]|1[0-2])$", 2),
            Self::TwoLetters => Keywords::fixed("^[A-Za-z]{2}$", 2),
            Self::Email => email::keywords(),
            Self::Telephone => Keywords::anchored(TELEPHONE_PATTERN),
            Self::CustomDate => Keywords::fixed(CUSTOM_DATE_PATTERN, 11),
            Self::Range { min, max } => {
                Keywords { minimum: Some(min), maximum: Some(max), ..Keywords::default() }
            }
            Self::Is(_)
            | Self::Trimmed
            | Self::AssignedCountry
            | Self::NoTitle
            | Self::CheckDigit
            | Self::RealDate
            | Self::DaysFromToday { .. } => return None,
        };
        Some(keywords)
    }

    /// Whether a text that has no blank at either end cannot break it.
    pub(crate) const fn is_about_ends(&self) -> bool {
        matches!(self, Self::NotBlank | Self::Trimmed)
    }

    /// Whether a schema cannot say it.
    #[must_use]
    pub const fn is_beyond_schema(&self) -> bool {
        matches!(self, Self::CheckDigit | Self::RealDate | Self::DaysFromToday { .. })
    }
}

// `holds` is copied to wherever a rule is known, so that of all forms only that one is left there.
// The matchers, here and in other modules, are not copied along.

#[inline(never)]
fn is_one_of(text: &str, values: &[&str]) -> bool {
    values.contains(&text)
}

#[inline(never)]
fn are_digits(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// As many bytes are as many characters or more: counting is for the long ones.
#[inline(never)]
fn is_at_most(text: &str, max: u64) -> bool {
    text.len() as u64 <= max || text.validate_length(None, Some(max), None)
}

#[inline(never)]
fn is_within(text: &str, first: i64, last: i64, today: Date) -> bool {
    real_date(text).is_none_or(|date| (first..=last).contains(&days_until(date, today)))
}

/// Whether a text surely begins and ends with something other than a blank. A quick look: other
/// control characters at an end are left to the rules.
#[inline]
pub(crate) fn has_text_at_ends(text: &str) -> bool {
    match text.as_bytes() {
        [] => false,
        [only] => *only > b' ',
        [first, .., last] => *first > b' ' && *last > b' ',
    }
}

/// A space, a tab or a line break. Nothing else is blank.
const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];
