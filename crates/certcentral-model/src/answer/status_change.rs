use alloc::vec::Vec;

use crate::answer::order_info::OrderStatus;
use crate::ids::{CertificateId, OrderId};

answer_object! {
    /// An order whose status changed, and the status that it has now.
    pub struct StatusChange [
        /// Order ID.
        order_id: OrderId
    ] {
        /// Certificate ID.
        shown certificate_id: Option<CertificateId>,
        /// The status that the order has now.
        shown status: Option<OrderStatus>,
    }
}

answer_object! {
    /// The orders whose status changed lately: `GET /order/certificate/status-changes`. Without any, the
    /// answer is `{}`.
    pub struct StatusChangeList {
        /// The orders.
        shown orders: Vec<StatusChange>,
    }
}
