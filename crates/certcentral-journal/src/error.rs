//! Why a journal could not do what it was asked for.

use certcentral::LookupError;

use crate::store::StoreError;

/// A journal could not do what it was asked for.
///
/// Of [`place_once`](crate::Journal::place_once) and [`place`](crate::Journal::place) it means that
/// **nothing was sent** by this call: an error after the sending is in the placement.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// This system gives no random numbers.
    #[error("this system gives no random numbers")]
    NoRandomNumbers(#[source] getrandom::Error),
    /// CertCentral's lists could not be read.
    #[error("CertCentral's lists could not be read")]
    Lookup(#[source] LookupError),
    /// No attempt has this reference at this server.
    #[error("the journal has no attempt with this reference at this server")]
    NoSuchReference,
    /// The attempt is not in a state in which this is possible.
    #[error("{0}")]
    Refused(Refused),
    /// The task that sends ended without a result: it panicked, or the runtime is shutting down. The
    /// attempt, if one was claimed, reads as unknown once it is over.
    #[error("the sending task ended without a result; the attempt is unknown once it is over")]
    TaskEnded,
}

/// Why a decision about an attempt was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The order is recorded as that of another attempt.
    #[error("this order is recorded as that of another attempt")]
    OwnedByAnother,
    /// It is not open any more whether the order exists.
    #[error("this attempt is settled already")]
    Settled,
    /// A process may still be sending it.
    #[error("this order may still be in flight; wait until it is over")]
    InFlight,
    /// The order may still appear in the lists.
    #[error("it is too early: the order may still appear in CertCentral's lists")]
    TooEarly,
}
