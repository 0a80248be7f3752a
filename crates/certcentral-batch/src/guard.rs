//! Texts in the cells of a sheet.

use std::borrow::Cow;

use crate::order_file::BYTE_ORDER_MARK;

/// Whether a sheet begins with a byte order mark, which some spreadsheet programs need to read UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a sheet has a mark or not")]
pub enum ByteOrderMark {
    /// No mark.
    #[default]
    Without,
    /// A mark.
    With,
}

impl ByteOrderMark {
    /// Returns what a sheet begins with.
    #[must_use]
    pub const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Without => b"",
            Self::With => BYTE_ORDER_MARK,
        }
    }
}

/// Returns the text for a cell of a sheet, in which no spreadsheet program takes it for a formula: one
/// that begins like a formula, or with a `'`, gets a `'` before it.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\'', '\t', '\r']) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn what_begins_like_a_formula_is_guarded() {
        for text in ["=1+1", "+31", "-1", "@x", "'x", "\tx", "\rx"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "x=1", " +31", "4711"] {
            assert_eq!(guarded(text), text);
        }
    }
}
