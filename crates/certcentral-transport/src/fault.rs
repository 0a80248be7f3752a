//! Why an exchange failed, read from the HTTP engine's error.
//!
//! This never decides *whether* an order was sent, only what to say about it: an error cannot tell
//! the former. And it never keeps the error or its text, which may hold a URL.

use std::error::Error;
use std::io;

use crate::{NotSentReason, UnknownReason};

/// What went wrong, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
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
    /// The proxy said no.
    Proxy,
    /// Time ran out, in whatever state.
    Timeout,
    /// An answer came before the order was asked for.
    Unasked,
    /// What came is no HTTP.
    NotHttp,
    /// Anything else: as a rule, the connection was lost.
    Lost,
}

impl Fault {
    /// Why there was no answer, or not the whole of it.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let seen = Seen::along(error);
        if !error.is_connect() {
            return match seen {
                _ if error.is_timeout() => Self::Timeout,
                Seen { parse: true, .. } => Self::NotHttp,
                _ => Self::Lost,
            };
        }
        // The order matters: a dead proxy is refused like a server, a proxy's no is final.
        match seen {
            Seen { try_again: true, .. } if error.is_dns() => Self::NameService,
            _ if error.is_dns() => Self::Name,
            Seen { invalid_data: true, .. } => Self::Tls,
            _ if error.is_timeout() => Self::ConnectTimeout,
            Seen { tunnel: true, io: false, .. } => Self::Proxy,
            _ => Self::Connect,
        }
    }

    /// What to say if the order never left.
    pub(crate) const fn before_sending(self) -> NotSentReason {
        match self {
            Self::Name => NotSentReason::NameNotResolved,
            Self::NameService => NotSentReason::NameServiceBusy,
            Self::Connect => NotSentReason::NotConnected,
            Self::ConnectTimeout | Self::Timeout => NotSentReason::ConnectTimeout,
            Self::Tls => NotSentReason::Tls,
            Self::Proxy => NotSentReason::Proxy,
            Self::Unasked => NotSentReason::UnaskedAnswer,
            Self::NotHttp | Self::Lost => NotSentReason::ConnectionLost,
        }
    }

    /// What to say if it did.
    pub(crate) const fn after_sending(self) -> UnknownReason {
        match self {
            Self::Timeout | Self::ConnectTimeout => UnknownReason::Timeout,
            Self::NotHttp => UnknownReason::NotHttp,
            Self::Name
            | Self::NameService
            | Self::Connect
            | Self::Tls
            | Self::Proxy
            | Self::Unasked
            | Self::Lost => UnknownReason::ConnectionLost,
        }
    }
}

/// What the chain of causes holds.
#[derive(Default)]
struct Seen {
    io: bool,
    invalid_data: bool,
    try_again: bool,
    tunnel: bool,
    parse: bool,
}

impl Seen {
    fn along(error: &(dyn Error + 'static)) -> Self {
        let mut seen = Self::default();
        let mut next = Some(error);
        while let Some(error) = next {
            next = error.source();
            if let Some(io) = error.downcast_ref::<io::Error>() {
                // The kind that libraries make up: for a proxy whose language is not spoken here.
                seen.io |= io.kind() != io::ErrorKind::Other;
                // rustls reports all that it refuses, certificates included, as invalid data.
                seen.invalid_data |= io.kind() == io::ErrorKind::InvalidData;
                // An io error hides the error that it wraps from its own `source`.
                if let Some(inner) = io.get_ref() {
                    next = Some(inner);
                    continue;
                }
                // The standard library has no kind for this: its words must do.
                let words = io.to_string();
                seen.try_again |= ["Temporary failure", "Try again", "try again"]
                    .iter()
                    .any(|phrase| words.contains(phrase));
            } else if let Some(error) = error.downcast_ref::<hyper::Error>() {
                seen.parse |= error.is_parse();
            } else {
                // hyper-util keeps this type to itself: its words must do.
                seen.tunnel |= error.to_string().starts_with("tunnel error");
            }
        }
        seen
    }
}
