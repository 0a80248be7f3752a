//! The JSON Schemas of the answers. They accept what the model reads: an answer with a readable order
//! id, or with a readable error.

use certcentral_model::{ErrorResponse, OrderResponse};
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::derived;
use super::examples::{self, Example};

/// Returns the schema of an answer as the API's pages have it, without what else the model reads.
pub(super) fn documented<T: JsonSchema>() -> Value {
    let mut schema = derived::of::<T>();
    for_answers(&mut schema);
    schema
}

/// Removes `writeOnly`, which would keep a member out of answers, and all but the first paragraph of
/// each description, which is about the Rust type.
fn for_answers(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.remove("writeOnly");
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.split("\n\n").next().unwrap_or_default().to_owned();
            }
            members.values_mut().for_each(for_answers);
        }
        Value::Array(items) => items.iter_mut().for_each(for_answers),
        _ => {}
    }
}

/// The refusal as the API's pages have it. Either member of an error may be missing.
pub(super) fn documented_errors() -> Value {
    let mut schema = documented::<ErrorResponse>();
    if let Some(error) = schema["$defs"]["ServerError"].as_object_mut() {
        error.remove("required");
        error["properties"]["code"]["description"] =
            json!("What is wrong: `name`, `name|detail` or `name:parameter.path`.");
        error["properties"]["message"]["description"] = json!("The server's message.");
    }
    schema
}

/// The answer to an order that was placed. With a readable id the order exists, whatever else the
/// answer holds: a check that refuses it for another member leads to a second order.
pub(super) fn order_response() -> Value {
    let mut schema = documented::<OrderResponse>();
    let required = schema["required"].clone();
    if let Some(members) = schema["properties"].as_object_mut() {
        for (name, member) in members {
            if !required.as_array().is_some_and(|names| names.iter().any(|it| it == name)) {
                let members = std::mem::take(member);
                *member = or_anything(members);
            }
        }
    }
    schema["examples"] = values(examples::placed());
    schema
}

/// An optional member: what it is, or something else that counts as absent.
fn or_anything(mut member: Value) -> Value {
    let Some(members) = member.as_object_mut() else { return member };
    let description = members.remove("description").unwrap_or_default();
    let mut choices = match members.remove("anyOf") {
        Some(Value::Array(choices)) => choices,
        _ => vec![Value::Object(std::mem::take(members))],
    };
    choices.push(json!({ "description": "Anything else counts as absent." }));
    json!({ "description": description, "anyOf": choices })
}

/// The answer that refuses. DigiCert writes `errors`; its neighbouring pages and gateways write the
/// other shapes.
pub(super) fn error_response() -> Value {
    let number = json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX });
    let text = json!({ "anyOf": [{ "type": "string", "minLength": 1 }, number] });
    let has = |name: &str| json!({ "required": [name], "properties": { name: text } });
    let carries = |name: &str| json!({ "required": [name], "properties": { name: { "$ref": "#/$defs/Errors" } } });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Error response",
        "description": "The errors in an answer that refuses. The documented shape is a list \
                        `errors` of objects with `code` and `message`.",
        "type": "object",
        "anyOf": [carries("errors"), carries("error")],
        "$defs": {
            "Errors": {
                "title": "Errors",
                "description": "A list of errors, or a single one.",
                "anyOf": [
                    { "type": "array", "contains": { "$ref": "#/$defs/ServerError" } },
                    { "$ref": "#/$defs/ServerError" }
                ]
            },
            "ServerError": {
                "title": "Server error",
                "description": "One error: what is wrong as `code` (`name`, `name|detail` or \
                                `name:parameter.path`), and the server's message as `message`, in \
                                some answers `description`. Some answers have a plain text.",
                "anyOf": [
                    { "type": "string", "minLength": 1 },
                    { "type": "object", "anyOf": [has("code"), has("message"), has("description")] }
                ]
            }
        },
        "examples": values(examples::refused())
    })
}

fn values(examples: Vec<Example>) -> Value {
    examples.into_iter().map(|example| example.value).collect()
}

/// The names of the schemas on disk. They do not change, and nothing is fetched from there.
const ID: &str = "https://certcentral.example/schema/";

/// A schema with its `$id`.
pub(super) fn named(mut schema: Value, name: &str) -> Value {
    schema["$id"] = json!(format!("{ID}{name}.schema.json"));
    schema
}
