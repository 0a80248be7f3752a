//! The parameters in paths and queries, by the names that the endpoints use.

use certcentral_model::pkio_professional::Order;
use certcentral_model::{OrderStatus, ProductOrder, RequestStatus};
use serde_json::{Value, json};

pub(super) fn all() -> Value {
    let sort = |by: &str| {
        query(
            "sort",
            "The member to sort by; a hyphen puts the newest first.",
            json!({ "type": "string", "enum": [by, format!("-{by}")] }),
        )
    };
    let text = |name: &str, description: &str, examples: &[&str]| {
        query(name, description, json!({ "type": "string", "examples": examples }))
    };
    json!({
        "orderId": path("order_id", "Order ID."),
        "limit": query(
            "limit",
            "The most entries that the page may have.",
            json!({ "type": "integer", "minimum": 1, "maximum": 1000 }),
        ),
        "offset": query(
            "offset",
            "How many entries to skip.",
            json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX }),
        ),
        "orderSort": sort("date_created"),
        "requestSort": sort("date"),
        "orderStatus": text("filters[status]", "Only orders with this status.", OrderStatus::VALUES),
        "requestStatus":
            text("filters[status]", "Only requests with this status.", RequestStatus::VALUES),
        "productNameId": text(
            "filters[product_name_id]",
            "Only orders of this product.",
            &[Order::PRODUCT_NAME_ID],
        ),
    })
}

fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

/// An id in a path.
fn path(name: &str, description: &str) -> Value {
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": description,
        "schema": { "type": "integer", "minimum": 1, "maximum": i64::MAX }
    })
}
