use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::answer::account::UserInfo;
use crate::answer::certificate::CertificateInfo;
use crate::answer::order_response::RequestStatus;
use crate::answer::product_info::ProductInfo;
use crate::answer::read::lenient;
use crate::ids::{OrderId, RequestId};

/// A request: `GET /request`, or an entry of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RequestInfo {
    /// Request ID.
    pub id: RequestId,
    /// When it was made, ISO 8601 in UTC.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// What is requested, `new_request` for one.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Where it stands.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub status: Option<RequestStatus>,
    /// Who made it.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub requester: Option<UserInfo>,
    /// The order that it is about.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub order: Option<RequestedOrder>,
}

impl RequestInfo {
    /// A request of which only the id is known.
    #[must_use]
    pub fn new(id: RequestId) -> Self {
        Self { id, date: None, r#type: None, status: None, requester: None, order: None }
    }
}

/// An order as a request shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RequestedOrder {
    /// Order ID.
    pub id: OrderId,
    /// The certificate.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateInfo>,
    /// The product.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductInfo>,
}

impl RequestedOrder {
    /// An order of which only the id is known.
    #[must_use]
    pub fn new(id: OrderId) -> Self {
        Self { id, certificate: None, product: None }
    }
}
