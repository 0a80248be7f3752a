//! Open enums: a closed set of today that a new value at DigiCert does not break.

use alloc::boxed::Box;
use core::fmt;

/// A value that this version does not know. It can be neither made nor looked into from outside,
/// so that a later version may give it a variant of its own.
#[derive(Clone, PartialEq, Eq, Hash)]
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
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $meaning])+ $variant,)+
            #[doc(hidden)]
            _Other($crate::open_enum::Other),
        }

        impl $name {
            /// The values that this version knows, as they are written, in the page's order.
            pub const VALUES: &'static [&'static str] = &[$($text),+];

            /// What each of [`VALUES`](Self::VALUES) means, in a sentence or two.
            pub const MEANINGS: &'static [&'static str] =
                &[$(concat!($($meaning),+).trim_ascii()),+];

            /// The value as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::_Other(other) => &other.0,
                }
            }

            /// Whether this version knows the value.
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

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        /// Shows a known value; of any other only that there is one, since it may be anything.
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
                deserializer.deserialize_str(Visitor)
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
