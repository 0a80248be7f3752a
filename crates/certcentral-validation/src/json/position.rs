//! Lines and columns for byte offsets, in one pass over the text.

use crate::report::{Position, Violation};

/// The byte order mark that some editors put before a text in UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

pub(crate) struct Places<'a> {
    text: &'a [u8],
    /// The length of the byte order mark, which counts in spans and not in columns.
    mark: usize,
}

impl<'a> Places<'a> {
    pub(crate) fn new(text: &'a [u8], mark: usize) -> Self {
        Self { text, mark }
    }

    /// Gives each violation the position of its span, and shifts the span by the byte order mark. It
    /// takes one pass over the text, however many violations there are.
    pub(crate) fn place<'v>(&self, violations: impl IntoIterator<Item = &'v mut Violation>) {
        let mut violations: Vec<_> = violations.into_iter().collect();
        violations.sort_by_key(|violation| violation.span.as_ref().map(|span| span.start));
        let mut at = 0;
        let mut position = Position { line: 1, column: 1 };
        for violation in violations {
            let Some(span) = &mut violation.span else { continue };
            for byte in &self.text[at..span.start] {
                match byte {
                    b'\n' => position = Position { line: position.line + 1, column: 1 },
                    0x80..=0xBF => {} // inside a character
                    _ => position.column += 1,
                }
            }
            at = span.start;
            violation.position = Some(position);
            *span = span.start + self.mark..span.end + self.mark;
        }
    }
}
