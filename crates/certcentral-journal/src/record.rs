//! An attempt as a journal keeps it.

use std::time::Duration;

use certcentral::model::{CertificateId, OrderId, OrderStatus, RequestId};
use certcentral::transport::Rejected;
use jiff::{SignedDuration, Timestamp};

use crate::clock::BootClock;
use crate::digest::{PersonPrints, Print};
use crate::state::State;

/// How long a placed order holds its person's place if nothing else ends it.
pub const PLACE_HELD: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The number of an attempt: unique in its journal, and growing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttemptNumber(pub i64);

/// The number of a stored look at CertCentral's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LookNumber(pub i64);

/// A random number by which the call that makes an attempt can name it before it knows its number.
pub type Token = [u8; 16];

/// An attempt as it can be shown: without digests, and without personal data beyond what the caller put
/// into [`reference`](Self::reference), [`label`](Self::label) and [`file`](Self::file).
///
/// All times are by the store's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The number of the attempt.
    pub attempt: AttemptNumber,
    /// The base URL that the order was sent to.
    pub server: String,
    /// DigiCert's `name_id` of the product.
    pub product: String,
    /// What the caller calls the order. Unique per server among live attempts.
    pub reference: Option<String>,
    /// What the row is called in its sheet.
    pub label: Option<String>,
    /// The name of the file that the order was in, without its folder.
    pub file: Option<String>,
    /// The row, as a spreadsheet counts.
    pub row: Option<u64>,
    /// The state as it is recorded; see [`state_at`](Self::state_at).
    pub state: State,
    /// When it was claimed. The order was sent no sooner.
    pub sent_at: Timestamp,
    /// After this no byte of it is sent, and no answer to it is awaited.
    pub over_at: Timestamp,
    /// When its outcome was recorded.
    pub ended_at: Option<Timestamp>,
    /// The id of the order, if it is placed.
    pub order_id: Option<OrderId>,
    /// The id of its certificate, if an answer told it.
    pub certificate_id: Option<CertificateId>,
    /// The id of the request that the order waits for, if an answer told it.
    pub request_id: Option<RequestId>,
    /// An id that an answer showed which otherwise proves nothing.
    pub hinted_order_id: Option<OrderId>,
    /// The order of a sender that came back after the attempt was settled as absent.
    pub late_order_id: Option<OrderId>,
    /// Whether an answer spoke for the order's existence: a success status, or an id. A look never
    /// settles such an attempt as absent.
    pub has_evidence: bool,
    /// The HTTP status of the answer that ended it, if there was one.
    pub http_status: Option<u16>,
    /// Why it ended so, as a code.
    pub reason: Option<String>,
    /// What the last look said.
    pub verdict: Option<String>,
    /// When the last look was.
    pub looked_up_at: Option<Timestamp>,
    /// What decided that the attempt is placed or absent.
    pub decided_by: Option<DecidedBy>,
    /// The order's status as last seen.
    pub order_status: Option<OrderStatus>,
    /// When the order's status was last seen.
    pub order_status_at: Option<Timestamp>,
}

impl Entry {
    /// Returns the state as it is to be read at a moment of the store's clock: an attempt that is
    /// recorded as being sent is unknown once it is over.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        match self.state {
            State::Sending if now >= self.over_at => State::Unknown,
            state => state,
        }
    }

    /// Returns whether a process may still be sending it at a moment of the store's clock.
    #[must_use]
    pub fn is_in_flight_at(&self, now: Timestamp) -> bool {
        self.state_at(now) == State::Sending
    }

    /// Returns when the attempt was given up: when its outcome was recorded, or when it is over.
    #[must_use]
    pub fn given_up_at(&self) -> Timestamp {
        self.ended_at.unwrap_or(self.over_at)
    }

    /// Returns what people call it: its reference, or its label in a sheet.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.reference.as_deref().or(self.label.as_deref())
    }

    /// Returns whether the refusal was about the order itself, and not about the key, the address or
    /// the moment: the same order would be refused again.
    #[must_use]
    pub fn is_refused_for_good(&self) -> bool {
        self.state == State::Rejected
            && self.http_status.is_some_and(Rejected::is_status_about_the_order)
    }
}

/// What decided how an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecidedBy {
    /// The server's answer to the order.
    Answer,
    /// A look at CertCentral's lists.
    Look,
    /// A person.
    Person,
}

impl DecidedBy {
    /// Returns the name as stores write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Look => "look",
            Self::Person => "person",
        }
    }

    /// Takes a stored name.
    #[must_use]
    pub fn from_stored(name: &str) -> Option<Self> {
        [Self::Answer, Self::Look, Self::Person].into_iter().find(|by| by.as_str() == name)
    }
}

/// An attempt with all that a store keeps of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What can be shown.
    pub entry: Entry,
    /// The digest of the order without its card. Empty after `forget`.
    pub digest: Option<Print>,
    /// The digests of the person. `None` after `forget`.
    pub person: Option<PersonPrints>,
    /// Whether the attempt holds the place of its person: no other order for that person is sent
    /// meanwhile.
    pub holds_place: bool,
    /// The digest of the API key.
    pub key: Print,
    /// The digest of the account, if it is known.
    pub account: Option<Print>,
    /// The token of the call that made the attempt.
    pub token: Token,
    /// What was listed before it was sent.
    pub look: Option<LookNumber>,
    /// The server's clock minus the store's, in milliseconds, when it was sent.
    pub clock_offset_ms: Option<i64>,
    /// When it was given up, or will be over, by the clock of the machine that sends it.
    pub given_up_boot: Option<BootClock>,
    /// Orders that were named when it was claimed: its person may have them besides.
    pub besides: Vec<OrderId>,
    /// Orders that a person said are not its order.
    pub not_orders: Vec<OrderId>,
    /// Requests that a person said are not its order.
    pub not_requests: Vec<RequestId>,
}

/// An attempt that is about to be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttempt {
    /// The base URL.
    pub server: String,
    /// DigiCert's `name_id` of the product.
    pub product: String,
    /// What the caller calls the order.
    pub reference: Option<String>,
    /// What the row is called in its sheet.
    pub label: Option<String>,
    /// The name of the file, without its folder.
    pub file: Option<String>,
    /// The row.
    pub row: Option<u64>,
    /// The digest of the order without its card.
    pub digest: Print,
    /// The digests of the person.
    pub person: PersonPrints,
    /// The digest of the API key.
    pub key: Print,
    /// The digest of the account, if it is known.
    pub account: Option<Print>,
    /// A random number of the call.
    pub token: Token,
    /// What was listed before.
    pub look: Option<LookNumber>,
    /// After this much time from the claim the attempt is over: the deadline plus the limit of one
    /// attempt.
    pub over_after: Duration,
    /// The server's clock minus the store's, in milliseconds.
    pub clock_offset_ms: Option<i64>,
    /// When the attempt will be over, by the clock of this machine that cannot be set.
    pub over_boot: Option<BootClock>,
    /// What the caller allows.
    pub allowed: Allowed,
}

/// What a caller allows although the journal knows of other orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Placed orders that the person may have besides.
    pub besides: Vec<OrderId>,
    /// Any other order for the person may be.
    pub same_person: bool,
    /// An open attempt for the person may turn out to be an order.
    pub open: bool,
    /// What was refused for a reason of its own is sent again unchanged.
    pub refused: bool,
}
