//! Dates as the server's lists write them.

use jiff::Timestamp;

/// The first year that a date in a list may name. What is older is a zero date.
const FIRST_YEAR: i16 = 2000;

/// Returns the moment that a date of a list names, if the date says enough to be relied on: it has a
/// time zone, and a year from 2000 on.
///
/// A date without a zone may be meant in any, and a day is not a moment. Neither may exclude an order
/// from a search.
pub(crate) fn moment(text: Option<&str>) -> Option<Timestamp> {
    let moment: Timestamp = text?.trim().parse().ok()?;
    (moment.to_zoned(jiff::tz::TimeZone::UTC).year() >= FIRST_YEAR).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_with_a_zone_is_a_moment() {
        let expected = "2026-06-09T12:30:00Z".parse().expect("a time");
        for text in [
            "2026-06-09T12:30:00Z",
            "2026-06-09T12:30:00+00:00",
            "2026-06-09T14:30:00+02:00",
            " 2026-06-09T12:30:00.000Z ",
        ] {
            assert_eq!(moment(Some(text)), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_date_that_says_too_little_is_not_a_moment() {
        for text in [
            "",
            "0",
            "12:30",
            "yesterday",
            "2026-06-09",
            "2026-06-09T12:30:00",
            "2026-06-09 12:30:00",
            "2026-13-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "0000-00-00T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "1999-12-31T23:59:59Z",
        ] {
            assert_eq!(moment(Some(text)), None, "{text}");
        }
        assert_eq!(moment(None), None);
        assert!(moment(Some("2000-01-01T00:00:00Z")).is_some());
    }
}
