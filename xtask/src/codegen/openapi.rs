//! docs/openapi.json: the endpoint, and the look-ups that the transport uses, as OpenAPI 3.1.

use anyhow::{Result, bail, ensure};
use certcentral_model::pkio_professional::Order;
use certcentral_model::{
    OrderInfo, OrderList, OrderStatus, ProductOrder, RequestList, RequestStatus,
};
use serde_json::{Map, Value, json};

use super::{examples, schema};

/// Of this description. It changes when a client must.
const VERSION: &str = "1.0.0";

const DESCRIPTION: &str = "\
What the certcentral SDK uses of DigiCert's CertCentral Services API for Europe: ordering a PKIo \
Professional - Signing certificate, and looking an order up. An independent description, not \
DigiCert's.

An order costs money and there is no idempotency key. After a lost answer, a timeout or a status \
of 5XX the order may exist: look it up before sending it again.";

/// The whole description.
pub(super) fn document() -> Result<Value> {
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
        "tags": [
            { "name": "Orders", "description": "Placing orders and looking them up." },
            { "name": "Requests", "description": "Orders that wait to be approved." }
        ],
        "paths": paths()?,
        "components": {
            "securitySchemes": {
                "X-DC-DEVKEY": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-DC-DEVKEY",
                    "description": "An API key of CertCentral."
                }
            },
            "headers": {
                "Retry-After": {
                    "description": "When to try again: seconds, or a date of HTTP. Not always there.",
                    "schema": { "type": "string" }
                }
            },
            "parameters": parameters(),
            "responses": refusals(),
            "schemas": schemas()?
        }
    }))
}

fn paths() -> Result<Value> {
    let mut order_examples = Map::new();
    for (name, _) in examples::ORDERS {
        order_examples.insert(name.into(), json!({ "value": examples::order(name)? }));
    }
    let placed: Map<String, Value> = examples::placed()
        .into_iter()
        .map(|(name, summary, value)| (name.into(), json!({ "summary": summary, "value": value })))
        .collect();
    let order_path = format!("/order/certificate/{}", Order::PRODUCT_NAME_ID);
    let mut paths = json!({
        "/order/certificate": {
            "get": {
                "operationId": "listOrders",
                "tags": ["Orders"],
                "summary": "List orders",
                "description": "A page of the orders of the account. Stop at an empty page.",
                "parameters": [
                    { "$ref": "#/components/parameters/limit" },
                    { "$ref": "#/components/parameters/offset" },
                    { "$ref": "#/components/parameters/orderSort" },
                    { "$ref": "#/components/parameters/orderStatus" },
                    { "$ref": "#/components/parameters/productNameId" }
                ],
                "responses": answers("200", answer("A page of orders.", "OrderList"), &[])
            }
        },
        "/order/certificate/{order_id}": {
            "get": {
                "operationId": "getOrder",
                "tags": ["Orders"],
                "summary": "Look an order up",
                "description": "How an order stands. Every member but the id may be absent.",
                "parameters": [{ "$ref": "#/components/parameters/orderId" }],
                "responses": answers("200", answer("The order.", "OrderInfo"), &["404"])
            }
        },
        "/request": {
            "get": {
                "operationId": "listRequests",
                "tags": ["Requests"],
                "summary": "List requests",
                "description": "A page of the requests of the account. An order that waits for an \
                                administrator may be here and not in the list of orders.",
                "parameters": [
                    { "$ref": "#/components/parameters/limit" },
                    { "$ref": "#/components/parameters/offset" },
                    { "$ref": "#/components/parameters/requestSort" },
                    { "$ref": "#/components/parameters/requestStatus" }
                ],
                "responses": answers("200", answer("A page of requests.", "RequestList"), &[])
            }
        }
    });
    let mut created = answer("The order is placed.", "OrderResponse");
    created["content"]["application/json"]["examples"] = Value::Object(placed);
    paths[&order_path] = json!({
        "post": {
            "operationId": "orderPkioProfessional",
            "tags": ["Orders"],
            "summary": "Order a PKIo Professional - Signing certificate",
            "description": "Places an order: a legal declaration that costs money. Not idempotent.",
            "requestBody": {
                "required": true,
                "content": {
                    "application/json": {
                        "schema": { "$ref": "#/components/schemas/Order" },
                        "examples": order_examples
                    }
                }
            },
            "responses": answers("201", created, &["413", "415"])
        }
    });
    Ok(paths)
}

/// An answer that went well, and the refusals that any operation knows besides its own.
fn answers(status: &str, answer: Value, own: &[&str]) -> Value {
    let mut answers = json!({ status: answer });
    for status in ["400", "401", "403", "429", "503", "5XX"].iter().chain(own) {
        answers[*status] = json!({ "$ref": format!("#/components/responses/{status}") });
    }
    answers
}

fn answer(description: &str, schema: &str) -> Value {
    json!({
        "description": description,
        "content": {
            "application/json": {
                "schema": { "$ref": format!("#/components/schemas/{schema}") }
            }
        }
    })
}

fn refusals() -> Value {
    let retry_after = json!({ "Retry-After": { "$ref": "#/components/headers/Retry-After" } });
    let mut refusals = Map::new();
    for (status, description, code, message) in [
        (
            "400",
            "The request is wrong. All faults may be named at once.",
            "required_param:certificate.signature_hash",
            "The parameter is missing.",
        ),
        ("401", "The key is not accepted.", "access_denied|invalid_api_key", "Access denied."),
        (
            "403",
            "The key is not accepted, or may not do this.",
            "access_denied|missing_permission",
            "Access denied.",
        ),
        ("404", "There is no such thing, or not for this key.", "not_found|order", "Not found."),
        ("413", "The body is too large.", "bad_request_format", "The body is too large."),
        ("415", "The body is not JSON.", "bad_request_format", "The body is not JSON."),
        (
            "429",
            "Too many requests: 100 in 5 seconds, or 1000 in 3 minutes. Nothing was processed.",
            "request_limit_exceeded",
            "Too many requests.",
        ),
        (
            "503",
            "Maintenance. With this body, or a Retry-After, nothing was processed.",
            "maintenance",
            "Services are being maintained.",
        ),
        (
            "5XX",
            "A fault of the server, or of a gateway, whose body may be anything. An order may have \
             been placed.",
            "server_error",
            "An error occurred.",
        ),
    ] {
        let mut refusal = answer(description, "ErrorResponse");
        refusal["content"]["application/json"]["example"] =
            json!({ "errors": [{ "code": code, "message": message }] });
        if matches!(status, "429" | "503") {
            refusal["headers"] = retry_after.clone();
        }
        refusals.insert(status.into(), refusal);
    }
    Value::Object(refusals)
}

fn parameters() -> Value {
    let query = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "query", "description": description, "schema": schema });
    for_openapi(json!({
        "orderId": {
            "name": "order_id",
            "in": "path",
            "required": true,
            "description": "Order ID.",
            "schema": { "type": "integer", "minimum": 1, "maximum": i64::MAX }
        },
        "limit": query(
            "limit",
            "Entries a page.",
            json!({ "type": "integer", "minimum": 1, "maximum": 1000 }),
        ),
        "offset": query(
            "offset",
            "Entries to pass over.",
            json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX }),
        ),
        "orderSort": query(
            "sort",
            "What to sort by; a hyphen puts the newest first.",
            json!({ "type": "string", "enum": ["date_created", "-date_created"] }),
        ),
        "requestSort": query(
            "sort",
            "What to sort by; a hyphen puts the newest first.",
            json!({ "type": "string", "enum": ["date", "-date"] }),
        ),
        "orderStatus": query(
            "filters[status]",
            "Only orders with this status.",
            json!({ "type": "string", "examples": OrderStatus::VALUES }),
        ),
        "requestStatus": query(
            "filters[status]",
            "Only requests with this status.",
            json!({ "type": "string", "examples": RequestStatus::VALUES }),
        ),
        "productNameId": query(
            "filters[product_name_id]",
            "Only orders of this product.",
            json!({ "type": "string", "examples": [Order::PRODUCT_NAME_ID] }),
        )
    }))
}

/// The components: the same schemas as in docs/schema, with their parts side by side.
fn schemas() -> Result<Value> {
    let mut components = Map::new();
    for (name, schema) in [
        ("Order", schema::order_request()?),
        ("OrderResponse", schema::order_response()?),
        ("ErrorResponse", schema::error_response()?),
        ("OrderInfo", schema::of::<OrderInfo>()),
        ("OrderList", schema::of::<OrderList>()),
        ("RequestList", schema::of::<RequestList>()),
    ] {
        let Value::Object(mut schema) = schema else { bail!("the schema of {name} is no object") };
        schema.retain(|keyword, _| !["$schema", "$id"].contains(&keyword.as_str()));
        let parts = schema.remove("$defs").unwrap_or_else(|| json!({}));
        let Value::Object(parts) = parts else { bail!("the parts of {name} are no object") };
        for (name, schema) in parts.into_iter().chain([(name.to_owned(), Value::Object(schema))]) {
            let schema = for_openapi(schema);
            let before = components.insert(name.clone(), schema.clone());
            ensure!(before.is_none_or(|it| it == schema), "two schemas have the name {name}");
        }
    }
    Ok(Value::Object(components))
}

/// A schema as OpenAPI and the generators of clients want it: with references to the components,
/// and integers that say how many bits they need.
///
/// An id is an integer here, as the page has it. That some answers write it as a string is more
/// than a generated client can take: some generators make an empty type of a choice.
fn for_openapi(schema: Value) -> Value {
    match schema {
        Value::Object(mut members) => {
            if let Some(Value::Array(choices)) = members.get("anyOf")
                && let Some(Value::Object(integer)) =
                    choices.iter().find(|choice| choice["type"] == "integer").cloned()
            {
                members.remove("anyOf");
                members.extend(integer);
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
