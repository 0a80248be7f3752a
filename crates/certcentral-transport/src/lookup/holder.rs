//! Which orders a person has at CertCentral: the second guard before an order is sent.
//!
//! It is best effort. That nothing is listed proves nothing, and a failure holds nothing up; what is
//! listed is told, so that nobody orders a second time what is there to be seen.

use std::fmt;
use std::time::Duration;

use certcentral_model::{OrderId, OrderList, OrderStatus, ProductOrder, RequestId, RequestList};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use crate::client::Client;
use crate::http::answer::LIST_CAP;
use crate::http::redact::Redactor;
use crate::http::runtime;
use crate::lookup::error::LookupError;
use crate::lookup::find::baseline::Baseline;
use crate::lookup::find::holder_match::SoughtHolder;
use crate::lookup::find::row::{Row, Rows};
use crate::lookup::get_once;
use crate::lookup::query::{OrderQuery, RequestQuery, order_list_request, request_list_request};

/// How long the look before a sending waits for both lists, and for each order that it reads itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// Entries that are read of each list where not all are: one page, the newest.
const NEWEST: u32 = 1_000;

/// Orders that are read one by one because a list shows a name and no email address.
const READ_THEMSELVES: usize = 5;

/// An order whose certificate ends within this many days is renewed by a new one, which is not in the way.
const RENEWAL_DAYS: i64 = 90;

/// The orders of one person that CertCentral lists: [`Client::orders_of_holder`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HolderOrders {
    /// Orders of this product that are certainly for this person: they show the individual's id, or the
    /// email address with a name that has something in common.
    pub certain: Vec<HolderOrder>,
    /// Orders of this product with the person's full name and no email address, where reading the order
    /// itself did not decide either. A person must look.
    pub undecided: Vec<HolderOrder>,
    /// Orders that show the person's email address or full name, and may be another's.
    pub possible: Vec<HolderOrder>,
}

impl HolderOrders {
    /// Returns the orders that are [in the way](HolderOrder::is_in_the_way) on a day: those that are
    /// certainly the person's, and those that bear the full name where nothing decides.
    #[must_use]
    pub fn in_the_way(&self, today: Date) -> Vec<HolderOrder> {
        let all = self.certain.iter().chain(&self.undecided);
        all.filter(|order| order.is_in_the_way(today)).cloned().collect()
    }

    /// Leaves these orders out: the person is known to have them.
    pub fn drop_orders(&mut self, known: &[OrderId]) {
        for list in [&mut self.certain, &mut self.undecided, &mut self.possible] {
            list.retain(|order| !order.order_id.is_some_and(|id| known.contains(&id)));
        }
    }
}

/// An order, or a request that does not name its order, as the lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HolderOrder {
    /// Order ID. Absent for a request that does not name its order.
    pub order_id: Option<OrderId>,
    /// The requests about it, where the lists show some.
    pub request_ids: Vec<RequestId>,
    /// The status of the order.
    pub status: Option<OrderStatus>,
    /// When it was made, as the server wrote it.
    pub date_created: Option<String>,
    /// Until when its certificate is valid, as the server wrote it.
    pub valid_till: Option<String>,
    /// Whether the request for it was rejected or canceled.
    pub is_refused: bool,
}

impl HolderOrder {
    /// Returns whether another order for the person would be a second one: this one has not ended, and
    /// its certificate, if there is one, is valid for more than 90 days from a day on. A renewal is not a
    /// second one.
    #[must_use]
    pub fn is_in_the_way(&self, today: Date) -> bool {
        let has_ended = self.is_refused || self.status.as_ref().is_some_and(OrderStatus::has_ended);
        let valid_till: Option<Date> =
            self.valid_till.as_deref().and_then(|text| text.get(..10)?.parse().ok());
        let ends_soon = valid_till.is_some_and(|end| {
            today
                .checked_add(SignedDuration::from_hours(24 * RENEWAL_DAYS))
                .is_ok_and(|day| end <= day)
        });
        !has_ended && !ends_soon
    }
}

/// What both lists of CertCentral show, read whole, for many orders: [`Client::list_holders`].
pub struct ListedHolders {
    rows: Rows,
    /// What is listed, for a later search.
    pub baseline: Baseline,
    /// Whether both lists were read whole.
    pub is_complete: bool,
    /// Why not.
    pub failure: Option<LookupError>,
}

impl fmt::Debug for ListedHolders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, baseline: _, is_complete, failure } = self;
        f.debug_struct("ListedHolders")
            .field("rows", &rows.as_slice().len())
            .field("is_complete", is_complete)
            .field("failure", failure)
            .finish()
    }
}

/// What CertCentral lists before orders are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LookBefore {
    /// What is listed, for a later search.
    pub baseline: Baseline,
    /// What each person has, in the order of the orders that were asked for.
    pub holders: Vec<HolderOrders>,
    /// Whether both lists were read as far as was meant.
    pub is_complete: bool,
    /// Why one of them was not.
    pub failure: Option<LookupError>,
}

impl Client {
    /// Looks at the newest entries of the order list and of the request list before orders are sent, and
    /// asks them twice: which orders these persons have, and what was there before.
    ///
    /// The look is best effort: it reads one page of each list, both at once, tries each once, neither
    /// waits for the client's [`Pacing`](crate::Pacing) nor stops it, and takes 5 seconds at most. Of the
    /// orders that show the name of a person and no email address it then reads up to five, as
    /// [`get_order`](Self::get_order) does, for 5 seconds each at most. A failure changes nothing for the
    /// order; what could not be read is missing.
    pub async fn look_before_sending<P: ProductOrder>(&self, orders: &[&P]) -> LookBefore {
        if !runtime::is_usable() {
            return LookBefore::default();
        }
        let shared = &self.shared;
        let of_orders = OrderQuery::new().page_size(NEWEST);
        let of_requests = RequestQuery::new().page_size(NEWEST);
        let order_list =
            get_once(shared, |base, key| order_list_request(base, key, &of_orders), LIST_CAP);
        let request_list =
            get_once(shared, |base, key| request_list_request(base, key, &of_requests), LIST_CAP);
        let (order_list, request_list) =
            tokio::join!(timeout(PATIENCE, order_list), timeout(PATIENCE, request_list));
        let mut rows = Rows::default();
        let (mut is_complete, mut failure) = (true, None);
        match request_list {
            Ok(Ok(RequestList { requests, .. })) => {
                requests.iter().for_each(|request| rows.add_request(request));
            }
            Ok(Err(error)) => (is_complete, failure) = (false, Some(error)),
            Err(_) => is_complete = false,
        }
        match order_list {
            Ok(Ok(OrderList { orders, .. })) => {
                orders.iter().for_each(|order| rows.add_order(order))
            }
            Ok(Err(error)) => (is_complete, failure) = (false, Some(error)),
            Err(_) => is_complete = false,
        }
        let holders = self.holders(&mut rows, orders).await;
        LookBefore { baseline: self.baseline_of(&rows), holders, is_complete, failure }
    }

    /// Returns the orders that CertCentral lists for the person of an order.
    ///
    /// # Errors
    ///
    /// [`LookupError`] if neither list can be read.
    pub async fn orders_of_holder<P: ProductOrder>(
        &self,
        order: &P,
    ) -> Result<HolderOrders, LookupError> {
        let mut listed = self.list_holders().await?;
        Ok(self.orders_in(&mut listed, order).await)
    }

    /// Returns which of the listed orders are those of the person of an order. A few orders that show a
    /// name alone are read themselves.
    pub async fn orders_in<P: ProductOrder>(
        &self,
        listed: &mut ListedHolders,
        order: &P,
    ) -> HolderOrders {
        self.holders(&mut listed.rows, &[order]).await.pop().unwrap_or_default()
    }

    /// Reads both lists whole, once, to ask them for the orders of many persons.
    ///
    /// # Errors
    ///
    /// [`LookupError`] if neither list can be read.
    pub async fn list_holders(&self) -> Result<ListedHolders, LookupError> {
        let mut rows = Rows::default();
        let mut requests = self.list_requests(RequestQuery::new().page_size(NEWEST));
        let mut request_failure = None;
        while let Some(page) = requests.next_page().await {
            match page {
                Ok(page) => page.iter().for_each(|(_, request)| rows.add_request(request)),
                Err(error) => request_failure = Some(error),
            }
        }
        let mut list = self.list_orders(OrderQuery::new().page_size(NEWEST));
        let mut order_failure = None;
        while let Some(page) = list.next_page().await {
            match page {
                Ok(page) => page.iter().for_each(|(_, order)| rows.add_order(order)),
                Err(error) => order_failure = Some(error),
            }
        }
        let failure = match (request_failure, order_failure) {
            (Some(_), Some(error)) => return Err(error),
            (one, other) => one.or(other),
        };
        let is_complete = failure.is_none() && requests.is_whole() && list.is_whole();
        Ok(ListedHolders { baseline: self.baseline_of(&rows), rows, is_complete, failure })
    }

    /// Says which rows are whose. Those that show a name alone are read themselves, a few of them.
    async fn holders<P: ProductOrder>(&self, rows: &mut Rows, orders: &[&P]) -> Vec<HolderOrders> {
        let sought: Vec<_> = orders.iter().map(|order| SoughtHolder::new(order.holder())).collect();
        let today = jiff::tz::TimeZone::UTC.to_datetime(Timestamp::now()).date();
        let nameless = |row: &&Row| {
            row.is_of(P::PRODUCT_NAME_ID) != Some(false)
                && sought.iter().any(|holder| has_name_alone(holder, row))
                && order_of(row).is_in_the_way(today)
        };
        let unclear: Vec<OrderId> =
            rows.as_slice().iter().filter(nameless).filter_map(|row| row.order_id).collect();
        for id in unclear.into_iter().take(READ_THEMSELVES) {
            if let Ok(Ok(order)) = timeout(PATIENCE, self.get_order(id)).await {
                rows.add_order(&order);
            }
        }
        let redactor = Redactor { key: &self.shared.key_secrets, card: None };
        sought.iter().map(|holder| of_holder(holder, rows, P::PRODUCT_NAME_ID, redactor)).collect()
    }

    fn baseline_of(&self, rows: &Rows) -> Baseline {
        let rows = rows.as_slice();
        Baseline::listing(
            rows.iter().filter_map(|row| row.order_id).collect(),
            rows.iter().flat_map(|row| row.request_ids.iter().copied()).collect(),
            self.shared.server_time(),
        )
    }
}

fn has_name_alone(holder: &SoughtHolder, row: &Row) -> bool {
    row.holder.emails.is_empty() && holder.has_name_of(&row.holder)
}

fn of_holder(
    holder: &SoughtHolder,
    rows: &Rows,
    product: &str,
    redactor: Redactor<'_>,
) -> HolderOrders {
    let mut orders = HolderOrders::default();
    for row in rows.as_slice() {
        let is_of_product = row.is_of(product);
        let list = if is_of_product == Some(false) {
            continue;
        } else if is_of_product == Some(true) && holder.is_certain(&row.holder) {
            &mut orders.certain
        } else if is_of_product == Some(true) && has_name_alone(holder, row) {
            &mut orders.undecided
        } else if holder.has_email_of(&row.holder) || holder.has_name_of(&row.holder) {
            &mut orders.possible
        } else {
            continue;
        };
        let text = |text: Option<String>| text.map(|text| redactor.text(&text).into_owned());
        let mut order = order_of(row);
        order.status = order.status.map(|it| OrderStatus::from(&*redactor.text(it.as_str())));
        order.date_created = text(order.date_created);
        order.valid_till = text(order.valid_till);
        list.push(order);
    }
    orders
}

fn order_of(row: &Row) -> HolderOrder {
    HolderOrder {
        order_id: row.order_id,
        request_ids: row.request_ids.clone(),
        status: row.status.clone(),
        date_created: row.date_created.clone(),
        valid_till: row.valid_till.clone(),
        is_refused: row.is_refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(status: &str, valid_till: Option<&str>) -> HolderOrder {
        HolderOrder {
            order_id: None,
            request_ids: Vec::new(),
            status: Some(OrderStatus::from(status)),
            date_created: None,
            valid_till: valid_till.map(str::to_owned),
            is_refused: false,
        }
    }

    #[test]
    fn what_has_ended_or_ends_soon_is_not_in_the_way() {
        let today: Date = "2026-11-30".parse().expect("a day");
        for (status, valid_till, is_in_the_way) in [
            ("pending", None, true),
            ("issued", Some("2027-11-30"), true),
            ("issued", Some("2027-03-01"), true),
            ("issued", Some("2027-02-28"), false),
            ("issued", Some("2026-01-01"), false),
            ("issued", Some("soon"), true),
            ("rejected", None, false),
            ("canceled", None, false),
            ("revoked", Some("2027-11-30"), false),
            ("expired", Some("2027-11-30"), false),
            ("something new", None, true),
        ] {
            let order = order(status, valid_till);
            assert_eq!(order.is_in_the_way(today), is_in_the_way, "{status} {valid_till:?}");
        }
        let refused = HolderOrder { is_refused: true, ..order("pending", None) };
        assert!(!refused.is_in_the_way(today));
    }
}
