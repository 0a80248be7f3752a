//! Strings of a JSON text. A string without escapes is borrowed; one with escapes is decoded into
//! memory that is wiped, because it may be a card number.

use std::ops::Deref;

use zeroize::Zeroizing;

pub(crate) enum Text<'a> {
    Borrowed(&'a str),
    Decoded(Zeroizing<String>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Decoded(text) => text,
        }
    }
}

/// Decodes a JSON string, given with its quotes and known to be valid JSON. Returns `None` if an
/// escape is half of a surrogate pair: JSON allows it, but it is not a character.
pub(crate) fn decode(raw: &str) -> Option<Text<'_>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Text::Borrowed(inner));
    }
    // A decoded text is never longer than its escapes, so the memory does not grow and leaves no copy
    // behind.
    let mut text = Zeroizing::new(String::with_capacity(inner.len()));
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = *rest.as_bytes().get(at + 1)?;
        rest = &rest[at + 2..];
        text.push(match escape {
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let character;
                (character, rest) = decode_unicode(rest)?;
                character
            }
            other => char::from(other),
        });
    }
    text.push_str(rest);
    Some(Text::Decoded(text))
}

/// Reads the four digits after `\u`, and the second half of a pair.
fn decode_unicode(rest: &str) -> Option<(char, &str)> {
    let (first, rest) = hex(rest)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, rest));
    }
    let (second, rest) = hex(rest.strip_prefix("\\u")?)?;
    let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let character = char::decode_utf16(pair).next()?.ok()?;
    Some((character, rest))
}

fn hex(rest: &str) -> Option<(u32, &str)> {
    let digits = rest.get(..4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, &rest[4..]))
}
