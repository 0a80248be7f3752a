//! Reads the objects of a request without repeating a rejected value.
//!
//! The errors of serde and serde_json quote what they refuse. In a request that may be a card
//! number, wherever it was written: as a number, as an object, as the name of a member.

use alloc::string::ToString as _;
use core::fmt;
use core::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

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
                struct Members {$(
                    $(
                        #[serde(default, deserialize_with = "crate::quiet::present")]
                        $member: Option<$optional>,
                    )?
                    $($member: $type,)?
                )+}
                let Members { $($member),+ } = $crate::quiet::object(
                    deserializer,
                    stringify!($name),
                    &[$(stringify!($member)),+],
                )?;
                Ok(Self { $($member),+ })
            }
        }
    };
}

const UNREADABLE: &str = "not a readable ";

/// Reads an object, and nothing else: serde would also take an array of the members' values.
pub(crate) fn object<'de, M: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
    name: &'static str,
    members: &'static [&'static str],
) -> Result<M, D::Error> {
    struct Object<M>(PhantomData<M>);

    impl<'de, M: Deserialize<'de>> Visitor<'de> for Object<M> {
        type Value = M;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<M, A::Error> {
            M::deserialize(MapAccessDeserializer::new(entries))
        }
    }

    deserializer.deserialize_struct(name, members, Object(PhantomData)).map_err(|error| {
        without_value(
            error,
            format_args!(
                "{UNREADABLE}`{name}`: certcentral_validation::check_json names each fault"
            ),
        )
    })
}

/// Replaces an error that may quote the value.
pub(crate) fn without_value<E: de::Error>(error: E, instead: impl fmt::Display) -> E {
    let said = error.to_string();
    // The first quotes no value, and the second is what an object within this one said.
    let is_quiet = said.starts_with("missing field `") || said.starts_with(UNREADABLE);
    if is_quiet { error } else { E::custom(instead) }
}

/// Reads a member that is there. Its type decides about `null`.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
