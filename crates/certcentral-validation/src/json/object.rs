//! Reads one level of a JSON text, without recursion.

use std::fmt;
use std::ops::Range;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// Returns the members of an object in the order of the text, with their names as they are written.
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

/// Returns where a piece of a text is, in bytes.
pub(crate) fn span(text: &str, piece: &RawValue) -> Range<usize> {
    let start = piece.get().as_ptr() as usize - text.as_ptr() as usize;
    start..start + piece.get().len()
}

/// Returns the items of an array in the order of the text.
pub(crate) fn items(array: &RawValue) -> serde_json::Result<Vec<&RawValue>> {
    serde_json::from_str(array.get())
}
