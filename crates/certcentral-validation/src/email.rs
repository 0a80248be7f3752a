//! Email addresses. `format: email` means four things in four validators, so the pattern is ours.

use crate::keywords::Keywords;

/// An address: words joined by dots, `@`, and a domain of two labels or more. Letters outside
/// ASCII may stand in either part; quoted local parts, and domains in brackets, may not.
const EMAIL_PATTERN: &str = concat!(
    "^[^\\x00- \"(),.:;<>@\\[\\\\\\]\\x7F-\\xA0]+",
    "(?:\\.[^\\x00- \"(),.:;<>@\\[\\\\\\]\\x7F-\\xA0]+)*",
    "@[^\\x00-/:-@\\[-`{-\\xA0]+(?:-+[^\\x00-/:-@\\[-`{-\\xA0]+)*",
    "(?:\\.[^\\x00-/:-@\\[-`{-\\xA0]+(?:-+[^\\x00-/:-@\\[-`{-\\xA0]+)*)+$",
);

/// The most characters that an address can have in the envelope of a mail (RFC 5321).
const MAX_LENGTH: usize = 254;

pub(crate) fn keywords() -> Keywords {
    Keywords { max_length: Some(MAX_LENGTH as u64), ..Keywords::anchored(EMAIL_PATTERN) }
}

pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    is_local_part(local)
        && is_domain(domain)
        && (text.len() <= MAX_LENGTH || text.chars().count() <= MAX_LENGTH)
        && (text.is_ascii() || !text.chars().any(|c| ('\u{80}'..='\u{A0}').contains(&c)))
}

/// Words of one character or more, joined by dots.
fn is_local_part(local: &str) -> bool {
    let mut after_dot = true;
    for byte in local.bytes() {
        match byte {
            b'.' if after_dot => return false,
            b'.' => after_dot = true,
            0..=b' '
            | b'"'
            | b'('
            | b')'
            | b','
            | b':'
            | b';'
            | b'<'
            | b'>'
            | b'@'
            | b'['
            | b'\\'
            | b']'
            | 0x7F => return false,
            _ => after_dot = false,
        }
    }
    !after_dot
}

/// Two labels or more; none is empty, none begins or ends with a hyphen.
fn is_domain(domain: &str) -> bool {
    let mut dots = 0;
    let mut previous = b'.';
    for byte in domain.bytes() {
        match byte {
            b'.' if matches!(previous, b'.' | b'-') => return false,
            b'.' => dots += 1,
            b'-' if previous == b'.' => return false,
            b'-' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => {}
            _ => return false,
        }
        previous = byte;
    }
    dots > 0 && !matches!(previous, b'.' | b'-')
}
