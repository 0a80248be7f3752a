use serde::Serialize;

use crate::request::payment::CreditCard;

/// Keeps [`ProductOrder`] to the products of this crate.
pub trait Sealed {}

/// An order of a product, as far as the HTTP client needs to know it. It is implemented by the orders
/// of this crate only.
pub trait ProductOrder: Sealed + Serialize {
    /// DigiCert's `name_id` of the product: orders go to `/order/certificate/{name_id}`.
    const PRODUCT_NAME_ID: &'static str;

    /// Returns the card in the order. Its number and cvv are redacted from what a server sends back.
    fn credit_card(&self) -> Option<&CreditCard>;

    /// Returns the order without its credit card: what may be stored or put into a queue, and what an
    /// order is recognised by whatever card pays for it. An order to be paid by card needs its card
    /// again before it is placed.
    #[must_use]
    fn without_card(&self) -> Self
    where
        Self: Sized;

    /// Returns the person whom the certificate is for. An order is recognised in DigiCert's lists by it.
    fn holder(&self) -> Holder<'_>;
}

/// The person whom a certificate is for, as far as an order names one: by `id` alone if CertCentral
/// knows the individual, otherwise by everything but the `id`.
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

impl<'a> Holder<'a> {
    /// A person whom CertCentral knows by this id.
    #[must_use]
    pub const fn existing(id: u64) -> Self {
        Self { id: Some(id), first_name: None, last_name: None, email: None }
    }

    /// A person of whom the names are known.
    ///
    /// ```
    /// use certcentral_model::Holder;
    ///
    /// let holder = Holder::named("Fenna", "de Wit").email("fenna.dewit@example.com");
    /// assert_eq!(holder.last_name, Some("de Wit"));
    /// ```
    #[must_use]
    pub const fn named(first_name: &'a str, last_name: &'a str) -> Self {
        Self { id: None, first_name: Some(first_name), last_name: Some(last_name), email: None }
    }

    /// Adds the email address.
    #[must_use]
    pub const fn email(mut self, email: &'a str) -> Self {
        self.email = Some(email);
        self
    }
}

redacted_debug!(Holder<'_> {
    id: hidden,
    first_name: hidden,
    last_name: hidden,
    email: hidden,
});
