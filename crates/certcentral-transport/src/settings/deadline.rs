//! A moment after which nothing is sent any more.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// A moment after which no attempt begins and no byte of an order or a change leaves, however long
/// this process or this machine was paused meanwhile.
///
/// It is given with the order ([`Client::with_deadline`]), and enforced where the bytes are handed
/// out. So whoever recorded that an order is about to be sent knows when that sending is over: at the
/// deadline and one [attempt](crate::Client::attempt_timeout) more.
///
/// Two clocks must both say that it has not passed: the monotonic clock, which nobody sets but which
/// may stand still while the machine is suspended, and the wall clock. A wall clock that was set back
/// counts as passed.
///
/// [`Client::with_deadline`]: crate::Client::with_deadline
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub(crate) at: Instant,
    began: SystemTime,
    within: Duration,
}

/// What is too long to count counts as this.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl Deadline {
    /// Returns the moment so long from now, a year at most.
    #[must_use]
    pub fn after(within: Duration) -> Self {
        let within = within.min(LONGEST);
        Self { at: Instant::now() + within, began: SystemTime::now(), within }
    }

    /// Returns whether one of the two clocks says so.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.would_pass_in(Duration::ZERO)
    }

    /// Whether it will have passed after a wait.
    pub(crate) fn would_pass_in(&self, wait: Duration) -> bool {
        let by_wall = self.began.elapsed().map_or(true, |passed| passed >= self.within);
        by_wall || self.at.saturating_duration_since(Instant::now()) <= wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn each_of_the_two_clocks_can_say_that_it_has_passed() {
        let deadline = Deadline::after(HOUR);
        assert!(!deadline.has_passed());
        assert!(Deadline::after(Duration::ZERO).has_passed());
        assert!(!Deadline::after(Duration::MAX).has_passed());
        // The machine was suspended, and its monotonic clock stood still.
        let suspended = Deadline { began: deadline.began - HOUR, ..deadline };
        assert!(suspended.has_passed());
        // The wall clock was set back.
        let set_back = Deadline { began: deadline.began + HOUR, ..deadline };
        assert!(set_back.has_passed());
        // The wall clock was set back so that it is right again by accident.
        let by_monotonic = Deadline { at: Instant::now(), ..deadline };
        assert!(by_monotonic.has_passed());
    }
}
