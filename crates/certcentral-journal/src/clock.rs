//! The clock that counts from the start of the machine, and cannot be set.

use std::fs;
use std::time::Duration;

/// How long this machine has been running. It counts while the machine sleeps, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BootClock {
    /// Another one after each start of the machine.
    pub id: String,
    /// Milliseconds since the start.
    pub milliseconds: i64,
}

impl BootClock {
    /// Returns the time since this machine was started. Only Linux shows it without a call to C.
    #[must_use]
    pub fn now() -> Option<Self> {
        let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let uptime = fs::read_to_string("/proc/uptime").ok()?;
        let seconds: f64 = uptime.split_whitespace().next()?.parse().ok()?;
        Some(Self { id: id.trim().to_owned(), milliseconds: (seconds * 1000.0) as i64 })
    }

    /// Returns the moment some time later.
    #[must_use]
    pub fn plus(self, time: Duration) -> Self {
        let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Self { milliseconds: self.milliseconds.saturating_add(time), ..self }
    }

    /// Returns how long ago an earlier moment was, zero if it is still to come. `None` if the machine
    /// was restarted in between, or is another one.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Option<Duration> {
        let passed = self.milliseconds.saturating_sub(earlier.milliseconds);
        (self.id == earlier.id).then(|| Duration::from_millis(u64::try_from(passed).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_moments_of_one_boot_can_be_compared() {
        let at = |id: &str, milliseconds| BootClock { id: id.into(), milliseconds };
        assert_eq!(at("a", 70_000).since(&at("a", 10_000)), Some(Duration::from_secs(60)));
        assert_eq!(at("b", 70_000).since(&at("a", 10_000)), None);
        let later = at("a", 10_000).plus(Duration::from_secs(60));
        assert_eq!(at("a", 70_001).since(&later), Some(Duration::from_millis(1)));
        assert_eq!(at("a", 10_000).since(&later), Some(Duration::ZERO));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_machine_has_one() {
        let then = BootClock::now().expect("Linux shows it");
        assert!(BootClock::now().expect("Linux shows it").since(&then).is_some());
    }
}
