//! What a caller calls an order.

use std::fmt;

use certcentral::validation::holds_card_number;

/// How long a reference may be, in characters.
pub const LONGEST_REFERENCE: usize = 100;

/// The caller's own name for an order: the key of an idempotent call. Unique per server.
///
/// It is stored and shown as it is, so it must not hold personal data. One with an `@` or a card
/// number in it is refused.
///
/// ```
/// use certcentral_journal::Reference;
///
/// let reference = Reference::new("case-2026-0815")?;
/// assert_eq!(reference.as_str(), "case-2026-0815");
/// assert!(Reference::new("j.devries@example.com").is_err());
/// # Ok::<(), certcentral_journal::InvalidReference>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(String);

impl Reference {
    /// Takes a text as a reference.
    ///
    /// # Errors
    ///
    /// [`InvalidReference`] if it is blank, longer than 100 characters, begins or ends with a blank, or
    /// holds a control or invisible character, an `@` or a card number.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidReference> {
        let text = text.into();
        if text.trim().is_empty() {
            Err(InvalidReference::Blank)
        } else if text.trim() != text {
            Err(InvalidReference::Padded)
        } else if text.chars().count() > LONGEST_REFERENCE {
            Err(InvalidReference::TooLong)
        } else if text.chars().any(is_unprintable) {
            Err(InvalidReference::ControlCharacter)
        } else if text.contains('@') {
            Err(InvalidReference::EmailAddress)
        } else if holds_card_number(&text) {
            Err(InvalidReference::CardNumber)
        } else {
            Ok(Self(text))
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character prints nothing, so that two references would look alike.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}')
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Reference {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Reference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, InvalidReference> {
        Self::new(text)
    }
}

/// A text is not a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidReference {
    /// There is nothing to see in it.
    #[error("a reference must not be blank")]
    Blank,
    /// It begins or ends with a blank.
    #[error("a reference must not begin or end with a blank: remove it")]
    Padded,
    /// It has more than 100 characters.
    #[error("a reference has at most 100 characters")]
    TooLong,
    /// It holds a line break, or another character that prints nothing.
    #[error("a reference must not hold line breaks, control or invisible characters")]
    ControlCharacter,
    /// It looks like an email address. References are stored and shown.
    #[error("a reference must not hold an @: it is stored, and must not be an email address")]
    EmailAddress,
    /// It holds a card number.
    #[error("a reference must not hold a card number: choose another one")]
    CardNumber,
}

impl InvalidReference {
    /// Returns a stable name, for machines.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Padded => "surrounding_blanks",
            Self::TooLong => "reference_length",
            Self::ControlCharacter => "control_character",
            Self::EmailAddress => "reference_email",
            Self::CardNumber => "reference_card_number",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_be_stored_or_cannot_be_told_apart_is_refused() {
        let long = "x".repeat(LONGEST_REFERENCE + 1);
        for (text, fault) in [
            ("", InvalidReference::Blank),
            (" \t", InvalidReference::Blank),
            (" a", InvalidReference::Padded),
            ("a\u{200B}b", InvalidReference::ControlCharacter),
            ("a\nb", InvalidReference::ControlCharacter),
            (long.as_str(), InvalidReference::TooLong),
            ("j.devries@example.com", InvalidReference::EmailAddress),
            ("4111111111111111", InvalidReference::CardNumber),
            ("case 4111 1111-1111 1111", InvalidReference::CardNumber),
            ("x4111111111111111y", InvalidReference::CardNumber),
        ] {
            assert_eq!(Reference::new(text), Err(fault), "{text:?}");
        }
        for text in ["1", "case 2026-0815", "Ünïcode/42", "4111111111111112"] {
            assert_eq!(Reference::new(text).expect(text).as_str(), text);
        }
    }
}
