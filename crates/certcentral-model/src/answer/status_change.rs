use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::answer::order_info::OrderStatus;
use crate::answer::read::member;
use crate::ids::{CertificateId, OrderId};

answer_object! {
    /// An order whose status changed, and the status that it has now.
    pub struct StatusChange [
        /// Order ID.
        order_id: OrderId
    ] {
        /// Certificate ID.
        shown certificate_id: Option<CertificateId>,
        /// Where the order stands now.
        shown status: Option<OrderStatus>,
    }
}

/// The orders whose status changed of late: `GET /order/certificate/status-changes`, which answers
/// `{}` where there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StatusChangeList {
    /// The orders.
    #[serde(default, deserialize_with = "member", skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<StatusChange>,
}
