//! Says in a plain sentence why a text is not JSON. The messages of serde_json are not used: they can
//! quote the text.

use serde::de::IgnoredAny;
use serde_json::error::Category;

use crate::catalogue::structure::INVALID_JSON;
use crate::report::Violation;

pub(crate) fn invalid_json(error: &serde_json::Error, text: &str) -> Violation {
    let end = text.trim_end().len();
    let (at, message) = if end == 0 {
        (0, "the text is empty: it must hold an order, as a JSON object")
    } else if let Some(sentence) = other_format(text) {
        (text.len() - text.trim_start().len(), sentence)
    } else if let Some(at) = end_of_first_value(text) {
        (at, after_the_order(&text[at..]))
    } else if error.classify() == Category::Eof {
        (end, "the JSON ends too early: a closing quote, bracket or brace is missing")
    } else {
        let at = offset_of(error, text.as_bytes());
        let at = start_of_word(text, at);
        (at, sentence(text, at))
    };
    Violation::structural(&INVALID_JSON, message, "", at..at)
}

/// Returns the byte that an error of serde_json is about. Its columns count bytes.
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

/// Recognises other formats by the beginning of a text.
fn other_format(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    if text.starts_with('<') {
        return Some("this is XML or HTML, not JSON: write the order as a JSON object, in braces");
    }
    let first = text.lines().next().unwrap_or_default();
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
    };
    let is_yaml = text.starts_with("---")
        || text.starts_with("- ")
        || first.split_once(':').is_some_and(|(name, _)| is_name(name.trim_end()));
    is_yaml.then_some(
        "this looks like YAML, not JSON: write the order in braces, with names and texts in double \
         quotes and commas between members",
    )
}

/// Returns where the text continues after its first value.
fn end_of_first_value(text: &str) -> Option<usize> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let is_value = text.trim_start().starts_with(['{', '[', '"']);
    if !is_value || !matches!(values.next(), Some(Ok(_))) {
        return None;
    }
    let end = values.byte_offset();
    let rest = text[end..].trim_start();
    (!rest.is_empty()).then(|| text.len() - rest.len())
}

fn after_the_order(rest: &str) -> &'static str {
    match rest.as_bytes().first() {
        Some(b'{' | b'[') => {
            "a second text begins here: a file holds one order, so put each into a file of its own"
        }
        Some(b'/' | b'#') => "this is not JSON, which has no comments: remove it",
        _ => {
            "the order ends before this: remove what follows, or the bracket that closes too early"
        }
    }
}

/// Goes back to the start of a word: serde_json stops in the middle of one that it does not know.
fn start_of_word(text: &str, at: usize) -> usize {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text[..at].trim_end_matches(is_of_word).len()
}

/// Recognises the most frequent mistakes by what is around the place where reading stopped.
fn sentence(text: &str, at: usize) -> &'static str {
    let (before, here) = text.split_at(at);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let last = before.trim_end().bytes().next_back();
    if is_in_string(line) {
        return "this is not JSON: a string goes on over the end of its line, or has a wrong \
                escape; close the quote, and write \\\\ for a backslash";
    }
    let word_end = here.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let (word, rest) = here.split_at(word_end.unwrap_or(here.len()));
    match word {
        _ if matches!(last, Some(b'{' | b',')) && rest.trim_start().starts_with(':') => {
            return "this is not JSON: names of members must be in double quotes";
        }
        "" => {}
        _ if ["true", "false", "null"].iter().any(|it| word.eq_ignore_ascii_case(it)) => {
            return "this is not JSON: write true, false and null in small letters";
        }
        "None" | "nil" | "undefined" => {
            return "this is not JSON: leave the member out instead of giving it no value";
        }
        _ if ["nan", "inf", "infinity"].iter().any(|it| word.eq_ignore_ascii_case(it)) => {
            return "this is not JSON, which has numbers only: write a number, or leave the member \
                    out";
        }
        _ if word.starts_with('0') && word.bytes().all(|it| it.is_ascii_digit()) => {
            return "this is not JSON, where no number begins with 0: write it in quotes if it is a \
                    text";
        }
        _ if word.starts_with(|c: char| c.is_ascii_alphabetic()) && last == Some(b':') => {
            return "this is not JSON: a text must be in double quotes";
        }
        _ => {}
    }
    match (here.chars().next(), last) {
        (Some('}' | ']'), Some(b',')) => {
            "this is not JSON: remove the comma before the closing bracket"
        }
        (Some('\'' | '“' | '”' | '„' | '‘' | '’' | '«' | '`'), _) => {
            "this is not JSON: quotes must be straight double quotes"
        }
        (Some('/' | '#'), _) => "this is not JSON, which has no comments: remove it",
        (Some('='), _) => "this is not JSON: a colon, and not =, comes after the name of a member",
        (Some('+'), _) => "this is not JSON: a text such as +31 must be in double quotes",
        (Some('"'), Some(b'"' | b'}' | b']' | b'0'..=b'9' | b'e' | b'l')) => {
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
