//! Writes JSON documents as text: the same bytes whatever features other crates turn on.

use serde_json::{Map, Value};

/// A document with its members sorted, and a line break at the end.
pub(super) fn text(document: Value) -> String {
    let mut text = format!("{:#}", sorted(document));
    text.push('\n');
    text
}

/// With serde_json's feature `preserve_order`, which any crate of a build can turn on, an object
/// keeps the order in which it was filled.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members.into_iter().collect();
            members.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
            let members = members.into_iter().map(|(name, value)| (name, sorted(value)));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_at_every_level_and_lists_keep_their_order() {
        let written = text(json!({ "b": [{ "d": 1, "c": 2 }, "a"], "a": null }));
        let expected = "{\n  \"a\": null,\n  \"b\": [\n    {\n      \"c\": 2,\n      \"d\": 1\n    \
                        },\n    \"a\"\n  ]\n}\n";
        assert_eq!(written, expected);
    }
}
