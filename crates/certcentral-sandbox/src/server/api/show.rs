//! Orders, requests and notes as look-ups show them. They are written without the model's types, so
//! that a client that misreads them is not tested against itself.

use certcentral_model::CertificateId;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::books::{Note, OrderRequest, PlacedOrder, Validity};
use crate::clock::iso;

/// The user whose key is used.
pub(super) const USER_ID: u64 = 4_321;

/// An invented organization, in whose account all orders are.
pub(super) const ORGANIZATION_ID: u64 = 765_432;

/// The account's one container (division).
pub(super) const CONTAINER_ID: u64 = 98_765;

pub(super) fn container() -> Value {
    json!({ "id": CONTAINER_ID, "parent_id": 0, "name": "Sandbox", "is_active": true })
}

pub(super) fn user_names() -> Value {
    json!({
        "id": USER_ID,
        "first_name": "Robin",
        "last_name": "Sandbox",
        "email": "robin.sandbox@example.com"
    })
}

fn organization() -> Value {
    json!({
        "id": ORGANIZATION_ID,
        "name": "Example Account B.V.",
        "display_name": "Example Account",
        "is_active": true,
        "city": "Amsterdam",
        "state": "Noord-Holland",
        "country": "nl"
    })
}

/// `GET /order/certificate/{order_id}`
pub(super) fn order_info(order: &PlacedOrder, today: Date) -> Value {
    let mut info = common(order);
    set(&mut info, "certificate", certificate(order, today));
    let notes = order.notes.iter().map(|note| json!({ "id": note.id, "text": note.text }));
    let requests: Vec<Value> = order.requests.iter().map(bare_request).collect();
    let more = json!({
        "is_renewal": false,
        "business_unit": "",
        "organization_contact": user_names(),
        "technical_contact": user_names(),
        "user": user_names(),
        "receipt_id": order.id.get() - 100_000_000,
        "cs_provisioning_method": "none",
        "send_minus_90": true,
        "send_minus_60": true,
        "send_minus_30": true,
        "send_minus_7": true,
        "send_minus_3": true,
        "send_plus_7": true,
        "allow_duplicates": false,
        "user_assignments": [],
        "payment_method": order.ordered.payment_method,
        "notes": notes.collect::<Vec<_>>(),
        "requests": requests
    });
    if let Value::Object(more) = more {
        info.extend(more);
    }
    if let Some(valid_till) = order.valid_till() {
        set(&mut info, "order_valid_till", valid_till.to_string());
    }
    info.into()
}

/// An entry of `GET /order/certificate`.
pub(super) fn order_row(order: &PlacedOrder, today: Date) -> Value {
    let mut row = common(order);
    set(&mut row, "certificate", certificate(order, today));
    set(&mut row, "has_duplicates", false);
    row.into()
}

/// What both show.
fn common(order: &PlacedOrder) -> Map<String, Value> {
    let mut shown = Map::new();
    set(&mut shown, "id", json!(order.id));
    set(&mut shown, "status", json!(order.status));
    set(&mut shown, "is_renewed", false);
    set(&mut shown, "date_created", iso(order.placed_at));
    set(&mut shown, "organization", organization());
    set(&mut shown, "disable_renewal_notifications", false);
    set(&mut shown, "container", container());
    set(&mut shown, "product", product(order));
    set(&mut shown, "price", 249);
    if let Validity::Years(years) = order.ordered.validity {
        set(&mut shown, "validity_years", years);
    }
    // A person of whom the order gave only the id has no name here.
    if order.ordered.common_name.is_none() {
        set(&mut shown, "individual", json!({ "id": order.ordered.individual.id }));
    }
    shown
}

fn certificate(order: &PlacedOrder, today: Date) -> Value {
    let mut shown = Map::new();
    if let Some(name) = &order.ordered.common_name {
        set(&mut shown, "common_name", name.as_str());
    }
    let emails: Vec<&str> = order.ordered.individual.email.as_deref().into_iter().collect();
    set(&mut shown, "emails", json!(emails));
    set(&mut shown, "dns_names", json!([]));
    set(&mut shown, "signature_hash", order.ordered.signature_hash.as_str());
    set(&mut shown, "date_created", iso(order.placed_at));
    let validity = match &order.ordered.validity {
        Validity::Years(years) => json!({ "years": years }),
        Validity::Days(days) => json!({ "days": days }),
        Validity::Until(day) => {
            json!({ "custom_expiration_date": day.strftime("%d %b %Y").to_string() })
        }
    };
    set(&mut shown, "cert_validity", validity);
    if let Some(certificate) = &order.certificate {
        set(&mut shown, "id", json!(certificate.id));
        if let Some(issued) = &certificate.issued {
            set(&mut shown, "serial_number", serial_number(certificate.id));
            set(&mut shown, "thumbprint", thumbprint(certificate.id));
            set(&mut shown, "date_issued", iso(issued.at));
            set(&mut shown, "valid_from", issued.valid_from.to_string());
            set(&mut shown, "valid_till", issued.valid_till.to_string());
            set(&mut shown, "days_remaining", (issued.valid_till - today).get_days());
        }
    }
    shown.into()
}

/// The prefix marks a serial number; the rest is the certificate's id.
pub(super) fn serial_number(id: CertificateId) -> String {
    format!("5E{:030X}", id.get())
}

pub(super) fn thumbprint(id: CertificateId) -> String {
    format!("7F{:038X}", id.get())
}

/// Returns the certificate of a serial number or a thumbprint.
pub(super) fn certificate_in(text: &str) -> Option<CertificateId> {
    let text = text.to_ascii_uppercase();
    let digits = match text.len() {
        32 => text.strip_prefix("5E")?,
        40 => text.strip_prefix("7F")?,
        _ => return None,
    };
    CertificateId::new(u64::from_str_radix(digits, 16).ok()?).ok()
}

fn product(order: &PlacedOrder) -> Value {
    json!({ "name_id": order.ordered.product_name_id, "name": order.ordered.product_name, "type": "pkio" })
}

/// A request without its order.
pub(super) fn bare_request(request: &OrderRequest) -> Value {
    let mut shown = Map::new();
    set(&mut shown, "id", json!(request.id));
    set(&mut shown, "date", iso(request.made_at));
    set(&mut shown, "type", request.purpose.as_str());
    set(&mut shown, "status", json!(request.status));
    set(&mut shown, "requester", user_names());
    if let Some(comments) = &request.comments {
        set(&mut shown, "comments", comments.as_str());
    }
    shown.into()
}

/// An entry of `GET /request`.
pub(super) fn request_row(request: &OrderRequest, order: &PlacedOrder) -> Value {
    let mut shown = bare_request(request);
    let mut certificate = Map::new();
    if let Some(name) = &order.ordered.common_name {
        set(&mut certificate, "common_name", name.as_str());
    }
    let emails: Vec<&str> = order.ordered.individual.email.as_deref().into_iter().collect();
    set(&mut certificate, "emails", json!(emails));
    if let Some(id) = order.certificate_id() {
        set(&mut certificate, "id", json!(id));
    }
    shown["order"] = json!({
        "id": order.id,
        "certificate": certificate,
        "organization": { "id": ORGANIZATION_ID, "name": organization()["name"] },
        "container": { "id": CONTAINER_ID, "name": container()["name"] },
        "product": product(order)
    });
    shown
}

/// `GET /request/{request_id}`
pub(super) fn request_info(request: &OrderRequest, order: &PlacedOrder) -> Value {
    let mut shown = request_row(request, order);
    if let Some(time) = request.processed_at {
        shown["date_processed"] = iso(time).into();
        shown["processor"] = user_names();
        shown["reviewer"] = user_names();
    }
    if let Some(comment) = &request.processor_comment {
        shown["processor_comment"] = comment.as_str().into();
    }
    shown
}

pub(super) fn show_note(note: &Note) -> Value {
    json!({
        "id": note.id,
        "date_created": iso(note.made_at),
        "text": note.text,
        "user": user_names()
    })
}

fn set(members: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    members.insert(name.to_owned(), value.into());
}
