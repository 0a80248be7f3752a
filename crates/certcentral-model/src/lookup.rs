//! The answers to look-ups. Every member but an id is optional, a member of another type than
//! expected reads as absent, and an unknown status is kept: what DigiCert returns here differs
//! from product to product and over time.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize};

use crate::read::{Entries, lenient, lenient_list, lenient_text};
use crate::{CertificateId, OrderId, PaymentMethod, RequestId, RequestStatus};

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

/// A certificate as an order shows it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CertificateInfo {
    /// Certificate ID.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub id: Option<CertificateId>,
    /// Common name: for a professional, first and last name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub common_name: Option<String>,
    /// Email addresses.
    #[serde(default, deserialize_with = "lenient_list", skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// The certificate holder, where the API shows one here.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub individual: Option<IndividualInfo>,
    /// Hash algorithm of the signature.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub signature_hash: Option<String>,
    /// When it was made, ISO 8601 in UTC.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub date_created: Option<String>,
    /// When it was issued, ISO 8601 in UTC.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub date_issued: Option<String>,
    /// First day of validity.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// Last day of validity.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub valid_till: Option<String>,
    /// Serial number, hexadecimal.
    #[serde(default, deserialize_with = "lenient_text", skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// Thumbprint, hexadecimal.
    #[serde(default, deserialize_with = "lenient_text", skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<String>,
}

redacted_debug!(CertificateInfo {
    id: shown,
    common_name: hidden,
    emails: hidden,
    individual: shown,
    signature_hash: shown,
    date_created: shown,
    date_issued: shown,
    valid_from: shown,
    valid_till: shown,
    serial_number: shown,
    thumbprint: shown,
});

/// A product as an order shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProductInfo {
    /// The product's `name_id`, as in the URL that orders go to.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub name_id: Option<String>,
    /// The product's name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The kind of product.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
}

/// An organization as an order shows it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OrganizationInfo {
    /// Organization ID.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// City.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State or province.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Country.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

redacted_debug!(OrganizationInfo {
    id: shown,
    name: hidden,
    city: hidden,
    state: hidden,
    country: hidden,
});

/// A container (division) of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ContainerInfo {
    /// Container ID.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A user of an account.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserInfo {
    /// User ID.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// First name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Email address.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

redacted_debug!(UserInfo { id: shown, first_name: hidden, last_name: hidden, email: hidden });

/// A certificate holder as an order shows one. Where the API does so is not documented.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct IndividualInfo {
    /// CertCentral's id of the individual.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// First name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Email address.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

redacted_debug!(IndividualInfo {
    id: hidden,
    first_name: hidden,
    last_name: hidden,
    email: hidden,
});

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

/// Which part of a list a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Page {
    /// Entries in the whole list.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Entries a page.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Entries before this page.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl Page {
    /// A part of a list.
    #[must_use]
    pub fn new(total: u64, limit: u64, offset: u64) -> Self {
        Self { total: Some(total), limit: Some(limit), offset: Some(offset) }
    }
}

/// A list of an answer: entries that cannot be read are counted, so that nobody takes the list
/// for complete.
macro_rules! list {
    ($(#[$meta:meta])* $name:ident { $(#[$entries_meta:meta])* $entries:ident: $entry:ty }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct $name {
            $(#[$entries_meta])*
            pub $entries: Vec<$entry>,
            /// Which part of the list this is.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "schema", schemars(default))]
            pub page: Option<Page>,
            /// How many entries were there that could not be read. Not on the wire.
            #[serde(skip)]
            pub unreadable: usize,
        }

        impl $name {
            /// One page of a list.
            #[must_use]
            pub fn new($entries: Vec<$entry>, page: Page) -> Self {
                Self { $entries, page: Some(page), unreadable: 0 }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(Deserialize)]
                struct Wire {
                    $entries: Entries<$entry>,
                    #[serde(default, deserialize_with = "lenient")]
                    page: Option<Page>,
                }
                let Wire { $entries: Entries { read, unreadable }, page } =
                    Wire::deserialize(deserializer)?;
                Ok(Self { $entries: read, page, unreadable })
            }
        }
    };
}

list! {
    /// One page of the order list: `GET /order/certificate`.
    OrderList {
        /// The orders that could be read.
        orders: OrderInfo
    }
}
list! {
    /// One page of the request list: `GET /request`.
    RequestList {
        /// The requests that could be read.
        requests: RequestInfo
    }
}
