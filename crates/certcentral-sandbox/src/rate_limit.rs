//! The documented limit on requests: rolling windows over the requests that came in.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// How many requests a key may send: so many in each of several rolling windows. Over any of them
/// the answer is 429, for orders and look-ups alike.
///
/// Requests that were refused so do not count. Time is tokio's, so a test may pause it.
///
/// ```
/// use certcentral_sandbox::RateLimit;
/// use std::time::Duration;
///
/// let documented = RateLimit::documented();
/// let tight = RateLimit::none().and(2, Duration::from_secs(1));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    windows: Vec<(usize, Duration)>,
}

impl RateLimit {
    /// No limit at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// DigiCert's: 100 requests in 5 seconds, and 1000 in 3 minutes.
    #[must_use]
    pub fn documented() -> Self {
        Self::none().and(100, Duration::from_secs(5)).and(1000, Duration::from_secs(180))
    }

    /// Adds a window. A limit of 0 refuses everything.
    #[must_use]
    pub fn and(mut self, requests: usize, window: Duration) -> Self {
        self.windows.push((requests, window));
        self
    }

    pub(crate) fn counter(&self) -> Counter {
        Counter {
            windows: self
                .windows
                .iter()
                .map(|&(limit, length)| Window { limit, length, latest: VecDeque::new() })
                .collect(),
        }
    }
}

/// Counts what comes in.
#[derive(Debug)]
pub(crate) struct Counter {
    windows: Vec<Window>,
}

#[derive(Debug)]
struct Window {
    limit: usize,
    length: Duration,
    /// When the latest requests came, at most `limit` of them: enough to know whether there was
    /// room.
    latest: VecDeque<Instant>,
}

impl Counter {
    /// Counts a request that comes in now, if no window is full.
    pub(crate) fn admit(&mut self) -> bool {
        if self.windows.is_empty() {
            return true;
        }
        let now = Instant::now();
        let admitted = self.windows.iter().all(|window| window.has_room(now));
        if admitted {
            for window in &mut self.windows {
                if window.latest.len() == window.limit {
                    window.latest.pop_front();
                }
                window.latest.push_back(now);
            }
        }
        admitted
    }
}

impl Window {
    fn has_room(&self, now: Instant) -> bool {
        self.latest.len() < self.limit
            || self.latest.front().is_some_and(|&oldest| now >= oldest + self.length)
    }
}
