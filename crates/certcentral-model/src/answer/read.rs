//! How the members of an answer are read, where serde's own way is too strict.

use alloc::string::String;
use alloc::vec::Vec;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

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

/// Anything but a list counts as one entry that cannot be read.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut entries = Self { read: Vec::new(), unreadable: 0 };
        let Lenient::Expected(list) = Lenient::<Vec<Lenient<T>>>::deserialize(deserializer)? else {
            return Ok(Self { read: Vec::new(), unreadable: 1 });
        };
        for entry in list {
            match entry {
                Lenient::Expected(entry) => entries.read.push(entry),
                Lenient::Other(_) => entries.unreadable += 1,
            }
        }
        Ok(entries)
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
