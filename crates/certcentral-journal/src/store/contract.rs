//! What a store must do.

use certcentral::transport::Baseline;
use jiff::Timestamp;

use crate::claim::Refusal;
use crate::digest::{PersonPrints, Salt};
use crate::record::{AttemptNumber, LookNumber, NewAttempt, Record, Token};
use crate::store::error::StoreError;
use crate::transition::{Transited, Transition};

/// The result of asking for an order to be claimed.
pub type Claim = Result<Box<Record>, Refusal>;

/// Keeps a journal. It is open to databases other than the two that are here;
/// `conformance` (feature `testing`) proves an implementation.
///
/// Every method is atomic: it happens as a whole or not at all, beside whatever other processes do.
/// What a method returned as done survives a power failure.
pub trait Store: Send + Sync + 'static {
    /// Returns the salt of this journal, which never changes.
    fn salt(&self) -> Salt;

    /// Returns the time by the clock that all times of this journal are by: one clock for all
    /// processes that share it.
    fn now(&self) -> impl Future<Output = Result<Timestamp, StoreError>> + Send;

    /// Stores what was listed before orders are sent.
    fn add_look(
        &self,
        listed: &Baseline,
    ) -> impl Future<Output = Result<LookNumber, StoreError>> + Send;

    /// Returns what was listed at a look.
    fn look(&self, number: LookNumber)
    -> impl Future<Output = Result<Baseline, StoreError>> + Send;

    /// Claims an order: in one transaction, in which no other claim comes between, reads the attempts
    /// that [`claim::decide`](crate::claim::decide) asks for, decides with it, takes the place from
    /// those that give it up, and adds the attempt in state `sending`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: it is not known whether the attempt was claimed. Nothing may be sent;
    /// [`disown`](Self::disown) takes it back.
    fn claim(&self, new: &NewAttempt) -> impl Future<Output = Result<Claim, StoreError>> + Send;

    /// Marks the attempt of a call as not sent, if there is one: its claim was not confirmed, so
    /// nothing was sent.
    fn disown(&self, token: &Token) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Makes a transition of an attempt: in one transaction reads the attempt and the owner of the
    /// order, [applies](crate::transition::apply) the transition, and writes the result over the very
    /// state that was read.
    fn transit(
        &self,
        attempt: AttemptNumber,
        transition: &Transition,
    ) -> impl Future<Output = Result<Transited, StoreError>> + Send;

    /// Returns attempts in the order of their numbers: `most` at most, those after a number.
    fn records(
        &self,
        wanted: &Wanted<'_>,
        after: Option<AttemptNumber>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send;

    /// Empties the digests of all attempts with a reference at a server, and returns how many there
    /// were. References, states and ids stay: the promise needs them. A live attempt keeps blocking its
    /// reference, and its person no longer.
    fn forget(
        &self,
        server: &str,
        reference: &str,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
}

/// Which attempts are wanted.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Wanted<'a> {
    /// All.
    All,
    /// Those at a server whose order may exist: recorded as sending or unknown.
    Open {
        /// The base URL.
        server: &'a str,
    },
    /// Those at a server that are placed.
    Placed {
        /// The base URL.
        server: &'a str,
    },
    /// Those at a server with a reference.
    Reference {
        /// The base URL.
        server: &'a str,
        /// The reference.
        reference: &'a str,
    },
    /// Those at a server that may be for a person, for any product.
    Person {
        /// The base URL.
        server: &'a str,
        /// The digests of the person.
        person: &'a PersonPrints,
    },
}
