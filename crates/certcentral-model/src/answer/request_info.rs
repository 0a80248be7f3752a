use alloc::string::String;
use alloc::vec::Vec;

use crate::answer::account::{ContainerInfo, OrganizationInfo, UserInfo};
use crate::answer::certificate::CertificateInfo;
use crate::answer::order_response::RequestStatus;
use crate::answer::product_info::ProductInfo;
use crate::ids::{OrderId, RequestId};

answer_object! {
    /// A request: `GET /request/{request_id}`, or an entry of the request list or of an order, which
    /// show less.
    pub struct RequestInfo [
        /// Request ID.
        id: RequestId
    ] {
        /// When it was made, ISO 8601 in UTC.
        shown date: Option<String>,
        /// What is requested: `new_request`, `revoke`, `reissue` or `duplicate`.
        shown r#type: Option<String>,
        /// Where it stands.
        shown status: Option<RequestStatus>,
        /// When it was approved or rejected, ISO 8601 in UTC. Absent until then.
        shown date_processed: Option<String>,
        /// Who made it.
        shown requester: Option<UserInfo>,
        /// Who looked at it.
        shown reviewer: Option<UserInfo>,
        /// Who approved or rejected it.
        shown processor: Option<UserInfo>,
        /// What whoever approved or rejected it said.
        hidden processor_comment: Option<String>,
        /// What whoever made it said.
        hidden comments: Option<String>,
        /// The order that it is about.
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
        /// How long the order that this one renews is valid.
        shown renewal_of_order_valid_till: Option<String>,
    }
}
