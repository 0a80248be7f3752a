//! What the orders of several products have in common: payment, shipping, validity, and how the
//! objects of a request are read.

#[macro_use]
pub(crate) mod quiet;

pub(crate) mod order_validity;
pub(crate) mod payment;
#[cfg(feature = "schema")]
pub(crate) mod schema;
pub(crate) mod shipping;
