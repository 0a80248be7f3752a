//! What changes an order that was placed: decisions about its requests, notes, the end of it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use certcentral_model::{CertificateId, OrderId};
use hyper::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::order::no_order;
use super::place::{is_json, read};
use super::show::{bare_request, certificate_in, show_note};
use crate::answer::Answer;
use crate::books::{Decision, Purpose, Refused};
use crate::server::account::{Account, Arrival};

type Changed = Result<Answer, Answer>;

/// `PUT /request/{request_id}/status`
pub(super) async fn decide(
    State(account): State<Arc<Account>>,
    Extension(arrival): Extension<Arrival>,
    Path(id): Path<String>,
    request: Request,
) -> Changed {
    let members = Members::read(request).await?;
    let decision = match members.required("status")? {
        "approved" => Decision::Approve,
        "rejected" => Decision::Reject,
        _ => return Err(invalid("status", "must be approved or rejected")),
    };
    let comment = members.text("processor_comment")?.map(str::to_owned);
    let id = id
        .parse()
        .map_err(|_| Answer::error(404, "not_found|request", "there is no such request"))?;
    let now = account.clock.now();
    account.ledger.decide(id, decision, comment, now, arrival.placing).map_err(refuse)?;
    Ok(Answer::new(204))
}

/// `PUT /order/certificate/{order_id}/status`. The one status that can be asked for is `canceled`,
/// in lower case, and a note has to say why.
pub(super) async fn cancel(
    State(account): State<Arc<Account>>,
    Extension(arrival): Extension<Arrival>,
    Path(id): Path<String>,
    request: Request,
) -> Changed {
    let members = Members::read(request).await?;
    if members.required("status")? != "canceled" {
        return Err(invalid("status", "must be canceled, in lower case"));
    }
    let note = members.required("note")?;
    let (id, now) = (order_id(&id)?, account.clock.now());
    account.ledger.cancel(id, note, now, arrival.placing).map_err(refuse)?;
    Ok(Answer::new(204))
}

/// `PUT /order/certificate/{order_id}/revoke`
pub(super) async fn revoke_order(
    State(account): State<Arc<Account>>,
    Extension(arrival): Extension<Arrival>,
    Path(id): Path<String>,
    request: Request,
) -> Changed {
    let id = order_id(&id)?;
    revoke(&account, arrival, id, Purpose::RevokeOrder, Members::read(request).await?)
}

/// `PUT /certificate/{certificate_id}/revoke`, where the serial number does as well.
pub(super) async fn revoke_certificate(
    State(account): State<Arc<Account>>,
    Extension(arrival): Extension<Arrival>,
    Path(id): Path<String>,
    request: Request,
) -> Changed {
    let id: Option<CertificateId> = id.parse().ok().or_else(|| certificate_in(&id));
    let order = id.and_then(|id| account.ledger.order_of_certificate(id)).ok_or_else(|| {
        Answer::error(404, "not_found|certificate", "there is no such certificate")
    })?;
    let members = Members::read(request).await?;
    revoke(&account, arrival, order.id, Purpose::RevokeCertificate, members)
}

/// Revokes, or asks an administrator to. The comment is kept only with a request; DigiCert's
/// samples call it `comments`, its table `comment`.
fn revoke(
    account: &Account,
    arrival: Arrival,
    order: OrderId,
    purpose: Purpose,
    members: Members,
) -> Changed {
    let comments = members.text("comments")?.or(members.text("comment")?).map(str::to_owned);
    let (ledger, now) = (&account.ledger, account.clock.now());
    if members.flag("skip_approval")? {
        ledger.revoke(order, purpose, now, arrival.placing).map_err(refuse)?;
        return Ok(Answer::new(204));
    }
    let asked = ledger.ask_to_revoke(order, purpose, comments, now, arrival.placing);
    Ok(Answer::of(201, &bare_request(&asked.map_err(refuse)?)))
}

/// `POST /order/certificate/{order_id}/note`
pub(super) async fn add_note(
    State(account): State<Arc<Account>>,
    Extension(arrival): Extension<Arrival>,
    Path(id): Path<String>,
    request: Request,
) -> Changed {
    let members = Members::read(request).await?;
    let text = members.required("text")?.to_owned();
    let (id, now) = (order_id(&id)?, account.clock.now());
    let note = account.ledger.add_note(id, text, now, arrival.placing).map_err(refuse)?;
    Ok(Answer::of(201, &show_note(&note)))
}

/// `POST /order/certificate/{order_id}/custom-field`. No look-up shows the value, so none is kept.
pub(super) async fn set_custom_field(
    State(account): State<Arc<Account>>,
    Path(id): Path<String>,
    request: Request,
) -> Changed {
    let members = Members::read(request).await?;
    let number = members.0.get("metadata_id").and_then(Value::as_u64);
    let number = number.and_then(|number| usize::try_from(number).ok());
    if !number.is_some_and(|number| (1..=account.custom_fields.len()).contains(&number)) {
        return Err(invalid("metadata_id", "is not a custom field of the account"));
    }
    if !members.0.get("value").is_some_and(|value| value.is_string() || value.is_number()) {
        return Err(Answer::error(400, "invalid_custom_field_value", "a value is missing"));
    }
    account.ledger.order(order_id(&id)?).ok_or_else(no_order)?;
    Ok(Answer::new(204))
}

/// The members of the JSON object that came in.
struct Members(Map<String, Value>);

impl Members {
    /// Reads the body. One that is empty has no members.
    async fn read(request: Request) -> Result<Self, Answer> {
        let is_json = is_json(request.headers().get(CONTENT_TYPE));
        let body = read(request.into_body()).await?;
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        if !is_json {
            return Err(Answer::error(415, "invalid_content_type", "send application/json"));
        }
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|_| Answer::error(400, "bad_request_format", "the body is not a JSON object"))
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Answer> {
        match self.0.get(name) {
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
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(invalid(name, "must be true or false")),
        }
    }
}

fn order_id(text: &str) -> Result<OrderId, Answer> {
    text.parse().map_err(|_| no_order())
}

fn refuse(Refused(code, message): Refused) -> Answer {
    let status = if code.starts_with("not_found") { 404 } else { 400 };
    Answer::error(status, code, message)
}

fn invalid(name: &str, what: &str) -> Answer {
    Answer::error(400, &format!("invalid_value:{name}"), &format!("{name} {what}"))
}
