use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::secret::Secret;

open_enum! {
    /// How the order is paid (`payment_method`). [`Payment`] sets it together with what it needs.
    pub enum PaymentMethod {
        /// From the account's balance.
        Balance = "balance",
        /// With the account's default credit card.
        Profile = "profile",
        /// With a new credit card: `credit_card` and `billing_address` must be there.
        Card = "card",
    }
}

/// How the order is paid, with all that the method needs.
///
/// It keeps the three members `payment_method`, `credit_card` and `billing_address` from
/// contradicting each other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "it is taken apart into an order at once")]
#[non_exhaustive]
pub enum Payment {
    /// From the account's balance. Refused if the account may not be billed or the money does not suffice.
    Balance,
    /// With the account's default credit card. Refused if the account does not have one.
    Profile,
    /// With a new credit card. Refused if cards are disabled for the account.
    Card {
        /// The card that is charged.
        credit_card: CreditCard,
        /// Where its bills go.
        billing_address: BillingAddress,
    },
}

impl Payment {
    /// Pays with a new credit card.
    #[must_use]
    pub fn card(credit_card: CreditCard, billing_address: BillingAddress) -> Self {
        Self::Card { credit_card, billing_address }
    }

    /// Returns the three members of an order that say how it is paid.
    #[must_use]
    pub(crate) fn into_members(
        self,
    ) -> (PaymentMethod, Option<CreditCard>, Option<BillingAddress>) {
        match self {
            Self::Balance => (PaymentMethod::Balance, None, None),
            Self::Profile => (PaymentMethod::Profile, None, None),
            Self::Card { credit_card, billing_address } => {
                (PaymentMethod::Card, Some(credit_card), Some(billing_address))
            }
        }
    }
}

/// Whether the card's details are kept at DigiCert (`credit_card.save_credit_card`).
///
/// Absent, `null`, `true` and `false` are four different things to the API; absent is the `None`
/// of the `Option` around this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SaveCreditCard {
    /// `true`: keep the card's details.
    Save,
    /// `false`: do not keep them.
    DoNotSave,
    /// `null`: no preference is stated.
    NoPreference,
}

impl Serialize for SaveCreditCard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Save => serializer.serialize_bool(true),
            Self::DoNotSave => serializer.serialize_bool(false),
            Self::NoPreference => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for SaveCreditCard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = SaveCreditCard;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or null")
            }
            fn visit_bool<E: de::Error>(self, save: bool) -> Result<SaveCreditCard, E> {
                Ok(if save { SaveCreditCard::Save } else { SaveCreditCard::DoNotSave })
            }
            fn visit_unit<E: de::Error>(self) -> Result<SaveCreditCard, E> {
                Ok(SaveCreditCard::NoPreference)
            }
            /// CBOR's name for `null`.
            fn visit_none<E: de::Error>(self) -> Result<SaveCreditCard, E> {
                self.visit_unit()
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SaveCreditCard {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "SaveCreditCard".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // `null` first: `without_null` takes away the one that an `Option` puts last.
        schemars::json_schema!({ "type": ["null", "boolean"] })
    }
}

open_enum! {
    /// Whether the card becomes the account's default (`credit_card.set_as_default`).
    pub enum SetAsDefault {
        /// Make the card the default.
        Yes = "1",
        /// Keep the default as it is.
        No = "0",
    }
}

request_object! {
    /// The credit card that is charged (`credit_card`).
    pub struct CreditCard {
        /// Credit card number, digits only.
        shown number: Secret, // as `[redacted]`
        /// Expiration month, two digits from `01` to `12`.
        hidden expiration_month: String,
        /// Expiration year, four digits.
        hidden expiration_year: String,
        /// Card verification value, three or four digits.
        shown cvv: Secret, // as `[redacted]`
        /// Cardholder's first and last name.
        hidden cardholder_name: String,
        /// Whether to save the card's details: absent, `null`, `true` or `false`.
        shown save_credit_card?: SaveCreditCard,
        /// Whether the card becomes the default payment method: `1` or `0`, as a string.
        shown set_as_default: SetAsDefault,
    }
}

details! {
    /// Everything that a [`CreditCard`] needs, by name.
    pub struct CardDetails<'a> {
        /// Card number, digits only.
        shown number: Secret, // as `[redacted]`
        /// Two digits, `01` to `12`.
        hidden expiration_month: &'a str,
        /// Four digits.
        hidden expiration_year: &'a str,
        /// Three or four digits.
        shown cvv: Secret, // as `[redacted]`
        /// First and last name on the card.
        hidden cardholder_name: &'a str,
        /// Whether the card becomes the account's default.
        shown set_as_default: SetAsDefault,
    }
}

impl CreditCard {
    /// Creates a card that states no preference about being saved.
    #[must_use]
    pub fn new(details: CardDetails<'_>) -> Self {
        Self {
            number: details.number,
            expiration_month: details.expiration_month.into(),
            expiration_year: details.expiration_year.into(),
            cvv: details.cvv,
            cardholder_name: details.cardholder_name.into(),
            save_credit_card: None,
            set_as_default: details.set_as_default,
        }
    }

    /// States whether the card's details are to be saved.
    #[must_use]
    pub fn save_credit_card(mut self, save: SaveCreditCard) -> Self {
        self.save_credit_card = Some(save);
        self
    }
}

request_object! {
    /// Where the bills of the card go (`billing_address`).
    pub struct BillingAddress {
        /// Billing street address.
        hidden address: String,
        /// Continuation of the street address.
        hidden address2?: String,
        /// Billing city.
        hidden city: String,
        /// Billing state or province. Optional for some countries.
        hidden state?: String,
        /// Billing country.
        hidden country: String,
        /// Billing zip or postal code. Optional for some countries.
        hidden zip?: String,
    }
}

details! {
    /// Everything that a [`BillingAddress`] needs, by name.
    pub struct BillingDetails<'a> {
        /// Street and number.
        hidden address: &'a str,
        /// City.
        hidden city: &'a str,
        /// Country, two letters.
        hidden country: &'a str,
    }
}

impl BillingAddress {
    /// Creates an address with what every country needs.
    #[must_use]
    pub fn new(details: BillingDetails<'_>) -> Self {
        Self {
            address: details.address.into(),
            address2: None,
            city: details.city.into(),
            state: None,
            country: details.country.into(),
            zip: None,
        }
    }

    /// Continues the street address.
    #[must_use]
    pub fn address2(mut self, address2: impl Into<String>) -> Self {
        self.address2 = Some(address2.into());
        self
    }

    /// Adds the state or province.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// Adds the postal code.
    #[must_use]
    pub fn zip(mut self, zip: impl Into<String>) -> Self {
        self.zip = Some(zip.into());
        self
    }
}
