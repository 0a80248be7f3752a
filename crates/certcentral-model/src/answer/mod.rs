//! What CertCentral answers: to an order, to a look-up, and when it refuses.
//!
//! Only an id must be readable. Every other member is optional, one of another type than expected
//! reads as absent, an unknown status is kept, and what is not known is ignored: what DigiCert
//! returns differs from product to product and over time.

#[macro_use]
pub(crate) mod read;

pub(crate) mod account;
pub(crate) mod amount;
pub(crate) mod certificate;
pub(crate) mod error_response;
pub(crate) mod list;
pub(crate) mod note;
pub(crate) mod order_info;
pub(crate) mod order_response;
pub(crate) mod product_info;
pub(crate) mod request_info;
pub(crate) mod status_change;
