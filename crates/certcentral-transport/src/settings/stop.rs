//! A switch by which a caller ends the retrying.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

/// Ends the retrying of a client at any moment. Clones share one switch.
///
/// After [`stop`](Self::stop) no attempt begins. An attempt in flight ends normally, so that its
/// outcome is known; waits between attempts end at once. A program uses it for the first Ctrl-C.
///
/// ```
/// use certcentral_transport::StopSwitch;
///
/// let switch = StopSwitch::new();
/// let clone = switch.clone();
/// clone.stop();
/// assert!(switch.is_stopped());
/// ```
#[derive(Clone, Default)]
pub struct StopSwitch(Arc<watch::Sender<bool>>);

impl StopSwitch {
    /// Returns a switch that is not stopped.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets no further attempt begin. This cannot be undone.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Returns whether [`stop`](Self::stop) was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is stopped.
    pub(crate) async fn stopped(&self) {
        // This fails only if the sender is gone, and `self` holds it.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }
}

impl fmt::Debug for StopSwitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StopSwitch").field(&self.is_stopped()).finish()
    }
}
