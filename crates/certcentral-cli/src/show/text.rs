//! What of a text from elsewhere may be shown: of a file, its name, a server's answer, or
//! the command line.
//!
//! Nothing passes that steers a terminal, turns a line around or cannot be seen. All that is printed
//! goes through [`shown`] or [`escaped_json`] as it leaves, in `terminal`; a message that quotes a
//! text takes [`printable`] before, so that a line break in it does not begin a line of its own.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

/// Typed text that is longer, or has more digits, is not repeated.
const LONGEST_SHOWN: usize = 24;
const MOST_DIGITS_SHOWN: usize = 10;

/// Whether a character is shown as it is: not a control (Unicode's `Cc`), a format character (`Cf`,
/// the bidirectional controls and tags among them), a line or paragraph separator (`Zl`, `Zp`), or
/// another one that prints nothing by itself (Unicode's `Default_Ignorable_Code_Point`: fillers,
/// joiners, variation selectors).
pub(crate) const fn is_printable(c: char) -> bool {
    !matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}'
        | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text within a line: each character that is not [printable](is_printable) becomes U+FFFD.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_printable) {
        return text.into();
    }
    text.chars().map(|c| if is_printable(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// Whole lines on their way to a terminal. Line breaks and the program's own styles stay; whatever
/// else is not printable becomes U+FFFD.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c == '\n' || is_printable(c)) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let style = style_length(rest);
        let length = if style > 0 { style } else { c.len_utf8() };
        if style > 0 || c == '\n' || is_printable(c) {
            shown.push_str(&rest[..length]);
        } else {
            shown.push(char::REPLACEMENT_CHARACTER);
        }
        rest = &rest[length..];
    }
    shown.into()
}

/// The length of the style (`ESC [ 1;31 m`) that a text begins with.
fn style_length(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\x1b[") else { return 0 };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';');
    end.filter(|&end| rest[end..].starts_with('m')).map_or(0, |end| end + 3)
}

/// JSON to print, in which each character that is not printable is written as its `\u` escape. Outside
/// of strings JSON has only line breaks of these, and within strings no raw line break.
pub(crate) fn escaped_json(json: &str) -> Cow<'_, str> {
    if json.chars().all(|c| c == '\n' || is_printable(c)) {
        return json.into();
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if c == '\n' || is_printable(c) {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` does not fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped.into()
}

/// The name of a file, for a message.
pub(crate) fn path(path: &Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}

/// Whether a text may be an API key or a card number, and so is not repeated.
pub(crate) fn may_be_secret(text: &str) -> bool {
    text.chars().count() > LONGEST_SHOWN
        || text.chars().filter(|c| c.is_numeric()).count() > MOST_DIGITS_SHOWN
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::{escaped_json, is_printable, printable, shown};

    #[test]
    fn nothing_passes_that_steers_or_hides() {
        let hidden = Regex::new(r"^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]$");
        let hidden = hidden.unwrap();
        for c in '\0'..=char::MAX {
            assert_eq!(is_printable(c), !hidden.is_match(c.encode_utf8(&mut [0; 4])), "{c:?}");
        }
    }

    #[test]
    fn styles_and_line_breaks_stay_where_lines_are_printed() {
        for (text, as_line) in [
            ("\x1b[1;31merror\x1b[0m: Zoë\n", "\x1b[1;31merror\x1b[0m: Zoë\n"),
            ("\x1b[2J\x1b[m\x1b]0;title\x07", "\u{fffd}[2J\x1b[m\u{fffd}]0;title\u{fffd}"),
            ("a\rb\tc\u{9b}31m\x1b", "a\u{fffd}b\u{fffd}c\u{fffd}31m\u{fffd}"),
            ("\x1b[31", "\u{fffd}[31"),
        ] {
            assert_eq!(shown(text), as_line);
        }
        assert_eq!(printable("a\n\x1b[31mb\u{e0041}"), "a\u{fffd}\u{fffd}[31mb\u{fffd}");
    }

    #[test]
    fn escaped_json_is_the_same_json() {
        let text = "Zoë\u{7f}\u{9b}\u{202e}\u{200b}\u{ad}\u{fe0f}\u{e0041}\u{0}\n";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let escaped = escaped_json(&json);
        assert!(escaped.contains(r"\u007f\u009b\u202e\u200b\u00ad\ufe0f\udb40\udc41"), "{escaped}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&escaped).unwrap(), [text]);
    }
}
