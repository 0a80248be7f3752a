//! What is printed, and where: results on standard output, all else on standard error, colour only
//! where somebody sees it.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, StdoutLock, Write};
use std::path::Path;

use crate::exit::{Failure, Result};

/// What somebody typed that is longer, or has more digits, is not repeated.
const LONGEST_SHOWN: usize = 24;
const MOST_DIGITS_SHOWN: usize = 10;

/// Standard output, buffered. A reader that went away (`| head`) is no failure.
pub(crate) struct Output {
    stdout: BufWriter<StdoutLock<'static>>,
    pub(crate) paint: Paint,
}

impl Output {
    pub(crate) fn new() -> Self {
        let stdout = io::stdout().lock();
        let paint = Paint::for_stream(&stdout);
        Self { stdout: BufWriter::with_capacity(64 * 1024, stdout), paint }
    }

    /// Writes one line.
    pub(crate) fn line(&mut self, line: impl Display) -> Result<()> {
        check(writeln!(self.stdout, "{line}"))
    }

    /// Writes one line of JSON.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> Result<()> {
        check(
            serde_json::to_writer(&mut self.stdout, value)
                .map_err(io::Error::from)
                .and_then(|()| self.stdout.write_all(b"\n")),
        )
    }

    /// Writes JSON for people to read.
    pub(crate) fn json_pretty(&mut self, value: &impl serde::Serialize) -> Result<()> {
        check(
            serde_json::to_writer_pretty(&mut self.stdout, value)
                .map_err(io::Error::from)
                .and_then(|()| self.stdout.write_all(b"\n")),
        )
    }

    /// Sees to it that everything has been written.
    pub(crate) fn finish(mut self) -> Result<()> {
        check(self.stdout.flush())
    }

    /// Lets everything be seen that was written so far.
    pub(crate) fn flush(&mut self) -> Result<()> {
        check(self.stdout.flush())
    }
}

fn check(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says something on standard error. If nobody listens there, so be it: `eprintln!` would panic.
pub(crate) fn say(message: impl Display) {
    let _ = writeln!(io::stderr(), "{message}");
}

/// Says what is going on, to somebody who watches.
pub(crate) fn progress(message: impl Display) {
    if io::stderr().is_terminal() {
        say(message);
    }
}

/// Says what somebody should know who gets what they asked for.
pub(crate) fn warn(message: impl Display) {
    let paint = Paint::for_stderr();
    say(format_args!("{}: {message}", paint.warning("warning")));
}

/// Says why the program ends.
pub(crate) fn fail(message: impl Display) {
    let paint = Paint::for_stderr();
    say(format_args!("{}: {message}", paint.error("error")));
}

/// Colours, where there are any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    coloured: bool,
}

impl Paint {
    pub(crate) fn for_stream(stream: &impl IsTerminal) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { coloured: stream.is_terminal() && !set("NO_COLOR") && !dumb }
    }

    pub(crate) fn for_stderr() -> Self {
        Self::for_stream(&io::stderr())
    }

    pub(crate) fn is_coloured(self) -> bool {
        self.coloured
    }

    pub(crate) fn error(self, text: &str) -> Cow<'_, str> {
        self.with("1;31", text)
    }

    pub(crate) fn warning(self, text: &str) -> Cow<'_, str> {
        self.with("1;33", text)
    }

    pub(crate) fn success(self, text: &str) -> Cow<'_, str> {
        self.with("1;32", text)
    }

    pub(crate) fn strong(self, text: &str) -> Cow<'_, str> {
        self.with("1", text)
    }

    pub(crate) fn faint(self, text: &str) -> Cow<'_, str> {
        self.with("2", text)
    }

    fn with<'t>(self, style: &str, text: &'t str) -> Cow<'t, str> {
        if self.coloured && !text.is_empty() {
            format!("\x1b[{style}m{text}\x1b[0m").into()
        } else {
            text.into()
        }
    }
}

/// Whether a text may be an API key or a card number, and so is not repeated.
pub(crate) fn may_be_secret(text: &str) -> bool {
    text.chars().count() > LONGEST_SHOWN
        || text.chars().filter(|c| c.is_numeric()).count() > MOST_DIGITS_SHOWN
}

/// The name of a file, for a message.
pub(crate) fn path(path: &Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}

/// A text from elsewhere without what could move the cursor or turn the line around.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_printable) {
        return text.into();
    }
    text.chars().map(|c| if is_printable(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

pub(crate) fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
