//! Moments by two clocks: the clock of the day, which can be set at any time, and the clock that counts
//! from the start of the machine, which cannot.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A moment on this machine, to the millisecond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) time: Timestamp,
    pub(crate) boot: Option<BootClock>,
}

/// How long this machine has been running. It counts while the machine sleeps, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BootClock {
    /// Another one after each start of the machine.
    id: String,
    milliseconds: i64,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self { time: to_millisecond(Timestamp::now()), boot: BootClock::now() }
    }

    /// The moment some time later.
    pub(crate) fn plus(&self, duration: SignedDuration) -> Self {
        let milliseconds = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self {
            time: self.time.saturating_add(duration).unwrap_or(Timestamp::MAX),
            boot: self.boot.clone().map(|boot| BootClock {
                milliseconds: boot.milliseconds.saturating_add(milliseconds),
                ..boot
            }),
        }
    }

    /// How long ago the other moment was: by the clock that cannot be set, if the machine was not
    /// restarted in between.
    pub(crate) fn since(&self, earlier: &Self) -> SignedDuration {
        self.since_boot(earlier).unwrap_or_else(|| self.time.duration_since(earlier.time))
    }

    /// The same by the clock that cannot be set, or `None` if the machine was restarted.
    pub(crate) fn since_boot(&self, earlier: &Self) -> Option<SignedDuration> {
        let (now, then) = (self.boot.as_ref()?, earlier.boot.as_ref()?);
        (now.id == then.id).then(|| {
            SignedDuration::from_millis(now.milliseconds.saturating_sub(then.milliseconds))
        })
    }
}

impl BootClock {
    /// Only Linux shows both without a call to C.
    fn now() -> Option<Self> {
        let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let uptime = fs::read_to_string("/proc/uptime").ok()?;
        let seconds: f64 = uptime.split_whitespace().next()?.parse().ok()?;
        Some(Self { id: id.trim().to_owned(), milliseconds: (seconds * 1000.0) as i64 })
    }
}

/// A time without what is less than a millisecond.
pub(crate) fn to_millisecond(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(time: &str, boot: Option<(&str, i64)>) -> Moment {
        Moment {
            time: time.parse().unwrap(),
            boot: boot.map(|(id, milliseconds)| BootClock { id: id.into(), milliseconds }),
        }
    }

    #[test]
    fn a_wall_clock_that_was_set_right_changes_nothing_within_a_boot() {
        let then = moment("2026-01-31T20:00:00Z", Some(("a", 10_000)));
        let now = moment("2026-01-31T09:00:00Z", Some(("a", 70_000)));
        assert_eq!(now.since(&then).as_secs(), 60);
        let rebooted = moment("2026-01-31T21:00:00Z", Some(("b", 5_000)));
        assert_eq!(rebooted.since(&then).as_secs(), 3600);
        assert_eq!(rebooted.since_boot(&then), None);
        assert_eq!(moment("2026-01-31T20:00:05Z", None).since(&then).as_secs(), 5);
        assert_eq!(then.plus(SignedDuration::from_secs(60)).since(&then).as_secs(), 60);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_machine_has_both_clocks() {
        let then = Moment::now();
        assert!(then.boot.is_some());
        assert!(Moment::now().since_boot(&then).unwrap() >= SignedDuration::ZERO);
    }
}
