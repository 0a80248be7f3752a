//! The kinds of faults, as a table: everything else that lists them reads it.

use std::fmt;
use std::str::FromStr;

/// Whether an order that a fault strikes is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It is placed, if it breaks no rule.
    Placed,
    /// It is not placed.
    Unplaced,
    /// Either may be: the client cannot tell, and that is the point.
    Open,
}

macro_rules! kinds {
    (
        plain { $($(#[doc = $doc:literal])+ $plain:ident = $name:literal, $effect:ident;)+ }
        numbered { $($(#[doc = $ndoc:literal])+ $numbered:ident($number:ty) = $prefix:literal $what:literal, $range:expr, [$($sample:literal),+];)+ }
    ) => {
        /// A kind of fault. Its [`Display`](fmt::Display) is its name, with its number if it has
        /// one: `close-before-answer`, `status-422`.
        ///
        /// Each says whether the order is placed: *placed*, *not placed*, or *open*, which means
        /// that both occur (see [`Fault`](crate::Fault)). An order that breaks a rule is never
        /// placed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FaultKind {
            $($(#[doc = $doc])+ $plain,)+
            $($(#[doc = $ndoc])+ $numbered($number),)+
        }

        impl FaultKind {
            /// Every kind; of those with a number, the numbers that matter.
            pub const ALL: &'static [Self] =
                &[$(Self::$plain,)+ $($(Self::$numbered($sample),)+)+];

            /// Every name as a person types it: `close-before-answer`, `status-STATUS`.
            pub const NAMES: &'static [&'static str] =
                &[$($name,)+ $(concat!($prefix, "-", $what),)+];

            /// Returns whether an order that it strikes is placed.
            #[must_use]
            pub const fn effect(self) -> Effect {
                match self {
                    $(Self::$plain => Effect::$effect,)+
                    Self::Stray(_) => Effect::Placed,
                    Self::CutAfter(_) => Effect::Open,
                    Self::RateLimited(_) => Effect::Unplaced,
                    Self::Status(status) => by_api(status),
                    Self::Gateway(status) | Self::Bare(status) => by_gateway(status),
                }
            }
        }

        impl fmt::Display for FaultKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$plain => f.pad($name),)+
                    $(Self::$numbered(number) => f.pad(&format!("{}-{number}", $prefix)),)+
                }
            }
        }

        /// Reads the name; underscores do for hyphens.
        impl FromStr for FaultKind {
            type Err = InvalidFault;

            fn from_str(text: &str) -> Result<Self, InvalidFault> {
                let name = text.trim().to_ascii_lowercase().replace('_', "-");
                match &*name {
                    $($name => return Ok(Self::$plain),)+
                    _ => {}
                }
                let (prefix, number) = name.rsplit_once('-').ok_or(InvalidFault(Reason::Kind))?;
                match prefix {
                    $($prefix => number
                        .parse::<$number>()
                        .ok()
                        .filter(|number| $range.contains(number))
                        .map(Self::$numbered)
                        .ok_or(InvalidFault(Reason::Number)),)+
                    _ => Err(InvalidFault(Reason::Kind)),
                }
            }
        }
    };
}

kinds! {
    plain {
        // The connection.
        /// The connection is reset once the headers are there; the body is not read. *Not placed.*
        ResetBeforeRead = "reset-before-read", Unplaced;
        /// The connection is reset once the first bytes of the body are there. *Not placed.*
        ResetMidRequest = "reset-mid-request", Unplaced;
        /// The request is read, then the connection is closed without a byte. *Open.*
        CloseBeforeAnswer = "close-before-answer", Open;
        /// The request is read, then the connection is reset without a byte. *Open.*
        ResetBeforeAnswer = "reset-before-answer", Open;
        /// The connection is closed in the middle of the answer's body. *Open.*
        CutInBody = "cut-in-body", Open;
        /// There is never an answer; the connection stays open. *Open.*
        Hang = "hang", Open;
        /// The answer comes, a byte a second. *Open.*
        Drip = "drip", Open;
        /// The answer is whole, but comes after a while
        /// ([`slow_answer`](crate::SandboxBuilder::slow_answer)). *Placed.*
        Slow = "slow", Placed;
        /// What comes is not HTTP. *Open.*
        Garbage = "garbage", Open;
        /// `Content-Length` is half of what is sent, and the connection is closed. *Open.*
        WrongLength = "wrong-length", Open;
        /// An answer of 10 GB, sent until the client closes the connection. *Open.*
        HugeAnswer = "huge-answer", Open;
        /// A chunked answer that never ends. *Open.*
        EndlessAnswer = "endless-answer", Open;
        /// Interim answers (100, 102, 103) come before the real one. *Placed.*
        Interim = "interim", Placed;
        /// The answer is of HTTP/1.0. *Placed.*
        Http10 = "http-1-0", Placed;
        /// The answer is compressed, although nobody asked for it. *Open.*
        Gzip = "gzip", Open;

        // The time.
        /// The answer passed a cache: its `Date` is an hour old, and it has an `Age`. *Placed*, though
        /// no answer to this order, so the client cannot tell.
        Aged = "aged", Placed;
        /// The answer's `Date` is of 1970. *Placed.*
        WrongDate = "wrong-date", Placed;

        // A success that does not say which order.
        /// A success whose JSON breaks off, although the length is right. *Open.*
        CutJson = "cut-json", Open;
        /// A success with a page of HTML. *Open.*
        Html = "html", Open;
        /// A success with an empty body. *Open.*
        Empty = "empty", Open;
        /// A success without `id`. *Open.*
        NoId = "no-id", Open;
        /// A success with `id` 0. *Open.*
        ZeroId = "zero-id", Open;
        /// A success with `id` null. *Open.*
        NullId = "null-id", Open;
        /// A success with a negative `id`. *Open.*
        NegativeId = "negative-id", Open;
        /// A success with a word for an `id`. *Open.*
        WordId = "word-id", Open;

        // A success that says it in another way.
        /// A success with ids as strings, as some of DigiCert's pages have them. *Placed.*
        StringId = "string-id", Placed;
        /// A success with additional, unknown members. *Placed.*
        ExtraMembers = "extra-members", Placed;
        /// A success with nothing but `id`. *Placed.*
        NoRequests = "no-requests", Placed;
        /// A success with another content type and charset. *Placed.*
        OtherCharset = "other-charset", Placed;

        // 400 in each shape that is known.
        /// 400 with several errors. *Not placed.*
        SeveralErrors = "several-errors", Unplaced;
        /// 400 with `errors` as one object. *Not placed.*
        ErrorsObject = "errors-object", Unplaced;
        /// 400 with `error` as an object. *Not placed.*
        ErrorObject = "error-object", Unplaced;
        /// 400 with `error` as a text. *Not placed.*
        ErrorText = "error-text", Unplaced;
        /// 400 with `description` in place of `message`. *Not placed.*
        ErrorDescription = "error-description", Unplaced;
        /// 400 whose body breaks off with the connection. *Not placed.*
        ErrorCut = "error-cut", Unplaced;

        // 429 with a `Retry-After` other than seconds.
        /// 429 with a date a second ahead, by the sandbox's clock. *Not placed.*
        RateLimitedDate = "rate-limited-date", Unplaced;
        /// 429 with a date of an hour ago. *Not placed.*
        RateLimitedPast = "rate-limited-past", Unplaced;
        /// 429 with a `Retry-After` that nobody can read. *Not placed.*
        RateLimitedRubbish = "rate-limited-rubbish", Unplaced;
    }
    numbered {
        /// The connection is closed after this many bytes of the answer. *Open.*
        CutAfter(u16) = "cut-after" "BYTES", (1..=u16::MAX), [20];
        /// The answer is right, and a further one of this status that nobody asked for follows on
        /// the same connection; a success names an order that does not exist. *Placed.*
        Stray(u16) = "stray" "STATUS", (200..=999), [201, 503];
        /// An answer with this status in the API's own shape: the usual one for 2xx (without a body for
        /// 204 and 205), a redirect for 3xx, to the same path unless
        /// [`redirect_to`](crate::SandboxBuilder::redirect_to) says otherwise, and `errors` for all
        /// others. *Placed* for 2xx with a body, *not placed* for 3xx, 4xx and 503, *open* for the
        /// rest.
        Status(u16) = "status" "STATUS", (200..=999), [
            202, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 409, 413, 415, 422,
            429, 500, 503, 600
        ];
        /// A page of HTML with this status from something on the way; 429 and 503 come with
        /// `Retry-After: 1`. *Open* where a gateway may have passed the order on (408, 421, 425,
        /// 499 and all from 500), *not placed* for other 4xx.
        Gateway(u16) = "gateway" "STATUS", (400..=999), [400, 408, 421, 425, 499, 502, 503, 504];
        /// This status and nothing else. *Placed* or not as for [`Gateway`](Self::Gateway).
        Bare(u16) = "bare" "STATUS", (400..=999), [400, 503];
        /// 429 with `Retry-After` in seconds. *Not placed.*
        RateLimited(u32) = "rate-limited" "SECONDS", (0..=u32::MAX), [1, 99_999_999];
    }
}

const fn by_api(status: u16) -> Effect {
    match status {
        204 | 205 => Effect::Open,
        200..=299 => Effect::Placed,
        300..=499 | 503 => Effect::Unplaced,
        _ => Effect::Open,
    }
}

const fn by_gateway(status: u16) -> Effect {
    match status {
        408 | 421 | 425 | 499 => Effect::Open,
        400..=499 => Effect::Unplaced,
        _ => Effect::Open,
    }
}

impl FaultKind {
    /// Returns whether it can strike look-ups and changes. Kinds that alter members of the answer to
    /// an order cannot.
    #[must_use]
    pub fn strikes_lookups(self) -> bool {
        !matches!(
            self,
            Self::NoId
                | Self::ZeroId
                | Self::NullId
                | Self::NegativeId
                | Self::WordId
                | Self::StringId
                | Self::ExtraMembers
                | Self::NoRequests
        )
    }
}

/// The text or the combination is not a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidFault(pub(super) Reason);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Reason {
    #[error("there is no fault of this kind; the kinds are {}", FaultKind::NAMES.join(", "))]
    Kind,
    #[error(
        "the number after the kind is out of range: a STATUS is from 200 to 999 (from 400 for a \
         gateway), BYTES at least 1"
    )]
    Number,
    #[error("after the kind, write :placed or :unplaced")]
    Choice,
    #[error("write KIND=PROBABILITY, such as hang=0.05")]
    Rule,
    #[error("a probability is a number from 0 to 1")]
    Probability,
    #[error("{0} {often} places the order", often = often(*.0))]
    Placing(FaultKind),
    #[error("{0} is about the answer to an order and strikes nothing else")]
    NotForLookups(FaultKind),
}

/// How often a kind of determined effect places the order.
fn often(kind: FaultKind) -> &'static str {
    if kind.effect() == Effect::Placed { "always" } else { "never" }
}
