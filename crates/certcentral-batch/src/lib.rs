//! Many orders from one file, with a journal that survives a crash.
//!
//! For those who prepare orders for many holders, and can afford neither a double nor a lost one.
//!
//! 1. An [`OrderFile`] is JSON Lines or a sheet (CSV). It is read as a stream.
//! 2. [`Batch::check`] checks all of it before the first order leaves, and records in a [`Journal`]
//!    what will be sent.
//! 3. [`Batch::run`] sends. Each order is in the journal, synced to the disk, before its first byte
//!    leaves. A process that is killed at any instant can be started again: nothing is ordered twice,
//!    nothing is lost.
//! 4. [`Journal::resolve`] looks for the orders that may or may not exist, and
//!    [`Journal::write_results`] writes the results.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use certcentral::{ApiKey, Client, StopSwitch, today};
//! use certcentral_batch::{Batch, CheckOptions, Checked, Journal, OrderFile, RunOptions};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let key = ApiKey::new(std::env::var("CERTCENTRAL_API_KEY")?)?;
//! let client = Client::builder(key.clone()).build();
//! let server = client.base_url().to_string();
//!
//! let file = OrderFile::open(Path::new("orders.csv"))?;
//! let journal = Journal::open_or_create(Path::new("orders.journal"))?;
//! let options = CheckOptions::new(today());
//! let checked = Batch::check(journal, file, &server, &options, |row| {
//!     for violation in &row.violations {
//!         eprintln!("row {}: {violation}", row.row);
//!     }
//! })?;
//! let Checked::Ready(batch) = checked else { return Err("nothing was sent".into()) };
//! println!("{} orders will be sent", batch.plan().to_send);
//!
//! let (options, stop) = (RunOptions::new(), StopSwitch::new());
//! let run = batch.run(&client, &key, &options, &stop, |event| println!("{event:?}"));
//! println!("{:?}", run.await?.summary);
//! # Ok(()) }
//! ```

#![forbid(unsafe_code)]

mod check;
mod error;
mod journal;
mod look;
mod order_file;
mod results;
mod run;

pub use self::check::{Batch, CheckOptions, Checked, FaultCount, Plan, RowReport};
pub use self::error::BatchError;
pub use self::journal::{Journal, JournalError, JournalErrorKind, JournalRow, RowState, Summary};
pub use self::look::{RefreshedRow, Resolution, ResolveError, ResolveOptions, Resolved};
pub use self::order_file::{Defaults, Finding, InvalidDefaults, OrderFile, OrderFileError};
pub use self::results::{ByteOrderMark, ResultsError, guarded};
pub use self::run::{BatchEvent, Halt, RunEnd, RunOptions, RunReport};
