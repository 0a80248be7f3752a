use alloc::string::{String, ToString as _};
use core::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// An amount of money as the server writes it: a decimal number such as `1250.00`, never a float. The
/// currency is in a member beside it, where the API shows one.
///
/// It is read from a string or a number, since answers have both, and written as a string.
///
/// ```
/// use certcentral_model::Amount;
///
/// let amount: Amount = serde_json::from_str(r#""1250.00""#)?;
/// assert_eq!(amount.as_str(), "1250.00");
/// assert!(amount.is_positive());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Amount(String);

impl Amount {
    /// Returns the number as the server wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether it is more than zero.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        !self.0.starts_with('-') && self.0.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
    }

    /// Accepts digits with an optional sign and an optional fraction.
    fn parse(text: String) -> Option<Self> {
        let number = text.strip_prefix('-').unwrap_or(&text);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let is_digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        (is_digits(whole) && is_digits(fraction)).then_some(Self(text))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({})", self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl<'de> Visitor<'de> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number, or one in a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
        Amount::parse(text.into()).ok_or_else(|| E::custom("not a decimal number"))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Amount, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
        self.visit_str(&number.to_string())
    }

    /// Takes the shortest text that reads as this number: what the server wrote, but for zeros at the
    /// end.
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Amount, E> {
        self.visit_str(&number.to_string())
    }

    /// With its feature `arbitrary_precision`, which any crate of a build can turn on, serde_json
    /// shows a number with a fraction as a map of this one entry.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Amount, A::Error> {
        match map.next_entry::<String, String>()? {
            Some((name, number)) if name == "$serde_json::private::Number" => {
                self.visit_str(&number)
            }
            _ => Err(de::Error::custom("not a decimal number")),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Amount {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Amount".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "anyOf": [
                { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$" },
                { "type": "number" }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::value::MapDeserializer;

    use super::*;

    #[test]
    fn a_decimal_number_is_kept_as_it_came() {
        for (wire, text) in [
            (r#""1250.00""#, "1250.00"),
            (r#""-3.5""#, "-3.5"),
            (r#""0""#, "0"),
            ("99.5", "99.5"),
            ("250", "250"),
            ("-7", "-7"),
            (r#""123456789012345678901234567890.12""#, "123456789012345678901234567890.12"),
        ] {
            let amount: Amount = serde_json::from_str(wire).unwrap();
            assert_eq!(amount.as_str(), text);
        }
        for wire in [r#""""#, r#""1,000.00""#, r#""1e5""#, r#""EUR 5""#, r#"".5""#, r#""5.""#, "[]"]
        {
            assert!(serde_json::from_str::<Amount>(wire).is_err(), "{wire}");
        }
    }

    #[test]
    fn a_number_of_arbitrary_precision_is_kept_as_it_came() {
        let read = |name: &'static str, number: &'static str| {
            let entries = core::iter::once((name, number));
            Amount::deserialize(MapDeserializer::<_, de::value::Error>::new(entries))
        };
        let amount = read("$serde_json::private::Number", "1250.00").unwrap();
        assert_eq!(amount.as_str(), "1250.00");
        read("$serde_json::private::Number", "1e5").unwrap_err();
        read("number", "1250.00").unwrap_err();
    }

    #[test]
    fn zero_is_not_positive() {
        for (text, is_positive) in
            [("0", false), ("0.00", false), ("-1", false), ("0.01", true), ("10", true)]
        {
            assert_eq!(Amount(text.into()).is_positive(), is_positive, "{text}");
        }
    }
}
