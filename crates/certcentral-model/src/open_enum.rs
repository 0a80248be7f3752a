//! Open enums: known strings, and any other string that DigiCert may add later.

use alloc::boxed::Box;
use core::fmt;

/// A value that this version does not know. Other crates can neither create it nor match on it, so
/// that a later version may give it a variant of its own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Other(pub(crate) Box<str>);

impl fmt::Debug for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[unknown value]")
    }
}

/// Declares an enum of known strings that keeps any other string.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[doc = $meaning:literal])+ $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[$meta])*
        ///
        /// An open enum: a value that this version does not know is kept and written back
        /// unchanged ([`as_str`](Self::as_str)), and [`is_known`](Self::is_known) tells it apart.
        /// Values are ordered as in [`KNOWN`](Self::KNOWN), unknown ones after them.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $meaning])+ $variant,)+
            #[doc(hidden)]
            _Other($crate::open_enum::Other),
        }

        impl $name {
            /// The values that this version knows, in the page's order.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// The values that this version knows, as they are written, in the page's order.
            pub const VALUES: &'static [&'static str] = &[$($text),+];

            /// What each of [`VALUES`](Self::VALUES) means, in a sentence or two.
            pub const MEANINGS: &'static [&'static str] =
                &[$(concat!($($meaning),+).trim_ascii()),+];

            /// Returns the value as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::_Other(other) => &other.0,
                }
            }

            /// Returns whether this version knows the value.
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !matches!(self, Self::_Other(_))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::_Other($crate::open_enum::Other(other.into())),
                }
            }
        }

        impl From<alloc::string::String> for $name {
            fn from(text: alloc::string::String) -> Self {
                match &*text {
                    $($text => Self::$variant,)+
                    _ => Self::_Other($crate::open_enum::Other(text.into_boxed_str())),
                }
            }
        }

        impl From<$name> for alloc::string::String {
            fn from(value: $name) -> Self {
                value.as_str().into()
            }
        }

        /// Never fails: a value that is not known is kept.
        impl core::str::FromStr for $name {
            type Err = core::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(text.into())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl PartialEq<$name> for str {
            fn eq(&self, other: &$name) -> bool {
                self == other.as_str()
            }
        }

        impl PartialEq<$name> for &str {
            fn eq(&self, other: &$name) -> bool {
                *self == other.as_str()
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        /// Shows a known value only: any other may be anything, a card number for instance.
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $(Self::$variant => f.write_str(stringify!($variant)),)+
                    Self::_Other(other) => core::fmt::Debug::fmt(other, f),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str("a string")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok(text.into())
                    }
                }
                deserializer
                    .deserialize_str(Visitor)
                    .map_err(|error| $crate::quiet::without_value(error, "expected a string"))
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
                schemars::json_schema!({ "type": "string", "examples": Self::VALUES })
            }
        }
    };
}
