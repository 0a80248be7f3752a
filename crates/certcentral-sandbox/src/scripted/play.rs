//! Plays a script on a connection.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::received::{Ledger, ReceivedRequest};
use super::script::{Script, Step};
use crate::answer::Answer;

/// A head that is longer than this is not read to its end.
const LONGEST_HEAD: usize = 1024 * 1024;

/// A connection that scripts can play on.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

#[cfg(feature = "tls")]
impl Stream for Box<tokio_rustls::server::TlsStream<TcpStream>> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Plays the script to its end, or until the peer is gone.
pub(super) async fn play(stream: impl Stream, script: &Script, index: usize, ledger: &Ledger) {
    let mut player = Player { stream, ledger, index, unused: Vec::new(), head: None, last: None };
    // An error means that the peer is gone; there is nobody to tell.
    let _ = player.play(script).await;
}

struct Player<'a, S> {
    stream: S,
    ledger: &'a Ledger,
    index: usize,
    /// Bytes that were read beyond what a step wanted.
    unused: Vec<u8>,
    /// A head that was read and whose body was not.
    head: Option<ReceivedRequest>,
    /// The request that was read last.
    last: Option<ReceivedRequest>,
}

enum Next {
    Step,
    End,
}

impl<S: Stream> Player<'_, S> {
    async fn play(&mut self, script: &Script) -> io::Result<()> {
        loop {
            for (number, step) in script.steps.iter().enumerate() {
                let is_last = number + 1 == script.steps.len() && !script.repeats;
                match self.step(step, is_last).await? {
                    Next::Step => {}
                    Next::End => return Ok(()),
                }
            }
            if !script.repeats || script.steps.is_empty() {
                return self.stream.shutdown().await;
            }
        }
    }

    async fn step(&mut self, step: &Step, is_last: bool) -> io::Result<Next> {
        match step {
            Step::ReadRequest => self.read_request().await?,
            Step::ReadHead => self.read_head().await?,
            Step::Read(count) => drop(self.read_exactly(*count).await?),
            Step::ReadToEnd => {
                self.unused.clear();
                while self.read_more().await? > 0 {
                    self.unused.clear();
                }
            }
            Step::Write(bytes) => self.write(bytes).await?,
            Step::WriteSlowly(bytes, pace) => {
                for byte in bytes.chunks(1) {
                    pace.next().await;
                    self.write(byte).await?;
                }
            }
            Step::WriteEndlessly(bytes) => loop {
                self.write(bytes).await?;
            },
            Step::Respond(answer) => self.respond(answer.clone(), is_last).await?,
            Step::RespondBy(answer) => match &self.last {
                Some(request) => self.respond(answer(request), is_last).await?,
                None => return Ok(Next::End),
            },
            Step::WaitFor(cue) => cue.taken().await,
            Step::Hang => std::future::pending().await,
            Step::Close => return Ok(Next::End),
            Step::Reset => {
                self.stream.tcp().set_zero_linger()?;
                return Ok(Next::End);
            }
        }
        Ok(Next::Step)
    }

    async fn read_request(&mut self) -> io::Result<()> {
        if self.head.is_none() {
            self.read_head().await?;
        }
        if let Some(mut request) = self.head.take() {
            let length = request.header("content-length").and_then(|text| text.trim().parse().ok());
            request.body = self.read_exactly(length.unwrap_or(0)).await?;
            self.last = Some(request.clone());
            self.ledger.note_request(request);
        }
        Ok(())
    }

    async fn read_head(&mut self) -> io::Result<()> {
        const END: &[u8] = b"\r\n\r\n";
        let end = loop {
            let end = self.unused.windows(END.len()).position(|window| window == END);
            if let Some(end) = end {
                break end + END.len();
            }
            if self.unused.len() > LONGEST_HEAD {
                return Err(io::Error::other("the head of the request does not end"));
            }
            if self.read_more().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let head = self.read_exactly(end).await?;
        self.ledger.note(|counts| counts.heads += 1);
        self.head = Some(parse_head(&head, self.index));
        Ok(())
    }

    async fn read_exactly(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.unused.len() < count {
            if self.read_more().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let rest = self.unused.split_off(count);
        Ok(std::mem::replace(&mut self.unused, rest))
    }

    async fn read_more(&mut self) -> io::Result<usize> {
        let read = self.stream.read_buf(&mut self.unused).await?;
        self.ledger.note(|counts| counts.bytes_read += read as u64);
        Ok(read)
    }

    async fn respond(&mut self, answer: Answer, is_last: bool) -> io::Result<()> {
        let answer = if is_last { answer.closing() } else { answer };
        self.write(&answer.to_bytes()).await
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await?;
        self.ledger.note(|counts| counts.bytes_written += bytes.len() as u64);
        Ok(())
    }
}

/// Takes a head apart, leniently: what a line lacks is empty.
fn parse_head(head: &[u8], connection: usize) -> ReceivedRequest {
    let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let request_line = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let mut words = request_line.split(' ').map(str::to_owned);
    let headers = lines
        .filter(|line| !line.is_empty())
        .map(|line| match line.iter().position(|&byte| byte == b':') {
            Some(colon) => {
                let (name, value) = line.split_at(colon);
                (String::from_utf8_lossy(name).into_owned(), value[1..].trim_ascii().to_vec())
            }
            None => (String::from_utf8_lossy(line).into_owned(), Vec::new()),
        })
        .collect();
    ReceivedRequest {
        connection,
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
        headers,
        body: Vec::new(),
    }
}
