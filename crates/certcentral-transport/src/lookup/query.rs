//! What to look up, and the requests for it, built and not sent.

use certcentral_model::{CertificateId, OrderId, OrderStatus, ProductOrder, RequestStatus};
use http::Request;
use jiff::civil::Date;

use crate::http::request::{NoBody, get, write_pair};
use crate::lookup::filter::{DateRange, Filters, OrderSort};
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;

/// Returns the request for an order: `GET {base}/order/certificate/{order_id}`.
#[must_use]
pub fn order_info_request(base: &BaseUrl, key: &ApiKey, id: OrderId) -> Request<NoBody> {
    get(format!("{base}/order/certificate/{id}"), key)
}

/// Returns the request for one page of the order list: `GET {base}/order/certificate`, newest
/// first.
#[must_use]
pub fn order_list_request(base: &BaseUrl, key: &ApiKey, query: &OrderQuery) -> Request<NoBody> {
    let mut url = format!("{base}/order/certificate?");
    query.write_to(&mut url);
    get(url, key)
}

/// Returns the request for one page of the request list: `GET {base}/request`.
#[must_use]
pub fn request_list_request(base: &BaseUrl, key: &ApiKey, query: &RequestQuery) -> Request<NoBody> {
    let mut url = format!("{base}/request?");
    query.write_to(&mut url);
    get(url, key)
}

/// Which part of the order list to read. The default is all of it, newest first.
///
/// ```
/// use certcentral_model::OrderStatus;
/// use certcentral_transport::OrderQuery;
///
/// let pending = OrderQuery::new()
///     .status(OrderStatus::Pending)
///     .product_name_id("pkio_qualified_organisation_person_prof");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct OrderQuery {
    pub(crate) filters: Filters,
    pub(crate) sort: OrderSort,
    pub(crate) window: PageWindow,
}

impl OrderQuery {
    /// Asks for all orders.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for the orders to renew: the issued ones for a product whose certificates end before a day.
    /// Those that have ended already are among them, since the API calls them issued as well.
    ///
    /// ```
    /// use certcentral_model::pkio_professional::Order;
    /// use certcentral_transport::OrderQuery;
    /// use certcentral_transport::jiff::civil::date;
    ///
    /// let renewals = OrderQuery::renewals::<Order>(date(2027, 2, 1));
    /// ```
    pub fn renewals<P: ProductOrder>(before: Date) -> Self {
        Self::new()
            .product_name_id(P::PRODUCT_NAME_ID)
            .status(OrderStatus::Issued)
            .valid_till(DateRange::Before(before))
    }

    /// Asks only for orders with this status (`filters[status]`). `issued` includes expired ones.
    pub fn status(self, status: OrderStatus) -> Self {
        self.filter("status", status)
    }

    /// Asks only for orders for a product (`filters[product_name_id]`).
    pub fn product_name_id(self, name_id: impl Into<String>) -> Self {
        self.filter("product_name_id", name_id.into())
    }

    /// Asks only for orders whose certificates end within a range (`filters[valid_till]`).
    pub fn valid_till(self, range: DateRange) -> Self {
        self.filter("valid_till", range)
    }

    /// Asks only for orders that were made within a range (`filters[date_created]`).
    pub fn date_created(self, range: DateRange) -> Self {
        self.filter("date_created", range)
    }

    /// Asks only for orders with this email address (`filters[email]`).
    pub fn email(self, email: impl Into<String>) -> Self {
        self.filter("email", email.into())
    }

    /// Asks only for orders with this common name (`filters[common_name]`).
    pub fn common_name(self, name: impl Into<String>) -> Self {
        self.filter("common_name", name.into())
    }

    /// Asks only for orders whose email address or common name contains a text (`filters[search]`).
    pub fn search(self, text: impl Into<String>) -> Self {
        self.filter("search", format!("%{}", text.into()))
    }

    /// Asks only for the order of a certificate (`filters[certificate_id]`).
    pub fn certificate_id(self, id: CertificateId) -> Self {
        self.filter("certificate_id", id)
    }

    /// Asks only for the order of a certificate by its serial number (`filters[serial_number]`).
    pub fn serial_number(self, number: impl Into<String>) -> Self {
        self.filter("serial_number", number.into())
    }

    /// Asks only for orders that a user made (`filters[user_id]`).
    pub fn user_id(self, id: u64) -> Self {
        self.filter("user_id", id)
    }

    /// Asks only for orders of a container (`filters[container_id]`).
    pub fn container_id(self, id: u64) -> Self {
        self.filter("container_id", id)
    }

    /// Asks only for orders of an organization (`filters[organization_id]`).
    pub fn organization_id(self, id: u64) -> Self {
        self.filter("organization_id", id)
    }

    /// Asks only for orders that no other order renews yet (`filters[is_renewed]`).
    pub fn not_renewed(self) -> Self {
        self.filter("is_renewed", 0)
    }

    /// Sorts the orders. The default is the newest first.
    pub fn sort(mut self, sort: OrderSort) -> Self {
        self.sort = sort;
        self
    }

    /// Sets the number of entries a page: 1 to 1000, 100 by default.
    pub fn page_size(mut self, entries: u32) -> Self {
        self.window = self.window.with_limit(entries);
        self
    }

    fn filter(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.filters.set(name, value);
        self
    }

    pub(crate) fn write_to(&self, url: &mut String) {
        self.window.write_to(url);
        write_pair(url, "sort", self.sort.as_str());
        self.filters.write_to(url);
    }
}

/// Which part of the request list to read. The default is all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct RequestQuery {
    pub(crate) status: Option<RequestStatus>,
    pub(crate) window: PageWindow,
}

impl RequestQuery {
    /// Asks for all requests.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks only for requests with this status (`filters[status]`).
    pub fn status(mut self, status: RequestStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets the number of entries a page: 1 to 1000, 100 by default.
    pub fn page_size(mut self, entries: u32) -> Self {
        self.window = self.window.with_limit(entries);
        self
    }

    pub(crate) fn write_to(&self, url: &mut String) {
        self.window.write_to(url);
        write_pair(url, "sort", "-date");
        if let Some(status) = &self.status {
            write_pair(url, "filters[status]", status.as_str());
        }
    }
}

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageWindow {
    /// Entries a page.
    pub(crate) limit: u32,
    /// Entries before it.
    pub(crate) offset: u64,
}

impl Default for PageWindow {
    fn default() -> Self {
        Self { limit: 100, offset: 0 }
    }
}

impl PageWindow {
    /// Returns a window of this many entries, as far as the API allows.
    fn with_limit(self, entries: u32) -> Self {
        Self { limit: entries.clamp(1, 1000), ..self }
    }

    fn write_to(self, url: &mut String) {
        write_pair(url, "limit", &self.limit.to_string());
        write_pair(url, "offset", &self.offset.to_string());
    }
}
