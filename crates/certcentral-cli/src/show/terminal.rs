//! What is printed, and where: results on standard output, all else on standard error, colour only
//! on a terminal, and nothing raw that comes from elsewhere.

use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Stdout, StdoutLock, Write};

use anstream::AutoStream;

use crate::args::options::Format;
use crate::exit::{Exit, Failure, Result};
use crate::show::paint;
use crate::show::text::{escaped_json, shown};
pub(crate) use crate::show::text::{path, printable};

/// Standard output, buffered. It is not a failure if the reader goes away (`| head`).
///
/// What is [written](Write) rather than printed is data in a format of its own: a pipe or a file gets
/// it byte by byte, and a terminal gets it as lines that cannot steer it.
pub(crate) struct Output {
    lines: BufWriter<AutoStream<StdoutLock<'static>>>,
    data: BufWriter<Stdout>,
    is_terminal: bool,
    /// Data for a terminal whose line has not ended yet.
    begun: Vec<u8>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            lines: BufWriter::with_capacity(64 * 1024, anstream::stdout().lock()),
            data: BufWriter::with_capacity(64 * 1024, io::stdout()),
            is_terminal: io::stdout().is_terminal(),
            begun: Vec::new(),
        }
    }

    /// Prints one line, or several.
    pub(crate) fn line(&mut self, line: impl Display) -> Result<()> {
        let line = line.to_string();
        check(writeln!(self.lines, "{}", shown(&line)))
    }

    /// Prints a value as one line of JSON.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> Result<()> {
        let json = serde_json::to_string(value);
        self.json_text(&json.map_err(|error| unwritten(&error.into()))?)
    }

    /// Prints JSON as it is.
    pub(crate) fn json_text(&mut self, json: &str) -> Result<()> {
        check(writeln!(self.lines, "{}", escaped_json(json)))
    }

    /// Writes data.
    pub(crate) fn bytes(&mut self, data: &[u8]) -> Result<()> {
        check(self.write_all(data))
    }

    /// Lets everything that was printed be seen.
    pub(crate) fn flush(&mut self) -> Result<()> {
        check(Write::flush(self))
    }

    /// Prints the rest, at the end.
    pub(crate) fn finish(mut self) -> Result<()> {
        check(self.show_begun(self.begun.len()))?;
        self.flush()
    }

    /// Moves the first bytes of what has begun to the terminal.
    fn show_begun(&mut self, length: usize) -> io::Result<()> {
        let rest = self.begun.split_off(length);
        let lines = std::mem::replace(&mut self.begun, rest);
        let text = String::from_utf8_lossy(&lines);
        let text: Vec<_> = text.split('\n').map(printable).collect();
        write!(self.lines, "{}", text.join("\n"))
    }
}

impl Write for Output {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return or_gone(self.data.write(data), data.len());
        }
        self.begun.extend_from_slice(data);
        // Only whole lines are shown, so that no character is cut in two.
        let lines = self.begun.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        self.show_begun(lines)?;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        or_gone(self.lines.flush(), ())?;
        or_gone(self.data.flush(), ())
    }
}

/// Prints one result as JSON or for people, and nothing else.
pub(crate) fn print<P: Display>(
    format: Format,
    json: &impl serde::Serialize,
    for_people: impl FnOnce() -> P,
) -> Result<()> {
    let mut output = Output::new();
    match format {
        Format::Json => output.json(json)?,
        Format::Human => output.line(for_people())?,
    }
    output.finish()
}

/// Prints data, and nothing else.
pub(crate) fn print_data(data: &[u8]) -> Result<Exit> {
    let mut output = Output::new();
    check(output.write_all(data))?;
    output.finish()?;
    Ok(Exit::Success)
}

/// What was written, or `all` if the reader has gone away: it has seen enough.
fn or_gone<T>(written: io::Result<T>, all: T) -> io::Result<T> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(all),
        written => written,
    }
}

fn check(written: io::Result<()>) -> Result<()> {
    or_gone(written, ()).map_err(|error| unwritten(&error))
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
    say(format_args!("{}: {message}", paint::warning("warning")));
}

/// Prints why the program ends.
pub(crate) fn fail(message: impl Display) {
    say(format_args!("{}: {message}", paint::error("error")));
}
