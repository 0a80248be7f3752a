use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::answer::account::{ContainerInfo, OrganizationInfo, UserInfo};
use crate::answer::certificate::{CertificateInfo, IndividualInfo};
use crate::answer::product_info::ProductInfo;
use crate::answer::read::{lenient, lenient_list};
use crate::answer::request_info::RequestInfo;
use crate::ids::OrderId;
use crate::request::payment::PaymentMethod;

open_enum! {
    /// Where an order stands.
    pub enum OrderStatus {
        /// It waits.
        Pending = "pending",
        /// It is being worked on.
        Processing = "processing",
        /// It waits for an administrator of the account.
        NeedsApproval = "needs_approval",
        /// The certificate waits for its holder.
        WaitingPickup = "waiting_pickup",
        /// A reissue waits.
        ReissuePending = "reissue_pending",
        /// The certificate was issued.
        Issued = "issued",
        /// The order was rejected.
        Rejected = "rejected",
        /// The order was canceled.
        Canceled = "canceled",
        /// The certificate has expired.
        Expired = "expired",
        /// The certificate was revoked.
        Revoked = "revoked",
    }
}

/// An order as CertCentral shows it: `GET /order/certificate/{order_id}`, or an entry of
/// [`OrderList`].
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OrderInfo {
    /// Order ID.
    pub id: OrderId,
    /// Where the order stands.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// When the order was made, ISO 8601 in UTC.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub date_created: Option<String>,
    /// The certificate.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateInfo>,
    /// The product.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductInfo>,
    /// The organization.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationInfo>,
    /// The container (division) of the account.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub container: Option<ContainerInfo>,
    /// Who made the order.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub user: Option<UserInfo>,
    /// The certificate holder, where the API shows one.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub individual: Option<IndividualInfo>,
    /// The requests of the order.
    #[serde(default, deserialize_with = "lenient_list", skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestInfo>,
    /// How the order was paid.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<PaymentMethod>,
    /// What the order cost, in the account's currency.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
}

redacted_debug!(OrderInfo {
    id: shown,
    status: shown,
    date_created: shown,
    certificate: shown,
    product: shown,
    organization: shown,
    container: shown,
    user: shown,
    individual: shown,
    requests: shown,
    payment_method: shown,
    price: shown,
});

impl OrderInfo {
    /// An order of which only the id is known.
    #[must_use]
    pub fn new(id: OrderId) -> Self {
        Self {
            id,
            status: None,
            date_created: None,
            certificate: None,
            product: None,
            organization: None,
            container: None,
            user: None,
            individual: None,
            requests: Vec::new(),
            payment_method: None,
            price: None,
        }
    }
}
