//! Requests to stop: Ctrl-C, and on Unix also `kill` and a closed terminal.

use std::io;

use crate::env::runtime::Runtime;
use crate::exit::{Failure, Result};

/// The signals that would otherwise end the program at once.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
}

impl Interrupts {
    /// Listens before anything is sent, so that from then on no signal ends the program silently.
    pub(crate) fn before_sending(runtime: &Runtime) -> Result<Self> {
        runtime.block_on(async { Self::listen() }).map_err(|error| {
            Failure::usage(format!("nothing was sent: Ctrl-C cannot be listened for: {error}"))
        })
    }

    /// From here on they no longer end the program.
    pub(crate) fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self {
                signals: [
                    signal(SignalKind::interrupt())?,
                    signal(SignalKind::terminate())?,
                    signal(SignalKind::hangup())?,
                ],
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        {
            let [interrupt, terminate, hangup] = &mut self.signals;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            // Ctrl-C cannot be received.
            std::future::pending::<()>().await;
        }
    }
}
