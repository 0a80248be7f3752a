//! Examples for the readers of the contracts: orders, answers, and values of members.

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// An example with the name that the OpenAPI description gives it.
pub(super) struct Example {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) value: Value,
}

pub(super) const fn example(name: &'static str, summary: &'static str, value: Value) -> Example {
    Example { name, summary, value }
}

/// The example orders of docs/examples that are right.
pub(super) fn orders() -> Result<Vec<Example>> {
    [
        (
            "new-professional",
            "A new individual, paid from the account's balance",
            include_str!("../../../docs/examples/new-professional.json"),
        ),
        (
            "existing-professional",
            "An individual whom CertCentral knows, paid as the account's profile says",
            include_str!("../../../docs/examples/existing-professional.json"),
        ),
        (
            "card-payment",
            "A new individual, paid by card",
            include_str!("../../../docs/examples/card-payment.json"),
        ),
    ]
    .into_iter()
    .map(|(name, summary, text)| {
        let value = serde_json::from_str(text)
            .with_context(|| format!("reading docs/examples/{name}.json"))?;
        Ok(example(name, summary, value))
    })
    .collect()
}

/// Returns two values for the member at a JSON Pointer, or none: an editor writes a single one into the
/// file without being asked.
pub(super) fn values(path: &str) -> Result<Vec<Value>> {
    let orders = orders()?.into_iter().map(|example| example.value);
    let mut values: Vec<Value> = Vec::new();
    for order in orders.chain(more_values()) {
        if let Some(value) = order.pointer(path)
            && !values.contains(value)
        {
            values.push(value.clone());
        }
    }
    values.truncate(2);
    if values.len() < 2 {
        values.clear();
    }
    Ok(values)
}

/// Values for members that fewer than two of the example orders have, except dates, which would soon
/// be in the past.
fn more_values() -> [Value; 2] {
    [
        json!({
            "certificate": { "individual": { "id": 4711, "city": "Haarlem", "zip": "2011 AB" } },
            "order_validity": { "years": 1, "days": 365 },
            "credit_card": {
                "expiration_month": "06",
                "expiration_year": "2031",
                "cardholder_name": "Fenna de Wit"
            },
            "billing_address": {
                "address": "Voorbeeldgracht 1",
                "address2": "2e verdieping",
                "city": "Amsterdam",
                "state": "Noord-Holland",
                "country": "BE",
                "zip": "1015 AA"
            }
        }),
        json!({
            "order_validity": { "years": 3 },
            "ship_info": { "country": "BE" },
            "certificate": { "individual": { "state": "Utrecht" } },
            "billing_address": { "address2": "Achterhuis", "state": "Utrecht" }
        }),
    ]
}

/// The four shapes in which the answer to an order is documented.
pub(super) fn placed() -> Vec<Example> {
    let request = |status| json!({ "id": 112233, "requests": [{ "id": 8, "status": status }] });
    let mut approved = request("approved");
    approved["certificate_id"] = json!(445566);
    vec![
        example("pending", "Waits for DigiCert", request("pending")),
        example("submitted", "Waits for an administrator of the account", request("submitted")),
        example("approved", "Approved at once", approved),
        example(
            "without-requests",
            "Approved at once, without requests",
            json!({ "id": 112233, "certificate_id": 445566 }),
        ),
    ]
}

/// Refusals, the documented shape first.
pub(super) fn refused() -> Vec<Example> {
    vec![
        example(
            "documented",
            "The documented shape",
            json!({ "errors": [
            {
                "code": "required_param:certificate.signature_hash",
                "message": "The parameter is missing."
            },
            { "code": "invalid_value:order_validity.days" }
        ] }),
        ),
        example(
            "single",
            "One error in place of a list",
            json!({ "error": {
            "code": "access_denied|missing_permission",
            "description": "Access denied."
        } }),
        ),
        example("text", "A text in place of an error", json!({ "error": "Access denied." })),
    ]
}

/// An order as a look-up shows it.
pub(super) fn order() -> Vec<Example> {
    vec![
        example("issued", "The certificate was issued", issued_order()),
        example("pending", "The order waits", pending_order()),
    ]
}

fn issued_order() -> Value {
    json!({
        "id": 112233,
        "status": "issued",
        "date_created": "2026-11-23T09:15:04+00:00",
        "certificate": {
            "id": 445566,
            "common_name": "Fenna de Wit",
            "signature_hash": "sha256",
            "date_created": "2026-11-23T09:15:04+00:00",
            "date_issued": "2026-11-30T13:40:00+00:00",
            "valid_from": "2026-11-30",
            "valid_till": "2027-12-31"
        },
        "product": {
            "name_id": "pkio_qualified_organisation_person_prof",
            "name": "PKIo Professional - Signing"
        },
        "payment_method": "balance"
    })
}

fn pending_order() -> Value {
    json!({
        "id": 112234,
        "status": "pending",
        "date_created": "2026-11-23T09:16:21+00:00",
        "requests": [{ "id": 8, "date": "2026-11-23T09:16:21+00:00", "status": "pending" }]
    })
}

/// A page of the list of orders.
pub(super) fn order_list() -> Vec<Example> {
    let orders = json!([pending_order(), issued_order()]);
    let page = json!({ "total": 2, "limit": 100, "offset": 0 });
    vec![example("newest-first", "The newest first", json!({ "orders": orders, "page": page }))]
}

/// A page of the list of requests.
pub(super) fn request_list() -> Vec<Example> {
    let request = json!({
        "id": 8,
        "date": "2026-11-23T09:16:21+00:00",
        "type": "new_request",
        "status": "submitted",
        "requester": { "id": 7, "first_name": "Bram", "last_name": "Voorbeeld" },
        "order": { "id": 112234 }
    });
    let page = json!({ "total": 1, "limit": 100, "offset": 0 });
    vec![example(
        "submitted",
        "An order that waits for an administrator",
        json!({ "requests": [request], "page": page }),
    )]
}
