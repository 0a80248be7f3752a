//! Dates as the server's lists write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};

/// When something was, as exactly as the text says: a moment, or a whole day. In UTC where the text
/// names no offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dated {
    pub(crate) earliest: Timestamp,
    pub(crate) latest: Timestamp,
}

impl Dated {
    pub(crate) fn read(text: Option<&str>) -> Option<Self> {
        let text = text?.trim();
        let utc = |time: DateTime| Offset::UTC.to_timestamp(time).ok();
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Some(Self { earliest: moment, latest: moment });
        }
        if text.len() <= "2026-06-09".len() {
            let day: Date = text.parse().ok()?;
            let next = day.checked_add(1.day()).ok()?;
            return Some(Self {
                earliest: utc(day.to_datetime(jiff::civil::Time::midnight()))?,
                latest: utc(next.to_datetime(jiff::civil::Time::midnight()))?,
            });
        }
        let moment = utc(text.parse().ok()?)?;
        Some(Self { earliest: moment, latest: moment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_time() {
        let moment = "2026-06-09T12:30:00Z".parse().expect("a time");
        for text in [
            "2026-06-09T12:30:00Z",
            "2026-06-09T12:30:00+00:00",
            "2026-06-09T14:30:00+02:00",
            "2026-06-09T12:30:00",
            "2026-06-09 12:30:00",
            " 2026-06-09T12:30:00.000Z ",
        ] {
            let dated = Dated::read(Some(text)).expect(text);
            assert_eq!((dated.earliest, dated.latest), (moment, moment), "{text}");
        }
    }

    #[test]
    fn a_date_is_the_whole_day() {
        let dated = Dated::read(Some("2026-06-09")).expect("a date");
        assert_eq!(dated.earliest.to_string(), "2026-06-09T00:00:00Z");
        assert_eq!(dated.latest.to_string(), "2026-06-10T00:00:00Z");
    }

    #[test]
    fn what_is_no_time() {
        for text in ["", "yesterday", "2026-13-01", "9999-12-31", "0", "12:30"] {
            assert_eq!(Dated::read(Some(text)), None, "{text}");
        }
        assert_eq!(Dated::read(None), None);
    }
}
