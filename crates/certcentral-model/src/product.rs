use serde::Serialize;

use crate::request::payment::CreditCard;

/// Keeps [`ProductOrder`] to the products of this crate.
pub trait Sealed {}

/// An order of a product: what HTTP needs to know of it. The products of this crate implement it.
pub trait ProductOrder: Sealed + Serialize {
    /// DigiCert's `name_id` of the product: orders go to `/order/certificate/{name_id}`.
    const PRODUCT_NAME_ID: &'static str;

    /// The card in the order. Its number and cvv are redacted from what a server sends back.
    fn credit_card(&self) -> Option<&CreditCard>;

    /// The person whom the certificate is for, by whom an order is recognised in DigiCert's lists.
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
