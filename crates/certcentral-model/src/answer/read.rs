//! How the members of an answer are read, where serde's own way is too strict.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Declares an object of an answer: every member is optional and read leniently, and `Debug` says of
/// a `hidden` member only whether it is set. A member in brackets must be readable; the members
/// after a semicolon are texts that some answers write as a number.
macro_rules! answer_object {
    (
        $(#[$meta:meta])*
        pub struct $name:ident $([$(#[$id_meta:meta])* $id:ident: $id_type:ty])? {
            $($(#[$member_meta:meta])* $how:ident $member:ident: $type:ty,)+
            $(; $($(#[$text_meta:meta])* $text_how:ident $text:ident: $text_type:ty,)+)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$id_meta])* pub $id: $id_type,)?
            $(
                $(#[$member_meta])*
                #[serde(
                    default,
                    deserialize_with = "crate::answer::read::member",
                    skip_serializing_if = "crate::answer::read::Member::is_absent"
                )]
                pub $member: $type,
            )+
            $($(
                $(#[$text_meta])*
                #[serde(
                    default,
                    deserialize_with = "crate::answer::read::text",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $text: $text_type,
            )+)?
        }

        redacted_debug!($name { $($id: shown,)? $($member: $how),+ $($(, $text: $text_how)+)? });

        answer_object!(@new $name [$($id: $id_type)?] $($member),+ $($(, $text)+)?);
    };
    (@new $name:ident [] $($member:ident),+) => {
        impl Default for $name {
            fn default() -> Self {
                Self { $($member: Default::default()),+ }
            }
        }
    };
    (@new $name:ident [$id:ident: $id_type:ty] $($member:ident),+) => {
        impl $name {
            /// Creates an object of which nothing but the id is known.
            #[must_use]
            pub fn new($id: $id_type) -> Self {
                Self { $id, $($member: Default::default()),+ }
            }
        }
    };
}

/// A value as expected, or something else that is ignored.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Lenient<T> {
    Expected(T),
    #[allow(dead_code, reason = "serde reads it, and nothing looks at it")]
    Other(IgnoredAny),
}

impl<T> Lenient<T> {
    pub(crate) fn expected(self) -> Option<T> {
        match self {
            Self::Expected(value) => Some(value),
            Self::Other(_) => None,
        }
    }
}

/// A member that may be absent.
pub(crate) trait Member<'de>: Sized {
    /// Reads a value of an unexpected type as absent.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    fn is_absent(&self) -> bool;
}

impl<'de, T: Deserialize<'de>> Member<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Lenient::deserialize(deserializer).map(Lenient::expected)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// Entries that cannot be read are left out; anything but a list is read as an empty one.
impl<'de, T: Deserialize<'de>> Member<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Entries::deserialize(deserializer)?.read)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// Reads a member leniently.
pub(crate) fn member<'de, M: Member<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<M, D::Error> {
    M::read(deserializer)
}

/// Reads a text that some answers write as a number.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Text {
        Text(String),
        Integer(i64),
    }
    Ok(member::<Option<Text>, D>(deserializer)?.map(|text| match text {
        Text::Text(text) => text,
        Text::Integer(number) => number.to_string(),
    }))
}

/// The entries of a list that could be read, and the number of those that could not.
pub(crate) struct Entries<T> {
    pub(crate) read: Vec<T>,
    pub(crate) unreadable: usize,
}

/// `null` is an empty list; anything else that is not a list counts as one entry that cannot be read.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntriesVisitor(PhantomData))
    }
}

/// Reads a list entry by entry, without a copy of the whole.
struct EntriesVisitor<T>(PhantomData<T>);

impl<T> EntriesVisitor<T> {
    fn unreadable<E>() -> Result<Entries<T>, E> {
        Ok(Entries { read: Vec::new(), unreadable: 1 })
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Entries<T>, A::Error> {
        let mut entries = Entries { read: Vec::new(), unreadable: 0 };
        while let Some(entry) = list.next_element()? {
            match entry {
                Lenient::Expected(entry) => entries.read.push(entry),
                Lenient::Other(_) => entries.unreadable += 1,
            }
        }
        Ok(entries)
    }

    fn visit_unit<E>(self) -> Result<Entries<T>, E> {
        Ok(Entries { read: Vec::new(), unreadable: 0 })
    }

    /// CBOR's name for `null`.
    fn visit_none<E: de::Error>(self) -> Result<Entries<T>, E> {
        self.visit_unit()
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Entries<T>, A::Error> {
        IgnoredAny.visit_map(map)?;
        Self::unreadable()
    }

    fn visit_bool<E>(self, _: bool) -> Result<Entries<T>, E> {
        Self::unreadable()
    }

    fn visit_i64<E>(self, _: i64) -> Result<Entries<T>, E> {
        Self::unreadable()
    }

    fn visit_u64<E>(self, _: u64) -> Result<Entries<T>, E> {
        Self::unreadable()
    }

    fn visit_f64<E>(self, _: f64) -> Result<Entries<T>, E> {
        Self::unreadable()
    }

    fn visit_str<E>(self, _: &str) -> Result<Entries<T>, E> {
        Self::unreadable()
    }
}
