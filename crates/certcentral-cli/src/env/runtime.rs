//! The async runtime, for the commands that talk over a network. `check` never makes one.

#[cfg(unix)]
use std::fs::File;
use std::io;

use crate::exit::{Failure, Result};

/// The runtime, signals, connections and the journal have fewer open at the same time.
#[cfg(unix)]
const FILES_NEEDED: usize = 16;

/// Runs on this one thread.
pub(crate) struct Runtime(tokio::runtime::Runtime);

impl Runtime {
    pub(crate) fn new() -> Result<Self> {
        expect_room_for_files()
            .and_then(|()| tokio::runtime::Builder::new_current_thread().enable_all().build())
            .map(Self)
            .map_err(|error| {
                Failure::usage(format!(
                    "this system does not let the program use the network: {error}"
                ))
            })
    }

    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    /// Drops every task that is still at work. A name that is being looked up cannot be dropped,
    /// and is not waited for.
    pub(crate) fn end(self) {
        self.0.shutdown_background();
    }
}

/// Fails if too few files can be opened. Later that would be a panic of the runtime, or an outcome
/// that cannot be written down.
#[cfg(unix)]
fn expect_room_for_files() -> io::Result<()> {
    (0..FILES_NEEDED).map(|_| File::open("/dev/null")).collect::<io::Result<Vec<_>>>().map(drop)
}

#[cfg(not(unix))]
fn expect_room_for_files() -> io::Result<()> {
    Ok(())
}

/// Runs one future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = Runtime::new()?;
    let result = runtime.block_on(future);
    runtime.end();
    result
}
