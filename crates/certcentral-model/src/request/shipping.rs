use alloc::string::String;

open_enum! {
    /// Where the private key and the certificate are kept (`provisioning_method`).
    pub enum ProvisioningMethod {
        /// A qualified signature/seal creation device: a hardware token that DigiCert ships.
        /// The one method that the API supports today.
        Qscd = "qscd",
    }
}

open_enum! {
    /// How fast the token is shipped (`ship_info.method`).
    pub enum ShippingMethod {
        /// Ordinary shipping.
        Standard = "STANDARD",
        /// Faster, at additional cost.
        Expedited = "EXPEDITED",
    }
}

/// The answer to the Certificate Subscriber Agreement (CSA), a declaration that the order makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CsaAgreement {
    /// The agreement has been agreed to.
    Agreed,
    /// The agreement has not been agreed to.
    NotAgreed,
}

impl CsaAgreement {
    /// Returns what `csa_agreed_to` says on the wire.
    #[must_use]
    pub const fn is_agreed(self) -> bool {
        matches!(self, Self::Agreed)
    }
}

request_object! {
    /// Where the hardware token goes (`ship_info`).
    pub struct ShipInfo {
        /// First and last name of the recipient of the order.
        hidden name: String,
        /// Shipping address for the token.
        hidden addr1: String,
        /// Secondary address field. Required, but may be empty.
        hidden addr2: String,
        /// Shipping city.
        hidden city: String,
        /// Shipping state.
        hidden state: String,
        /// Shipping postal code, as text: `1013 AA`.
        hidden zip: String,
        /// Shipping country.
        hidden country: String,
        /// Shipping priority for the token.
        shown method: ShippingMethod,
    }
}

details! {
    /// Everything that a [`ShipInfo`] needs, by name.
    pub struct ShippingDetails<'a> {
        /// First and last name of the recipient.
        hidden name: &'a str,
        /// Street and number.
        hidden addr1: &'a str,
        /// Second line of the address; may be empty.
        hidden addr2: &'a str,
        /// City.
        hidden city: &'a str,
        /// State or province.
        hidden state: &'a str,
        /// Postal code.
        hidden zip: &'a str,
        /// Country, two letters.
        hidden country: &'a str,
        /// Shipping priority.
        shown method: ShippingMethod,
    }
}

impl ShipInfo {
    /// Creates a complete shipping address.
    #[must_use]
    pub fn new(details: ShippingDetails<'_>) -> Self {
        Self {
            name: details.name.into(),
            addr1: details.addr1.into(),
            addr2: details.addr2.into(),
            city: details.city.into(),
            state: details.state.into(),
            zip: details.zip.into(),
            country: details.country.into(),
            method: details.method,
        }
    }
}
