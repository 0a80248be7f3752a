//! Examples of what comes after the order, with invented people.

use anyhow::Result;
use serde_json::{Value, json};

use crate::codegen::examples::{Example, example};

fn one(name: &'static str, summary: &'static str, value: Value) -> Result<Vec<Example>> {
    Ok(vec![example(name, summary, value)])
}

pub(super) fn cancellation() -> Result<Vec<Example>> {
    one(
        "canceled",
        "An order that was a mistake",
        json!({ "status": "canceled", "note": "Ordered by mistake." }),
    )
}

pub(super) fn revocation() -> Result<Vec<Example>> {
    Ok(vec![
        example(
            "ask",
            "Somebody else has to approve it",
            json!({ "comments": "The token is lost." }),
        ),
        example("at-once", "By the key of an administrator", json!({ "skip_approval": true })),
    ])
}

pub(super) fn new_note() -> Result<Vec<Example>> {
    one("reference", "A reference of the caller's own", json!({ "text": "Dossier 12" }))
}

pub(super) fn decision() -> Result<Vec<Example>> {
    Ok(vec![
        example("approved", "The order goes on", json!({ "status": "approved" })),
        example(
            "rejected",
            "The order ends",
            json!({ "status": "rejected", "processor_comment": "She left the firm." }),
        ),
    ])
}

pub(super) fn status_changes() -> Vec<Example> {
    let orders = json!([
        { "order_id": 112233, "certificate_id": 445566, "status": "issued" },
        { "order_id": 112234, "status": "rejected" }
    ]);
    vec![
        example("changed", "Two orders changed", json!({ "orders": orders })),
        example("none", "None changed", json!({})),
    ]
}

pub(super) fn revoke_request() -> Vec<Example> {
    let request = json!({
        "id": 9,
        "date": "2027-02-01T10:12:00+00:00",
        "type": "revoke",
        "status": "pending",
        "requester": user_names(),
        "comments": "The token is lost."
    });
    vec![example("pending", "It waits to be approved", request)]
}

pub(super) fn request() -> Vec<Example> {
    let waiting = json!({
        "id": 8,
        "date": "2026-11-23T09:16:21+00:00",
        "type": "new_request",
        "status": "pending",
        "requester": user_names(),
        "order": {
            "id": 112234,
            "certificate": { "common_name": "Fenna de Wit" },
            "product": {
                "name_id": "pkio_qualified_organisation_person_prof",
                "name": "PKIo Professional - Signing"
            }
        }
    });
    let mut rejected = waiting.clone();
    rejected["status"] = json!("rejected");
    rejected["date_processed"] = json!("2026-11-24T08:30:00+00:00");
    rejected["processor"] = user_names();
    rejected["processor_comment"] = json!("She left the firm.");
    vec![example("pending", "It waits", waiting), example("rejected", "It was rejected", rejected)]
}

pub(super) fn note() -> Vec<Example> {
    vec![example("written", "The note that was written", written_note())]
}

pub(super) fn notes() -> Vec<Example> {
    vec![
        example("one", "One note", json!({ "notes": [written_note()] })),
        example("none", "None", json!({ "notes": [] })),
    ]
}

fn written_note() -> Value {
    json!({
        "id": 3,
        "date_created": "2026-11-23T09:20:00+00:00",
        "text": "Dossier 12",
        "user": user_names()
    })
}

fn user_names() -> Value {
    json!({
        "id": 7,
        "first_name": "Bram",
        "last_name": "Voorbeeld",
        "email": "bram.voorbeeld@example.com"
    })
}

pub(super) fn product() -> Vec<Example> {
    vec![example("pkio-professional", "PKIo Professional - Signing", pkio_professional())]
}

pub(super) fn products() -> Vec<Example> {
    vec![example("one", "One product", json!({ "products": [pkio_professional()] }))]
}

fn pkio_professional() -> Value {
    json!({
        "group_name": "pkio",
        "name_id": "pkio_qualified_organisation_person_prof",
        "name": "PKIo Professional - Signing",
        "type": "pkio",
        "allowed_container_ids": [],
        "allowed_validity_years": [1, 2, 3],
        "signature_hash_types": {
            "allowed_hash_types": [
                { "id": "sha256", "name": "SHA-256" },
                { "id": "sha512", "name": "SHA-512" }
            ],
            "default_hash_type_id": "sha256"
        },
        "csr_required": false
    })
}

pub(super) fn balance() -> Vec<Example> {
    vec![
        example(
            "limited",
            "A balance with a limit",
            json!({
                "balance": "1250.00",
                "currency": "EUR",
                "unpaid_invoice_balance": "0.00",
                "negative_balance_limit": "-500.00",
                "used_credit_from_other_containers": "0.00",
                "total_available_funds": "1750.00"
            }),
        ),
        example(
            "unlimited",
            "A balance without a limit",
            json!({
                "balance": "0.00",
                "currency": "EUR",
                "unpaid_invoice_balance": "249.00",
                "unlimited_negative_balance": true
            }),
        ),
    ]
}

pub(super) fn user() -> Vec<Example> {
    let mut user = user_names();
    user["username"] = json!("bram.voorbeeld");
    user["account_id"] = json!(1001);
    user["status"] = json!("active");
    user["last_login_date"] = json!("2026-11-23 08:59:41");
    user["container"] = json!({ "id": 1, "name": "Voorbeeld Notarissen" });
    user["access_roles"] = json!([{ "id": 1, "name": "Administrator" }]);
    vec![example("administrator", "An administrator", user)]
}

pub(super) fn custom_fields() -> Vec<Example> {
    let field = json!({
        "id": 12,
        "label": "Cost centre",
        "is_required": true,
        "is_active": true,
        "data_type": "text"
    });
    vec![
        example("one", "One field that is required", json!({ "metadata": [field] })),
        example("none", "None", json!({})),
    ]
}
