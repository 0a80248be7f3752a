//! Which orders to list: the filters of the API's page, and how dates are compared in them.

use std::fmt;

use jiff::civil::Date;

use crate::http::request::write_pair;

/// A range of days for a filter.
///
/// The API's page names the filters on dates and not how a range is written: `>`, `<` and `...` are
/// known from other clients. So check the dates of what comes back as well.
///
/// ```
/// use certcentral_transport::DateRange;
/// use certcentral_transport::jiff::civil::date;
///
/// assert_eq!(DateRange::After(date(2026, 11, 24)).to_string(), ">2026-11-24");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateRange {
    /// Later than a day.
    After(Date),
    /// Earlier than a day.
    Before(Date),
    /// From one day to another.
    Between(Date, Date),
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(day) => write!(f, ">{day}"),
            Self::Before(day) => write!(f, "<{day}"),
            Self::Between(first, last) => write!(f, "{first}...{last}"),
        }
    }
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderSort {
    /// By the day that an order was made, the newest first.
    #[default]
    Newest,
    /// By the day that an order was made, the oldest first.
    Oldest,
}

impl OrderSort {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "-date_created",
            Self::Oldest => "date_created",
        }
    }
}

/// The filters of a list, in the order in which they were set. One that is set again is replaced.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Filters(Vec<(&'static str, String)>);

impl Filters {
    pub(crate) fn set(&mut self, name: &'static str, value: impl fmt::Display) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.to_string()));
    }

    pub(crate) fn write_to(&self, url: &mut String) {
        for (name, value) in &self.0 {
            write_pair(url, &format!("filters[{name}]"), value);
        }
    }
}

/// The names alone: a value may be an email address.
impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
