//! The result of a search: the verdict, and the candidates that it rests on.

use std::fmt;
use std::time::Duration;

use certcentral_model::{CertificateId, OrderId, OrderStatus, RequestId};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::lookup::error::LookupError;

/// The verdict of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Exactly one order is certain to be the one. The order was placed: do not send it again. Of the
    /// searches of one call no two find the same order.
    Found(OrderId),
    /// Orders were found that may be the one, or the lists prove nothing. A person must look; do not
    /// send the order again before that.
    Ambiguous,
    /// Both lists were read whole, late enough, and nothing in them can be the order. It was not
    /// placed, and may be sent again.
    NotFound,
    /// Nothing was found that can be the order, but it may still appear. Look again later; do not
    /// send the order again before that.
    TooEarly,
}

impl Verdict {
    /// Returns the name as the program writes it: `found`, `ambiguous`, `not_found`, `too_early`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found(_) => "found",
            Self::Ambiguous => "ambiguous",
            Self::NotFound => "not_found",
            Self::TooEarly => "too_early",
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The result of a search. It serialises as `{"verdict", "order_id", "candidates"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FindReport {
    /// The verdict.
    pub verdict: Verdict,
    /// The orders and requests that may be the order, those that match best first.
    pub candidates: Vec<Candidate>,
    /// How many further candidates there are that [`candidates`](Self::candidates) leaves out. It is
    /// 0 unless there are very many.
    pub left_out: usize,
    /// How long the order may still appear in the lists. [`NotFound`](Verdict::NotFound) needs zero.
    pub settles_in: Duration,
    /// Whether both lists were read whole. [`NotFound`](Verdict::NotFound) needs that.
    pub lists_are_whole: bool,
    /// Why one of the lists could not be read. What the other one holds was judged all the same.
    pub failure: Option<LookupError>,
}

impl FindReport {
    /// Returns the order's id if it was found.
    #[must_use]
    pub fn order_id(&self) -> Option<OrderId> {
        match self.verdict {
            Verdict::Found(id) => Some(id),
            _ => None,
        }
    }
}

impl Serialize for FindReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("FindReport", 3)?;
        members.serialize_field("verdict", &self.verdict)?;
        members.serialize_field("order_id", &self.order_id())?;
        members.serialize_field("candidates", &self.candidates)?;
        members.end()
    }
}

/// An order, or a request that does not name its order, that may be the order that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// Order ID. Absent for a request that does not name its order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// The ids of the requests about it, where the lists show some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_ids: Vec<RequestId>,
    /// Certificate ID, where the lists show one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_id: Option<CertificateId>,
    /// The status of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// When it was made, as the server wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_created: Option<String>,
    /// What it has in common with the order that is looked for.
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
    /// CertCentral's id of the individual.
    Individual,
    /// First and last name.
    Name,
    /// The email address.
    Email,
}
