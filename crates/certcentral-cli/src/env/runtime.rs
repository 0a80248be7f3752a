//! The async runtime, for the commands that talk over a network. `check` never makes one.

use crate::exit::{Failure, Result};

/// Runs on this one thread.
pub(crate) struct Runtime(tokio::runtime::Runtime);

impl Runtime {
    pub(crate) fn new() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map(Self).map_err(|error| {
            Failure::usage(format!("this system does not let the program use the network: {error}"))
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

/// Runs one future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = Runtime::new()?;
    let result = runtime.block_on(future);
    runtime.end();
    result
}
