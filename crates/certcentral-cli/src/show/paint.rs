//! The styles of this program. The streams leave them out unless they are terminals.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

pub(crate) fn error(text: &str) -> Cow<'_, str> {
    styled(AnsiColor::Red.on_default().bold(), text)
}

pub(crate) fn warning(text: &str) -> Cow<'_, str> {
    styled(AnsiColor::Yellow.on_default().bold(), text)
}

pub(crate) fn success(text: &str) -> Cow<'_, str> {
    styled(AnsiColor::Green.on_default().bold(), text)
}

pub(crate) fn strong(text: &str) -> Cow<'_, str> {
    styled(Style::new().bold(), text)
}

pub(crate) fn faint(text: &str) -> Cow<'_, str> {
    styled(Style::new().dimmed(), text)
}

fn styled(style: Style, text: &str) -> Cow<'_, str> {
    if text.is_empty() { text.into() } else { format!("{style}{text}{style:#}").into() }
}
