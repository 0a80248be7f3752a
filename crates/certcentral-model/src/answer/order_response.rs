use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::answer::read::member;
use crate::ids::{CertificateId, OrderId, RequestId};

answer_object! {
    /// The answer to an order that was placed.
    ///
    /// Only `id` must be readable: with it the order exists, whatever else the answer holds.
    pub struct OrderResponse [
        /// Order ID.
        id: OrderId
    ] {
        /// Certificate ID. Returned if the request is approved already.
        shown certificate_id: Option<CertificateId>,
        /// The requests that the order waits for. Absent in some answers.
        shown requests: Vec<PlacedRequest>,
    }
}

/// A request in the answer to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PlacedRequest {
    /// Request ID.
    pub id: RequestId,
    /// The status of the request.
    #[serde(default, deserialize_with = "member", skip_serializing_if = "Option::is_none")]
    pub status: Option<RequestStatus>,
}

impl PlacedRequest {
    /// Creates a request with its status.
    #[must_use]
    pub fn new(id: RequestId, status: RequestStatus) -> Self {
        Self { id, status: Some(status) }
    }
}

open_enum! {
    /// The status of a request.
    pub enum RequestStatus {
        /// It waits for somebody at the account.
        Submitted = "submitted",
        /// It waits for DigiCert.
        Pending = "pending",
        /// It was approved.
        Approved = "approved",
        /// It was rejected.
        Rejected = "rejected",
    }
}
