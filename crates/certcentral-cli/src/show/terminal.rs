//! What is printed, and where: results on standard output, all else on standard error, colour only
//! on a terminal, and nothing raw that comes from elsewhere.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, StdoutLock, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

use crate::exit::{Failure, Result};
use crate::show::text::{escaped_json, shown};
pub(crate) use crate::show::text::{path, printable};

/// Standard output, buffered. It is not a failure if the reader goes away (`| head`).
pub(crate) struct Output {
    stdout: BufWriter<AutoStream<StdoutLock<'static>>>,
    pub(crate) paint: Paint,
}

impl Output {
    pub(crate) fn new() -> Self {
        let stdout = anstream::stdout().lock();
        Self { stdout: BufWriter::with_capacity(64 * 1024, stdout), paint: Paint }
    }

    /// Writes one line, or several.
    pub(crate) fn line(&mut self, line: impl Display) -> Result<()> {
        let line = line.to_string();
        check(writeln!(self.stdout, "{}", shown(&line)))
    }

    /// Writes a value as one line of JSON.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> Result<()> {
        let json = serde_json::to_string(value);
        self.json_text(&json.map_err(|error| unwritten(&error.into()))?)
    }

    /// Writes JSON as it is.
    pub(crate) fn json_text(&mut self, json: &str) -> Result<()> {
        check(writeln!(self.stdout, "{}", escaped_json(json)))
    }

    /// Writes what this program made itself, byte by byte.
    pub(crate) fn verbatim(&mut self, bytes: &[u8]) -> Result<()> {
        check(self.stdout.write_all(bytes))
    }

    /// For a format that is written elsewhere, and by this program itself.
    pub(crate) fn writer(&mut self) -> impl Write {
        &mut self.stdout
    }

    /// Writes what is still buffered, at the end.
    pub(crate) fn finish(mut self) -> Result<()> {
        check(self.stdout.flush())
    }

    /// Writes what is still buffered.
    pub(crate) fn flush(&mut self) -> Result<()> {
        check(self.stdout.flush())
    }
}

fn check(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(unwritten(&error)),
        _ => Ok(()),
    }
}

fn unwritten(error: &io::Error) -> Failure {
    Failure::usage(format!("cannot write to standard output: {error}"))
}

/// Prints a message on standard error. A failure is ignored, where `eprintln!` would panic.
pub(crate) fn say(message: impl Display) {
    let _ = writeln!(anstream::stderr(), "{}", shown(&message.to_string()));
}

/// Prints progress, on a terminal only.
pub(crate) fn progress(message: impl Display) {
    if io::stderr().is_terminal() {
        say(message);
    }
}

/// Prints a warning: the command goes on.
pub(crate) fn warn(message: impl Display) {
    say(format_args!("{}: {message}", Paint.warning("warning")));
}

/// Prints why the program ends.
pub(crate) fn fail(message: impl Display) {
    say(format_args!("{}: {message}", Paint.error("error")));
}

/// The styles of this program. The streams leave them out unless they are terminals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint;

impl Paint {
    pub(crate) fn error(self, text: &str) -> Cow<'_, str> {
        styled(AnsiColor::Red.on_default().bold(), text)
    }

    pub(crate) fn warning(self, text: &str) -> Cow<'_, str> {
        styled(AnsiColor::Yellow.on_default().bold(), text)
    }

    pub(crate) fn success(self, text: &str) -> Cow<'_, str> {
        styled(AnsiColor::Green.on_default().bold(), text)
    }

    pub(crate) fn strong(self, text: &str) -> Cow<'_, str> {
        styled(Style::new().bold(), text)
    }

    pub(crate) fn faint(self, text: &str) -> Cow<'_, str> {
        styled(Style::new().dimmed(), text)
    }
}

fn styled(style: Style, text: &str) -> Cow<'_, str> {
    if text.is_empty() { text.into() } else { format!("{style}{text}{style:#}").into() }
}
