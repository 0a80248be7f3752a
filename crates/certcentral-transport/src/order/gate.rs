//! Decides a race: either the HTTP engine takes the order's bytes, or the sender gives up, never both.
//!
//! The errors of an HTTP library cannot say whether a request left. So the order's body sits behind
//! a gate: the engine must *claim* it to get the bytes, and the sender *revokes* it to give up. Both are
//! one compare-exchange on the same atomic, so exactly one of them wins, and the loser knows.
//! A plain "the body was polled" flag was measured to be wrong 7 times in 20,000: it is read at one
//! moment and the bytes leave at the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::http::failure::Failure;
use crate::order::reason::NotSentReason;
use crate::settings::deadline::Deadline;

const CLOSED: u8 = 0;
const CLAIMED: u8 = 1;
const REVOKED: u8 = 2;
/// Revoked by the gate itself, because the deadline had passed when it was asked for the bytes.
const LATE: u8 = 3;

/// The gate of one attempt, shared by the body and the sender.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    state: Arc<AtomicU8>,
    deadline: Option<Deadline>,
}

impl Gate {
    /// A gate that gives nothing out once the deadline has passed.
    pub(crate) fn until(deadline: Option<Deadline>) -> Self {
        Self { deadline, ..Self::default() }
    }

    /// Asks for the bytes. True at most once, never after [`revoke`](Self::revoke) was true, and never
    /// after the deadline.
    pub(crate) fn claim(&self) -> bool {
        if self.deadline.is_some_and(|deadline| deadline.has_passed()) {
            let _ = self.leave_closed_for(LATE);
            return false;
        }
        self.leave_closed_for(CLAIMED).is_ok()
    }

    /// Gives up. Returns true if the bytes were not sent and never will be, false if the engine has
    /// taken them, in which case the order may exist. Asked again, it returns the same.
    pub(crate) fn revoke(&self) -> bool {
        self.leave_closed_for(REVOKED).map_or_else(|state| state != CLAIMED, |_| true)
    }

    /// Whether it was the deadline that kept the bytes back.
    fn is_late(&self) -> bool {
        self.state.load(Ordering::SeqCst) == LATE
    }

    /// Why the bytes did not leave, where the gate was revoked after a failure.
    pub(crate) fn reason(&self, failure: Failure) -> NotSentReason {
        if self.is_late() { NotSentReason::DeadlinePassed } else { failure.into() }
    }

    /// The one step that every gate makes at most once. The error is the state that it has instead.
    fn leave_closed_for(&self, state: u8) -> Result<u8, u8> {
        self.state.compare_exchange(CLOSED, state, Ordering::SeqCst, Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn the_first_wins_for_good() {
        let claimed = Gate::default();
        assert!(claimed.claim());
        assert!(!claimed.claim() && !claimed.revoke() && !claimed.revoke());

        let revoked = Gate::default();
        assert!(revoked.revoke() && revoked.revoke());
        assert!(!revoked.claim());
    }

    #[test]
    fn after_the_deadline_nothing_is_given_out() {
        let late = Gate::until(Some(Deadline::after(std::time::Duration::ZERO)));
        assert!(!late.is_late());
        assert!(!late.claim() && late.is_late());
        assert!(late.revoke() && late.is_late(), "it is not sent, and the deadline is the reason");

        let in_time = Gate::until(Some(Deadline::after(std::time::Duration::from_secs(3600))));
        assert!(in_time.claim() && !in_time.revoke() && !in_time.is_late());
    }

    /// Two threads that live long and meet at a spinning barrier before each round, so that both steps
    /// really happen at once: a revocation as a load and a store loses within the rounds.
    #[test]
    fn of_two_threads_exactly_one_wins() {
        const ROUNDS: usize = 20_000;
        let gates: Vec<_> = (0..ROUNDS).map(|_| Gate::default()).collect();
        let (ready, claimed) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let meet = |round: usize| {
            ready.fetch_add(1, Ordering::SeqCst);
            let mut spun = 0_u32;
            while ready.load(Ordering::SeqCst) < 2 * (round + 1) {
                spun += 1;
                if spun.is_multiple_of(1_000) {
                    // On one core the other thread would never run.
                    std::thread::yield_now();
                }
                std::hint::spin_loop();
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for (round, gate) in gates.iter().enumerate() {
                    meet(round);
                    claimed.fetch_add(usize::from(gate.claim()), Ordering::SeqCst);
                }
                meet(ROUNDS);
            });
            let mut revoked = 0;
            for (round, gate) in gates.iter().enumerate() {
                meet(round);
                revoked += usize::from(gate.revoke());
            }
            // The last claim is counted once both have met again.
            meet(ROUNDS);
            assert_eq!(revoked + claimed.load(Ordering::SeqCst), ROUNDS);
        });
    }
}
