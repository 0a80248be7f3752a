//! The few forms that a rule can take. Each knows its check, a plain byte matcher, and the
//! keywords of JSON Schema that say the same; a property test holds the two equal.

pub(crate) mod address;
pub(crate) mod card_number;
pub(crate) mod characters;
pub(crate) mod country;
pub(crate) mod custom_date;
mod decoding;
mod email;
pub(crate) mod keywords;
mod leftover;
mod telephone;
mod title;
pub(crate) mod traits;
pub(crate) mod value;

use jiff::civil::Date;

use self::address::is_post_box;
use self::card_number::{has_check_digit, holds_card_number};
use self::characters::{
    BLANK, NO_CONTROL_PATTERN, NOT_BLANK_PATTERN, is_blank, is_control, is_invisible,
};
use self::country::is_assigned;
use self::custom_date::{CUSTOM_DATE_PATTERN, days_until, is_custom_date, real_date};
use self::decoding::is_wrongly_decoded;
use self::email::{has_short_labels, is_email};
use self::keywords::Keywords;
use self::leftover::is_leftover;
use self::telephone::{
    TELEPHONE_PATTERN, has_digits_of_telephone, has_enough_digits, has_no_trunk_zero, is_telephone,
};
use self::title::{has_initial, has_no_title};
use self::traits::Traits;
use self::value::Value;

/// What a value must be.
///
/// A value of another type than the constraint is about meets it: types are for what reads the
/// order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Constraint {
    /// Something that can be seen.
    NotBlank,
    /// No control character but tabs and line breaks.
    NoControl,
    /// No space, tab or line break at either end.
    Trimmed,
    /// No character inside that cannot be seen, or that changes the direction of the text.
    NoInvisible,
    /// No line break inside.
    OneLine,
    /// No tab inside.
    NoTab,
    /// Nothing that a template or a program left in place of a value.
    NoLeftover,
    /// No box at a post office.
    NoPostBox,
    /// A letter of any script.
    HasLetter,
    /// No sign that the text was read in another encoding than it was written in.
    WellDecoded,
    /// No run of digits that looks like a card number.
    NoCardNumber,
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
    /// No label of the domain over 63 octets.
    ShortLabels,
    /// A telephone number with a leading `+`.
    Telephone,
    /// No more digits than a telephone number has.
    TelephoneDigits,
    /// As many digits as a telephone number of its country has.
    EnoughDigits,
    /// No 0 directly after the country code of a telephone number.
    NoTrunkZero,
    /// No title before the name.
    NoTitle,
    /// No initial before the name.
    NoInitial,
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
    /// Returns whether a value meets the constraint, on this day.
    #[must_use]
    pub fn holds(&self, value: Value<'_>, today: Date) -> bool {
        match value {
            Value::Text(text) => self.holds_for_text(text, today),
            Value::Integer(number) => match *self {
                Self::Range { min, max } => (min..=max).contains(&number),
                _ => true,
            },
            Value::BeyondInteger => !matches!(self, Self::Range { .. }),
            Value::Boolean(boolean) => !matches!(*self, Self::Is(wanted) if wanted != boolean),
            Value::Absent | Value::Null | Value::Object | Value::Mistyped => true,
        }
    }

    fn holds_for_text(&self, text: &str, today: Date) -> bool {
        match *self {
            Self::NotBlank => !is_blank(text),
            Self::NoControl => !text.contains(is_control),
            Self::Trimmed => !text.starts_with(BLANK) && !text.ends_with(BLANK),
            Self::NoInvisible => !text.contains(is_invisible),
            Self::OneLine => !text.trim_matches(BLANK).contains(['\n', '\r']),
            Self::NoTab => !text.trim_matches(BLANK).contains('\t'),
            Self::NoLeftover => !is_leftover(text),
            Self::NoPostBox => !is_post_box(text),
            Self::HasLetter => text.contains(char::is_alphabetic),
            Self::WellDecoded => !is_wrongly_decoded(text),
            Self::NoCardNumber => !holds_card_number(text),
            Self::MaxLength(max) => text.chars().count() as u64 <= max,
            Self::OneOf(values) => values.contains(&text),
            Self::Digits { min, max } => {
                (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::Month => matches!(text.as_bytes(), [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']),
            Self::CheckDigit => has_check_digit(text),
            Self::TwoLetters => {
                text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
            }
            Self::AssignedCountry => is_assigned(text),
            Self::Email => is_email(text),
            Self::Telephone => is_telephone(text),
            Self::TelephoneDigits => has_digits_of_telephone(text),
            Self::NoTitle => has_no_title(text),
            Self::NoInitial => !has_initial(text),
            Self::EnoughDigits => has_enough_digits(text),
            Self::NoTrunkZero => has_no_trunk_zero(text),
            Self::ShortLabels => has_short_labels(text),
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
            Self::NotBlank => Keywords::pattern(NOT_BLANK_PATTERN),
            Self::NoControl => Keywords::pattern(NO_CONTROL_PATTERN),
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
            // Beyond a schema, or asked by warnings alone.
            _ => return None,
        };
        Some(keywords)
    }

    /// The traits without any of which a text cannot break the constraint.
    pub(crate) const fn traits(&self) -> Traits {
        match self {
            Self::NotBlank => Traits::EMPTY.or(Traits::BLANK_END).or(Traits::UNUSUAL),
            Self::Trimmed => Traits::BLANK_END,
            Self::NoControl | Self::NoInvisible | Self::OneLine | Self::NoTab => Traits::UNUSUAL,
            Self::HasLetter => Traits::NO_LETTER,
            Self::WellDecoded => Traits::UNUSUAL.or(Traits::ESCAPE),
            Self::NoCardNumber => Traits::MANY_DIGITS,
            Self::NoTitle => Traits::SEVERAL_WORDS,
            // As many bytes are as many characters or more.
            Self::MaxLength(max) if *max >= Traits::LONG as u64 => Traits::MANY_BYTES,
            _ => Traits::ANY,
        }
    }

    /// Whether it is about the text as such, and not about its form.
    pub(crate) const fn is_about_text(&self) -> bool {
        matches!(self, Self::NotBlank | Self::NoControl | Self::MaxLength(_))
    }

    /// Whether a schema cannot say it.
    #[must_use]
    pub const fn is_beyond_schema(&self) -> bool {
        matches!(self, Self::CheckDigit | Self::RealDate | Self::DaysFromToday { .. })
    }
}
