//! The journal of a batch: one SQLite file that says of each order where it is, at any instant.
//!
//! What may leave is written first, and synced to the disk; what came back follows. So a process that
//! is killed at any instant leaves a journal in which each row is true.

mod error;
mod life;
mod open;
mod rows;
mod state;
mod store;
mod writer;

pub(crate) use self::error::Digest256;
pub use self::error::{JournalError, JournalErrorKind};
pub use self::rows::JournalRow;
pub(crate) use self::rows::{Claim, Known, Pending, UnknownRow, id_of};
pub use self::state::RowState;
pub(crate) use self::store::Subject;
pub use self::store::{Journal, Summary};
pub(crate) use self::writer::{Ended, Recorded, Writer, gone};
