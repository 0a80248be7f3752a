//! Orders and answers that the tests start from.

use serde_json::{Value, json};

/// The example orders of the documentation, by file name.
pub(crate) const EXAMPLES: [(&str, &str); 3] = [
    ("new-professional.json", include_str!("../../../../docs/examples/new-professional.json")),
    (
        "existing-professional.json",
        include_str!("../../../../docs/examples/existing-professional.json"),
    ),
    ("card-payment.json", include_str!("../../../../docs/examples/card-payment.json")),
];

/// An order with every member that there is. No rule would let it pass, but it can be read.
pub(crate) fn full_order() -> Value {
    serde_json::from_str(include_str!("../full-order.json")).unwrap()
}

/// An order as a look-up shows it, with every member that is read.
pub(crate) fn full_order_info() -> Value {
    json!({
        "id": 112233,
        "status": "issued",
        "date_created": "2026-11-20T10:00:00+00:00",
        "order_valid_till": "2029-11-20",
        "certificate": full_certificate_info(),
        "product": full_product_info(),
        "organization": full_organization_info(),
        "organization_contact": full_user_info(),
        "technical_contact": full_user_info(),
        "container": { "id": 6, "name": "Notariaat" },
        "user": full_user_info(),
        "user_assignments": [full_user_info()],
        "individual": full_individual_info(),
        "requests": [{ "id": 8 }],
        "notes": [full_note()],
        "payment_method": "balance",
        "price": "250.50",
        "receipt_id": 99,
        "validity_years": 1,
        "cs_provisioning_method": "none",
        "hardware_init_code": "ABCD1234",
        "dcv_method": "email",
        "is_renewal": false,
        "is_renewed": false,
        "renewed_order_id": 112200,
        "business_unit": "Notarissen",
        "disable_renewal_notifications": false,
        "send_minus_90": true,
        "send_minus_60": true,
        "send_minus_30": true,
        "send_minus_7": true,
        "send_minus_3": true,
        "send_plus_7": true,
        "allow_duplicates": false,
        "has_duplicates": false
    })
}

/// A certificate as a look-up shows it.
pub(crate) fn full_certificate_info() -> Value {
    json!({
        "id": 445566,
        "common_name": "Fenna de Wit",
        "emails": ["fenna.dewit@example.com"],
        "dns_names": [" "],
        "individual": full_individual_info(),
        "signature_hash": "sha256",
        "cert_validity": { "years": 1, "days": 365, "custom_expiration_date": "09 JUN 2027" },
        "date_created": "2026-11-20T10:00:00+00:00",
        "date_issued": "2026-11-21T10:00:00+00:00",
        "valid_from": "2026-11-21",
        "valid_till": "2027-11-21",
        "days_remaining": 361,
        "serial_number": "0A1B",
        "thumbprint": "C2D3"
    })
}

/// A certificate holder as a look-up shows one.
pub(crate) fn full_individual_info() -> Value {
    json!({
        "id": 21,
        "first_name": "Fenna",
        "last_name": "de Wit",
        "email": "fenna.dewit@example.com"
    })
}

/// An organization as a look-up shows one.
pub(crate) fn full_organization_info() -> Value {
    json!({
        "id": 5,
        "name": "Voorbeeld Notarissen",
        "display_name": "Voorbeeld Notarissen (Amsterdam)",
        "is_active": true,
        "city": "Amsterdam",
        "state": "Noord-Holland",
        "country": "nl"
    })
}

/// A product as a look-up shows it.
pub(crate) fn full_product_info() -> Value {
    json!({
        "name_id": "pkio_qualified_organisation_person_prof",
        "name": "PKIo Professional - Signing",
        "type": "client_certificate",
        "group_name": "pkio",
        "validation_type": "ov",
        "validation_name": "OV",
        "validation_description": "Normal Organization Validation",
        "allowed_container_ids": [6],
        "allowed_validity_years": [1],
        "allowed_order_validity_years": [1],
        "signature_hash_types": {
            "allowed_hash_types": [{ "id": "sha256", "name": "SHA-256" }],
            "default_hash_type_id": "sha256"
        },
        "csr_required": false,
        "duplicates_allowed": false,
        "custom_expiration_date_allowed": true,
        "allow_auto_renew": false
    })
}

/// A user as `GET /user/me` shows one.
pub(crate) fn full_user_info() -> Value {
    json!({
        "id": 7,
        "username": "bram",
        "account_id": 4,
        "first_name": "Bram",
        "last_name": "Kantoor",
        "email": "bram@example.com",
        "job_title": "Office manager",
        "telephone": "+31 20 555 0111",
        "status": "active",
        "type": "standard",
        "last_login_date": "2026-11-20 10:00:00",
        "container": { "id": 6, "name": "Notariaat" },
        "access_roles": [{ "id": 100, "name": "Orders" }]
    })
}

/// A request as a look-up shows it, with every member that is read.
pub(crate) fn full_request_info() -> Value {
    json!({
        "id": 8,
        "date": "2026-11-20T10:00:00+00:00",
        "type": "new_request",
        "status": "pending",
        "date_processed": "2026-11-21T10:00:00+00:00",
        "requester": full_user_info(),
        "reviewer": full_user_info(),
        "processor": full_user_info(),
        "processor_comment": "Fenna is one of ours.",
        "comments": "Please be quick.",
        "order": {
            "id": 112233,
            "certificate": full_certificate_info(),
            "organization": full_organization_info(),
            "container": { "id": 6, "name": "Notariaat" },
            "product": full_product_info(),
            "unsubmitted_domains": ["none"],
            "renewal_of_order_valid_till": "2027-01-01"
        }
    })
}

/// A note as a look-up shows it.
pub(crate) fn full_note() -> Value {
    json!({
        "id": 3,
        "date_created": "2026-11-20T10:00:00+00:00",
        "text": "For Fenna",
        "user": full_user_info()
    })
}

/// A balance as a look-up shows it.
pub(crate) fn full_balance() -> Value {
    json!({
        "balance": "1250.00",
        "currency": "EUR",
        "unpaid_invoice_balance": "0.00",
        "negative_balance_limit": "100.00",
        "used_credit_from_other_containers": "0.00",
        "total_available_funds": "1350.00",
        "unlimited_negative_balance": false
    })
}

/// A field of an account.
pub(crate) fn full_custom_field() -> Value {
    json!({
        "id": 12,
        "label": "Cost centre",
        "is_required": true,
        "is_active": true,
        "data_type": "text"
    })
}

/// A change of status.
pub(crate) fn full_status_change() -> Value {
    json!({ "order_id": 112233, "certificate_id": 445566, "status": "issued" })
}

/// The value at a JSON Pointer, to be changed.
pub(crate) fn at<'v>(value: &'v mut Value, pointer: &str) -> &'v mut Value {
    value.pointer_mut(pointer).unwrap_or_else(|| panic!("the sample has {pointer}"))
}

/// The JSON Pointers of everything in a value but its root, parents first.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, into: &mut Vec<String>) {
        let below: Vec<(String, &Value)> = match value {
            Value::Object(members) => {
                members.iter().map(|(name, value)| (format!("{at}/{name}"), value)).collect()
            }
            Value::Array(items) => {
                items.iter().enumerate().map(|(i, value)| (format!("{at}/{i}"), value)).collect()
            }
            _ => Vec::new(),
        };
        for (pointer, value) in below {
            into.push(pointer.clone());
            walk(value, &pointer, into);
        }
    }
    let mut all = Vec::new();
    walk(value, "", &mut all);
    all
}

/// Takes away the member at a JSON Pointer.
pub(crate) fn remove(value: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer below the root");
    at(value, parent)
        .as_object_mut()
        .and_then(|members| members.remove(name))
        .unwrap_or_else(|| panic!("the sample has {pointer}"));
}
