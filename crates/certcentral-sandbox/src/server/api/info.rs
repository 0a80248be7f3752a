//! What the account is, has and may do. Where DigiCert documents amounts, they are texts.

use std::sync::Arc;

use axum::extract::{Path, State};
use certcentral_model::{ProductOrder, pkio_professional};
use serde_json::{Value, json};

use super::show::{USER_ID, container, user_names};
use crate::answer::Answer;
use crate::server::account::Account;
use crate::server::product::Product;
use crate::settings::Balance;

/// `GET /product`
pub(super) async fn products() -> Answer {
    Answer::of(200, &json!({ "products": [product_info::<pkio_professional::Order>()] }))
}

/// `GET /product/{name_id}`
pub(super) async fn product(Path(name_id): Path<String>) -> Answer {
    if name_id != pkio_professional::Order::PRODUCT_NAME_ID {
        return Answer::error(404, "not_found|product", "there is no such product");
    }
    let mut product = product_info::<pkio_professional::Order>();
    product["duplicates_allowed"] = false.into();
    product["custom_expiration_date_allowed"] = true.into();
    product["allow_auto_renew"] = false.into();
    Answer::of(200, &product)
}

fn product_info<P: Product>() -> Value {
    json!({
        "group_name": "pkio",
        "name_id": P::PRODUCT_NAME_ID,
        "name": P::NAME,
        "type": "pkio",
        "allowed_container_ids": [container()["id"]],
        "allowed_validity_years": [1, 2, 3],
        "allowed_order_validity_years": [1, 2, 3],
        "signature_hash_types": {
            "allowed_hash_types": [
                { "id": "sha256", "name": "SHA-256" },
                { "id": "sha384", "name": "SHA-384" },
                { "id": "sha512", "name": "SHA-512" }
            ],
            "default_hash_type_id": "sha256"
        },
        "csr_required": false
    })
}

/// `GET /finance/balance`
pub(super) async fn balance(State(account): State<Arc<Account>>) -> Answer {
    let body = match &account.balance {
        Balance::Amount(amount) => json!({
            "balance": amount,
            "currency": "EUR",
            "unpaid_invoice_balance": "0.00",
            "negative_balance_limit": "0.00",
            "used_credit_from_other_containers": "0.00",
            "total_available_funds": amount
        }),
        Balance::Unlimited => json!({
            "balance": "0.00",
            "currency": "EUR",
            "unpaid_invoice_balance": "0.00",
            "unlimited_negative_balance": true
        }),
    };
    Answer::of(200, &body)
}

/// `GET /user/me`, and the same by its id.
pub(super) async fn user(Path(id): Path<String>) -> Answer {
    if id != "me" && id != USER_ID.to_string() {
        return Answer::error(404, "not_found|user", "there is no such user");
    }
    let mut user = user_names();
    let more = json!({
        "username": "sandbox",
        "account_id": 5_153_184,
        "job_title": "Office manager",
        "telephone": "+31 20 555 0199",
        "status": "active",
        // Not ISO 8601, as DigiCert's sample has it.
        "last_login_date": "2026-01-05 08:30:00",
        "container": container(),
        "access_roles": [{ "id": 1, "name": "Administrator" }],
        "type": "standard",
        "has_container_assignments": false,
        "container_visibility": [container()]
    });
    if let (Some(user), Value::Object(more)) = (user.as_object_mut(), more) {
        user.extend(more);
    }
    Answer::of(200, &user)
}

/// `GET /authorization`
pub(super) async fn authorization() -> Answer {
    let permissions = [
        "place_order",
        "view_order",
        "cancel_order",
        "revoke_order",
        "view_request",
        "approve_request",
        "view_balance",
    ];
    let granted = permissions.map(|name| json!({ "permission": name, "authorized": true }));
    Answer::of(200, &json!({ "authorizations": granted }))
}

/// `GET /key/api-roles`
pub(super) async fn roles() -> Answer {
    Answer::of(
        200,
        &json!({ "access_roles": [
            { "id": 100, "name": "Orders" },
            { "id": 101, "name": "Orders, Domains, Organizations" },
            { "id": 102, "name": "View Only" }
        ] }),
    )
}

/// `GET /account/metadata`. Without any field the answer is `{}`.
pub(super) async fn custom_fields(State(account): State<Arc<Account>>) -> Answer {
    if account.custom_fields.is_empty() {
        return Answer::of(200, &json!({}));
    }
    let fields: Vec<Value> = (1_u64..)
        .zip(&account.custom_fields)
        .map(|(id, field)| {
            json!({
                "id": id,
                "label": field.label,
                "is_required": field.is_required,
                "is_active": true,
                "data_type": "text"
            })
        })
        .collect();
    Answer::of(200, &json!({ "metadata": fields }))
}
