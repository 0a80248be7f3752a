//! The day.

use certcentral_validation::Date;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Returns the current day in UTC, by this machine's clock.
///
/// Rules about dates need one. DigiCert's day may be one off; the rules know that.
#[must_use]
pub fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}
