//! The filters of the two lists, and what they can be sorted by.

use std::cmp::Ordering;

use certcentral_model::OrderStatus;

use super::query::{Query, Span, invalid};
use super::show::{CONTAINER_ID, ORGANIZATION_ID, USER_ID, serial_number};
use crate::answer::Answer;
use crate::books::{OrderRequest, PlacedOrder};

type OrderTest<'a> = Box<dyn Fn(&PlacedOrder) -> bool + 'a>;

/// The filters of the order list, each a test that an order has to pass.
pub(super) struct OrderFilters<'a>(Vec<OrderTest<'a>>);

impl<'a> OrderFilters<'a> {
    pub(super) fn read(query: &'a Query) -> Result<Self, Answer> {
        let tests = query.filters().map(|(name, value)| order_test(name, value));
        tests.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn admit(&self, order: &PlacedOrder) -> bool {
        self.0.iter().all(|test| test(order))
    }
}

fn order_test<'a>(name: &'a str, value: &'a str) -> Result<OrderTest<'a>, Answer> {
    let malformed = |what| refused(name, what);
    let span = || {
        Span::read(value).ok_or_else(|| {
            malformed("must be a time, or one after > or <, or two with ... between")
        })
    };
    Ok(match name {
        "id" => {
            let id = number(name, value)?;
            Box::new(move |order| order.id.to_string() == id)
        }
        "certificate_id" => {
            let id = number(name, value)?;
            Box::new(move |order| order.certificate_id().is_some_and(|it| it.to_string() == id))
        }
        "serial_number" => Box::new(move |order| {
            let certificate = order.certificate.as_ref().filter(|it| it.issued.is_some());
            certificate.is_some_and(|it| serial_number(it.id).eq_ignore_ascii_case(value))
        }),
        "status" => Box::new(move |order| has_status(order, value)),
        "product_name_id" => Box::new(move |order| order.ordered.product_name_id == value),
        "common_name" => Box::new(move |order| {
            order.ordered.common_name.as_deref().is_some_and(|it| same(it, value))
        }),
        "email" => Box::new(move |order| order.is_for(value)),
        "search" => Box::new(move |order| {
            let texts = [&order.ordered.common_name, &order.ordered.individual.email];
            texts.into_iter().flatten().any(|it| found(it, value))
        }),
        "date_created" => {
            let span = span()?;
            Box::new(move |order| span.holds(order.placed_at))
        }
        "valid_till" => {
            let span = span()?;
            Box::new(move |order| order.valid_till().is_some_and(|day| span.holds_day(day)))
        }
        // What is the same for all orders here.
        "user_id" => all_or_none(number(name, value)? == USER_ID.to_string()),
        "container_id" => all_or_none(number(name, value)? == CONTAINER_ID.to_string()),
        "organization_id" => all_or_none(number(name, value)? == ORGANIZATION_ID.to_string()),
        "origin" => match value {
            "certcentral" => all_or_none(true),
            "migrated" => all_or_none(false),
            _ => return Err(malformed("must be certcentral or migrated")),
        },
        "is_renewed" | "disable_renewal_notifications" => match value {
            "0" => all_or_none(true),
            "1" => all_or_none(false),
            _ => return Err(malformed("must be 0 or 1")),
        },
        "metadata_id" => {
            number(name, value)?;
            all_or_none(false)
        }
        "domain_name" => all_or_none(false),
        _ => return Err(unknown(name)),
    })
}

fn all_or_none(is_admitted: bool) -> OrderTest<'static> {
    Box::new(move |_| is_admitted)
}

/// Returns the value of a filter that compares ids.
fn number<'a>(name: &str, value: &'a str) -> Result<&'a str, Answer> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(value).ok_or_else(|| refused(name, "must be a whole number"))
}

/// `issued` includes what has expired.
fn has_status(order: &PlacedOrder, status: &str) -> bool {
    order.status.as_str() == status || status == "issued" && order.status == OrderStatus::Expired
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// `%` before the text asks for texts that contain it.
fn found(text: &str, wanted: &str) -> bool {
    match wanted.strip_prefix('%') {
        Some(part) => text.to_lowercase().contains(&part.to_lowercase()),
        None => same(text, wanted),
    }
}

type RequestTest<'a> = Box<dyn Fn(&OrderRequest, &PlacedOrder) -> bool + 'a>;

/// The filters of the request list, each a test that a request has to pass.
pub(super) struct RequestFilters<'a>(Vec<RequestTest<'a>>);

impl<'a> RequestFilters<'a> {
    pub(super) fn read(query: &'a Query) -> Result<Self, Answer> {
        let tests = query.filters().map(|(name, value)| request_test(name, value));
        tests.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn admit(&self, request: &OrderRequest, order: &PlacedOrder) -> bool {
        self.0.iter().all(|test| test(request, order))
    }
}

fn request_test<'a>(name: &'a str, value: &'a str) -> Result<RequestTest<'a>, Answer> {
    Ok(match name {
        "status" => Box::new(move |request, _| request.status.as_str() == value),
        "type" => Box::new(move |request, _| request.purpose.as_str() == value),
        "search" => Box::new(move |_, order| {
            order.ordered.common_name.as_deref().is_some_and(|it| found(it, value))
        }),
        "container_id" => {
            let is_admitted = number(name, value)? == CONTAINER_ID.to_string();
            Box::new(move |_, _| is_admitted)
        }
        "metadata_id" => {
            number(name, value)?;
            Box::new(|_, _| false)
        }
        "metadata_value" => Box::new(|_, _| false),
        _ => return Err(unknown(name)),
    })
}

fn unknown(name: &str) -> Answer {
    refused(name, "is not a known filter")
}

fn refused(name: &str, why: &str) -> Answer {
    invalid(&format!("filters[{name}]"), why)
}

/// What a list is sorted by: the first key decides, then the next, and the id in the end.
pub(super) struct Sorting<T>(Vec<Key<T>>);

struct Key<T> {
    descends: bool,
    compare: By<T>,
}

/// Compares by one member.
type By<T> = fn(&T, &T) -> Ordering;

impl<T> Sorting<T> {
    /// Reads `sort`: members with commas between, each after `-` if it descends.
    fn read(
        query: &Query,
        default: &str,
        by_id: By<T>,
        by: impl Fn(&str) -> Option<By<T>>,
    ) -> Result<Self, Answer> {
        let mut keys = Vec::new();
        for key in query.get("sort").unwrap_or(default).split(',') {
            let name = key.trim().trim_start_matches('-');
            let compare = by(name).ok_or_else(|| invalid("sort", "names an unknown member"))?;
            keys.push(Key { descends: key.trim().starts_with('-'), compare });
        }
        let descends = keys.first().is_some_and(|key| key.descends);
        keys.push(Key { descends, compare: by_id });
        Ok(Self(keys))
    }

    pub(super) fn compare(&self, one: &T, other: &T) -> Ordering {
        let by_key = |key: &Key<T>| {
            let ordering = (key.compare)(one, other);
            if key.descends { ordering.reverse() } else { ordering }
        };
        self.0.iter().map(by_key).find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl Sorting<PlacedOrder> {
    pub(super) fn of_orders(query: &Query) -> Result<Self, Answer> {
        Self::read(
            query,
            "date_created",
            |a, b| a.id.cmp(&b.id),
            |name| {
                Some(match name {
                    "date_created" => |a, b| a.placed_at.as_second().cmp(&b.placed_at.as_second()),
                    "id" | "order_id" => |a, b| a.id.cmp(&b.id),
                    "status" => |a, b| a.status.as_str().cmp(b.status.as_str()),
                    "common_name" => |a, b| a.ordered.common_name.cmp(&b.ordered.common_name),
                    "valid_till" => |a, b| a.valid_till().cmp(&b.valid_till()),
                    _ => return None,
                })
            },
        )
    }
}

impl Sorting<OrderRequest> {
    pub(super) fn of_requests(query: &Query) -> Result<Self, Answer> {
        Self::read(
            query,
            "date",
            |a, b| a.id.cmp(&b.id),
            |name| {
                Some(match name {
                    "date" => |a, b| a.made_at.as_second().cmp(&b.made_at.as_second()),
                    "id" => |a, b| a.id.cmp(&b.id),
                    "status" => |a, b| a.status.as_str().cmp(b.status.as_str()),
                    _ => return None,
                })
            },
        )
    }
}
