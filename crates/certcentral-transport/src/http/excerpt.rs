//! The beginning of an answer, for a person to look at.

use std::fmt;

/// The beginning of what a server sent: decoded, redacted of the card number, the cvv and the API
/// key, then cut.
///
/// `Debug` shows the length only: a server may echo names and addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt {
    text: String,
}

impl Excerpt {
    /// The most bytes that are kept.
    pub const MAX_LEN: usize = 4096;

    /// Takes redacted text.
    pub(crate) fn new(mut text: String) -> Option<Self> {
        if text.len() > Self::MAX_LEN {
            let end = (0..=Self::MAX_LEN).rev().find(|&end| text.is_char_boundary(end));
            text.truncate(end.unwrap_or(0));
            text.shrink_to_fit();
        }
        (!text.is_empty()).then_some(Self { text })
    }

    /// The text. It may hold personal data, and control characters that a terminal obeys.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Excerpt({} bytes)", self.text.len())
    }
}
