//! What the lists can be asked for: a part of them, in an order, of what passes filters.
//!
//! A parameter that is not known is passed over, as servers do; a filter that is not known is
//! refused, because whoever sets one relies on it.

use axum::extract::Query as Pairs;
use hyper::Uri;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::answer::Answer;
use crate::books::{PlacedOrder, SortBy, Sorting};

/// Entries a page, where none are asked for and at most.
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

    fn get(&self, wanted: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Result<Option<usize>, Answer> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<i64>() {
            // Beyond any list is beyond any list, however far.
            Ok(number) if is_number => Ok(Some(usize::try_from(number).unwrap_or(usize::MAX))),
            _ => Err(invalid(name, "must be a whole number")),
        }
    }

    fn only_filters(&self, known: &[&str]) -> Result<(), Answer> {
        let filter = |name: &'_ str| {
            name.strip_prefix("filters[")
                .and_then(|name| name.strip_suffix(']'))
                .is_some_and(|name| !known.contains(&name))
        };
        match self.0.iter().find(|(name, _)| filter(name)) {
            Some((name, _)) => Err(invalid(name, "is no filter that is known here")),
            None => Ok(()),
        }
    }
}

/// Which part of a list, and in which order.
pub(super) struct Paging {
    pub(super) limit: usize,
    pub(super) offset: usize,
    pub(super) sorting: Sorting,
}

impl Paging {
    pub(super) fn read(query: &Query, time: &str, id: &str) -> Result<Self, Answer> {
        let limit = query.number("limit")?.unwrap_or(LARGEST_PAGE);
        if !(1..=LARGEST_PAGE).contains(&limit) {
            return Err(invalid("limit", "must be from 1 to 1000"));
        }
        let offset = query.number("offset")?.unwrap_or(0);
        let sort = query.get("sort").unwrap_or(time);
        let (newest_first, key) = match sort.strip_prefix('-') {
            Some(key) => (true, key),
            None => (false, sort),
        };
        let by = match key {
            key if key == time => SortBy::Time,
            key if key == id => SortBy::Id,
            _ => return Err(invalid("sort", "is no member that can be sorted by here")),
        };
        Ok(Self { limit, offset, sorting: Sorting { by, newest_first } })
    }
}

/// The filters of the order list.
pub(super) struct OrderFilters<'a> {
    status: Option<&'a str>,
    product_name_id: Option<&'a str>,
    email: Option<&'a str>,
    search: Option<String>,
    date_created: Option<Span>,
}

impl<'a> OrderFilters<'a> {
    pub(super) fn read(query: &'a Query) -> Result<Self, Answer> {
        const DATE: &str = "filters[date_created]";
        query.only_filters(&["status", "product_name_id", "email", "search", "date_created"])?;
        let date_created = match query.get(DATE) {
            None => None,
            Some(text) => Some(Span::read(text).ok_or_else(|| {
                invalid(DATE, "must be a time, or one after > or <, or two with ... between")
            })?),
        };
        Ok(Self {
            status: query.get("filters[status]"),
            product_name_id: query.get("filters[product_name_id]"),
            email: query.get("filters[email]"),
            search: query.get("filters[search]").map(str::to_lowercase),
            date_created,
        })
    }

    pub(super) fn admit(&self, order: &PlacedOrder) -> bool {
        self.status.is_none_or(|status| order.status.as_str() == status)
            && self.product_name_id.is_none_or(|name_id| order.product_name_id == name_id)
            && self.email.is_none_or(|email| order.is_for(email))
            && self.date_created.is_none_or(|span| span.holds(order.placed_at))
            && self.search.as_deref().is_none_or(|text| found(text, order))
    }
}

/// The filters of the request list.
pub(super) struct RequestFilters<'a> {
    status: Option<&'a str>,
}

impl<'a> RequestFilters<'a> {
    pub(super) fn read(query: &'a Query) -> Result<Self, Answer> {
        query.only_filters(&["status"])?;
        Ok(Self { status: query.get("filters[status]") })
    }

    pub(super) fn admit(&self, order: &PlacedOrder) -> bool {
        self.status
            .is_none_or(|status| order.request_status().is_some_and(|it| it.as_str() == status))
    }
}

/// In the common name or the email address, or as the order id.
fn found(text: &str, order: &PlacedOrder) -> bool {
    let holds =
        |it: &Option<String>| it.as_ref().is_some_and(|it| it.to_lowercase().contains(text));
    holds(&order.common_name) || holds(&order.individual.email) || order.id.to_string() == text
}

/// A span of time, in whole seconds as the lists show it, both ends included.
#[derive(Clone, Copy)]
struct Span {
    from: Timestamp,
    to: Timestamp,
}

impl Span {
    /// `>a`, `<b`, `a...b`, or `a`. A day without a time is the whole day; `>` and `<` then mean
    /// the days after and before it.
    fn read(text: &str) -> Option<Self> {
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

    /// The second or the day that a text names. A time without an offset is in UTC.
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

    fn holds(self, time: Timestamp) -> bool {
        (self.from.as_second()..=self.to.as_second()).contains(&time.as_second())
    }
}

fn invalid(name: &str, what: &str) -> Answer {
    // The name may be anything that somebody typed; it goes into the code as it is known, or not.
    let name: String =
        name.chars().filter(|it| it.is_ascii_alphanumeric() || "_[].-".contains(*it)).collect();
    Answer::error(400, &format!("invalid_value:{name}"), &format!("{name} {what}"))
}
