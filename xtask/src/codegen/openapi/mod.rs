//! docs/openapi.json: the endpoints that the SDK uses, as OpenAPI 3.1.

mod endpoints;
mod life;
mod parameters;
mod refusals;
mod schemas;

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use self::endpoints::{Answer, Endpoint, TAGS};
use self::schemas::SCHEMAS;
use super::examples::Example;

/// The version of this description. It changes when a client must change.
const VERSION: &str = "1.2.0";

const DESCRIPTION: &str = "\
What the certcentral SDK uses of DigiCert's CertCentral Services API for Europe: ordering a PKIo \
Professional - Signing certificate, looking an order up, and what comes after it. An independent \
description, not DigiCert's. How much is known of each endpoint: docs/api.md.

An order costs money and there is no idempotency key. After a lost answer, a timeout or a status \
of 5XX the order may exist: look it up before sending it again. So it is with everything that \
changes something.";

/// The whole description.
pub(super) fn document() -> Result<Value> {
    let mut paths = Map::new();
    for endpoint in &endpoints::all() {
        let methods = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        methods[endpoint.method] = operation(endpoint)?;
    }
    let tags: Vec<Value> = TAGS
        .iter()
        .map(|(name, description)| json!({ "name": name, "description": description }))
        .collect();
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "CertCentral Services API for Europe: PKIo Professional - Signing",
            "version": VERSION,
            "summary": "Ordering qualified signing certificates for licensed Dutch professionals",
            "description": DESCRIPTION,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
        },
        "servers": [
            {
                "url": "https://certcentral.digicert.eu/services/v2",
                "description": "CertCentral Europe. There is no test system: every order is real."
            },
            {
                "url": "http://127.0.0.1:{port}/services/v2",
                "description": "The stand-in of this project: `certcentral sandbox`.",
                "variables": { "port": { "default": "8080" } }
            }
        ],
        "security": [{ "X-DC-DEVKEY": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {
                "X-DC-DEVKEY": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-DC-DEVKEY",
                    "description": "An API key of CertCentral."
                }
            },
            "headers": refusals::headers(),
            "parameters": for_openapi(parameters::all()),
            "responses": refusals::all(),
            "schemas": schemas()?
        }
    }))
}

fn operation(endpoint: &Endpoint) -> Result<Value> {
    let mut operation = json!({
        "operationId": endpoint.id,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "description": endpoint.description,
        "responses": answers(endpoint)
    });
    let parameters = endpoint.parameters();
    if !parameters.is_empty() {
        operation["parameters"] =
            parameters.iter().map(|name| reference("parameters", name)).collect();
    }
    if let Some(body) = &endpoint.body {
        let content = json_content(body.schema, (body.examples)()?);
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    Ok(operation)
}

/// The answers that went well, the refusals that any operation knows, and those of this one.
fn answers(endpoint: &Endpoint) -> Value {
    let mut answers = json!({});
    for answer in &endpoint.answers {
        let (status, answer) = match answer {
            Answer::Json { status, description, schema, examples } => (
                *status,
                json!({ "description": description, "content": json_content(schema, examples()) }),
            ),
            Answer::Empty { description } => ("204", json!({ "description": description })),
            Answer::File => {
                let bytes = json!({ "schema": { "type": "string", "format": "binary" } });
                ("200", json!({ "description": "The file.", "content": { "*/*": bytes } }))
            }
        };
        answers[status] = answer;
    }
    for status in refusals::COMMON.into_iter().chain(endpoint.refusals()) {
        answers[status] = reference("responses", status);
    }
    answers
}

fn json_content(schema: &str, examples: Vec<Example>) -> Value {
    let examples: Map<String, Value> = examples
        .into_iter()
        .map(|Example { name, summary, value }| {
            (name.to_owned(), json!({ "summary": summary, "value": value }))
        })
        .collect();
    json!({
        "application/json": { "schema": reference("schemas", schema), "examples": examples }
    })
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

/// The components: every schema with its parts side by side.
fn schemas() -> Result<Value> {
    let mut components = Map::new();
    for (name, schema) in SCHEMAS {
        let mut schema = schema()?;
        let mut parts = Map::new();
        if let Some(members) = schema.as_object_mut() {
            members.remove("$schema");
            members.remove("examples");
            if let Some(Value::Object(definitions)) = members.remove("$defs") {
                parts = definitions;
            }
        }
        for (name, schema) in parts.into_iter().chain([(name.to_owned(), schema)]) {
            let schema = for_openapi(schema);
            let before = components.insert(name.clone(), schema.clone());
            ensure!(before.is_none_or(|it| it == schema), "two schemas have the name {name}");
        }
    }
    let mut components = Value::Object(components);
    // The sandbox writes a price as a number, and only the amounts of a balance are known as strings.
    let price = &mut components["OrderInfo"]["properties"]["price"];
    *price = json!({ "type": "number", "description": price["description"] });
    Ok(components)
}

/// A schema as OpenAPI and the generators of clients want it: with references to the components,
/// and integers that say how many bits they need.
///
/// An id is an integer here, as the page has it. That some answers write it as a string is more
/// than a generated client can take: some generators make an empty type of a choice. An amount is a
/// string for the same reason.
fn for_openapi(schema: Value) -> Value {
    match schema {
        Value::Object(mut members) => {
            if let Some(Value::Array(choices)) = members.get("anyOf")
                && let Some(Value::Object(choice)) = ["integer", "string"]
                    .iter()
                    .find_map(|kind| choices.iter().find(|choice| choice["type"] == *kind).cloned())
            {
                members.remove("anyOf");
                members.extend(choice);
            }
            let is_long = members.get("type").is_some_and(|it| it == "integer")
                && members.get("maximum").and_then(Value::as_u64).is_none_or(|it| it > I32_MAX);
            if is_long {
                members.insert("format".into(), json!("int64"));
            }
            if let Some(Value::String(target)) = members.get_mut("$ref") {
                *target = target.replace("#/$defs/", "#/components/schemas/");
            }
            Value::Object(members.into_iter().map(|(name, it)| (name, for_openapi(it))).collect())
        }
        Value::Array(items) => items.into_iter().map(for_openapi).collect(),
        other => other,
    }
}

const I32_MAX: u64 = i32::MAX as u64;
