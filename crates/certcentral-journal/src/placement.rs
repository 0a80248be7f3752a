//! What became of an order that was placed through a journal.

use std::time::Duration;

use certcentral::Outcome;
use certcentral::transport::HolderOrder;
use jiff::Timestamp;

use crate::record::Entry;

/// What became of an order that was placed through a journal, by this call or by another one, in this
/// process or another.
///
/// | placement | the order exists | what a service answers | what a queue does |
/// |---|---|---|---|
/// | [`Placed`](Self::Placed) | yes | 201, and 200 for a replay | acknowledge |
/// | [`Rejected`](Self::Rejected) | no | 422 with the reasons | acknowledge, tell the caller |
/// | [`NotPlaced`](Self::NotPlaced) | no | 503 with `Retry-After` | deliver again later |
/// | [`InFlight`](Self::InFlight) | perhaps | 409 with `Retry-After` | deliver again later |
/// | [`Unknown`](Self::Unknown) | perhaps | 202 | deliver again from `look_from` on |
/// | [`Conflict`](Self::Conflict) | the other order may | 422 | dead letter |
/// | [`SamePerson`](Self::SamePerson) | others may | 409 with the orders | dead letter, a person decides |
/// | [`Listed`](Self::Listed) | others do | 409 with the orders | dead letter, a person decides |
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an order that may exist must not be lost sight of"]
#[non_exhaustive]
pub enum Placement {
    /// The order exists.
    Placed(PlacedOrder),
    /// The server refused the order for a reason of its own. Correct it and place it again, under the
    /// same reference if you like.
    Rejected(RejectedOrder),
    /// The order does not exist, and nothing is known to be wrong with it: it was not sent, or was
    /// refused because of the moment, the key or the address. Place it again.
    NotPlaced(OrderNotPlaced),
    /// Another call is sending it just now.
    InFlight(OrderInFlight),
    /// The order may exist. Only a [look](crate::Journal::look_up), or a person, ends this.
    Unknown(UnknownOrder),
    /// The reference belongs to another order that exists or may exist.
    Conflict(ConflictingReference),
    /// The person has orders that exist or may exist, by what the journal knows.
    SamePerson(OrdersOfPerson),
    /// The person has orders at CertCentral that are in the way.
    Listed(ListedOrders),
}

/// An order that exists.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlacedOrder {
    /// The attempt that placed it.
    pub entry: Entry,
    /// What the server answered, if this call sent the order. `None` for a replay.
    pub outcome: Option<Outcome>,
    /// Whether the journal has recorded it. `false` if the store failed after the sending: then this
    /// answer and the log are the only places that know the id.
    pub recorded: bool,
}

/// An order that the server refused for a reason of its own.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RejectedOrder {
    /// The attempt that was refused.
    pub entry: Entry,
    /// What the server answered, if this call sent the order. `None` for a replay.
    pub outcome: Option<Outcome>,
}

/// An order that does not exist, and may be placed again.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OrderNotPlaced {
    /// Why, as a code.
    pub reason: String,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// What came of the sending, if it was begun.
    pub outcome: Option<Outcome>,
    /// The attempt, if there was one.
    pub entry: Option<Entry>,
}

/// An order that another call is sending.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OrderInFlight {
    /// The attempt.
    pub entry: Entry,
    /// When it is over at the latest, by the store's clock.
    pub until: Timestamp,
}

/// An order that may exist.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnknownOrder {
    /// The attempt.
    pub entry: Entry,
    /// From when on a look may say that it does not exist, by the store's clock. A look may find it
    /// sooner.
    pub look_from: Timestamp,
    /// What came of the sending, if this call sent the order.
    pub outcome: Option<Outcome>,
    /// Whether the journal has recorded how it ended. If not, it reads as unknown once it is over.
    pub recorded: bool,
}

/// A reference that belongs to another order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConflictingReference {
    /// The attempt that has the reference.
    pub entry: Entry,
}

/// Orders of a person that are in the way of another one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OrdersOfPerson {
    /// The attempts, by their numbers.
    pub entries: Vec<Entry>,
    /// The store's clock when they were read.
    pub read_at: Timestamp,
}

impl OrdersOfPerson {
    /// Returns the first attempt that may still be in flight.
    #[must_use]
    pub fn in_flight(&self) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.is_in_flight_at(self.read_at))
    }

    /// Returns whether it is open for one of them whether the order exists.
    #[must_use]
    pub fn has_open(&self) -> bool {
        self.entries.iter().any(|entry| entry.state.is_open())
    }
}

/// Orders that CertCentral lists for the person.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListedOrders {
    /// The orders that are in the way.
    pub orders: Vec<HolderOrder>,
}

impl Placement {
    /// Returns the stable name of the placement, for machines and logs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Placed(_) => "placed",
            Self::Rejected(_) => "rejected",
            Self::NotPlaced(_) => "not_placed",
            Self::InFlight(_) => "in_flight",
            Self::Unknown(_) => "unknown",
            Self::Conflict(_) => "conflict",
            Self::SamePerson(_) => "same_person",
            Self::Listed(_) => "listed",
        }
    }

    /// Returns what came of the sending, if this call sent the order.
    #[must_use]
    pub const fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Placed(placed) => placed.outcome.as_ref(),
            Self::Rejected(rejected) => rejected.outcome.as_ref(),
            Self::NotPlaced(not_placed) => not_placed.outcome.as_ref(),
            Self::Unknown(unknown) => unknown.outcome.as_ref(),
            _ => None,
        }
    }
}
