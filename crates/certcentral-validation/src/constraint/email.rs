//! Email addresses. `format: email` means four things in four validators, so the pattern is ours.

use crate::constraint::characters::{is_unseen, unseen};
use crate::constraint::keywords::Keywords;

/// An address: words joined by dots, `@`, and a domain of two labels or more. Letters outside
/// ASCII may stand in either part; quoted local parts, and domains in brackets, may not.
const EMAIL_PATTERN: &str = concat!(
    "^[^\\x00- \"(),.:;<>@\\[\\\\\\]\\x7F-\\xA0",
    unseen!(),
    "]+(?:\\.[^\\x00- \"(),.:;<>@\\[\\\\\\]\\x7F-\\xA0",
    unseen!(),
    "]+)*@[^\\x00-/:-@\\[-`{-\\xA0",
    unseen!(),
    "]+(?:-+[^\\x00-/:-@\\[-`{-\\xA0",
    unseen!(),
    "]+)*(?:\\.[^\\x00-/:-@\\[-`{-\\xA0",
    unseen!(),
    "]+(?:-+[^\\x00-/:-@\\[-`{-\\xA0",
    unseen!(),
    "]+)*)+$",
);

/// The most characters that an address can have in the envelope of a mail (RFC 5321).
const MAX_LENGTH: usize = 254;

pub(crate) fn keywords() -> Keywords {
    Keywords { max_length: Some(MAX_LENGTH as u64), ..Keywords::anchored(EMAIL_PATTERN) }
}

/// Whether each label of the domain fits into the DNS.
pub(crate) fn has_short_labels(text: &str) -> bool {
    let (_, domain) = text.rsplit_once('@').unwrap_or_default();
    domain.split('.').all(|label| label.len() <= 63)
}

pub(crate) fn is_email(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(local) = local_part(bytes) else { return false };
    is_domain(&bytes[local + 1..])
        && (text.len() <= MAX_LENGTH || text.chars().count() <= MAX_LENGTH)
        && (text.is_ascii()
            || !text.chars().any(|c| matches!(c, '\u{80}'..='\u{a0}') || is_unseen(c)))
}

/// Whether a byte may stand in a word of the local part.
const fn is_of_word(byte: u8) -> bool {
    !matches!(
        byte,
        0..=b' '
            | b'"'
            | b'('
            | b')'
            | b','
            | b'.'
            | b':'
            | b';'
            | b'<'
            | b'>'
            | b'@'
            | b'['
            | b'\\'
            | b']'
            | 0x7F
    )
}

/// Whether a byte may stand in a label of the domain, hyphens aside.
const fn is_of_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// The length of what comes before the `@`: words of one character or more, joined by dots.
fn local_part(bytes: &[u8]) -> Option<usize> {
    for (at, &byte) in bytes.iter().enumerate() {
        if !is_of_word(byte) {
            let ends_word = !matches!(bytes[..at], [] | [.., b'.']);
            match byte {
                b'.' if ends_word => {}
                b'@' if ends_word => return Some(at),
                _ => return None,
            }
        }
    }
    None
}

/// Two labels or more; none is empty, none begins or ends with a hyphen.
fn is_domain(domain: &[u8]) -> bool {
    let mut dots = 0;
    for (at, &byte) in domain.iter().enumerate() {
        if !is_of_label(byte) {
            match (byte, &domain[..at]) {
                (b'.', [.., previous]) if !matches!(previous, b'.' | b'-') => dots += 1,
                (b'-', [.., previous]) if *previous != b'.' => {}
                _ => return false,
            }
        }
    }
    dots > 0 && !matches!(domain, [.., b'.' | b'-'])
}
