//! The server's time, which may differ from the client's.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Wall-clock time at the start plus what tokio's clock says has passed since, so that a test with
/// paused time moves the server's dates too; plus an offset.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Timestamp,
    running_since: Instant,
    offset_milliseconds: AtomicI64,
}

impl Clock {
    pub(crate) fn start(offset: SignedDuration) -> Self {
        let clock = Self {
            started: Timestamp::now(),
            running_since: Instant::now(),
            offset_milliseconds: AtomicI64::new(0),
        };
        clock.set_offset(offset);
        clock
    }

    pub(crate) fn set_offset(&self, offset: SignedDuration) {
        let milliseconds = i64::try_from(offset.as_millis()).unwrap_or(0);
        self.offset_milliseconds.store(milliseconds, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        let running = SignedDuration::try_from(self.running_since.elapsed()).unwrap_or_default();
        let offset = SignedDuration::from_millis(self.offset_milliseconds.load(Ordering::Relaxed));
        // Only offsets of thousands of years do not fit.
        self.started
            .checked_add(running)
            .and_then(|now| now.checked_add(offset))
            .unwrap_or(self.started)
    }

    pub(crate) fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }
}

/// Writes a time as CertCentral does: to the second, in UTC, `2026-11-23T10:00:00+00:00`.
pub(crate) fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// Writes a time as HTTP does: `Mon, 23 Nov 2026 10:00:00 GMT`.
pub(crate) fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
