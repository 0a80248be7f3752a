//! The schemas of bodies and answers.

use anyhow::Result;
use certcentral_model::{
    Balance, Cancellation, CustomFieldList, NewNote, Note, NoteList, OrderInfo, OrderList,
    OrderResponse, ProductInfo, ProductList, RequestDecision, RequestInfo, RequestList, Revocation,
    StatusChangeList, UserInfo,
};
use serde_json::{Value, json};

use crate::codegen::answers::{documented, documented_errors};
use crate::codegen::order;

/// Makes a schema.
type Schema = fn() -> Result<Value>;

/// Schemas by the names of their types.
pub(super) const SCHEMAS: [(&str, Schema); 19] = [
    ("Order", order::request),
    ("OrderResponse", || Ok(documented::<OrderResponse>())),
    ("ErrorResponse", || Ok(documented_errors())),
    ("OrderInfo", || Ok(documented::<OrderInfo>())),
    ("OrderList", || Ok(documented::<OrderList>())),
    ("StatusChangeList", || Ok(documented::<StatusChangeList>())),
    ("Cancellation", || Ok(cancellation())),
    ("Revocation", || Ok(documented::<Revocation>())),
    ("Note", || Ok(documented::<Note>())),
    ("NoteList", || Ok(documented::<NoteList>())),
    ("NewNote", || Ok(with_text(documented::<NewNote>(), "text"))),
    ("RequestInfo", || Ok(documented::<RequestInfo>())),
    ("RequestList", || Ok(documented::<RequestList>())),
    ("RequestDecision", || Ok(decision())),
    ("ProductInfo", || Ok(documented::<ProductInfo>())),
    ("ProductList", || Ok(documented::<ProductList>())),
    ("Balance", || Ok(documented::<Balance>())),
    ("UserInfo", || Ok(documented::<UserInfo>())),
    ("CustomFieldList", || Ok(documented::<CustomFieldList>())),
];

fn cancellation() -> Value {
    with_text(with_status(documented::<Cancellation>(), &["canceled"]), "note")
}

fn decision() -> Value {
    with_status(documented::<RequestDecision>(), &["approved", "rejected"])
}

/// Closes the set of statuses: an answer may have any, but only these can be asked for.
fn with_status(mut schema: Value, values: &[&str]) -> Value {
    let status = &schema["properties"]["status"]["description"];
    schema["properties"]["status"] =
        json!({ "type": "string", "description": status, "enum": values });
    schema
}

/// A text that has to say something.
fn with_text(mut schema: Value, member: &str) -> Value {
    schema["properties"][member]["pattern"] = json!("[^ \\t\\r\\n]");
    schema
}
