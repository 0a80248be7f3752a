//! The answers that refuse, by status.

use serde_json::{Map, Value, json};

/// The refusals that every endpoint knows.
pub(super) const COMMON: [&str; 6] = ["400", "401", "403", "429", "503", "5XX"];

/// Status, description, and an example error as code and message.
const REFUSALS: [(&str, &str, &str, &str); 9] = [
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
    ("404", "It does not exist, or this key may not see it.", "not_found|order", "Not found."),
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
        "Maintenance, if the body is this one: nothing was processed. Any other 503 comes from a \
         gateway, and an order may have been placed.",
        "maintenance",
        "Services are being maintained.",
    ),
    (
        "5XX",
        "A fault of the server or of a gateway, whose body may be anything. An order may have been \
         placed.",
        "server_error",
        "An error occurred.",
    ),
];

pub(super) fn all() -> Value {
    let mut refusals = Map::new();
    for (status, description, code, message) in REFUSALS {
        let mut refusal = json!({
            "description": description,
            "content": {
                "application/json": {
                    "schema": { "$ref": "#/components/schemas/ErrorResponse" },
                    "example": { "errors": [{ "code": code, "message": message }] }
                }
            }
        });
        if matches!(status, "429" | "503") {
            let retry_after = json!({ "$ref": "#/components/headers/Retry-After" });
            refusal["headers"] = json!({ "Retry-After": retry_after });
        }
        refusals.insert(status.into(), refusal);
    }
    Value::Object(refusals)
}

pub(super) fn headers() -> Value {
    json!({
        "Retry-After": {
            "description": "When to try again: seconds, or a date of HTTP. Not always there.",
            "schema": { "type": "string" }
        }
    })
}
