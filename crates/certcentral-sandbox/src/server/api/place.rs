//! `POST /order/certificate/{product}`.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use certcentral_model::IndividualInfo;
use certcentral_validation::{Report, read_json};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::answer::{Answer, Answered};
use crate::books::{NewOrder, PlacedOrder, Validity};
use crate::server::account::{Account, Arrival};
use crate::server::product::Product;

/// The largest body that is read. An order takes a kilobyte.
const LARGEST_BODY: usize = 1024 * 1024;

pub(super) async fn place<P: Product>(
    State(account): State<Arc<Account>>,
    Extension(arrival): Extension<Arrival>,
    request: Request,
) -> Answered {
    if !is_json(request.headers().get(CONTENT_TYPE)) {
        return Err(Answer::error(415, "invalid_content_type", "send application/json"));
    }
    let body = read(request.into_body()).await?;
    account.ledger.read_whole_post();
    let order = judge::<P>(&account, arrival, &body)?;
    let now = account.clock.now();
    let order = account.ledger.place(order, now, account.approval, arrival.placing);
    // Ids begin in the millions and grow by one: 2^63 is out of reach.
    let order = order.map_err(|_| Answer::error(500, "server_error", "there are no more ids"))?;
    Ok(placed(&order))
}

pub(super) fn is_json(content_type: Option<&HeaderValue>) -> bool {
    content_type
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

pub(super) async fn read(body: Body) -> Result<Bytes, Answer> {
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Answer::error(413, "request_too_large", "the body is larger than any order"))
        }
        // The client is gone; nobody will read this.
        Err(_) => Err(Answer::error(400, "bad_request_format", "the body breaks off")),
    }
}

/// Reads the order and checks it. Everything that is wrong is named at once.
fn judge<P: Product>(account: &Account, arrival: Arrival, body: &[u8]) -> Result<NewOrder, Answer> {
    let (report, order) = read_json::<P>(body, account.clock.today());
    let individual = order.as_ref().map(|order| {
        let holder = order.holder();
        let mut individual = IndividualInfo::default();
        individual.id = holder.id;
        individual.first_name = holder.first_name.map(Into::into);
        individual.last_name = holder.last_name.map(Into::into);
        individual.email = holder.email.map(Into::into);
        individual
    });
    if let Some(individual) = &individual {
        account.ledger.note_individual(arrival.number, individual.clone());
    }
    let (Some(order), Some(individual), true) = (order, individual, report.is_valid()) else {
        return Err(refuse(&report));
    };
    let common_name = match (&individual.first_name, &individual.last_name) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        _ => None,
    };
    let payment_method = order.payment_method().clone();
    // A valid order can be written; and if not, nothing of it is kept.
    let json = serde_json::to_string(&order.without_card()).unwrap_or_default();
    let members: Value = serde_json::from_str(&json).unwrap_or_default();
    let signature_hash = members["certificate"]["signature_hash"].as_str().unwrap_or("sha256");
    Ok(NewOrder {
        product_name_id: P::PRODUCT_NAME_ID,
        product_name: P::NAME,
        individual,
        common_name,
        signature_hash: signature_hash.to_owned(),
        validity: validity(&members["order_validity"]),
        payment_method,
        json,
        request_number: arrival.number,
    })
}

/// The date wins over the days, the days over the years. Without any it is a year.
fn validity(asked: &Value) -> Validity {
    let date = asked["custom_expiration_date"].as_str();
    if let Some(day) = date.and_then(|text| Date::strptime("%d %b %Y", text).ok()) {
        Validity::Until(day)
    } else if let Some(days) = asked["days"].as_i64() {
        Validity::Days(days)
    } else {
        Validity::Years(asked["years"].as_i64().unwrap_or(1))
    }
}

/// `required_param:<path>` for what is missing, `invalid_value:<path>` for what is wrong.
fn refuse(report: &Report) -> Answer {
    // An error about the whole text means that it is not a JSON object.
    if report.errors().any(|violation| violation.path().is_empty()) {
        return Answer::error(400, "bad_request_format", "the body is not a JSON object");
    }
    let errors: Vec<(String, String)> = report
        .errors()
        .map(|violation| {
            let name = if violation.is_missing() { "required_param" } else { "invalid_value" };
            let path = dotted(violation.path());
            (format!("{name}:{path}"), format!("{path} {}", violation.message()))
        })
        .collect();
    Answer::errors(400, errors.iter().map(|(code, message)| (&**code, &**message)))
}

/// `/certificate/individual/email` as the API's errors write it: `certificate.individual.email`.
fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~")
}

fn placed(order: &PlacedOrder) -> Answer {
    let mut body = json!({ "id": order.id });
    if let Some(id) = order.certificate_id() {
        body["certificate_id"] = json!(id);
    }
    if let Some(request) = order.requests.first() {
        body["requests"] = json!([{ "id": request.id, "status": request.status }]);
    }
    Answer::of(201, &body)
}
