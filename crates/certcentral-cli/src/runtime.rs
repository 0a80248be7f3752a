//! The async runtime, for the commands that talk over a network. `check` never makes one.

use crate::exit::{Exit, Failure, Result};

/// Runs a command to its end.
pub(crate) fn block_on(command: impl Future<Output = Result<Exit>>) -> Result<Exit> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
            Failure::usage(format!("this system does not let the program use the network: {error}"))
        })?;
    let result = runtime.block_on(command);
    // A name that is still being looked up must not keep the program from ending.
    runtime.shutdown_background();
    result
}
