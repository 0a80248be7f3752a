//! The few forms that a rule can take. Each knows its check, a plain byte matcher, and the
//! keywords of JSON Schema that say the same; a property test holds the two equal.

use jiff::civil::Date;
use validator::{ValidateLength, ValidateRange};

use crate::Value;
use crate::country::is_assigned;
use crate::email::is_email;
use crate::expiration::{CUSTOM_DATE_PATTERN, days_until, is_custom_date, real_date};
use crate::keywords::Keywords;
use crate::luhn::passes_luhn;
use crate::name::has_title;
use crate::telephone::{TELEPHONE_PATTERN, is_telephone};

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
    /// Digits with a right check digit, by Luhn's formula.
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
    #[inline]
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

    #[inline]
    fn holds_for_text(&self, text: &str, today: Date) -> bool {
        match *self {
            Self::NotBlank => text.bytes().any(|byte| !is_blank(byte)),
            Self::Trimmed => match text.as_bytes() {
                [] => true,
                [first, ..] if is_blank(*first) => false,
                [.., last] => !is_blank(*last),
            },
            // As many bytes are as many characters or more: counting is for the long ones.
            Self::MaxLength(max) => {
                text.len() as u64 <= max || text.validate_length(None, Some(max), None)
            }
            Self::OneOf(values) => values.contains(&text),
            Self::Digits { min, max } => {
                (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::Month => matches!(text.as_bytes(), [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']),
            Self::CheckDigit => passes_luhn(text),
            Self::TwoLetters => {
                text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
            }
            Self::AssignedCountry => is_assigned(text),
            Self::Email => is_email(text),
            Self::Telephone => is_telephone(text),
            Self::NoTitle => !has_title(text),
            Self::CustomDate => is_custom_date(text),
            Self::RealDate => real_date(text).is_some(),
            Self::DaysFromToday { first, last } => {
                real_date(text).is_none_or(|date| (first..=last).contains(&days_until(date, today)))
            }
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
            Self::Email => crate::email::keywords(),
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

    /// Whether a schema cannot say it.
    #[must_use]
    pub const fn is_beyond_schema(&self) -> bool {
        matches!(self, Self::CheckDigit | Self::RealDate | Self::DaysFromToday { .. })
    }
}

/// A space, a tab or a line break. Nothing else is blank.
pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
