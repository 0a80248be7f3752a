//! What was ordered at DigiCert CertCentral Europe, for whom, and how it ended: one memory for all
//! processes that order.
//!
//! Within one call the client never sends an order twice. Between two calls nobody knows: CertCentral
//! has no idempotency key. A journal is that memory.
//!
//! The identity of an order is its **person and product**, and the caller's **[`Reference`]** where
//! there is one; never a file name, and never a lock that expires. See [`State`] for the states of an
//! attempt, and `docs/services.md` for what the promise rests on.
//!
//! # Features
//!
//! * `sqlite` (default): `SqliteStore`, one file for one machine. Only one crate of a build may link
//!   SQLite; without this feature none is linked.
//! * `postgres`: `PostgresStore`, for services with replicas. TLS and the pool are the caller's.
//! * `testing`: `conformance`, which proves an implementation of [`Store`].

#![forbid(unsafe_code)]

pub mod claim;
mod clock;
mod digest;
mod error;
mod record;
mod reference;
mod state;
mod store;
mod transition;

pub use self::clock::BootClock;
pub use self::digest::{PersonPrints, Print, Salt};
pub use self::error::{JournalError, Refused};
pub use self::record::{
    Allowed, AttemptNumber, DecidedBy, Entry, LookNumber, NewAttempt, PLACE_HELD, Record, Token,
};
pub use self::reference::{InvalidReference, LONGEST_REFERENCE, Reference};
pub use self::state::{State, UnknownState};
pub use self::store::{Claim, Store, StoreError, StoreErrorKind, Wanted};
pub use self::transition::{Ended, Obstacle, Transited, Transition, apply};
