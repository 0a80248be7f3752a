//! Values for the reader of a schema: what the example orders have, and some for the members that
//! no example order has.

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The example orders that are right, by file name.
pub(super) const ORDERS: [(&str, &str); 3] = [
    ("new-professional", include_str!("../../../docs/examples/new-professional.json")),
    ("existing-professional", include_str!("../../../docs/examples/existing-professional.json")),
    ("card-payment", include_str!("../../../docs/examples/card-payment.json")),
];

/// The order of an example file.
pub(super) fn order(name: &str) -> Result<Value> {
    let (_, text) = ORDERS
        .iter()
        .find(|(file, _)| *file == name)
        .with_context(|| format!("there is no example {name}"))?;
    serde_json::from_str(text).with_context(|| format!("reading docs/examples/{name}.json"))
}

/// Up to two values for the member at a JSON Pointer.
pub(super) fn values(path: &str) -> Result<Vec<Value>> {
    let mut values = Vec::new();
    for (name, _) in ORDERS {
        if let Some(value) = order(name)?.pointer(path)
            && !values.contains(value)
            && !value.is_null()
        {
            values.push(value.clone());
        }
    }
    match path {
        "/certificate/is_rsassa_pss" => values.push(json!(true)),
        "/order_validity/years" => values.push(json!(3)),
        "/order_validity/custom_expiration_date" => values.push(json!("09 JUN 2027")),
        "/billing_address/address2" => values.push(json!("2e verdieping")),
        "/billing_address/state" => values.push(json!("Noord-Holland")),
        "/credit_card/save_credit_card" => values.push(json!(false)),
        _ => {}
    }
    values.truncate(2);
    Ok(values)
}

/// The four shapes in which the answer to an order is documented: name, summary, answer.
pub(super) fn placed() -> [(&'static str, &'static str, Value); 4] {
    let request = |status| json!({ "id": 112233, "requests": [{ "id": 8, "status": status }] });
    let mut approved = request("approved");
    approved["certificate_id"] = json!(445566);
    [
        ("pending", "Waits for DigiCert", request("pending")),
        ("submitted", "Waits for an administrator of the account", request("submitted")),
        ("approved", "Approved at once", approved),
        (
            "without-requests",
            "Approved at once, without requests",
            json!({ "id": 112233, "certificate_id": 445566 }),
        ),
    ]
}
