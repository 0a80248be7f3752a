//! The kinds of faults, as a table.

use std::fmt;
use std::str::FromStr;

use super::{InvalidFault, Reason};

/// Whether an order that a fault strikes is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "an order is placed, or not, or one cannot tell")]
pub enum Effect {
    /// It is placed, if it is in order.
    Placed,
    /// It is not placed.
    Unplaced,
    /// Either may be: the client cannot tell, and that is the point.
    Open,
}

/// What a kind of fault makes of an answer, which decides where it applies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// Any answer, of orders and look-ups.
    Any,
    /// The members of the answer to an order.
    OrderAnswer,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $effect:ident, $subject:ident;)+) => {
        /// A kind of fault. Its [`Display`](fmt::Display) is its name: `close-before-answer`.
        ///
        /// Each says whether the order is placed: *placed*, *not placed*, or *open*, which means
        /// that both occur (see [`Fault`](super::Fault)). An order that breaks a rule is never
        /// placed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FaultKind {
            $(
                $(#[doc = $doc])+
                $variant,
            )+
        }

        impl FaultKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name, as options take it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Whether an order that it strikes is placed.
            #[must_use]
            pub const fn effect(self) -> Effect {
                match self {
                    $(Self::$variant => Effect::$effect,)+
                }
            }

            const fn subject(self) -> Subject {
                match self {
                    $(Self::$variant => Subject::$subject,)+
                }
            }
        }
    };
}

kinds! {
    // The connection.
    /// The connection is reset when the headers are there; the body is not read. *Not placed.*
    ResetBeforeRead = "reset-before-read", Unplaced, Any;
    /// The connection is reset when the first bytes of the body are there. *Not placed.*
    ResetMidRequest = "reset-mid-request", Unplaced, Any;
    /// The request is read, then the connection is closed without a byte. *Open.*
    CloseBeforeAnswer = "close-before-answer", Open, Any;
    /// The request is read, then the connection is reset without a byte. *Open.*
    ResetBeforeAnswer = "reset-before-answer", Open, Any;
    /// The connection is closed in the middle of the answer's headers. *Open.*
    CloseInHeaders = "close-in-headers", Open, Any;
    /// The connection is closed in the middle of the answer's body. *Open.*
    CloseInBody = "close-in-body", Open, Any;
    /// There is never an answer; the connection stays open. *Open.*
    Hang = "hang", Open, Any;
    /// The answer comes, a byte a second. *Open.*
    Drip = "drip", Open, Any;
    /// The answer is whole, but comes after a while
    /// ([`slow_answer`](crate::SandboxBuilder::slow_answer)). *Placed.*
    Slow = "slow", Placed, Any;
    /// What comes is not HTTP. *Open.*
    Garbage = "garbage", Open, Any;
    /// `Content-Length` is half of what is sent, and the connection is closed. *Open.*
    WrongLength = "wrong-length", Open, Any;
    /// An answer of 10 GB, sent until the client has had enough. *Open.*
    HugeAnswer = "huge-answer", Open, Any;
    /// A chunked answer without end. *Open.*
    EndlessAnswer = "endless-answer", Open, Any;
    /// Interim answers (100, 102, 103) come before the real one. *Placed.*
    Interim = "interim", Placed, Any;
    /// The answer is of HTTP/1.0. *Placed.*
    Http10 = "http-1-0", Placed, Any;

    // 2xx that does not say which order.
    /// A success whose JSON breaks off, although the length is right. *Open.*
    CutJson = "cut-json", Open, Any;
    /// A success with a page of HTML. *Open.*
    Html = "html", Open, Any;
    /// A success with an empty body. *Open.*
    Empty = "empty", Open, Any;
    /// 204. *Open.*
    NoContent = "no-content", Open, Any;
    /// A success without `id`. *Open.*
    NoId = "no-id", Open, OrderAnswer;
    /// A success with `id` 0. *Open.*
    ZeroId = "zero-id", Open, OrderAnswer;
    /// A success with `id` null. *Open.*
    NullId = "null-id", Open, OrderAnswer;
    /// A success with a negative `id`. *Open.*
    NegativeId = "negative-id", Open, OrderAnswer;
    /// A success with a word for an `id`. *Open.*
    WordId = "word-id", Open, OrderAnswer;

    // 2xx that says it in another way.
    /// A success with ids as strings. *Placed.*
    StringId = "string-id", Placed, OrderAnswer;
    /// A success with members that nobody has heard of. *Placed.*
    ExtraMembers = "extra-members", Placed, OrderAnswer;
    /// A success with nothing but `id`. *Placed.*
    NoRequests = "no-requests", Placed, OrderAnswer;
    /// A success with another content type and charset. *Placed.*
    OtherCharset = "other-charset", Placed, Any;
    /// 202 in place of the usual status. *Placed.*
    OtherSuccess = "other-success", Placed, OrderAnswer;

    // 4xx.
    /// 400 with one error. *Not placed.*
    Error400 = "error-400", Unplaced, Any;
    /// 400 with several errors. *Not placed.*
    SeveralErrors = "several-errors", Unplaced, Any;
    /// 400 with `errors` as one object. *Not placed.*
    ErrorsObject = "errors-object", Unplaced, Any;
    /// 400 with `error` as an object. *Not placed.*
    ErrorObject = "error-object", Unplaced, Any;
    /// 400 with `error` as a text. *Not placed.*
    ErrorText = "error-text", Unplaced, Any;
    /// 400 with `description` in place of `message`. *Not placed.*
    ErrorDescription = "error-description", Unplaced, Any;
    /// 400 with a page of HTML. *Not placed.*
    ErrorHtml = "error-html", Unplaced, Any;
    /// 400 with an empty body. *Not placed.*
    ErrorEmpty = "error-empty", Unplaced, Any;
    /// 400 whose body breaks off with the connection. *Not placed.*
    ErrorCut = "error-cut", Unplaced, Any;
    /// 401. *Not placed.*
    Error401 = "error-401", Unplaced, Any;
    /// 403. *Not placed.*
    Error403 = "error-403", Unplaced, Any;
    /// 404. *Not placed.*
    Error404 = "error-404", Unplaced, Any;
    /// 405. *Not placed.*
    Error405 = "error-405", Unplaced, Any;
    /// 406. *Not placed.*
    Error406 = "error-406", Unplaced, Any;
    /// 409. *Not placed.*
    Error409 = "error-409", Unplaced, Any;
    /// 413. *Not placed.*
    Error413 = "error-413", Unplaced, Any;
    /// 415. *Not placed.*
    Error415 = "error-415", Unplaced, Any;
    /// 422. *Not placed.*
    Error422 = "error-422", Unplaced, Any;

    // Come again later.
    /// 429 without `Retry-After`. *Not placed.*
    RateLimited = "rate-limited", Unplaced, Any;
    /// 429 with `Retry-After: 1`. *Not placed.*
    RateLimitedSeconds = "rate-limited-seconds", Unplaced, Any;
    /// 429 with a date a second ahead, by the stand-in's clock. *Not placed.*
    RateLimitedDate = "rate-limited-date", Unplaced, Any;
    /// 429 with a date of an hour ago. *Not placed.*
    RateLimitedPast = "rate-limited-past", Unplaced, Any;
    /// 429 with `Retry-After: 99999999`. *Not placed.*
    RateLimitedForever = "rate-limited-forever", Unplaced, Any;
    /// 429 with a `Retry-After` that nobody can read. *Not placed.*
    RateLimitedRubbish = "rate-limited-rubbish", Unplaced, Any;
    /// 503 as DigiCert answers during maintenance, with `errors`. *Not placed.*
    Unavailable = "unavailable", Unplaced, Any;
    /// 503 with `Retry-After: 1` and no body. *Not placed.*
    UnavailableSeconds = "unavailable-seconds", Unplaced, Any;

    // 3xx, to the same path unless the builder names another place.
    /// 301. *Not placed.*
    Redirect301 = "redirect-301", Unplaced, Any;
    /// 302. *Not placed.*
    Redirect302 = "redirect-302", Unplaced, Any;
    /// 303. *Not placed.*
    Redirect303 = "redirect-303", Unplaced, Any;
    /// 307, which asks for the same request again. *Not placed.*
    Redirect307 = "redirect-307", Unplaced, Any;
    /// 308, which asks for the same request again. *Not placed.*
    Redirect308 = "redirect-308", Unplaced, Any;

    // 5xx and beyond.
    /// 500 with `errors`. *Open.*
    ServerError = "server-error", Open, Any;
    /// 502 with a gateway's page of HTML. *Open.*
    BadGateway = "bad-gateway", Open, Any;
    /// 503 with an empty body and no `Retry-After`. *Open.*
    UnavailableBare = "unavailable-bare", Open, Any;
    /// 503 with a gateway's page of HTML and no `Retry-After`. *Open.*
    UnavailableHtml = "unavailable-html", Open, Any;
    /// 504 with a gateway's page of HTML. *Open.*
    GatewayTimeout = "gateway-timeout", Open, Any;
    /// 600, which is no status. *Open.*
    OddStatus = "odd-status", Open, Any;
}

impl FaultKind {
    /// Whether it can strike look-ups too. Kinds that are about the members of the answer to an
    /// order cannot.
    #[must_use]
    pub fn strikes_lookups(self) -> bool {
        self.subject() == Subject::Any
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Reads the name; underscores do for hyphens.
impl FromStr for FaultKind {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let name = text.trim().to_ascii_lowercase().replace('_', "-");
        Self::ALL.iter().copied().find(|kind| kind.name() == name).ok_or(InvalidFault(Reason::Kind))
    }
}
