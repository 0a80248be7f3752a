use serde::{Serialize, de::DeserializeOwned};

use crate::{CreditCard, OrderResponse};

/// Binds an order to its product: the last part of its URL, and the answer to it.
///
/// This is all that HTTP needs to know of a product. A further product is one module like
/// [`pkio_professional`](crate::pkio_professional) with an implementation of this.
pub trait ProductOrder: Serialize {
    /// DigiCert's `name_id` of the product: orders go to `/order/certificate/{name_id}`.
    const PRODUCT_NAME_ID: &'static str;

    /// The answer to an order that was placed.
    type Response: DeserializeOwned + AsRef<OrderResponse> + Send + 'static;

    /// The card in the order, whose number and cvv must not be seen in what a server sends back.
    fn credit_card(&self) -> Option<&CreditCard>;

    /// The person whom the certificate is for: by this an order is recognised in DigiCert's lists.
    fn holder(&self) -> Holder<'_>;
}

/// The person whom a certificate is for, as far as an order names one.
///
/// An order for a known individual has an `id` and nothing else, one for a new individual the rest
/// and no `id`.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder<'a> {
    /// CertCentral's id of the individual.
    pub id: Option<u64>,
    /// First name.
    pub first_name: Option<&'a str>,
    /// Last name.
    pub last_name: Option<&'a str>,
    /// Email address.
    pub email: Option<&'a str>,
}

redacted_debug!(Holder<'_> {
    id: hidden,
    first_name: hidden,
    last_name: hidden,
    email: hidden,
});
