//! How members are read where serde's own way is too lax (requests) or too strict (answers).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// An optional member of a request: absent or a value, never `null`.
pub(crate) fn not_null<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// What an answer holds: as expected, or something else that is passed over.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Lenient<T> {
    Expected(T),
    #[allow(dead_code, reason = "only its being there counts")]
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

/// An optional member of an answer: one of another type than expected reads as absent.
pub(crate) fn lenient<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Lenient::deserialize(deserializer).map(Lenient::expected)
}

/// A list of an answer: entries of another shape than expected are left out, anything but a list
/// reads as empty.
pub(crate) fn lenient_list<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Entries::deserialize(deserializer)?.read)
}

/// The entries of a list that could be read, and the number of those that could not.
pub(crate) struct Entries<T> {
    pub(crate) read: Vec<T>,
    pub(crate) unreadable: usize,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntriesVisitor(PhantomData))
    }
}

/// Reads a list entry by entry. Anything else is one entry that cannot be read.
struct EntriesVisitor<T>(PhantomData<T>);

impl<T> EntriesVisitor<T> {
    const NO_LIST: Entries<T> = Entries { read: Vec::new(), unreadable: 1 };
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Entries<T>, A::Error> {
        let mut entries = Entries { read: Vec::new(), unreadable: 0 };
        while let Some(entry) = list.next_element::<Lenient<T>>()? {
            match entry {
                Lenient::Expected(entry) => entries.read.push(entry),
                Lenient::Other(_) => entries.unreadable += 1,
            }
        }
        Ok(entries)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::NO_LIST)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Entries<T>, E> {
        Ok(Self::NO_LIST)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Entries<T>, E> {
        Ok(Self::NO_LIST)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Entries<T>, E> {
        Ok(Self::NO_LIST)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Entries<T>, E> {
        Ok(Self::NO_LIST)
    }

    fn visit_str<E>(self, _: &str) -> Result<Entries<T>, E> {
        Ok(Self::NO_LIST)
    }

    /// `null` reads as a list without entries.
    fn visit_unit<E>(self) -> Result<Entries<T>, E> {
        Ok(Entries { read: Vec::new(), unreadable: 0 })
    }
}

/// A text that some answers write as a number.
pub(crate) fn lenient_text<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Text {
        Text(String),
        Integer(i64),
    }
    Ok(lenient(deserializer)?.map(|text| match text {
        Text::Text(text) => text,
        Text::Integer(number) => alloc::format!("{number}"),
    }))
}
