//! The query of a list: which part of it, and which filters.
//!
//! A parameter that is not known is passed over, as servers do; a filter that is not known is
//! refused, because its sender relies on it.

use axum::extract::Query as Pairs;
use hyper::Uri;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::answer::Answer;

/// Entries a page: the default and the most.
const LARGEST_PAGE: usize = 1000;

/// Names and values, decoded.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// # Errors
    ///
    /// A parameter that comes twice.
    pub(super) fn read(uri: &Uri) -> Result<Self, Answer> {
        let Ok(Pairs(pairs)) = Pairs::<Vec<(String, String)>>::try_from_uri(uri) else {
            return Err(Answer::error(400, "bad_request_format", "the query cannot be read"));
        };
        for (index, (name, _)) in pairs.iter().enumerate() {
            if pairs[..index].iter().any(|(other, _)| other == name) {
                return Err(invalid(name, "is given more than once"));
            }
        }
        Ok(Self(pairs))
    }

    pub(super) fn get(&self, wanted: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Answer> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<i64>() {
            Ok(number) if is_number => Ok(Some(usize::try_from(number).unwrap_or(usize::MAX))),
            _ => Err(invalid(name, "must be a whole number")),
        }
    }

    /// Returns the filters: `filters[name]` with its value.
    pub(super) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix("filters[")?.strip_suffix(']')?;
            Some((name, value.as_str()))
        })
    }
}

/// Which part of a list.
pub(super) struct Paging {
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl Paging {
    pub(super) fn read(query: &Query) -> Result<Self, Answer> {
        let limit = query.number("limit")?.unwrap_or(LARGEST_PAGE);
        if !(1..=LARGEST_PAGE).contains(&limit) {
            return Err(invalid("limit", "must be from 1 to 1000"));
        }
        Ok(Self { limit, offset: query.number("offset")?.unwrap_or(0) })
    }

    /// Returns the `page` member for a list of `total` entries.
    pub(super) fn show(&self, total: usize) -> Value {
        json!({ "total": total, "limit": self.limit, "offset": self.offset })
    }
}

/// A span of time, in whole seconds as the lists show it, both ends included.
#[derive(Clone, Copy)]
pub(super) struct Span {
    from: Timestamp,
    to: Timestamp,
}

impl Span {
    /// Reads `>a`, `<b`, `a...b`, or `a`. A day without a time is the whole day; `>` and `<` then mean
    /// the days after and before it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let second = SignedDuration::from_secs(1);
        if let Some(text) = text.strip_prefix('>') {
            let from = Self::of(text)?.to.checked_add(second).ok()?;
            return Some(Self { from, to: Timestamp::MAX });
        }
        if let Some(text) = text.strip_prefix('<') {
            let to = Self::of(text)?.from.checked_sub(second).ok()?;
            return Some(Self { from: Timestamp::MIN, to });
        }
        match text.split_once("...") {
            Some((from, to)) => Some(Self { from: Self::of(from)?.from, to: Self::of(to)?.to }),
            None => Self::of(text),
        }
    }

    /// Reads the second or the day that a text names. A time without an offset is in UTC.
    fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(time) = text.parse::<Timestamp>() {
            return Some(Self::second(time));
        }
        let utc = |time: DateTime| time.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp());
        if text.len() > "2026-11-23".len() {
            return text.parse().ok().and_then(utc).map(Self::second);
        }
        let day: Date = text.parse().ok()?;
        Some(Self { from: utc(day.at(0, 0, 0, 0))?, to: utc(day.at(23, 59, 59, 0))? })
    }

    fn second(time: Timestamp) -> Self {
        Self { from: time, to: time }
    }

    /// Returns the span from this time on.
    pub(super) fn from(from: Timestamp) -> Self {
        Self { from, to: Timestamp::MAX }
    }

    /// Returns whether the beginning of this day, in UTC, lies in it.
    pub(super) fn holds_day(self, day: Date) -> bool {
        day.to_zoned(TimeZone::UTC).is_ok_and(|day| self.holds(day.timestamp()))
    }

    pub(super) fn holds(self, time: Timestamp) -> bool {
        (self.from.as_second()..=self.to.as_second()).contains(&time.as_second())
    }
}

pub(super) fn invalid(name: &str, what: &str) -> Answer {
    // The name may be anything that somebody typed, so only what names consist of goes into the code.
    let name: String =
        name.chars().filter(|it| it.is_ascii_alphanumeric() || "_[].-".contains(*it)).collect();
    Answer::error(400, &format!("invalid_value:{name}"), &format!("{name} {what}"))
}
