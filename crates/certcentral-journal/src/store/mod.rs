//! Where a journal is kept: what an implementation must do, and the two that are here.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod cells;
mod contract;
mod error;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod statements;

pub use self::contract::{Claim, Store, Wanted};
pub use self::error::{StoreError, StoreErrorKind};
#[cfg(feature = "postgres")]
pub use self::postgres::PostgresStore;
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteStore;
