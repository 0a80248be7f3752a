//! Reads the objects of a request without repeating a rejected value.
//!
//! The errors of serde and serde_json quote what they refuse. In a request that may be a card
//! number, wherever it was written: as a number, as an object, as the name of a member.

use alloc::string::ToString;
use core::cell::Cell;
use core::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

/// Declares an object of a request: a struct that refuses members it does not know, arrays in its
/// place and `null`, and whose errors hold no value. A member with a `?` may be absent. `Debug` says
/// of a `hidden` member only whether it is set.
macro_rules! request_object {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {$(
            $(#[$doc:meta])* $how:ident $member:ident $(?: $optional:ty)? $(: $type:ty)?,
        )+}
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, serde::Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(
            feature = "schema",
            schemars(transform = $crate::request::schema::without_null)
        )]
        #[serde(deny_unknown_fields)]
        #[non_exhaustive]
        pub struct $name {$(
            $(#[$doc])*
            $(
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $member: Option<$optional>,
            )?
            $(pub $member: $type,)?
        )+}

        redacted_debug!($name { $($member: $how),+ });

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Members {
                    $($member: $(Option<$optional>)? $($type)?,)+
                }
                let deserializer = $crate::quiet::Quiet(deserializer);
                let Members { $($member),+ } = Members::deserialize(deserializer)?;
                Ok(Self { $($member),+ })
            }
        }
    };
}

/// Replaces an error that may quote the value by one that says what was expected.
pub(crate) fn without_value<E: de::Error>(error: E, expected: &str) -> E {
    // The value of a missing member cannot be quoted, and serde says which member it is.
    if error.to_string().starts_with("missing field `") {
        return error;
    }
    E::custom(format_args!("expected {expected}"))
}

/// A deserializer whose errors say what was expected, and never what was found.
pub(crate) struct Quiet<D>(pub(crate) D);

/// Values that are not objects: any error of the reader below is replaced.
macro_rules! quiet {
    ($($method:ident: $expected:literal,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(visitor).map_err(|error| without_value(error, $expected))
        })+
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Quiet<D> {
    type Error = D::Error;

    quiet! {
        deserialize_any: "a value of another type",
        deserialize_bool: "true or false",
        deserialize_u32: "a whole number from 0 to 4294967295",
        deserialize_u64: "a whole number from 0 to 18446744073709551615",
        deserialize_str: "a string",
        deserialize_string: "a string",
    }

    /// A member that is present has a value: its type decides about `null`.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        members: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let is_object = Cell::new(false);
        let object = Object { visitor, members, is_object: &is_object };
        self.0.deserialize_struct(name, members, object).map_err(|error| {
            // An error from within the object quotes nothing, and says more.
            if is_object.get() { error } else { without_value(error, "an object") }
        })
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Reads an object, and nothing else: serde would also take an array of the members' values.
struct Object<'a, V> {
    visitor: V,
    members: &'static [&'static str],
    is_object: &'a Cell<bool>,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Object<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.is_object.set(true);
        self.visitor.visit_map(Entries { entries, members: self.members })
    }
}

struct Entries<A> {
    entries: A,
    members: &'static [&'static str],
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.entries.next_key_seed(Name { seed, members: self.members })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.entries.next_value_seed(Value(seed))
    }
}

/// The name of a member, which must be a known one.
struct Name<S> {
    seed: S,
    members: &'static [&'static str],
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Name<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Name<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<S::Value, E> {
        if self.members.contains(&name) {
            return self.seed.deserialize(name.into_deserializer());
        }
        let shown = if is_word(name) { name } else { "[name not shown]" };
        Err(E::unknown_field(shown, self.members))
    }
}

/// Whether a name can be shown: a misspelt one helps, a card number in its place must not be shown.
fn is_word(name: &str) -> bool {
    name.len() <= 40
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().filter(u8::is_ascii_digit).count() <= 2
}

struct Value<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Value<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Quiet(deserializer))
    }
}
