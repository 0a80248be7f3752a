//! What to look up, and the requests for it, built and not sent.

use certcentral_model::{OrderId, OrderStatus, RequestStatus};
use http::Request;

use crate::http::request::{NoBody, get, write_pair};
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
pub struct OrderQuery {
    pub(crate) status: Option<OrderStatus>,
    pub(crate) product_name_id: Option<String>,
    pub(crate) window: PageWindow,
}

impl OrderQuery {
    /// Asks for all orders.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks only for orders with this status (`filters[status]`).
    #[must_use]
    pub fn status(mut self, status: OrderStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Asks only for orders for a product (`filters[product_name_id]`).
    #[must_use]
    pub fn product_name_id(mut self, name_id: impl Into<String>) -> Self {
        self.product_name_id = Some(name_id.into());
        self
    }

    /// Asks for so many entries at a time: 1 to 1000, 100 by default.
    #[must_use]
    pub fn page_size(mut self, entries: u32) -> Self {
        self.window = self.window.with_limit(entries);
        self
    }

    pub(crate) fn write_to(&self, url: &mut String) {
        self.window.write_to(url);
        write_pair(url, "sort", "-date_created");
        if let Some(status) = &self.status {
            write_pair(url, "filters[status]", status.as_str());
        }
        if let Some(name_id) = &self.product_name_id {
            write_pair(url, "filters[product_name_id]", name_id);
        }
    }
}

/// Which part of the request list to read. The default is all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestQuery {
    pub(crate) status: Option<RequestStatus>,
    pub(crate) window: PageWindow,
}

impl RequestQuery {
    /// Asks for all requests.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks only for requests with this status (`filters[status]`).
    #[must_use]
    pub fn status(mut self, status: RequestStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Asks for so many entries at a time: 1 to 1000, 100 by default.
    #[must_use]
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
    /// So many entries a page, as far as the API allows.
    fn with_limit(self, entries: u32) -> Self {
        Self { limit: entries.clamp(1, 1000), ..self }
    }

    fn write_to(self, url: &mut String) {
        write_pair(url, "limit", &self.limit.to_string());
        write_pair(url, "offset", &self.offset.to_string());
    }
}
