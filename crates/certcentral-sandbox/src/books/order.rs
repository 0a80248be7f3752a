//! An order and a request as the books hold them.

use std::fmt;

use certcentral_model::{
    CertificateId, CertificateInfo, IndividualInfo, OrderId, OrderInfo, OrderStatus, PaymentMethod,
    PlacedRequest, ProductInfo, RequestId, RequestInfo, RequestStatus, RequestedOrder,
};
use hyper::{HeaderMap, Method};
use jiff::Timestamp;

use crate::clock::iso;
use crate::fault::{FaultKind, Placing};
use crate::settings::Approval;

/// An order that was placed.
///
/// `Debug` shows ids and states, and nothing of the person.
#[derive(Clone)]
pub struct PlacedOrder {
    pub(crate) id: OrderId,
    pub(crate) certificate_id: Option<CertificateId>,
    pub(crate) request: Option<PlacedRequest>,
    pub(crate) status: OrderStatus,
    pub(crate) product_name_id: &'static str,
    pub(crate) product_name: &'static str,
    pub(crate) individual: IndividualInfo,
    pub(crate) common_name: Option<String>,
    pub(crate) payment_method: PaymentMethod,
    pub(crate) placed_at: Timestamp,
    pub(crate) approval: Approval,
    pub(crate) json: String,
    pub(crate) request_number: u64,
}

impl PlacedOrder {
    /// Order ID.
    #[must_use]
    pub fn id(&self) -> OrderId {
        self.id
    }

    /// Certificate ID, if the order was approved at once.
    #[must_use]
    pub fn certificate_id(&self) -> Option<CertificateId> {
        self.certificate_id
    }

    /// Request ID, if the order has a request.
    #[must_use]
    pub fn request_id(&self) -> Option<RequestId> {
        self.request.as_ref().map(|request| request.id)
    }

    /// Where the order stands.
    #[must_use]
    pub fn status(&self) -> &OrderStatus {
        &self.status
    }

    /// The product, as in the URL that it was posted to.
    #[must_use]
    pub fn product_name_id(&self) -> &'static str {
        self.product_name_id
    }

    /// Whom the certificate is for, as far as the order says.
    #[must_use]
    pub fn individual(&self) -> &IndividualInfo {
        &self.individual
    }

    /// How it is paid.
    #[must_use]
    pub fn payment_method(&self) -> &PaymentMethod {
        &self.payment_method
    }

    /// When it was placed, by the stand-in's clock.
    #[must_use]
    pub fn placed_at(&self) -> Timestamp {
        self.placed_at
    }

    /// What was ordered: the JSON that came in, without `credit_card`.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The number of the request that placed it: see [`ReceivedRequest::number`].
    #[must_use]
    pub fn request_number(&self) -> u64 {
        self.request_number
    }

    pub(crate) fn is_for(&self, email: &str) -> bool {
        self.individual.email.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(email))
    }

    pub(crate) fn request_status(&self) -> Option<&RequestStatus> {
        self.request.as_ref().and_then(|request| request.status.as_ref())
    }

    /// The order as look-ups show it.
    pub(crate) fn to_info(&self) -> OrderInfo {
        let mut info = OrderInfo::new(self.id);
        info.status = Some(self.status.clone());
        info.date_created = Some(iso(self.placed_at));
        info.certificate = Some(self.certificate_info());
        info.product = Some(self.product_info());
        // Somebody of whom the order gave only the id has no name here.
        if self.common_name.is_none() {
            info.individual = Some(self.individual.clone());
        }
        info.requests = self.bare_request_info().into_iter().collect();
        info.payment_method = Some(self.payment_method.clone());
        info
    }

    /// The order's request as look-ups show it.
    pub(crate) fn to_request_info(&self) -> Option<RequestInfo> {
        let mut info = self.bare_request_info()?;
        let mut order = RequestedOrder::new(self.id);
        order.certificate = Some(self.certificate_info());
        order.product = Some(self.product_info());
        info.order = Some(order);
        Some(info)
    }

    fn bare_request_info(&self) -> Option<RequestInfo> {
        let request = self.request.as_ref()?;
        let mut info = RequestInfo::new(request.id);
        info.date = Some(iso(self.placed_at));
        info.r#type = Some("new_request".into());
        info.status = request.status.clone();
        Some(info)
    }

    fn certificate_info(&self) -> CertificateInfo {
        let mut info = CertificateInfo::default();
        info.id = self.certificate_id;
        info.common_name = self.common_name.clone();
        info.emails = self.individual.email.iter().cloned().collect();
        info.signature_hash = Some("sha256".into());
        info
    }

    fn product_info(&self) -> ProductInfo {
        let mut info = ProductInfo::default();
        info.name_id = Some(self.product_name_id.into());
        info.name = Some(self.product_name.into());
        info
    }
}

impl fmt::Debug for PlacedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlacedOrder")
            .field("id", &self.id)
            .field("certificate_id", &self.certificate_id)
            .field("request_id", &self.request_id())
            .field("status", &self.status)
            .field("product_name_id", &self.product_name_id)
            .field("placed_at", &self.placed_at)
            .field("request_number", &self.request_number)
            .finish_non_exhaustive()
    }
}

/// A request that came in.
///
/// `Debug` shows neither the query nor header values: they may hold personal data.
#[derive(Clone)]
pub struct ReceivedRequest {
    pub(crate) number: u64,
    pub(crate) received_at: Timestamp,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) key: KeyCheck,
    pub(crate) individual: Option<IndividualInfo>,
    pub(crate) fault: Option<InjectedFault>,
    pub(crate) status: Option<u16>,
    pub(crate) order: Option<OrderId>,
}

impl ReceivedRequest {
    /// The how-manieth request it is, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// When its headers were there, by the stand-in's clock.
    #[must_use]
    pub fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The path, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query as it came.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The first header of this name, in any case, if it is text. The API key is not kept.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// All headers, names in lower case. The API key is not kept.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    }

    /// Whether it had the right API key.
    #[must_use]
    pub fn key(&self) -> KeyCheck {
        self.key
    }

    /// Whom it ordered for, if it was an order that could be read.
    #[must_use]
    pub fn individual(&self) -> Option<&IndividualInfo> {
        self.individual.as_ref()
    }

    /// The fault that struck it.
    #[must_use]
    pub fn fault(&self) -> Option<InjectedFault> {
        self.fault
    }

    /// The status of the answer, if one was given in the usual way: none yet, or a fault that took
    /// the connection over.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The order that it placed.
    #[must_use]
    pub fn order(&self) -> Option<OrderId> {
        self.order
    }

    pub(crate) fn is_for(&self, email: &str) -> bool {
        self.individual
            .as_ref()
            .and_then(|individual| individual.email.as_deref())
            .is_some_and(|it| it.eq_ignore_ascii_case(email))
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("number", &self.number)
            .field("received_at", &self.received_at)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("key", &self.key)
            .field("fault", &self.fault)
            .field("status", &self.status)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// Whether a request had the right `X-DC-DEVKEY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there is no fourth way")]
pub enum KeyCheck {
    /// It had none.
    Missing,
    /// It had another.
    Wrong,
    /// It had the right one.
    Right,
}

/// A fault that struck a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct InjectedFault {
    /// Its kind.
    pub kind: FaultKind,
    /// Whether an order was to be placed all the same. One that breaks a rule was not.
    pub placing: Placing,
}
