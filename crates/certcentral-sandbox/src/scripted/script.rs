//! What a connection does, step by step.

use std::fmt;
use std::sync::Arc;

use super::cue::{Cue, Pace};
use super::received::ReceivedRequest;
use crate::answer::Answer;

/// What a server does with one connection, step by step.
///
/// After the last step the connection is closed; if that step is an answer, it carries
/// `Connection: close`. With [`repeat`](Self::repeat) the connection stays open and the script starts
/// over. The script ends when the peer closes the connection.
///
/// ```
/// use certcentral_sandbox::scripted::Script;
///
/// // Refuses the first request of a connection, accepts the second.
/// let script = Script::new()
///     .read_request()
///     .respond(429, r#"{"errors":[{"code":"request_limit_exceeded","message":"wait"}]}"#)
///     .read_request()
///     .respond(201, r#"{"id":123456}"#);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Script {
    pub(super) steps: Vec<Step>,
    pub(super) repeats: bool,
}

#[derive(Clone)]
pub(super) enum Step {
    ReadRequest,
    ReadHead,
    Read(usize),
    ReadToEnd,
    Write(Arc<[u8]>),
    WriteSlowly(Arc<[u8]>, Pace),
    WriteEndlessly(Arc<[u8]>),
    Respond(Answer),
    RespondBy(RespondBy),
    WaitFor(Cue),
    Hang,
    Close,
    Reset,
}

pub(super) type RespondBy = Arc<dyn Fn(&ReceivedRequest) -> Answer + Send + Sync>;

impl Script {
    /// Returns a script without steps, which closes the connection at once.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a request to the last byte of its body and keeps it. `Content-Length` gives the length;
    /// without it the request has no body.
    pub fn read_request(self) -> Self {
        self.step(Step::ReadRequest)
    }

    /// Reads a request to the end of its headers and counts it, but leaves its body unread. A
    /// following [`read_request`](Self::read_request) reads the body and keeps the request.
    pub fn read_head(self) -> Self {
        self.step(Step::ReadHead)
    }

    /// Reads exactly `count` bytes and discards them.
    pub fn read_bytes(self, count: usize) -> Self {
        self.step(Step::Read(count))
    }

    /// Reads and discards everything until the peer closes its side.
    pub fn read_to_end(self) -> Self {
        self.step(Step::ReadToEnd)
    }

    /// Writes bytes as they are.
    pub fn write(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::Write(bytes.as_ref().into()))
    }

    /// Writes a byte at a time: each after a [`Duration`](std::time::Duration), or on a [`Cue`].
    pub fn write_slowly(self, bytes: impl AsRef<[u8]>, pace: impl Into<Pace>) -> Self {
        self.step(Step::WriteSlowly(bytes.as_ref().into(), pace.into()))
    }

    /// Writes the same bytes repeatedly until the peer closes the connection.
    ///
    /// # Panics
    ///
    /// If there are no bytes to write.
    pub fn write_endlessly(self, bytes: impl AsRef<[u8]>) -> Self {
        assert!(!bytes.as_ref().is_empty(), "what is written without end must not be empty");
        self.step(Step::WriteEndlessly(bytes.as_ref().into()))
    }

    /// Answers with `Content-Type: application/json` and the correct `Content-Length`.
    pub fn respond(self, status: u16, json: impl Into<String>) -> Self {
        self.respond_with(Answer::json(status, json))
    }

    /// Answers.
    pub fn respond_with(self, answer: Answer) -> Self {
        self.step(Step::Respond(answer))
    }

    /// Answers depending on the request that was read last, for example to echo a part of it. Closes
    /// the connection if no request was read.
    pub fn respond_by(
        self,
        answer: impl Fn(&ReceivedRequest) -> Answer + Send + Sync + 'static,
    ) -> Self {
        self.step(Step::RespondBy(Arc::new(answer)))
    }

    /// Waits until the cue is given.
    pub fn wait_for(self, cue: &Cue) -> Self {
        self.step(Step::WaitFor(cue.clone()))
    }

    /// Keeps the connection open without doing anything, until the server is dropped.
    pub fn hang(self) -> Self {
        self.step(Step::Hang)
    }

    /// Closes the connection. If unread bytes have arrived, the kernel sends a reset instead.
    pub fn close(self) -> Self {
        self.step(Step::Close)
    }

    /// Resets the connection (`RST`): whatever is in flight in either direction is lost.
    pub fn reset(self) -> Self {
        self.step(Step::Reset)
    }

    /// Starts over from the first step after the last one, until the peer closes the connection.
    pub fn repeat(mut self) -> Self {
        self.repeats = true;
        self
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadRequest => f.write_str("read a request"),
            Self::ReadHead => f.write_str("read a head"),
            Self::Read(count) => write!(f, "read {count} bytes"),
            Self::ReadToEnd => f.write_str("read to the end"),
            Self::Write(bytes) => write!(f, "write {} bytes", bytes.len()),
            Self::WriteSlowly(bytes, _) => write!(f, "write {} bytes slowly", bytes.len()),
            Self::WriteEndlessly(_) => f.write_str("write without end"),
            Self::Respond(_) | Self::RespondBy(_) => f.write_str("respond"),
            Self::WaitFor(_) => f.write_str("wait for a cue"),
            Self::Hang => f.write_str("hang"),
            Self::Close => f.write_str("close"),
            Self::Reset => f.write_str("reset"),
        }
    }
}
