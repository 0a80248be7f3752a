//! Why an order was not sent, or why its outcome is unknown: a code for machines and a sentence for
//! people.

use std::fmt;

use crate::http::failure::Failure;

/// Declares a kind of reason. A reason with a detail names an example of it.
macro_rules! reasons {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident
                $({ $(#[$field_meta:meta])* $field:ident: $example:literal })?
                = $code:literal, $sentence:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant
                $({ $(#[$field_meta])* $field: &'static str })?,)+
        }

        impl $name {
            /// All reasons that this version knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant $({ $field: $example })?),+];

            /// Returns a stable name, for machines.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)+
                }
            }
        }

        /// A fragment of a sentence, for people.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant $({ $field })? => write!(f, $sentence),)+
                }
            }
        }
    };
}

reasons! {
    /// Why an order was not sent. More reasons may come; none changes that the order does not
    /// exist.
    pub enum NotSentReason {
        /// The name of the host could not be looked up.
        NameNotResolved = "name_not_resolved",
            "the name of the host could not be resolved; check the base URL and the network";
        /// The name service did not answer.
        NameServiceBusy = "name_service_busy",
            "the name service did not answer; try again in a moment";
        /// The connection was refused or broke off before the order left.
        NotConnected = "not_connected",
            "no connection could be made; check the base URL and the network";
        /// No connection was made in time.
        ConnectTimeout = "connect_timeout",
            "no connection was made in time; check the network, or allow more time";
        /// No TLS could be agreed upon, or the server's certificate is not trusted.
        Tls = "tls",
            "no trusted TLS connection could be made; check the base URL, and that this machine \
             trusts the server's certificate";
        /// This process, or this machine, has too many open files to make another connection.
        TooManyOpenFiles = "too_many_open_files",
            "too many files are open to make a connection; close some, or raise the limit \
             (`ulimit -n`)";
        /// The proxy refused to connect, or does not speak HTTP.
        Proxy = "proxy",
            "the proxy refused the connection, or is not an HTTP proxy; check its settings";
        /// The connection was lost before the order left.
        ConnectionLost = "connection_lost",
            "the connection was lost before the order left";
        /// The server answered before the order was sent, so the answer belongs to something else.
        UnaskedAnswer = "unasked_answer",
            "the server answered before the order was sent; check that the base URL is right";
        /// A proxy is set in the environment, and the setting is not a URL of an HTTP proxy.
        ProxySetting {
            /// The name of the environment variable.
            variable: "HTTPS_PROXY"
        } = "proxy_setting",
            "the environment variable {variable} does not hold the URL of an HTTP proxy; \
             correct or unset it";
        /// The caller dropped the order first.
        Cancelled = "cancelled", "it was cancelled first";
        /// A [`StopSwitch`](crate::StopSwitch) was stopped first.
        Stopped = "stopped", "it was stopped first";
        /// The [`Deadline`](crate::Deadline) passed first.
        DeadlinePassed = "deadline_passed", "its deadline passed first";
        /// There is no tokio runtime to run on, or it has no time or no I/O driver.
        NoRuntime = "no_runtime",
            "there is no tokio runtime with time and I/O; call this from within one, made with \
             `enable_all`";
        /// The HTTP client could not be made.
        ClientSetup = "client_setup",
            "the HTTP client could not be set up; are there CA certificates on this machine?";
    }
}

impl NotSentReason {
    /// Returns whether the cause may be temporary. Such an order is retried, as far as the retry
    /// policy allows.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        match self {
            Self::NameServiceBusy
            | Self::NotConnected
            | Self::ConnectTimeout
            | Self::TooManyOpenFiles
            | Self::ConnectionLost => true,
            Self::NameNotResolved
            | Self::Tls
            | Self::Proxy
            | Self::ProxySetting { .. }
            | Self::UnaskedAnswer
            | Self::Cancelled
            | Self::Stopped
            | Self::DeadlinePassed
            | Self::NoRuntime
            | Self::ClientSetup => false,
        }
    }
}

reasons! {
    /// Why it is unknown whether an order was placed. More reasons may come; none changes that the
    /// order may exist.
    pub enum UnknownReason {
        /// The connection was lost before an answer came.
        ConnectionLost = "connection_lost", "the connection was lost before an answer came";
        /// No answer came in time.
        Timeout = "timeout", "no complete answer came in time";
        /// What came is not HTTP.
        NotHttp = "not_http", "the answer cannot be read as HTTP";
        /// The connection was lost within the answer.
        AnswerCut = "answer_cut", "the answer broke off";
        /// The answer is longer than is read.
        AnswerTooLong = "answer_too_long", "the answer is far too long";
        /// A status of success without a readable order id.
        NoOrderId = "no_order_id", "the answer has no readable order id";
        /// A status of success for a change, with a body that is neither empty nor a JSON object without
        /// errors.
        NoPlainSuccess = "no_plain_success",
            "the answer is neither empty nor an object without errors";
        /// A refusal that names an order: the order may exist all the same.
        OrderNamed = "order_named", "the answer is a refusal and yet names an order";
        /// A success that names an order that was listed before this one was sent, or a request that
        /// was.
        KnownBefore = "known_before",
            "the order in the answer was there before this one was sent";
        /// A success that is older than the sending, so it answers something else: a cache sent it.
        StaleAnswer = "stale_answer", "the answer is older than the order";
        /// The answer is compressed, although this client asks for none of that, so it cannot be
        /// read. Something between this machine and the server changes answers.
        EncodedAnswer {
            /// The coding, as in the `Content-Encoding` header.
            coding: "gzip"
        } = "encoded_answer",
            "the answer is compressed ({coding}), which was not asked for";
        /// A status that only something on the way sends, a proxy or a gateway: 303, 408, 409, 421, 425
        /// and those that no registry has, without errors of DigiCert's own.
        Intermediary = "intermediary",
            "the status comes from something between this machine and the server";
        /// A server error that says nothing about the order, or a refusal that tells of an internal
        /// failure.
        ServerError = "server_error", "the server failed";
        /// A status that does not answer an order.
        UnexpectedStatus = "unexpected_status", "the server's status makes no sense here";
        /// A [`StopSwitch`](crate::StopSwitch) was given up before an answer came.
        Interrupted = "interrupted", "it was interrupted before an answer came";
        /// The program stopped waiting before an answer came.
        Abandoned = "abandoned", "the program stopped before an answer came";
    }
}

impl From<Failure> for NotSentReason {
    /// Says why a request failed that never left.
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Name => Self::NameNotResolved,
            Failure::NameService => Self::NameServiceBusy,
            Failure::Connect => Self::NotConnected,
            Failure::ConnectTimeout | Failure::Timeout => Self::ConnectTimeout,
            Failure::Tls => Self::Tls,
            Failure::OpenFiles => Self::TooManyOpenFiles,
            Failure::Proxy => Self::Proxy,
            Failure::Unasked => Self::UnaskedAnswer,
            Failure::NotHttp | Failure::Lost => Self::ConnectionLost,
            Failure::ProxySetting { variable } => Self::ProxySetting { variable },
            Failure::Setup => Self::ClientSetup,
        }
    }
}

impl From<Failure> for UnknownReason {
    /// Says why a request failed that left.
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Timeout | Failure::ConnectTimeout => Self::Timeout,
            Failure::NotHttp => Self::NotHttp,
            Failure::Name
            | Failure::NameService
            | Failure::Connect
            | Failure::Tls
            | Failure::OpenFiles
            | Failure::Proxy
            | Failure::ProxySetting { .. }
            | Failure::Setup
            | Failure::Unasked
            | Failure::Lost => Self::ConnectionLost,
        }
    }
}
