//! Plays a script on a connection.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::answer::Connection;
use super::http2::{self, FrameHead};
use super::received::{HttpVersion, Ledger, ReceivedRequest};
use super::script::{Script, Step};

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
    let mut player = Player {
        stream,
        ledger,
        index,
        unused: Vec::new(),
        head: None,
        last: None,
        http2_stream: None,
    };
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
    /// The stream of the last request, once the peer has begun to speak HTTP/2.
    http2_stream: Option<u32>,
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
                let connection = if is_last { Connection::Close } else { Connection::KeepAlive };
                match self.step(step, connection).await? {
                    Next::Step => {}
                    Next::End => return Ok(()),
                }
            }
            if !script.repeats || script.steps.is_empty() {
                return self.stream.shutdown().await;
            }
        }
    }

    async fn step(&mut self, step: &Step, connection: Connection) -> io::Result<Next> {
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
            Step::Respond(answer) if self.http2_stream.is_none() => {
                self.write(&answer.encode(connection)).await?;
            }
            Step::RespondBy(answer) if self.http2_stream.is_none() => match &self.last {
                Some(request) => {
                    let answer = answer(request).encode(connection);
                    self.write(&answer).await?;
                }
                None => return Ok(Next::End),
            },
            Step::Respond(_) | Step::RespondBy(_) => {}
            Step::WaitFor(cue) => cue.taken().await,
            Step::RefuseStream => {
                if let Some(stream) = self.http2_stream {
                    self.write(&http2::refuse(stream)).await?;
                }
            }
            Step::GoAway => {
                if self.http2_stream.is_some() {
                    self.write(&http2::goaway()).await?;
                }
            }
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
        if self.http2_stream.is_some() {
            return self.read_http2_request().await;
        }
        if self.head.is_none() {
            self.read_head().await?;
        }
        if self.http2_stream.is_some() {
            return self.read_http2_request().await;
        }
        if let Some(mut request) = self.head.take() {
            let length = request.header("content-length").and_then(|text| text.trim().parse().ok());
            request.body = self.read_exactly(length.unwrap_or(0)).await?;
            self.received(request);
        }
        Ok(())
    }

    async fn read_head(&mut self) -> io::Result<()> {
        const END: &[u8] = b"\r\n\r\n";
        let end = loop {
            if self.unused.starts_with(http2::PREFACE) {
                self.read_exactly(http2::PREFACE.len()).await?;
                self.http2_stream = Some(0);
                return self.write(&http2::settings(0)).await;
            }
            let may_be_http2 = http2::PREFACE.starts_with(&self.unused);
            let end = self.unused.windows(END.len()).position(|window| window == END);
            // "PRI * HTTP/2.0\r\n\r\n" looks like a head until the rest of the preface is there.
            if let Some(end) = end.filter(|_| !may_be_http2) {
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

    /// Reads frames until a request is complete. Settings are acknowledged, or the peer would wait.
    async fn read_http2_request(&mut self) -> io::Result<()> {
        let mut body = Vec::new();
        loop {
            let mut head = [0; http2::FRAME_HEAD];
            head.copy_from_slice(&self.read_exactly(http2::FRAME_HEAD).await?);
            let FrameHead { length, kind, flags, stream } = FrameHead::read(head);
            let payload = self.read_exactly(length).await?;
            match kind {
                http2::SETTINGS if flags & http2::ACK == 0 => {
                    self.write(&http2::settings(http2::ACK)).await?;
                }
                http2::HEADERS => self.ledger.note(|counts| counts.heads += 1),
                http2::DATA => body.extend_from_slice(http2::data(flags, &payload)),
                _ => {}
            }
            let carries_end = kind == http2::HEADERS || kind == http2::DATA;
            if carries_end && flags & http2::END_STREAM != 0 {
                self.http2_stream = Some(stream);
                self.received(ReceivedRequest {
                    connection: self.index,
                    version: HttpVersion::Http2,
                    method: String::new(),
                    target: String::new(),
                    headers: Vec::new(),
                    body,
                });
                return Ok(());
            }
        }
    }

    fn received(&mut self, request: ReceivedRequest) {
        self.last = Some(request.clone());
        self.ledger.note_request(request);
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
        version: HttpVersion::Http1,
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
        headers,
        body: Vec::new(),
    }
}
