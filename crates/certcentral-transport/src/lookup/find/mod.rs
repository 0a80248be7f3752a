//! Looking for orders of which it is unknown whether they were placed.
//!
//! It reads the request list and the order list and reports what it found. It decides nothing:
//! whether to send again is for a person who has read the report. Reading is here; what the lists say
//! is judged in `judge`, from values alone.

pub(crate) mod baseline;
mod date;
pub(crate) mod holder_match;
mod index;
mod judge;
#[cfg(test)]
mod names;
pub(crate) mod report;
mod row;
pub(crate) mod search;
#[cfg(test)]
mod world;

use std::collections::HashSet;
use std::time::Instant;

use certcentral_model::{OrderInfo, OrderStatus, RequestInfo};
use jiff::{SignedDuration, Timestamp};

use crate::client::Client;
use crate::http::redact::Redactor;
use crate::lookup::error::LookupError;
use crate::lookup::find::judge::{Look, judge};
use crate::lookup::find::report::FindReport;
use crate::lookup::find::row::Rows;
use crate::lookup::find::search::{LookTime, OrderSearch};
use crate::lookup::pages::Listing;
use crate::lookup::query::{OrderQuery, RequestQuery};

/// How often a list that moves while it is read is read.
const READINGS: u32 = 3;

/// Rows a page: few pages, each of which stays far below what is read of an answer.
const PAGE_SIZE: u32 = 500;

impl Client {
    /// Looks for an order of which it is unknown whether it was placed.
    ///
    /// Both lists are read whole. See [`Verdict`](crate::Verdict) for what the result means, and
    /// [`OrderSearch`] for what is known of the order: the more, the less doubt is left.
    ///
    /// ```no_run
    /// # async fn run(client: certcentral_transport::Client, order: certcentral_model::pkio_professional::Order, unknown: certcentral_transport::Unknown) -> Result<(), certcentral_transport::LookupError> {
    /// use certcentral_transport::{OrderSearch, Verdict};
    ///
    /// let report = client.find_order(&OrderSearch::after(&order, &unknown)).await?;
    /// match report.verdict {
    ///     Verdict::Found => println!("it was placed: {:?}", report.order_id()),
    ///     Verdict::NotFound => println!("it was not placed, and may be sent again"),
    ///     Verdict::Ambiguous => println!("look at these: {:?}", report.candidates),
    ///     Verdict::TooEarly => println!("look again in {:?}", report.settles_in),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LookupError`] if neither list can be read. Nothing is known then.
    pub async fn find_order(&self, search: &OrderSearch) -> Result<FindReport, LookupError> {
        let mut reports = self.find_orders(std::slice::from_ref(search)).await?;
        Ok(reports.remove(0))
    }

    /// Looks for many orders in one reading of the lists, and returns a report for each search, in the
    /// same order.
    ///
    /// An order that is certain to be that of one search is not a candidate for the others. Two
    /// searches for the same holder may find the same order.
    ///
    /// # Errors
    ///
    /// As [`find_order`](Self::find_order).
    pub async fn find_orders(
        &self,
        searches: &[OrderSearch],
    ) -> Result<Vec<FindReport>, LookupError> {
        if searches.is_empty() {
            return Ok(Vec::new());
        }
        let (rows, look) = self.read_lists(searches).await?;
        let mut reports = judge(&rows, searches, &look).await;
        // Rows are compared as they came; what is handed on of them is redacted.
        let redactor = Redactor { key: &self.shared.key_secrets, card: None };
        for candidate in reports.iter_mut().flat_map(|report| &mut report.candidates) {
            if let Some(status) = &mut candidate.status {
                *status = OrderStatus::from(&*redactor.text(status.as_str()));
            }
            if let Some(date) = &mut candidate.date_created {
                *date = redactor.text(date).into_owned();
            }
        }
        Ok(reports)
    }

    /// Reads all that the searches need.
    async fn read_lists(&self, searches: &[OrderSearch]) -> Result<(Rows, Look), LookupError> {
        let (wall, monotonic) = (Timestamp::now(), Instant::now());
        let mut rows = Rows::default();

        // Requests first: an order that is approved meanwhile goes from there to the orders.
        let requests = || self.list_requests(RequestQuery::new().page_size(PAGE_SIZE));
        let requests =
            read_whole(requests, |request: &RequestInfo| rows.add_request(request)).await;
        let orders = || self.list_orders(OrderQuery::new().page_size(PAGE_SIZE));
        let orders = read_whole(orders, |order: &OrderInfo| rows.add_order(order)).await;
        let is_whole = matches!((&requests, &orders), (Ok(true), Ok(true)));
        let mut failure = match (requests, orders) {
            (Err(error), Err(_)) => return Err(error),
            (requests, orders) => requests.and(orders).err(),
        };

        for id in searches.iter().filter_map(|search| search.order_id) {
            if rows.position(id).is_none() {
                match self.get_order(id).await {
                    Ok(order) => rows.add_order(&order),
                    Err(error) if error.is_not_found() => {}
                    Err(error) => failure = Some(error),
                }
            }
        }
        let passed = SignedDuration::try_from(monotonic.elapsed()).unwrap_or(SignedDuration::MAX);
        let server = self.shared.server_time().and_then(|now| now.checked_sub(passed).ok());
        let is_whole = is_whole && failure.is_none();
        let time = LookTime { wall, monotonic, server };
        Ok((rows, Look { time, is_whole, failure }))
    }
}

/// Reads a list to its end, and says whether all of it was read.
///
/// A list that moves meanwhile is read again. If it only grew, the new entries are at its top, and the
/// reading stops as soon as all that the server counts are known.
async fn read_whole<T>(
    list: impl Fn() -> Listing<T>,
    mut add: impl FnMut(&T),
) -> Result<bool, LookupError> {
    let mut known = HashSet::new();
    let mut last_total = None;
    let mut has_shrunk = false;
    for reading in 0..READINGS {
        let mut list = list();
        while let Some(page) = list.next_page().await {
            for (id, entry) in page? {
                if known.insert(id) {
                    add(&entry);
                }
            }
            has_shrunk |= list.has_shrunk() || list.total() < last_total;
            let is_caught_up = list.total().is_some_and(|total| known.len() as u64 >= total);
            if reading > 0 && is_caught_up && !has_shrunk && list.unreadable() == 0 {
                return Ok(true);
            }
        }
        if list.is_whole() {
            return Ok(true);
        }
        if list.unreadable() > 0 || !list.has_moved() {
            return Ok(false);
        }
        last_total = list.total();
    }
    Ok(false)
}
