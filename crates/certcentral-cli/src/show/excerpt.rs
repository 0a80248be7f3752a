//! The line of a file that a fault is in, with a caret under the place, and without secrets.

use std::ops::Range;

use crate::show::mask::Masks;
use crate::show::text::is_printable;

/// Characters of a line that are shown.
const WIDTH: usize = 100;
/// How many of these are before the place, if the line is longer.
const BEFORE: usize = 50;

/// Bytes on either side of the place that are looked at, so that a fault costs the same however long
/// its line is.
const REACH: usize = 4 * WIDTH;

/// Shown in the place of a masked value. Always the same, so that it does not reveal a length.
const MASK: &str = "***";

/// A line to show, and the place in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    pub(crate) line: String,
    /// The bytes of it that are underlined: an empty range at the end of a line.
    pub(crate) place: Range<usize>,
}

impl Excerpt {
    /// The line of `text` that has the first byte of `span`; of a long line, what is around it.
    pub(crate) fn of(text: &str, masks: &Masks, span: Range<usize>) -> Self {
        let start = floor(text, span.start);
        let reach = floor(text, start.saturating_sub(REACH))..floor(text, start + REACH);
        let from = text[reach.start..start].rfind('\n').map(|newline| reach.start + newline + 1);
        let to = text[start..reach.end].find('\n').map(|newline| start + newline);
        let cut_before = from.is_none() && reach.start > 0;
        let cut_after = to.is_none() && reach.end < text.len();
        let (from, to) = (from.unwrap_or(reach.start), to.unwrap_or(reach.end));
        let end = span.end.min(to);

        let mut shown = Shown { line: Vec::new(), caret: None, end: None };
        let mut at = from;
        for part in within(masks, from..to) {
            shown.text(text, at..part.start.max(at), start..end, masks);
            shown.masked(text, part.clone(), start..end);
            at = part.end;
        }
        shown.text(text, at.min(to)..to, start..end, masks);
        shown.cut(cut_before, cut_after)
    }
}

/// The masked parts that lie in a line.
fn within(masks: &Masks, line: Range<usize>) -> &[Range<usize>] {
    let Masks::Parts(parts) = masks else { return &[] };
    let first = parts.partition_point(|part| part.end <= line.start);
    let last = parts.partition_point(|part| part.start < line.end);
    &parts[first..last]
}

/// A line that is being built.
struct Shown {
    line: Vec<char>,
    caret: Option<usize>,
    end: Option<usize>,
}

impl Shown {
    fn text(&mut self, text: &str, part: Range<usize>, span: Range<usize>, masks: &Masks) {
        for (offset, c) in text[part.clone()].char_indices() {
            self.mark(part.start + offset, &span);
            match c {
                '\t' => self.line.extend("    ".chars()),
                '\r' | '\u{feff}' => {}
                _ if *masks == Masks::Digits && c.is_numeric() => self.line.push('*'),
                _ if is_printable(c) => self.line.push(c),
                _ => self.line.push(char::REPLACEMENT_CHARACTER),
            }
        }
        self.mark(part.end, &span);
    }

    fn masked(&mut self, text: &str, part: Range<usize>, span: Range<usize>) {
        if part.contains(&span.start) {
            self.caret = Some(self.line.len());
        }
        let quoted = text[part.clone()].starts_with('"');
        self.line.extend(quoted.then_some('"'));
        self.line.extend(MASK.chars());
        self.line.extend(quoted.then_some('"'));
        self.mark(part.end, &span);
    }

    /// Notes where in the shown line the place begins and ends.
    fn mark(&mut self, at: usize, span: &Range<usize>) {
        if at >= span.start {
            self.caret.get_or_insert(self.line.len());
        }
        if at >= span.end {
            self.end.get_or_insert(self.line.len());
        }
    }

    /// Leaves the part around the place, and marks where something was left out.
    fn cut(self, cut_before: bool, cut_after: bool) -> Excerpt {
        let Self { mut line, caret, end } = self;
        let mut caret = caret.unwrap_or(line.len());
        let mut end = end.unwrap_or(line.len()).max(caret);
        let from = if line.len() > WIDTH { caret.saturating_sub(BEFORE) } else { 0 };
        let to = (from + WIDTH).min(line.len());
        if to < line.len() || cut_after {
            line.truncate(to);
            line.push('…');
        }
        if from > 0 || cut_before {
            line.splice(..from, ['…']);
            (caret, end) = (caret - from + 1, end - from + 1);
        }
        end = end.min(line.len());
        while line.len() > end && line.last().is_some_and(|c| c.is_whitespace()) {
            line.pop();
        }
        let bytes = |chars: &[char]| chars.iter().map(|c| c.len_utf8()).sum();
        let place = bytes(&line[..caret.min(end)])..bytes(&line[..end]);
        Excerpt { line: line.into_iter().collect(), place }
    }
}

/// The nearest boundary of a character at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, MASK, WIDTH};
    use crate::show::mask::Masks;

    fn excerpt(text: &str, place: &str) -> (String, String) {
        let start = text.find(place).unwrap();
        let Excerpt { line, place } =
            Excerpt::of(text, &Masks::of(text), start..start + place.len());
        let caret = line[..place.start].chars().count();
        let width = line[place].chars().count();
        (line, format!("{}{}", " ".repeat(caret), "^".repeat(width)))
    }

    #[test]
    fn underlines_the_place() {
        let (line, caret) = excerpt("{\r\n  \"ok\": \"é\",\r\n  \"ok2\": 7\r\n}", "\"é\"");
        assert_eq!(line, "  \"ok\": \"é\",");
        assert_eq!(caret, "        ^^^");
    }

    #[test]
    fn a_place_of_several_lines_is_underlined_to_the_end_of_its_first() {
        let (line, caret) = excerpt("{\n  \"ok\": {\n  }\n}", "{\n  }");
        assert_eq!(line, "  \"ok\": {");
        assert_eq!(caret, "        ^");
    }

    #[test]
    fn tabs_and_masks_move_the_caret_along() {
        let (line, caret) = excerpt(
            "{\t\"credit_card\": {\"number\": \"4111111111111111\", \"cvv\": \"12\"}}",
            "\"12\"",
        );
        assert_eq!(line, "{    \"credit_card\": {\"number\": \"***\", \"cvv\": \"***\"}}");
        assert_eq!(caret.find('^'), line.rfind("\"***\""));
        assert_eq!(caret.matches('^').count(), MASK.len() + 2);
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!(
            "{{\"ok\": \"{}\", \"ok\": !!, \"ok\": \"{}\"}}",
            "a".repeat(500),
            "b".repeat(500)
        );
        let (line, caret) = excerpt(&text, "!!");
        assert!(line.chars().count() <= WIDTH + 2);
        assert!(line.starts_with('…') && line.ends_with('…'));
        let shown: Vec<char> = line.chars().collect();
        let at = caret.find('^').unwrap();
        assert_eq!(shown[at..at + 2], ['!', '!']);
    }

    #[test]
    fn a_masked_value_that_is_cut_stays_masked() {
        let secret = "9".repeat(5000);
        for text in [
            format!("{{\"x\": \"{secret}\", \"ok\": !!}}"),
            format!("{{\"ok\": !!, \"x\": \"{secret}\"}}"),
        ] {
            let (line, caret) = excerpt(&text, "!!");
            assert!(!line.contains('9') && line.contains(MASK), "{line}");
            assert_eq!(caret.chars().count(), line[..line.find("!!").unwrap()].chars().count() + 2);
        }
        let (line, _) = excerpt(&format!("{{\"x\": \"{secret}\"}}"), &secret[..4000]);
        assert_eq!(line, "{\"x\": \"***\"…");
    }

    #[test]
    fn text_that_is_not_json_shows_no_digits() {
        let (line, caret) = excerpt("{\"number\": \"4111 1111\" \"cvv\": \"１２\"}", "\"cvv\"");
        assert_eq!(line, "{\"number\": \"**** ****\" \"cvv\": \"**\"}");
        assert_eq!(caret.find('^'), line.find("\"cvv\""));
    }

    #[test]
    fn what_could_steer_a_terminal_is_not_shown() {
        let (line, _) = excerpt("{\"payment_method\": \"\u{9b}31m\u{202e}\"}", ":");
        assert_eq!(line, "{\"payment_method\": \"\u{fffd}31m\u{fffd}\"}");
    }

    #[test]
    fn a_place_at_the_end_of_the_text() {
        for text in ["", "{", "é"] {
            let excerpt = Excerpt::of(text, &Masks::Digits, text.len()..text.len());
            assert_eq!((excerpt.line.as_str(), excerpt.place), (text, text.len()..text.len()));
        }
        Excerpt::of("é", &Masks::Digits, 1..9);
    }
}
