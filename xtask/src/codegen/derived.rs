//! The schemas that schemars derives from the model's types, in the form of the contracts.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// The schema of a type.
pub(super) fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(standard_formats))
        .with_transform(RecursiveTransform(absent_instead_of_null))
        .with_transform(RecursiveTransform(references_alone))
        .with_transform(RecursiveTransform(plain_descriptions));
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Some(title) = schema["title"].as_str() {
        schema["title"] = json!(words(title));
    }
    if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        for (name, definition) in definitions {
            definition["title"] = json!(words(name));
        }
    }
    schema
}

/// Removes formats that JSON Schema does not have, such as `uint64`, and says what they mean.
fn standard_formats(schema: &mut Schema) {
    let is_rusts = |format: &str| format.starts_with(['u', 'i']) || format == "double";
    let Some(format) = schema.get("format").and_then(Value::as_str) else { return };
    if !is_rusts(format) {
        return;
    }
    let bounds = match format {
        "uint32" => Some((json!(0), json!(u32::MAX))),
        "int64" => Some((json!(i64::MIN), json!(i64::MAX))),
        _ => None,
    };
    schema.remove("format");
    if let Some((minimum, maximum)) = bounds {
        schema.insert("minimum".into(), minimum);
        schema.insert("maximum".into(), maximum);
    }
}

/// Removes the `null` that schemars adds for each `Option`: an optional member is absent. Where
/// `null` has a meaning, the catalogue says so.
fn absent_instead_of_null(schema: &mut Schema) {
    let Some(members) = schema.as_object_mut() else { return };
    let null = json!({ "type": "null" });
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        choices.retain(|choice| *choice != null);
        if let [Value::Object(only)] = &choices[..] {
            let mut only = only.clone();
            members.remove("anyOf");
            only.append(members);
            *members = only;
        }
    }
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &types[..] {
            members["type"] = only.clone();
        }
    }
}

/// Leaves a `$ref` alone in its schema. Of a `$ref` with a description beside it, generators of
/// clients make an untyped member if the schema behind it has conditions.
fn references_alone(schema: &mut Schema) {
    if let Some(reference) = schema.get("$ref").cloned() {
        *schema = Schema::from(Map::from_iter([("$ref".to_owned(), reference)]));
    }
}

/// Turns doc comments into plain text: one line a paragraph, no links into Rust.
fn plain_descriptions(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = plain(text);
    }
}

fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        let Some((label, after)) = after.split_once(']') else {
            plain.push('[');
            rest = after;
            continue;
        };
        // The target of a link is part of the Rust library; its label is part of the sentence.
        let link = after.strip_prefix('(').and_then(|it| it.split_once(')'));
        plain.push_str(if link.is_some() { label.trim_matches('`') } else { label });
        rest = link.map_or(after, |(_, after)| after);
    }
    plain.push_str(rest);
    plain.split("\n\n").map(|it| it.replace('\n', " ")).collect::<Vec<_>>().join("\n\n")
}

/// `BillingAddress` as `Billing address`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for (at, character) in name.char_indices() {
        if at > 0 && character.is_uppercase() {
            words.push(' ');
            words.extend(character.to_lowercase());
        } else {
            words.push(character);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_comments_become_plain_text() {
        assert_eq!(
            plain("Either [`existing`](Self::existing) or\nnew."),
            "Either existing or new."
        );
        assert_eq!(
            plain("[`Payment`] sets it.\n\nMore\ntext [here"),
            "`Payment` sets it.\n\nMore text [here"
        );
    }

    #[test]
    fn an_optional_reference_is_a_reference_alone() {
        let mut schema = Schema::try_from(json!({
            "anyOf": [{ "$ref": "#/$defs/ShipInfo" }, { "type": "null" }],
            "description": "Where the token goes."
        }))
        .unwrap();
        absent_instead_of_null(&mut schema);
        references_alone(&mut schema);
        assert_eq!(schema.to_value(), json!({ "$ref": "#/$defs/ShipInfo" }));
    }

    #[test]
    fn an_optional_member_is_not_null() {
        let mut schema =
            Schema::try_from(json!({ "type": ["integer", "null"], "format": "uint32" })).unwrap();
        absent_instead_of_null(&mut schema);
        standard_formats(&mut schema);
        let integer = json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX });
        assert_eq!(schema.to_value(), integer);
    }
}
