use alloc::string::String;
use alloc::vec::Vec;

use crate::answer::account::{ContainerInfo, OrganizationInfo, UserInfo};
use crate::answer::amount::Amount;
use crate::answer::certificate::{CertificateInfo, IndividualInfo};
use crate::answer::note::Note;
use crate::answer::product_info::ProductInfo;
use crate::answer::request_info::RequestInfo;
use crate::ids::OrderId;
use crate::request::payment::PaymentMethod;
use crate::secret::Secret;

open_enum! {
    /// The status of an order.
    pub enum OrderStatus {
        /// It waits.
        Pending = "pending",
        /// It is being worked on.
        Processing = "processing",
        /// It waits for an administrator of the account.
        NeedsApproval = "needs_approval",
        /// It waits for a certificate signing request.
        NeedsCsr = "needs_csr",
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

impl OrderStatus {
    /// Returns whether the order has come to nothing or its certificate is no longer valid: rejected,
    /// canceled, expired, revoked.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self, Self::Rejected | Self::Canceled | Self::Expired | Self::Revoked)
    }
}

answer_object! {
    /// An order as CertCentral shows it: `GET /order/certificate/{order_id}`, or an entry of the
    /// order list, with fewer members there.
    ///
    /// Which of these members an order of this product has is not documented: each may be absent.
    pub struct OrderInfo [
        /// Order ID.
        id: OrderId
    ] {
        /// The status.
        shown status: Option<OrderStatus>,
        /// When the order was made, ISO 8601 in UTC.
        shown date_created: Option<String>,
        /// How long the order is valid, as `YYYY-MM-DD`: within it certificates can be reissued.
        shown order_valid_till: Option<String>,
        /// The certificate.
        shown certificate: Option<CertificateInfo>,
        /// The product.
        shown product: Option<ProductInfo>,
        /// The organization.
        shown organization: Option<OrganizationInfo>,
        /// The contact at the organization.
        shown organization_contact: Option<UserInfo>,
        /// The technical contact.
        shown technical_contact: Option<UserInfo>,
        /// The container (division) of the account.
        shown container: Option<ContainerInfo>,
        /// Who made the order.
        shown user: Option<UserInfo>,
        /// The users to whom the order is shown.
        shown user_assignments: Vec<UserInfo>,
        /// The certificate holder, where the API shows one.
        shown individual: Option<IndividualInfo>,
        /// The requests of the order.
        shown requests: Vec<RequestInfo>,
        /// The notes on the order.
        shown notes: Vec<Note>,
        /// How the order was paid.
        shown payment_method: Option<PaymentMethod>,
        /// What the order cost, in the account's currency.
        shown price: Option<Amount>,
        /// The number of the receipt.
        shown receipt_id: Option<u64>,
        /// The validity in years.
        shown validity_years: Option<u32>,
        /// Where the private key is kept, as for code signing. Not documented for this product.
        shown cs_provisioning_method: Option<String>,
        /// The code that initialises a hardware token, as for code signing. Not documented for this
        /// product. Whoever has it and the token can take the certificate.
        shown hardware_init_code: Option<Secret>,
        /// How the domain was validated. Not for a professional's certificate.
        shown dcv_method: Option<String>,
        /// Whether it renews another order.
        shown is_renewal: Option<bool>,
        /// Whether another order renews it.
        shown is_renewed: Option<bool>,
        /// The order that renews it.
        shown renewed_order_id: Option<OrderId>,
        /// The business unit.
        hidden business_unit: Option<String>,
        /// Whether reminders to renew it are turned off.
        shown disable_renewal_notifications: Option<bool>,
        /// Whether a reminder is sent 90 days before it expires.
        shown send_minus_90: Option<bool>,
        /// Whether a reminder is sent 60 days before it expires.
        shown send_minus_60: Option<bool>,
        /// Whether a reminder is sent 30 days before it expires.
        shown send_minus_30: Option<bool>,
        /// Whether a reminder is sent 7 days before it expires.
        shown send_minus_7: Option<bool>,
        /// Whether a reminder is sent 3 days before it expires.
        shown send_minus_3: Option<bool>,
        /// Whether a reminder is sent 7 days after it expired.
        shown send_plus_7: Option<bool>,
        /// Whether duplicates can be ordered.
        shown allow_duplicates: Option<bool>,
        /// Whether there are duplicates.
        shown has_duplicates: Option<bool>,
    }
}
