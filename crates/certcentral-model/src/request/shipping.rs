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
        pub name: String,
        /// Shipping address for the token.
        pub addr1: String,
        /// Secondary address field. It must be there and may be empty.
        pub addr2: String,
        /// Shipping city.
        pub city: String,
        /// Shipping state.
        pub state: String,
        /// Shipping postal code, as text: `1013 AA`.
        pub zip: String,
        /// Shipping country.
        pub country: String,
        /// Shipping priority for the token.
        pub method: ShippingMethod,
    }
}

redacted_debug!(ShipInfo {
    name: hidden,
    addr1: hidden,
    addr2: hidden,
    city: hidden,
    state: hidden,
    zip: hidden,
    country: hidden,
    method: shown,
});

/// All that a [`ShipInfo`] needs, by name.
#[derive(Clone)]
#[allow(clippy::exhaustive_structs, reason = "what is required of the caller is to be complete")]
pub struct ShippingDetails<'a> {
    /// First and last name of the recipient.
    pub name: &'a str,
    /// Street and number.
    pub addr1: &'a str,
    /// Second line of the address; may be empty.
    pub addr2: &'a str,
    /// City.
    pub city: &'a str,
    /// State or province.
    pub state: &'a str,
    /// Postal code.
    pub zip: &'a str,
    /// Country, two letters.
    pub country: &'a str,
    /// Shipping priority.
    pub method: ShippingMethod,
}

redacted_debug!(ShippingDetails<'_> {
    name: hidden,
    addr1: hidden,
    addr2: hidden,
    city: hidden,
    state: hidden,
    zip: hidden,
    country: hidden,
    method: shown,
});

impl ShipInfo {
    /// A complete shipping address.
    #[must_use]
    pub fn new(details: ShippingDetails<'_>) -> Self {
        let ShippingDetails { name, addr1, addr2, city, state, zip, country, method } = details;
        Self {
            name: name.into(),
            addr1: addr1.into(),
            addr2: addr2.into(),
            city: city.into(),
            state: state.into(),
            zip: zip.into(),
            country: country.into(),
            method,
        }
    }
}
