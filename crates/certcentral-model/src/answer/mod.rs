//! What CertCentral answers: to an order, to a look-up, and when it refuses.
//!
//! Only an id must be readable. Every other member is optional and is read as absent if it has an
//! unexpected type; an unknown status is kept, and unknown members are ignored. What DigiCert returns
//! differs from product to product and over time.

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
