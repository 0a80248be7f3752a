//! What changes an order that was placed: decisions about its requests, notes, the end of it.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use certcentral_model::{CertificateId, OrderId};
use hyper::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::order::no_order;
use super::place::{is_json, read};
use super::query::invalid;
use super::request::no_request;
use super::show::{bare_request, certificate_in, show_note};
use crate::answer::{Answer, Answered};
use crate::books::{Decision, Ledger, Purpose, Refused};
use crate::fault::Placing;
use crate::server::account::{Account, Arrival};

/// `PUT /request/{request_id}/status`
pub(super) async fn decide(change: Change) -> Answered {
    let decision = match change.required("status")? {
        "approved" => Decision::Approve,
        "rejected" => Decision::Reject,
        _ => return Err(invalid("status", "must be approved or rejected")),
    };
    let comment = change.text("processor_comment")?.map(str::to_owned);
    let id = change.id.parse().map_err(|_| no_request())?;
    change.ledger().decide(id, decision, comment, change.now, change.placing)?;
    Ok(Answer::new(204))
}

/// `PUT /order/certificate/{order_id}/status`. The one status that can be asked for is `canceled`,
/// in lower case, and a note has to say why.
pub(super) async fn cancel(change: Change) -> Answered {
    if change.required("status")? != "canceled" {
        return Err(invalid("status", "must be canceled, in lower case"));
    }
    let note = change.required("note")?;
    let &Change { now, placing, .. } = &change;
    change.ledger().change_order(change.order_id()?, placing, |order| order.cancel(note, now))?;
    Ok(Answer::new(204))
}

/// `PUT /order/certificate/{order_id}/revoke`
pub(super) async fn revoke_order(change: Change) -> Answered {
    revoke(&change, change.order_id()?, Purpose::RevokeOrder)
}

/// `PUT /certificate/{certificate_id}/revoke`, which takes the serial number as well.
pub(super) async fn revoke_certificate(change: Change) -> Answered {
    let id: Option<CertificateId> = change.id.parse().ok().or_else(|| certificate_in(&change.id));
    let order = id.and_then(|id| change.ledger().order_of_certificate(id)).ok_or_else(|| {
        Answer::error(404, "not_found|certificate", "there is no such certificate")
    })?;
    revoke(&change, order.id, Purpose::RevokeCertificate)
}

/// Revokes, or asks an administrator to. The comment is kept only with a request; DigiCert's
/// samples call it `comments`, its table `comment`.
fn revoke(change: &Change, order: OrderId, purpose: Purpose) -> Answered {
    let comments = change.text("comments")?.or(change.text("comment")?).map(str::to_owned);
    let &Change { now, placing, .. } = change;
    if change.flag("skip_approval")? {
        change.ledger().change_order(order, placing, |order| order.revoke(purpose, now))?;
        return Ok(Answer::new(204));
    }
    let request = change.ledger().ask_to_revoke(order, purpose, comments, now, placing)?;
    Ok(Answer::of(201, &bare_request(&request)))
}

/// `POST /order/certificate/{order_id}/note`
pub(super) async fn add_note(change: Change) -> Answered {
    let text = change.required("text")?.to_owned();
    let id = change.order_id()?;
    let note = change.ledger().add_note(id, text, change.now, change.placing)?;
    Ok(Answer::of(201, &show_note(&note)))
}

/// `POST /order/certificate/{order_id}/custom-field`. No look-up shows the value, so none is kept.
pub(super) async fn set_custom_field(change: Change) -> Answered {
    let number = change.members.get("metadata_id").and_then(Value::as_u64);
    let number = number.and_then(|number| usize::try_from(number).ok());
    let fields = 1..=change.account.custom_fields.len();
    if !number.is_some_and(|number| fields.contains(&number)) {
        return Err(invalid("metadata_id", "is not a custom field of the account"));
    }
    if !change.members.get("value").is_some_and(|it| it.is_string() || it.is_number()) {
        return Err(Answer::error(400, "invalid_custom_field_value", "a value is missing"));
    }
    change.ledger().order(change.order_id()?).ok_or_else(no_order)?;
    Ok(Answer::new(204))
}

/// A request that changes something.
pub(super) struct Change {
    account: Arc<Account>,
    /// The id in the path.
    id: String,
    /// The members of the JSON object in the body. An empty body has none.
    members: Map<String, Value>,
    now: Timestamp,
    placing: Placing,
}

impl FromRequest<Arc<Account>> for Change {
    type Rejection = Answer;

    async fn from_request(request: Request, account: &Arc<Account>) -> Result<Self, Answer> {
        let (mut parts, body) = request.into_parts();
        let unreadable = |what| Answer::error(400, "bad_request_format", what);
        let path = Path::from_request_parts(&mut parts, account).await;
        let Path(id) = path.map_err(|_| unreadable("the path cannot be read"))?;
        let body = read(body).await?;
        let members = if body.is_empty() {
            Map::new()
        } else if is_json(parts.headers.get(CONTENT_TYPE)) {
            serde_json::from_slice(&body)
                .map_err(|_| unreadable("the body is not a JSON object"))?
        } else {
            return Err(Answer::error(415, "invalid_content_type", "send application/json"));
        };
        let arrival = parts.extensions.get::<Arrival>();
        Ok(Self {
            account: Arc::clone(account),
            id,
            members,
            now: account.clock.now(),
            placing: arrival.map_or(Placing::Placed, |arrival| arrival.placing),
        })
    }
}

impl Change {
    fn ledger(&self) -> &Ledger {
        &self.account.ledger
    }

    fn order_id(&self) -> Result<OrderId, Answer> {
        self.id.parse().map_err(|_| no_order())
    }

    /// Returns a text. One that is null counts as left out.
    fn text(&self, name: &str) -> Result<Option<&str>, Answer> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid(name, "must be a text")),
        }
    }

    fn required(&self, name: &str) -> Result<&str, Answer> {
        self.text(name)?.filter(|text| !text.trim().is_empty()).ok_or_else(|| {
            Answer::error(400, &format!("required_param:{name}"), &format!("{name} is missing"))
        })
    }

    fn flag(&self, name: &str) -> Result<bool, Answer> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(invalid(name, "must be true or false")),
        }
    }
}

impl From<Refused> for Answer {
    fn from(Refused(code, message): Refused) -> Self {
        let status = if code.starts_with("not_found") { 404 } else { 400 };
        Self::error(status, code, message)
    }
}
