//! Lets a test decide when a script continues, so that no test depends on timing.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

/// A signal from a test to a script.
///
/// Each [`give`](Self::give) lets one wait pass, now or later. Clones are the same cue.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use certcentral_sandbox::scripted::{Cue, Script, ScriptedServer};
///
/// let answer_now = Cue::new();
/// let script =
///     Script::new().read_request().wait_for(&answer_now).respond(201, r#"{"id":1}"#);
/// let server = ScriptedServer::start([script]).await?;
/// // ... the order is in flight, and stays so until:
/// answer_now.give();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Cue(Arc<Semaphore>);

impl Cue {
    /// Returns a cue that was not given yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets one wait pass.
    pub fn give(&self) {
        self.0.add_permits(1);
    }

    /// Waits until the cue was given.
    pub async fn taken(&self) {
        // The semaphore is never closed, so there is always a permit in the end.
        if let Ok(permit) = self.0.acquire().await {
            permit.forget();
        }
    }
}

impl Default for Cue {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Cue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cue({} given)", self.0.available_permits())
    }
}

/// When the next byte of a slow answer leaves: after a time, or on a cue.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Pace {
    /// A byte each time that this has passed. Obeys tokio's paused clock.
    Every(Duration),
    /// A byte each time that the cue is given.
    On(Cue),
}

impl Pace {
    pub(super) async fn next(&self) {
        match self {
            Self::Every(time) => tokio::time::sleep(*time).await,
            Self::On(cue) => cue.taken().await,
        }
    }
}

impl From<Duration> for Pace {
    fn from(time: Duration) -> Self {
        Self::Every(time)
    }
}

impl From<&Cue> for Pace {
    fn from(cue: &Cue) -> Self {
        Self::On(cue.clone())
    }
}
