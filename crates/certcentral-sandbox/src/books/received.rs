//! An HTTP request as it came in.

use std::fmt;

use certcentral_model::{IndividualInfo, OrderId};
use hyper::{HeaderMap, Method};
use jiff::Timestamp;

use crate::fault::{FaultKind, Placing};

/// An HTTP request that came in.
///
/// `Debug` shows neither the query nor header values: they may hold personal data.
#[derive(Clone)]
pub struct ReceivedRequest {
    pub(crate) number: u64,
    pub(crate) received_at: Timestamp,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) key: KeyCheck,
    pub(crate) individual: Option<IndividualInfo>,
    pub(crate) fault: Option<InjectedFault>,
    pub(crate) status: Option<u16>,
    pub(crate) order: Option<OrderId>,
}

impl ReceivedRequest {
    /// Returns its position among all requests, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns when its headers arrived, by the sandbox's clock.
    #[must_use]
    pub fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Returns the path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the query as it came.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Returns the first header of this name, in any case, if it is text. The API key is not kept.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns all headers, with their names in lower case. The API key is not kept.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    }

    /// Returns whether it had the right API key.
    #[must_use]
    pub fn key(&self) -> KeyCheck {
        self.key
    }

    /// Returns the certificate holder, if the request was an order that could be read.
    #[must_use]
    pub fn individual(&self) -> Option<&IndividualInfo> {
        self.individual.as_ref()
    }

    /// Returns the fault that struck it.
    #[must_use]
    pub fn fault(&self) -> Option<InjectedFault> {
        self.fault
    }

    /// Returns the status of the answer. There is none before the answer, and none if a fault took
    /// over the connection.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns the order that it placed.
    #[must_use]
    pub fn order(&self) -> Option<OrderId> {
        self.order
    }

    pub(crate) fn is_for(&self, email: &str) -> bool {
        self.individual
            .as_ref()
            .and_then(|individual| individual.email.as_deref())
            .is_some_and(|it| it.eq_ignore_ascii_case(email))
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("number", &self.number)
            .field("received_at", &self.received_at)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("key", &self.key)
            .field("fault", &self.fault)
            .field("status", &self.status)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// Whether a request carried the right `X-DC-DEVKEY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyCheck {
    /// It carried none.
    Missing,
    /// It carried another one.
    Wrong,
    /// It carried the right one.
    Right,
}

/// A fault that struck a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct InjectedFault {
    /// The kind.
    pub kind: FaultKind,
    /// Whether the order was to be placed, or the change made, despite the fault. One that breaks a
    /// rule was not.
    pub placing: Placing,
}
