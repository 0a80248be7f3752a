//! Says in a plain sentence why a text is not JSON. The words of serde_json are not used: they can
//! hold parts of the text.

use serde_json::error::Category;

use crate::catalogue::structure::INVALID_JSON;
use crate::report::Violation;

pub(crate) fn invalid_json(error: &serde_json::Error, text: &str) -> Violation {
    let end = text.trim_end().len();
    let (at, message) = if end == 0 {
        (0, "the text is empty: it must hold an order, as a JSON object")
    } else if error.classify() == Category::Eof {
        (end, "the JSON ends too early: a closing quote, bracket or brace is missing")
    } else {
        let at = offset_of(error, text.as_bytes());
        (at, sentence(text, at))
    };
    Violation::structural(&INVALID_JSON, message, "", at..at)
}

/// The byte that an error of serde_json is about. Its columns count bytes.
pub(crate) fn offset_of(error: &serde_json::Error, text: &[u8]) -> usize {
    let line_start = match error.line().checked_sub(2) {
        None => 0,
        Some(breaks) => text
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .nth(breaks)
            .map_or(0, |(at, _)| at + 1),
    };
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while matches!(text.get(at), Some(0x80..=0xBF)) {
        at -= 1;
    }
    at
}

/// What people get wrong most, by the character where reading stopped and the one before it.
fn sentence(text: &str, at: usize) -> &'static str {
    let (before, here) = text.split_at(at);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let next = here.bytes().next();
    let last = before.trim_end().bytes().next_back();
    if is_in_string(line) {
        return "this is not JSON: a string goes on over the end of its line, or has a wrong \
                escape; close the quote, and write \\\\ for a backslash";
    }
    match (next, last) {
        (Some(b'}' | b']'), Some(b',')) => {
            "this is not JSON: remove the comma before the closing bracket"
        }
        (Some(b'\''), _) => "this is not JSON: quotes must be double",
        (Some(b'/' | b'#'), _) => "this is not JSON, which has no comments: remove it",
        (Some(b'"'), Some(b'"' | b'}' | b']' | b'0'..=b'9' | b'e' | b'l')) => {
            "this is not JSON: a comma is missing before this"
        }
        _ => INVALID_JSON.message,
    }
}

/// Whether a line leaves a string open.
fn is_in_string(line: &str) -> bool {
    let mut in_string = false;
    let mut escaped = false;
    for byte in line.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ => {}
        }
    }
    in_string
}
