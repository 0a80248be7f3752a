//! When to try again, and how long to wait first. *Whether* it is safe is not decided here: an
//! order is only ever retried if it surely does not exist.

use std::time::{Duration, SystemTime};

/// How often and for how long a client tries.
///
/// An order is retried only where it surely does not exist and the cause may be temporary: after
/// status 429, after a 503 of DigiCert's own, and where it was [not sent] for a temporary reason. A
/// look-up is retried after a lost answer and any 5xx as well.
///
/// ```
/// use std::time::Duration;
/// use certcentral_transport::RetryPolicy;
///
/// let patient = RetryPolicy::default().attempts(8).total(Duration::from_secs(1800));
/// let never = RetryPolicy::never();
/// ```
///
/// [not sent]: crate::NotSentReason::is_temporary
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    attempts: u32,
    total: Duration,
    first_wait: Duration,
    longest_wait: Duration,
}

impl Default for RetryPolicy {
    /// At most 4 attempts within 5 minutes, with waits of about 1, 2, 4 seconds between them.
    fn default() -> Self {
        Self {
            attempts: 4,
            total: Duration::from_secs(300),
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy of a single attempt.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// Sets the most attempts, the first included. 0 counts as 1.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets how long after the first attempt began another may begin. A wait that does not fit into
    /// what is left of it, asked for by the server or ours, ends the attempts at once.
    pub fn total(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// Sets the wait before the second attempt. Each further wait is twice as long, up to 30 seconds,
    /// and each is shortened at random by up to a half, so that clients do not come back in step.
    pub fn first_wait(mut self, first_wait: Duration) -> Self {
        self.first_wait = first_wait;
        self
    }

    /// Returns how long to wait before the next attempt. `None`: there is none.
    ///
    /// `random` is evenly distributed over 0 to 1.
    pub(crate) fn wait(
        &self,
        attempts: u32,
        elapsed: Duration,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if attempts >= self.attempts {
            return None;
        }
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let backoff = self.first_wait.saturating_mul(doubled).min(self.longest_wait);
        let backoff = backoff.mul_f64(1.0 - random.clamp(0.0, 1.0) / 2.0);
        let wait = retry_after.map_or(backoff, |asked| asked.max(backoff));
        let left = self.total.checked_sub(elapsed)?;
        (wait <= left).then_some(wait)
    }

    /// Returns the most attempts.
    #[must_use]
    pub const fn max_attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns how long after the first attempt began another may begin.
    #[must_use]
    pub const fn max_total(&self) -> Duration {
        self.total
    }

    /// Returns the wait before the second attempt, before it is shortened at random.
    #[must_use]
    pub const fn initial_wait(&self) -> Duration {
        self.first_wait
    }
}

/// The longest wait that is read: no policy waits longer, and a number this short cannot be a
/// piece of a card number that a server echoes.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads a `Retry-After`: seconds, or a date, which is the server's and so counts from the
/// server's own `now`. A date in the past is no wait, and more than a day is a day.
pub(crate) fn parse_retry_after(value: &[u8], now: SystemTime) -> Option<Duration> {
    let text = std::str::from_utf8(value).ok()?.trim_matches([' ', '\t']);
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = Duration::from_secs(text.parse().unwrap_or(u64::MAX));
        return Some(seconds.min(LONGEST_ASKED));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default().min(LONGEST_ASKED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    const SECOND: Duration = Duration::from_secs(1);

    fn after(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn retry_after_as_seconds() {
        for (text, seconds) in [
            ("0", Some(0)),
            ("1", Some(1)),
            (" 120 ", Some(120)),
            ("86400", Some(86_400)),
            ("86401", Some(86_400)),
            ("99999999", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
            ("\u{661}", None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(parse_retry_after(text.as_bytes(), after(0)), expected, "{text:?}");
        }
        assert_eq!(parse_retry_after(b"\xFF", after(0)), None);
    }

    #[test]
    fn retry_after_as_a_date_counts_from_the_servers_clock() {
        let date = b"Sun, 06 Nov 1994 08:49:37 GMT";
        let at = 784_111_777;
        assert_eq!(parse_retry_after(date, after(at - 10)), Some(10 * SECOND));
        assert_eq!(parse_retry_after(date, after(at)), Some(Duration::ZERO));
        assert_eq!(parse_retry_after(date, after(at + 10)), Some(Duration::ZERO));
        let rfc850 = b"Sunday, 06-Nov-94 08:49:37 GMT";
        assert_eq!(parse_retry_after(rfc850, after(at - 10)), Some(10 * SECOND));
    }

    #[test]
    fn waits_double_shortened_by_chance_up_to_a_limit() {
        let policy = RetryPolicy::default().attempts(20).total(3600 * SECOND);
        let wait = |attempts, random| policy.wait(attempts, Duration::ZERO, None, random);
        assert_eq!(wait(1, 0.0), Some(SECOND));
        assert_eq!(wait(1, 1.0), Some(SECOND / 2));
        assert_eq!(wait(2, 0.0), Some(2 * SECOND));
        assert_eq!(wait(3, 0.5), Some(3 * SECOND));
        assert_eq!(wait(19, 0.0), Some(30 * SECOND));
    }

    #[test]
    fn attempts_and_total_time_are_bounded() {
        let policy = RetryPolicy::default();
        assert!(policy.wait(3, Duration::ZERO, None, 0.0).is_some());
        assert_eq!(policy.wait(4, Duration::ZERO, None, 0.0), None);
        assert!(policy.wait(1, 299 * SECOND, None, 0.0).is_some());
        assert_eq!(policy.wait(1, 299 * SECOND + SECOND / 2, None, 0.0), None);
        assert_eq!(policy.wait(1, 301 * SECOND, None, 0.0), None);
        assert_eq!(RetryPolicy::never().wait(1, Duration::ZERO, None, 0.0), None);
        assert_eq!(RetryPolicy::default().attempts(0), RetryPolicy::never());
    }

    #[test]
    fn what_the_server_asks_is_honoured_if_it_fits() {
        let policy = RetryPolicy::default();
        let wait = |asked| policy.wait(1, Duration::ZERO, Some(asked), 0.0);
        assert_eq!(wait(60 * SECOND), Some(60 * SECOND));
        assert_eq!(wait(300 * SECOND), Some(300 * SECOND));
        assert_eq!(wait(301 * SECOND), None);
        assert_eq!(wait(Duration::MAX), None);
        // Less than our own wait would only hammer it.
        assert_eq!(wait(Duration::ZERO), Some(SECOND));
    }
}
