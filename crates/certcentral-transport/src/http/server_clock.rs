//! The server's clock, as its answers tell it.
//!
//! This machine's wall clock may be wrong, and corrected while the program runs. So what an answer told
//! is carried on with the monotonic clock.

use std::time::Instant;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The years that an answer can be from. A clock that was never set says 1970, or 2000.
const YEARS: std::ops::RangeInclusive<i16> = 2025..=2060;

/// The server's clock at a moment that the monotonic clock knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerClock {
    server: Timestamp,
    at: Instant,
}

impl ServerClock {
    /// Returns a clock that is now this far ahead of this machine's.
    pub(crate) fn ahead_by(offset: SignedDuration) -> Option<Self> {
        let server = Timestamp::now().checked_add(offset).ok()?;
        Some(Self { server, at: Instant::now() })
    }

    /// The server's time now.
    pub(crate) fn now(self) -> Timestamp {
        let passed = SignedDuration::try_from(self.at.elapsed()).unwrap_or(SignedDuration::MAX);
        self.server.saturating_add(passed).unwrap_or(self.server)
    }
}

/// Whether a server's time can be right.
pub(crate) fn is_plausible(server: Timestamp) -> bool {
    YEARS.contains(&server.to_zoned(TimeZone::UTC).year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_never_set_is_not_plausible() {
        for (time, expected) in [
            ("1970-01-01T00:00:00Z", false),
            ("2000-01-01T00:00:00Z", false),
            ("2024-12-31T23:59:59Z", false),
            ("2025-01-01T00:00:00Z", true),
            ("2026-11-25T12:00:00Z", true),
            ("2099-01-01T00:00:00Z", false),
            ("9999-12-30T00:00:00Z", false),
        ] {
            assert_eq!(is_plausible(time.parse().expect(time)), expected, "{time}");
        }
    }

    #[test]
    fn the_servers_clock_goes_on() {
        let hour = SignedDuration::from_hours(1);
        let clock = ServerClock::ahead_by(hour).expect("a time");
        let ahead = clock.now().duration_since(Timestamp::now());
        assert!(ahead.checked_sub(hour).expect("small").abs() < SignedDuration::from_mins(1));
        assert!(clock.now() >= clock.server);
        assert!(ServerClock::ahead_by(SignedDuration::MAX).is_none());
    }
}
