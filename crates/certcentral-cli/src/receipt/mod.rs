//! What a run of `certcentral order` leaves behind, so that arrow-up and Enter do not buy twice.
//!
//! A receipt says when which order was sent where, and how that ended. It holds no name, no card
//! and no key: orders, people and keys are recognised by salted digests.
//!
//! [`record`] is what a receipt says, [`fingerprint`] and [`clock`] are parts of it, [`place`] is
//! where it is, [`disk`] how it is kept there, [`refusal`] which orders it forbids, [`open`] its
//! life during a run, and [`known`] what a search takes from it.

pub(crate) mod clock;
pub(crate) mod disk;
pub(crate) mod fingerprint;
pub(crate) mod known;
pub(crate) mod open;
pub(crate) mod place;
pub(crate) mod record;
pub(crate) mod refusal;
