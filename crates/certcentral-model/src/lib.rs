//! The JSON of DigiCert CertCentral Europe as Rust types, for ordering qualified signing
//! certificates for licensed Dutch professionals.
//!
//! It is data only: it has no rules, no HTTP, no clock and no I/O. It is `no_std` with `alloc` and
//! depends on serde alone.
//!
//! * [`pkio_professional`] is the product "PKIo Professional - Signing": its [`Order`] is what is
//!   posted, one struct per JSON object and one public field per member, named as on the wire.
//! * [`OrderResponse`] and [`ErrorResponse`] are the answers to an order, [`OrderInfo`],
//!   [`OrderList`] and [`RequestList`] those to the look-ups.
//! * [`Secret`] holds the card number, the cvv and the API key.
//!
//! ```
//! use certcentral_model::pkio_professional::{
//!     Certificate, Individual, IndividualDetails, Order, ProfessionalTitle,
//! };
//! use certcentral_model::{CsaAgreement, Payment, ShipInfo, ShippingDetails, ShippingMethod};
//!
//! let notary = Individual::new(IndividualDetails {
//!     first_name: "Fenna",
//!     last_name: "de Wit",
//!     email: "fenna.dewit@example.com",
//!     telephone: "+31 20 555 0100",
//!     country: "NL",
//!     state: "Noord-Holland",
//!     professional_title: ProfessionalTitle::Notaris,
//! });
//! let order = Order::new(Certificate::new(notary), CsaAgreement::Agreed, Payment::Balance)
//!     .ship_info(ShipInfo::new(ShippingDetails {
//!         name: "Fenna de Wit",
//!         addr1: "Voorbeeldgracht 1",
//!         addr2: "",
//!         city: "Amsterdam",
//!         state: "Noord-Holland",
//!         zip: "1015 AA",
//!         country: "NL",
//!         method: ShippingMethod::Standard,
//!     }));
//!
//! let json = serde_json::to_string(&order)?;
//! assert!(json.contains(r#""professional_title":"Notaris""#));
//! // `Debug` does not show personal data.
//! assert!(!format!("{order:?}").contains("Fenna"));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Reading and writing
//!
//! Requests refuse unknown members, so that a typo in an optional member does not go unnoticed, and
//! read `null` only in [`CreditCard::save_credit_card`], where the API's page allows it. What is
//! absent is not written. Answers ignore unknown members.
//!
//! Closed sets, [`PaymentMethod`] for one, are *open* enums: they keep a value that this version
//! does not know and write it back unchanged. `certcentral-validation` decides whether it is right.
//!
//! # Features
//!
//! Nothing is on by default.
//!
//! * `schema`: `schemars::JsonSchema` for every type.
//! * `zeroize`: a [`Secret`] wipes its memory when it is dropped.
//!
//! [`Order`]: pkio_professional::Order

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

#[macro_use]
mod open_enum;
#[macro_use]
mod quiet;
#[macro_use]
mod redacted;

mod answer;
mod ids;
pub mod pkio_professional;
mod product;
mod request;
mod secret;

pub use self::answer::account::{
    AccessRole, Balance, ContainerInfo, CustomField, CustomFieldList, OrganizationInfo, UserInfo,
};
pub use self::answer::amount::Amount;
pub use self::answer::certificate::{
    CertificateFormat, CertificateInfo, IndividualInfo, ValidityInfo,
};
pub use self::answer::error_response::{ErrorCode, ErrorResponse, ServerError};
pub use self::answer::list::{OrderList, Page, RequestList};
pub use self::answer::note::{Note, NoteList};
pub use self::answer::order_info::{OrderInfo, OrderStatus};
pub use self::answer::order_response::{OrderResponse, PlacedRequest, RequestStatus};
pub use self::answer::product_info::{
    ProductInfo, ProductList, SignatureHashType, SignatureHashTypes,
};
pub use self::answer::request_info::{RequestInfo, RequestedOrder};
pub use self::answer::status_change::{StatusChange, StatusChangeList};
pub use self::ids::{CertificateId, InvalidId, OrderId, RequestId};
pub use self::product::{Holder, ProductOrder};
pub use self::request::change::{Cancellation, NewNote, RequestDecision, Revocation};
pub use self::request::order_validity::{InvalidDate, OrderValidity};
pub use self::request::payment::{
    BillingAddress, BillingDetails, CardDetails, CreditCard, Payment, PaymentMethod,
    SaveCreditCard, SetAsDefault,
};
pub use self::request::shipping::{
    CsaAgreement, ProvisioningMethod, ShipInfo, ShippingDetails, ShippingMethod,
};
pub use self::secret::Secret;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
