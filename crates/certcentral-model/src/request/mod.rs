//! What the orders of several products have in common: payment, shipping, and validity.

pub(crate) mod change;
pub(crate) mod order_validity;
pub(crate) mod payment;
#[cfg(feature = "schema")]
pub(crate) mod schema;
pub(crate) mod shipping;
