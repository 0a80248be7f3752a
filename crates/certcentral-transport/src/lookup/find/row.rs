//! What both lists say, order by order.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use certcentral_model::{
    CertificateId, OrderId, OrderInfo, OrderStatus, ProductInfo, RequestId, RequestInfo,
    RequestStatus,
};
use jiff::Timestamp;

use crate::http::redact::REDACTED;
use crate::lookup::find::date::moment;
use crate::lookup::find::holder_match::ShownHolder;

/// What the lists say of one order, or of a request that does not name its order.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) order_id: Option<OrderId>,
    pub(crate) request_ids: Vec<RequestId>,
    pub(crate) certificate_id: Option<CertificateId>,
    pub(crate) status: Option<OrderStatus>,
    pub(crate) date_created: Option<String>,
    pub(crate) valid_till: Option<String>,
    /// Whether the request for the order itself was rejected or canceled.
    pub(crate) is_refused: bool,
    pub(crate) holder: ShownHolder,
    products: Vec<String>,
    created_at: Option<Timestamp>,
    requested_at: Option<Timestamp>,
}

impl Row {
    /// When the order was made; where it has no date of its own that can be relied on, when it was
    /// last requested.
    pub(crate) fn date(&self) -> Option<Timestamp> {
        self.created_at.or(self.requested_at)
    }

    /// Whether the row is of this product. `None` if it does not say.
    pub(crate) fn is_of(&self, product_name_id: &str) -> Option<bool> {
        let is_same = |product: &String| product.eq_ignore_ascii_case(product_name_id);
        (!self.products.is_empty()).then(|| self.products.iter().any(is_same))
    }

    /// Whether the order was rejected or canceled: nobody accepts it for an open attempt unseen.
    pub(crate) fn has_been_refused(&self) -> bool {
        let status = self.status.as_ref().map(OrderStatus::as_str);
        self.is_refused || matches!(status, Some("rejected" | "canceled"))
    }

    fn add_product(&mut self, product: Option<&ProductInfo>) {
        let name_id = product.and_then(|product| product.name_id.as_deref()).map(str::trim);
        let is_shown = |name_id: &&str| !name_id.is_empty() && !name_id.contains(REDACTED);
        self.products.extend(name_id.filter(is_shown).map(str::to_owned));
    }
}

/// All rows of both lists.
#[derive(Default)]
pub(crate) struct Rows {
    rows: Vec<Row>,
    by_order: HashMap<OrderId, usize>,
}

impl Rows {
    pub(crate) fn as_slice(&self) -> &[Row] {
        &self.rows
    }

    /// The number of an order's row.
    pub(crate) fn position(&self, id: OrderId) -> Option<usize> {
        self.by_order.get(&id).copied()
    }

    /// Adds what an order says of itself.
    pub(crate) fn add_order(&mut self, order: &OrderInfo) {
        let certificate = order.certificate.as_ref();
        let row = self.row(order.id);
        row.status = order.status.clone().or(row.status.take());
        row.certificate_id = certificate.and_then(|info| info.id).or(row.certificate_id);
        row.date_created = order.date_created.clone().or(row.date_created.take());
        let valid_till = certificate.and_then(|info| info.valid_till.clone());
        row.valid_till = valid_till.or(row.valid_till.take());
        row.created_at = moment(order.date_created.as_deref()).or(row.created_at);
        row.request_ids.extend(order.requests.iter().map(|request| request.id));
        row.add_product(order.product.as_ref());
        row.holder.add(certificate, order.individual.as_ref());
    }

    /// Adds what a request says of its order. A request of any type says that there is one.
    pub(crate) fn add_request(&mut self, request: &RequestInfo) {
        let row = match &request.order {
            Some(order) => {
                let certificate = order.certificate.as_ref();
                let row = self.row(order.id);
                row.certificate_id = row.certificate_id.or(certificate.and_then(|info| info.id));
                row.add_product(order.product.as_ref());
                row.holder.add(certificate, None);
                row
            }
            None => self.push(Row::default()),
        };
        row.request_ids.push(request.id);
        let is_new_order = request.r#type.as_ref().is_none_or(|it| it.as_str() == "new_request");
        let status = request.status.as_ref().map(RequestStatus::as_str);
        row.is_refused |= is_new_order && matches!(status, Some("rejected" | "canceled"));
        row.date_created = row.date_created.take().or(request.date.clone());
        row.requested_at = row.requested_at.max(moment(request.date.as_deref()));
    }

    /// The row of an order.
    fn row(&mut self, id: OrderId) -> &mut Row {
        match self.by_order.entry(id) {
            Entry::Occupied(known) => &mut self.rows[*known.get()],
            Entry::Vacant(new) => {
                new.insert(self.rows.len());
                self.push(Row { order_id: Some(id), ..Row::default() })
            }
        }
    }

    fn push(&mut self, row: Row) -> &mut Row {
        let index = self.rows.len();
        self.rows.push(row);
        &mut self.rows[index]
    }
}
