//! Why an exchange failed, read from the HTTP library's error.
//!
//! This never decides *whether* an order was sent, only what to say about it: the library's own
//! predicates answer the former wrongly. And it never keeps the error or its text, which may hold
//! a URL.

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
    /// What came is no HTTP.
    NotHttp,
    /// Anything else: as a rule, the connection was lost.
    Lost,
}

impl Fault {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let seen = Seen::along(error);
        if error.is_connect() {
            // The order matters: a dead proxy is refused like a server, a proxy's no is final.
            if error.is_dns() {
                return if seen.try_again { Self::NameService } else { Self::Name };
            }
            if seen.invalid_data {
                return Self::Tls;
            }
            if error.is_timeout() || seen.timed_out {
                return Self::ConnectTimeout;
            }
            return if seen.tunnel && !seen.io { Self::Proxy } else { Self::Connect };
        }
        if error.is_timeout() {
            return Self::Timeout;
        }
        if seen.parse { Self::NotHttp } else { Self::Lost }
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
            | Self::Lost => UnknownReason::ConnectionLost,
        }
    }
}

/// What the chain of causes holds.
#[derive(Default)]
struct Seen {
    io: bool,
    invalid_data: bool,
    timed_out: bool,
    try_again: bool,
    tunnel: bool,
    parse: bool,
}

impl Seen {
    fn along(error: &reqwest::Error) -> Self {
        let mut seen = Self::default();
        let mut next = error.source();
        while let Some(error) = next {
            if let Some(io) = error.downcast_ref::<io::Error>() {
                seen.io = true;
                // rustls reports all that it refuses, certificates included, as invalid data.
                seen.invalid_data |= io.kind() == io::ErrorKind::InvalidData;
                seen.timed_out |= io.kind() == io::ErrorKind::TimedOut;
                // An io error hides the error that it wraps from its own `source`.
                if let Some(inner) = io.get_ref() {
                    next = Some(inner);
                    continue;
                }
            }
            // The types behind these are not ours to name, or not public: their words must do.
            let words = error.to_string();
            seen.try_again |= ["Temporary failure", "Try again", "try again"]
                .iter()
                .any(|phrase| words.contains(phrase));
            seen.tunnel |= words.starts_with("tunnel error");
            seen.parse |=
                words.ends_with(" parsed") || words.starts_with("message head is too large");
            next = error.source();
        }
        seen
    }
}
