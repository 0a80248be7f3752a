//! The parameters in paths and queries, by the names that the endpoints use.

use certcentral_model::pkio_professional::Order;
use certcentral_model::{CertificateFormat, OrderStatus, ProductOrder, RequestStatus};
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
        "orderId": id("order_id", "Order ID."),
        "certificateId": id("certificate_id", "Certificate ID."),
        "requestId": id("request_id", "Request ID."),
        "nameId": word("name_id", "The product's name.", &[Order::PRODUCT_NAME_ID]),
        "formatType": word("format_type", "The format of the file.", CertificateFormat::VALUES),
        "minutes": minutes(),
        "balanceOf": query(
            "container_id",
            "The container (division) whose balance is meant, in an account of several.",
            number(),
        ),
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
        "validTill": text(
            "filters[valid_till]",
            "Only orders whose certificates end within these days. DigiCert names the filter and \
             not how a range is written; other clients write it so.",
            &["<2027-02-01", ">2026-11-24", "2026-11-24...2027-02-01"],
        ),
        "dateCreated": text(
            "filters[date_created]",
            "Only orders that were made within these days. Ranges as for `valid_till`.",
            &[">2026-11-22"],
        ),
        "email": text(
            "filters[email]",
            "Only orders with this email address.",
            &["fenna.dewit@example.com"],
        ),
        "commonName":
            text("filters[common_name]", "Only orders with this common name.", &["Fenna de Wit"]),
        "search": text(
            "filters[search]",
            "Only orders with this email address or common name. With a percent sign before it: \
             that contain it.",
            &["%de Wit"],
        ),
        "certificate": query("filters[certificate_id]", "Only the order of a certificate.", number()),
        "serialNumber": text(
            "filters[serial_number]",
            "Only the order of the certificate with this serial number.",
            &["0A1B2C3D4E5F60718293A4B5C6D7E8F9"],
        ),
        "user": query("filters[user_id]", "Only orders that this user made.", number()),
        "container": query("filters[container_id]", "Only orders of this container.", number()),
        "organization":
            query("filters[organization_id]", "Only orders of this organization.", number()),
        "isRenewed": query(
            "filters[is_renewed]",
            "1: only orders that another order renews. 0: only the others.",
            json!({ "type": "integer", "enum": [0, 1] }),
        ),
    })
}

fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

/// Required: the API demands `minutes` or `seconds`, and OpenAPI cannot say "one of the two".
fn minutes() -> Value {
    let mut minutes = query(
        "minutes",
        "How far to look back: a week at most. The API also takes `seconds` instead, which this \
         description leaves out.",
        json!({ "type": "integer", "minimum": 1, "maximum": 7 * 24 * 60 }),
    );
    minutes["required"] = json!(true);
    minutes
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX })
}

/// An id in a path.
fn id(name: &str, description: &str) -> Value {
    path(name, description, number())
}

/// A word in a path.
fn word(name: &str, description: &str, examples: &[&str]) -> Value {
    let schema = json!({ "type": "string", "pattern": "^[a-z0-9_]+$", "examples": examples });
    path(name, description, schema)
}

fn path(name: &str, description: &str, schema: Value) -> Value {
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": description,
        "schema": schema
    })
}
