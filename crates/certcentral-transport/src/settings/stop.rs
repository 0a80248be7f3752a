//! A switch by which a caller ends the retrying.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

/// Ends the retrying of a client at any moment. Clones share one switch.
///
/// After [`stop`](Self::stop) no attempt begins. An attempt in flight ends normally, so that its
/// outcome is known; waits between attempts end at once. A program uses it for the first Ctrl-C, and
/// [`give_up`](Self::give_up), which ends the attempt of an order in flight too, for the second.
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
pub struct StopSwitch(Arc<watch::Sender<Step>>);

/// How far a switch was thrown.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    #[default]
    Running,
    Stopped,
    GivenUp,
}

impl StopSwitch {
    /// Returns a switch that is not stopped.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets no further attempt begin. This cannot be undone.
    pub fn stop(&self) {
        self.advance(Step::Stopped);
    }

    /// Stops, and ends the attempt of an order in flight now: the order is
    /// [not sent](crate::NotSentReason::Stopped) if its bytes had not left, and otherwise
    /// [unknown](crate::UnknownReason::Interrupted). This cannot be undone.
    pub fn give_up(&self) {
        self.advance(Step::GivenUp);
    }

    fn advance(&self, step: Step) {
        self.0.send_modify(|now| *now = step.max(*now));
    }

    /// Returns whether [`stop`](Self::stop) or [`give_up`](Self::give_up) was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() >= Step::Stopped
    }

    /// Waits until it is stopped.
    pub(crate) async fn stopped(&self) {
        self.reached(Step::Stopped).await;
    }

    /// Waits until it is given up.
    pub(crate) async fn given_up(&self) {
        self.reached(Step::GivenUp).await;
    }

    async fn reached(&self, step: Step) {
        // This fails only if the sender is gone, and `self` holds it.
        let _ = self.0.subscribe().wait_for(|now| *now >= step).await;
    }
}

impl fmt::Debug for StopSwitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StopSwitch").field(&self.is_stopped()).finish()
    }
}
