//! Many orders from one file, each sent once.
//!
//! For those who prepare orders for many holders, and can afford neither a double nor a lost one.
//!
//! 1. An [`OrderFile`] is JSON Lines or a sheet (CSV). It is read as a stream.
//! 2. [`Batch::check`] checks all of it before the first order is sent.
//! 3. [`Batch::run`] sends through a [`Journal`], which is the one memory of what was ordered. A process
//!    that is killed at any instant can be started again, with this file or another one that has the same
//!    people: nothing is ordered twice, nothing is lost.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use certcentral::{Client, StopSwitch, today};
//! use certcentral_batch::{Batch, CheckOptions, Checked, OrderFile, RunOptions};
//! use certcentral_journal::{Journal, SqliteStore};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let file = OrderFile::open(Path::new("orders.csv"))?;
//! let checked = Batch::check(file, &CheckOptions::new(today()), |row| {
//!     for violation in &row.violations {
//!         eprintln!("row {}: {violation}", row.row);
//!     }
//! })?;
//! let Checked::Ready(batch) = checked else { return Err("nothing was sent".into()) };
//!
//! let store = SqliteStore::open_or_create(Path::new("journal.db"))?;
//! let journal = Journal::open(store, Client::from_env()?).await?;
//! let (options, stop) = (RunOptions::new(), StopSwitch::new());
//! let report = batch.run(&journal, &options, &stop, |event| println!("{event:?}")).await?;
//! println!("{:?}", report.summary);
//! # Ok(()) }
//! ```
//!
//! [`Journal`]: certcentral_journal::Journal

#![forbid(unsafe_code)]

mod check;
mod error;
mod guard;
mod order_file;
mod run;
mod summary;
mod trouble;

pub use self::check::{Batch, BatchOrders, CheckOptions, Checked, FaultCount, RowOrder, RowReport};
pub use self::error::BatchError;
pub use self::guard::{ByteOrderMark, guarded};
pub use self::order_file::{Defaults, Finding, InvalidDefaults, OrderFile, OrderFileError};
pub use self::run::{BatchEvent, Refusal, RunEnd, RunOptions, RunReport, Survey};
pub use self::summary::Summary;
pub use self::trouble::Halt;
