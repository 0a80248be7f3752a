//! The moment after which no byte of an order is sent.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// The moment after which no attempt begins and no byte of an order is sent, however long this process
/// or this machine was paused in between.
///
/// Two clocks must say that it has not passed: the monotonic one, which cannot be set but stands still
/// while some machines sleep, and the wall clock, which does not. If the wall clock was set back behind
/// the deadline's beginning, it counts as passed: it may only ever come too early.
///
/// ```
/// use std::time::Duration;
/// use certcentral_transport::Deadline;
///
/// let deadline = Deadline::after(Duration::from_secs(120));
/// assert!(!deadline.has_passed());
/// assert!(Deadline::after(Duration::ZERO).has_passed());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    monotonic: Instant,
    wall: SystemTime,
    within: Duration,
}

impl Deadline {
    /// Begins a deadline that passes after this time.
    #[must_use]
    pub fn after(within: Duration) -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now(), within }
    }

    /// Returns whether it has passed by one of the clocks.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
    }

    /// Returns how much time is left by the clock that has gone further; zero once it has passed.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        let Ok(wall) = self.wall.elapsed() else { return Duration::ZERO };
        self.within.saturating_sub(self.monotonic.elapsed().max(wall))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn the_monotonic_clock_is_enough() {
        let deadline = Deadline::after(MINUTE);
        assert!(!deadline.has_passed());
        tokio::time::advance(MINUTE).await;
        assert!(deadline.has_passed());
    }

    #[test]
    fn the_wall_clock_is_enough() {
        // As after a sleep of the machine, in which the monotonic clock stood still.
        let slept = Deadline { wall: SystemTime::now() - MINUTE, ..Deadline::after(MINUTE) };
        assert!(slept.has_passed());
        // As after the wall clock was set back: how much time passed is not known.
        let set_back = Deadline { wall: SystemTime::now() + MINUTE, ..Deadline::after(MINUTE) };
        assert!(set_back.has_passed());
        let awake = Deadline::after(MINUTE);
        assert!(!awake.has_passed() && awake.remaining() <= MINUTE);
    }
}
