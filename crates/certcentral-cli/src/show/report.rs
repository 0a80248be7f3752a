//! A report of an order's faults, for people.

use std::fmt::Write;

use certcentral::validation::{Report, Severity, Violation};
use unicode_width::UnicodeWidthStr;

use crate::show::excerpt::Excerpt;
use crate::show::mask::Masks;
use crate::show::paint;
use crate::show::terminal::printable;
use crate::show::wrap::count as count_of;

/// The violations of a report one after the other, each with the line that it is in.
pub(crate) fn render(name: &str, text: &[u8], report: &Report) -> String {
    let text = str::from_utf8(text).ok();
    let masks = text.map(Masks::of);
    let mut rendered = String::new();
    for violation in report {
        let excerpt = || Some(Excerpt::of(text?, masks.as_ref()?, violation.span()?));
        // Writing to a `String` does not fail.
        let _ = render_one(&mut rendered, name, violation, excerpt());
    }
    rendered
}

fn render_one(
    to: &mut String,
    name: &str,
    violation: &Violation,
    excerpt: Option<Excerpt>,
) -> std::fmt::Result {
    let severity = format!("{}[{}]", violation.severity(), violation.code());
    let severity = match violation.severity() {
        Severity::Error => paint::error(&severity),
        Severity::Warning => paint::warning(&severity),
    };
    // A message is written to be read after the path.
    let path = printable(violation.path());
    let gap = if path.is_empty() { "" } else { " " };
    let message = printable(violation.message());
    writeln!(to, "{severity}: {}{gap}{message}", paint::strong(&path))?;

    let number = violation.position().map(|position| position.line.to_string());
    let margin = number.as_ref().map_or(1, String::len);
    write!(to, "{:margin$}{} {name}", "", paint::faint("-->"))?;
    if let Some(position) = violation.position() {
        write!(to, ":{}:{}", position.line, position.column)?;
    }
    writeln!(to)?;
    if let (Some(Excerpt { line, place }), Some(number)) = (excerpt, number) {
        let bar = paint::faint("|");
        let caret = line[..place.start].width();
        let underline = "^".repeat(line[place].width().max(1));
        let underline = match violation.severity() {
            Severity::Error => paint::error(&underline),
            Severity::Warning => paint::warning(&underline),
        };
        writeln!(to, "{:margin$} {bar}", "")?;
        writeln!(to, "{} {bar} {line}", paint::faint(&number))?;
        writeln!(to, "{:margin$} {bar} {:caret$}{underline}", "", "")?;
    }
    writeln!(to)
}

/// `2 errors, 1 warning`, or an empty text.
pub(crate) fn count(report: &Report) -> String {
    let counts = [(report.errors().count(), "error"), (report.warnings().count(), "warning")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    counts.map(|(number, what)| count_of(number as u64, what)).collect::<Vec<_>>().join(", ")
}
