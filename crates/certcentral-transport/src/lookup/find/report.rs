//! What a search for an order says, and what it says it by.

use std::fmt;

use certcentral_model::{CertificateId, OrderId, OrderStatus};
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

/// What a search says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// One order, and only one, is for the same person and product and was made after the sending:
    /// the order was placed. Do not send it again.
    Found,
    /// Several orders may be it, or one of which too little is known, or something in the lists
    /// could not be read. Somebody must look. Do not send it again before.
    Ambiguous,
    /// Both lists were read, late enough, and it is in neither: it was not placed, and may be sent
    /// again.
    NotFound,
    /// It is in neither list yet. Look again later; do not send it again before.
    TooEarly,
}

impl Verdict {
    /// The name as the program writes it: `found`, `ambiguous`, `not_found`, `too_early`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Ambiguous => "ambiguous",
            Self::NotFound => "not_found",
            Self::TooEarly => "too_early",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FindReport {
    /// What it says.
    pub verdict: Verdict,
    /// The orders that may be it, the most like it first.
    pub candidates: Vec<Candidate>,
    /// From when on orders were looked at, by the server's clock.
    pub searched_from: Timestamp,
    /// When the lists were read, by the server's clock.
    pub looked_at: Timestamp,
    /// When the lists have settled, by the server's clock: `not_found` is not said before.
    pub settled_at: Timestamp,
    /// Entries that could not be read, or do not say which order they are about. With any of these
    /// `not_found` is not said.
    pub unreadable: usize,
    /// The server's clock minus this machine's. Without it `not_found` is not said.
    pub clock_offset: Option<SignedDuration>,
}

impl FindReport {
    /// The order's id, if it was found.
    #[must_use]
    pub fn order_id(&self) -> Option<OrderId> {
        match (self.verdict, &*self.candidates) {
            (Verdict::Found, [candidate, ..]) => Some(candidate.order_id),
            _ => None,
        }
    }
}

/// An order that may be the one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// Order ID.
    pub order_id: OrderId,
    /// Certificate ID, where the lists show one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_id: Option<CertificateId>,
    /// Where the order stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// When it was made, as the server wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_created: Option<String>,
    /// What of it is as in the order that is looked for.
    pub matched: Vec<Match>,
}

/// What a candidate has in common with the order that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Match {
    /// The id that was seen in the lost answer.
    OrderId,
    /// The product.
    Product,
    /// It was made when it should have been.
    Time,
    /// CertCentral's id of the individual.
    Individual,
    /// First and last name.
    Name,
    /// The email address.
    Email,
}
