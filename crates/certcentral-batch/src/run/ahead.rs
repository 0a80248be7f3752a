//! How many orders the journal writes down ahead of their sending.
//!
//! An order leaves only once the disk has it. Where that takes long compared with an order, the
//! orders that will be sent meanwhile are written down together. Should the process be killed, these
//! are unknown without having left, so there are only as many as needed: none where an order takes
//! as long as it does at CertCentral.

use std::time::Duration;

/// The most orders that are written down ahead.
const MOST: usize = 256;

/// What was measured recently.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    commit: Option<Duration>,
    order: Option<Duration>,
}

impl Ahead {
    /// Notes how long a claim took to be written.
    pub(super) fn has_committed(&mut self, took: Duration) {
        self.commit = Some(average(self.commit, took));
    }

    /// Notes how long an order took to end.
    pub(super) fn has_placed(&mut self, took: Duration) {
        self.order = Some(average(self.order, took));
    }

    /// How many orders end while a claim is written.
    pub(super) fn rows(&self, concurrency: usize) -> usize {
        let (Some(commit), Some(order)) = (self.commit, self.order) else { return 0 };
        let orders = commit.as_secs_f64() / order.as_secs_f64().max(1e-6) * concurrency as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to MOST")]
        let rows = (orders * 1.5).min(MOST as f64) as usize;
        rows
    }
}

fn average(before: Option<Duration>, now: Duration) -> Duration {
    before.map_or(now, |before| (before * 7 + now) / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_ahead_where_orders_take_their_time() {
        let mut ahead = Ahead::default();
        assert_eq!(ahead.rows(1), 0);
        ahead.has_committed(Duration::from_millis(4));
        ahead.has_placed(Duration::from_millis(300));
        assert_eq!(ahead.rows(1), 0);
        assert_eq!(ahead.rows(8), 0);
    }

    #[test]
    fn as_many_are_written_ahead_as_end_meanwhile() {
        let mut ahead = Ahead::default();
        ahead.has_committed(Duration::from_millis(4));
        ahead.has_placed(Duration::from_millis(1));
        assert_eq!(ahead.rows(1), 6);
        assert_eq!(ahead.rows(1000), MOST);
    }
}
