use alloc::string::String;
use alloc::vec::Vec;

use crate::answer::account::{ContainerInfo, OrganizationInfo, UserInfo};
use crate::answer::certificate::CertificateInfo;
use crate::answer::order_response::RequestStatus;
use crate::answer::product_info::ProductInfo;
use crate::ids::{OrderId, RequestId};

answer_object! {
    /// A request: `GET /request/{request_id}`, or an entry of the request list or of an order, with
    /// fewer members there.
    pub struct RequestInfo [
        /// Request ID.
        id: RequestId
    ] {
        /// When it was created, ISO 8601 in UTC.
        shown date: Option<String>,
        /// What is requested: `new_request`, `revoke`, `reissue` or `duplicate`.
        shown r#type: Option<String>,
        /// The status.
        shown status: Option<RequestStatus>,
        /// When it was approved or rejected, ISO 8601 in UTC. Absent until then.
        shown date_processed: Option<String>,
        /// The user who created it.
        shown requester: Option<UserInfo>,
        /// The user who reviewed it.
        shown reviewer: Option<UserInfo>,
        /// The user who approved or rejected it.
        shown processor: Option<UserInfo>,
        /// The comment of the user who approved or rejected it.
        hidden processor_comment: Option<String>,
        /// The comment of the user who created it.
        hidden comments: Option<String>,
        /// The order that the request is about.
        shown order: Option<RequestedOrder>,
    }
}

answer_object! {
    /// An order as a request shows it.
    pub struct RequestedOrder [
        /// Order ID.
        id: OrderId
    ] {
        /// The certificate.
        shown certificate: Option<CertificateInfo>,
        /// The organization.
        shown organization: Option<OrganizationInfo>,
        /// The container (division) of the account.
        shown container: Option<ContainerInfo>,
        /// The product.
        shown product: Option<ProductInfo>,
        /// Domains that are not submitted yet. Empty for a professional's certificate.
        shown unsubmitted_domains: Vec<String>,
        /// The last day of validity of the order that this one renews.
        shown renewal_of_order_valid_till: Option<String>,
    }
}
