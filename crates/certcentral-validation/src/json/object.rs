//! Goes into a JSON text by one level, without recursion and without an error text of serde's.

use std::fmt;
use std::ops::Range;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object, in the text's order, names as they stand there.
pub(crate) fn entries(object: &RawValue) -> serde_json::Result<Vec<(&RawValue, &RawValue)>> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<(&'de RawValue, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            while let Some(entry) = map.next_entry()? {
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    serde_json::Deserializer::from_str(object.get()).deserialize_map(Entries)
}

/// The bytes of a text that a piece of it is found at.
pub(crate) fn span(text: &str, piece: &RawValue) -> Range<usize> {
    let start = piece.get().as_ptr() as usize - text.as_ptr() as usize;
    start..start + piece.get().len()
}

/// The items of an array, in the text's order.
pub(crate) fn items(array: &RawValue) -> serde_json::Result<Vec<&RawValue>> {
    serde_json::from_str(array.get())
}
