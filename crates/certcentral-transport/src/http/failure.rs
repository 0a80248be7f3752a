//! Why an exchange failed, read from the HTTP engine's error.
//!
//! This never decides *whether* an order was sent, only what to say about it: an error cannot tell
//! the former. And it never keeps the error or its text, which may hold a URL.

use std::error::Error;
use std::io;

/// EMFILE and ENFILE, or their like on Windows. The standard library has no kind for them.
const OPEN_FILES: &[i32] = if cfg!(windows) { &[10024] } else { &[24, 23] };

/// What went wrong, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The host's name has no address.
    Name,
    /// The name service did not answer.
    NameService,
    /// Refused, reset or unreachable while connecting.
    Connect,
    /// Time ran out while connecting.
    ConnectTimeout,
    /// No TLS, or an untrusted certificate.
    Tls,
    /// No file descriptor is left for a socket.
    OpenFiles,
    /// An environment variable names a proxy that cannot be understood.
    ProxySetting { variable: &'static str },
    /// The HTTP client cannot be made on this machine.
    Setup,
    /// The proxy refused.
    Proxy,
    /// Time ran out, in whatever state.
    Timeout,
    /// An answer came before the order was sent.
    Unasked,
    /// What came is not HTTP.
    NotHttp,
    /// Anything else: as a rule, the connection was lost.
    Lost,
}

impl Failure {
    /// Why there was no answer, or not the whole of it.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let chain = ErrorChain::along(error);
        if !error.is_connect() {
            return match chain {
                _ if error.is_timeout() => Self::Timeout,
                ErrorChain { parse: true, .. } => Self::NotHttp,
                _ => Self::Lost,
            };
        }
        // The order matters: a dead proxy refuses like a server, the refusal of a live one is final.
        match chain {
            ErrorChain { open_files: true, .. } => Self::OpenFiles,
            ErrorChain { try_again: true, .. } if error.is_dns() => Self::NameService,
            _ if error.is_dns() => Self::Name,
            ErrorChain { invalid_data: true, .. } => Self::Tls,
            _ if error.is_timeout() => Self::ConnectTimeout,
            ErrorChain { tunnel: true, io: false, .. } => Self::Proxy,
            _ => Self::Connect,
        }
    }
}

/// What the chain of causes holds.
#[derive(Default)]
struct ErrorChain {
    io: bool,
    open_files: bool,
    invalid_data: bool,
    try_again: bool,
    tunnel: bool,
    parse: bool,
}

impl ErrorChain {
    fn along(error: &(dyn Error + 'static)) -> Self {
        let mut chain = Self::default();
        let mut next = Some(error);
        while let Some(error) = next {
            next = error.source();
            if let Some(io) = error.downcast_ref::<io::Error>() {
                // The kind that libraries make up: for a proxy whose language is not spoken here.
                chain.io |= io.kind() != io::ErrorKind::Other;
                chain.open_files |= io.raw_os_error().is_some_and(|it| OPEN_FILES.contains(&it));
                // rustls reports all that it refuses, certificates included, as invalid data.
                chain.invalid_data |= io.kind() == io::ErrorKind::InvalidData;
                // An io error hides the error that it wraps from its own `source`.
                if let Some(inner) = io.get_ref() {
                    next = Some(inner);
                    continue;
                }
                // The standard library has no kind for this: its words must do.
                let words = io.to_string();
                chain.try_again |= ["Temporary failure", "Try again", "try again"]
                    .iter()
                    .any(|phrase| words.contains(phrase));
            } else if let Some(error) = error.downcast_ref::<hyper::Error>() {
                chain.parse |= error.is_parse();
            } else {
                // hyper-util keeps this type to itself: its words must do.
                chain.tunnel |= error.to_string().starts_with("tunnel error");
            }
        }
        chain
    }
}
