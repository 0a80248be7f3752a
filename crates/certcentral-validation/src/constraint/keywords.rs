//! The keywords of JSON Schema that say what a constraint says.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

/// What a JSON Schema (draft 2020-12) says of a value. It serialises as those keywords.
///
/// Patterns keep to what Rust's `regex`, ECMA-262 with the flag `u` and Python's `re` read alike.
/// Python's `$` also matches before a line break at the end; [`no_line_break`](Self::no_line_break)
/// closes that gap where a `maxLength` does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Keywords {
    /// `pattern`
    pub pattern: Option<Cow<'static, str>>,
    /// `maxLength`, in characters
    pub max_length: Option<u64>,
    /// `minimum`
    pub minimum: Option<u64>,
    /// `maximum`
    pub maximum: Option<u64>,
    /// `enum`
    pub values: Option<&'static [&'static str]>,
    /// `not` a line break anywhere.
    pub no_line_break: bool,
}

impl Keywords {
    /// A pattern that says all by itself.
    pub(crate) fn pattern(pattern: &'static str) -> Self {
        Self { pattern: Some(pattern.into()), ..Self::default() }
    }

    /// A pattern that matches texts of one length only.
    pub(crate) fn fixed(pattern: impl Into<Cow<'static, str>>, length: u64) -> Self {
        Self { pattern: Some(pattern.into()), max_length: Some(length), ..Self::default() }
    }

    /// An anchored pattern for texts of any length.
    pub(crate) fn anchored(pattern: impl Into<Cow<'static, str>>) -> Self {
        Self { pattern: Some(pattern.into()), no_line_break: true, ..Self::default() }
    }
}

impl Serialize for Keywords {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { pattern, max_length, minimum, maximum, values, no_line_break } = self;
        let mut map = serializer.serialize_map(None)?;
        if let Some(values) = values {
            map.serialize_entry("enum", values)?;
        }
        if let Some(max_length) = max_length {
            map.serialize_entry("maxLength", max_length)?;
        }
        if let Some(maximum) = maximum {
            map.serialize_entry("maximum", maximum)?;
        }
        if let Some(minimum) = minimum {
            map.serialize_entry("minimum", minimum)?;
        }
        if *no_line_break {
            map.serialize_entry("not", &NoLineBreak)?;
        }
        if let Some(pattern) = pattern {
            map.serialize_entry("pattern", pattern)?;
        }
        map.end()
    }
}

struct NoLineBreak;

impl Serialize for NoLineBreak {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("pattern", "\\n")?;
        map.end()
    }
}
