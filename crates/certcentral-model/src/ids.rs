use core::fmt;
use core::num::NonZeroU64;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The text or number is not an id. Ids are whole numbers from 1 to 2^63 - 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id is a whole number from 1 to 9223372036854775807, in digits only")
    }
}

impl core::error::Error for InvalidId {}

fn from_number(number: u64) -> Result<NonZeroU64, InvalidId> {
    NonZeroU64::new(number).filter(|id| id.get() <= i64::MAX as u64).ok_or(InvalidId)
}

fn from_text(text: &str) -> Result<NonZeroU64, InvalidId> {
    // `parse` alone would take a leading `+`.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidId);
    }
    text.parse().map_err(|_| InvalidId).and_then(from_number)
}

/// Reads an integer or a string of digits: answers have both.
struct IdVisitor;

impl de::Visitor<'_> for IdVisitor {
    type Value = NonZeroU64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id as an integer or a string of digits")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<NonZeroU64, E> {
        from_number(number).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<NonZeroU64, E> {
        u64::try_from(number).map_err(|_| InvalidId).and_then(from_number).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<NonZeroU64, E> {
        from_text(text).map_err(E::custom)
    }
}

/// A string of digits from 1 to 2^63 - 1, with any leading zeros: each branch shares one digit more
/// with the bound and is below it at the next.
#[cfg(feature = "schema")]
const DIGITS: &str = concat!(
    "^0*(?:",
    "[1-9][0-9]{0,17}|[1-8][0-9]{18}|9[01][0-9]{17}|92[01][0-9]{16}|",
    "922[0-2][0-9]{15}|9223[0-2][0-9]{14}|92233[0-6][0-9]{13}|",
    "922337[01][0-9]{12}|92233720[0-2][0-9]{10}|922337203[0-5][0-9]{9}|",
    "9223372036[0-7][0-9]{8}|92233720368[0-4][0-9]{7}|",
    "922337203685[0-3][0-9]{6}|9223372036854[0-6][0-9]{5}|",
    "92233720368547[0-6][0-9]{4}|922337203685477[0-4][0-9]{3}|",
    "9223372036854775[0-7][0-9]{2}|922337203685477580[0-7]",
    ")$"
);

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        ///
        /// A whole number from 1 to 2^63 - 1. It is written as an integer, and read from an
        /// integer or a string of digits, since the API's pages show both.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU64);

        impl $name {
            /// Creates an id from a number.
            ///
            /// # Errors
            ///
            /// [`InvalidId`] for zero, and for numbers over 2^63 - 1.
            pub fn new(number: u64) -> Result<Self, InvalidId> {
                from_number(number).map(Self)
            }

            /// Returns the number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0.get()
            }
        }

        impl TryFrom<u64> for $name {
            type Error = InvalidId;

            fn try_from(number: u64) -> Result<Self, InvalidId> {
                Self::new(number)
            }
        }

        impl TryFrom<i64> for $name {
            type Error = InvalidId;

            fn try_from(number: i64) -> Result<Self, InvalidId> {
                u64::try_from(number).map_err(|_| InvalidId).and_then(Self::new)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> Self {
                id.get()
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                // No id is over 2^63 - 1.
                id.get().cast_signed()
            }
        }

        impl From<$name> for NonZeroU64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                from_text(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.get())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(IdVisitor).map(Self)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> alloc::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                // `ajv` in strict mode accepts one type per schema only.
                schemars::json_schema!({
                    "anyOf": [
                        {
                            "type": "integer",
                            "minimum": 1,
                            "maximum": 9_223_372_036_854_775_807_u64
                        },
                        { "type": "string", "pattern": DIGITS, "not": { "pattern": "\\n" } }
                    ]
                })
            }
        }
    };
}

id! {
    /// The id of an order.
    OrderId
}
id! {
    /// The id of a certificate.
    CertificateId
}
id! {
    /// The id of a request: an order waits as a request until it is approved.
    RequestId
}
