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
        query
            .filters()
            .map(|(name, value)| order_test(name, value))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn admit(&self, order: &PlacedOrder) -> bool {
        self.0.iter().all(|test| test(order))
    }
}

fn order_test<'a>(name: &'a str, value: &'a str) -> Result<OrderTest<'a>, Answer> {
    let span = || {
        Span::read(value).ok_or_else(|| {
            invalid(
                &format!("filters[{name}]"),
                "must be a time, or one after > or <, or two with ... between",
            )
        })
    };
    // What is the same for all orders here.
    let constant = |constant: String| -> Result<OrderTest<'a>, Answer> {
        let admitted = constant == value;
        Ok(Box::new(move |_| admitted))
    };
    Ok(match name {
        "id" => Box::new(move |order| order.id.to_string() == value),
        "certificate_id" => {
            Box::new(move |order| order.certificate_id().is_some_and(|id| id.to_string() == value))
        }
        "serial_number" => Box::new(move |order| {
            let certificate = order.certificate.as_ref().filter(|it| it.issued.is_some());
            certificate.is_some_and(|it| serial_number(it.id).eq_ignore_ascii_case(value))
        }),
        "status" => Box::new(move |order| has_status(order, value)),
        "product_name_id" => Box::new(move |order| order.product_name_id == value),
        "common_name" => {
            Box::new(move |order| order.common_name.as_deref().is_some_and(|it| same(it, value)))
        }
        "email" => Box::new(move |order| order.is_for(value)),
        "search" => Box::new(move |order| {
            [&order.common_name, &order.individual.email]
                .into_iter()
                .flatten()
                .any(|it| found(it, value))
        }),
        "date_created" => {
            let span = span()?;
            Box::new(move |order| span.holds(order.placed_at))
        }
        "valid_till" => {
            let span = span()?;
            Box::new(move |order| order.valid_till().is_some_and(|day| span.holds_day(day)))
        }
        "user_id" => return constant(USER_ID.to_string()),
        "container_id" => return constant(CONTAINER_ID.to_string()),
        "organization_id" => return constant(ORGANIZATION_ID.to_string()),
        "origin" => return constant("certcentral".into()),
        "is_renewed" | "disable_renewal_notifications" => return constant("0".into()),
        "domain_name" | "metadata_id" => Box::new(|_| false),
        _ => return Err(unknown(name)),
    })
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

/// The filters of the request list.
pub(super) struct RequestFilters<'a> {
    status: Option<&'a str>,
    kind: Option<&'a str>,
    container_id: Option<&'a str>,
    search: Option<&'a str>,
    by_metadata: bool,
}

impl<'a> RequestFilters<'a> {
    pub(super) fn read(query: &'a Query) -> Result<Self, Answer> {
        let mut filters =
            Self { status: None, kind: None, container_id: None, search: None, by_metadata: false };
        for (name, value) in query.filters() {
            match name {
                "status" => filters.status = Some(value),
                "type" => filters.kind = Some(value),
                "container_id" => filters.container_id = Some(value),
                "search" => filters.search = Some(value),
                "metadata_id" | "metadata_value" => filters.by_metadata = true,
                _ => return Err(unknown(name)),
            }
        }
        Ok(filters)
    }

    pub(super) fn admit(&self, request: &OrderRequest, order: &PlacedOrder) -> bool {
        let name = order.common_name.as_deref().unwrap_or_default();
        self.status.is_none_or(|status| request.status.as_str() == status)
            && self.kind.is_none_or(|kind| request.purpose.as_str() == kind)
            && self.container_id.is_none_or(|id| CONTAINER_ID.to_string() == id)
            && self.search.is_none_or(|text| found(name, text))
            && !self.by_metadata
    }
}

fn unknown(name: &str) -> Answer {
    invalid(&format!("filters[{name}]"), "is not a filter that is known here")
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
                    "common_name" => |a, b| a.common_name.cmp(&b.common_name),
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
