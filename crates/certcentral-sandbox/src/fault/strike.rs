//! What each kind of fault makes of the answer that would have gone out.

use std::time::Duration;

use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::api::Reply;
use crate::clock::http_date;
use crate::fault::FaultKind;
use crate::scripted::{Answer, Script};

/// What the client gets.
pub(crate) enum Strike {
    /// This answer, in the usual way.
    Respond(Reply),
    /// The same, later.
    RespondAfter(Duration, Reply),
    /// These bytes, and then no connection.
    Play(Script),
}

/// What a fault may need to know.
pub(crate) struct Surroundings<'a> {
    pub(crate) now: Timestamp,
    pub(crate) slow_answer: Duration,
    pub(crate) redirect_to: &'a str,
}

/// Strikes an answer. `None`: a fault that alters a success has nothing to alter in a refusal.
pub(crate) fn strike(
    kind: FaultKind,
    reply: &Reply,
    surroundings: &Surroundings<'_>,
) -> Option<Strike> {
    use FaultKind as Kind;
    if let Some(strike) = on_the_connection(kind, reply, surroundings) {
        return Some(strike);
    }
    let retry_after = |seconds: i64| {
        let time = surroundings.now.checked_add(SignedDuration::from_secs(seconds));
        http_date(time.unwrap_or(surroundings.now))
    };
    let rate_limited = || {
        refusal(
            429,
            &[("request_limit_exceeded", "Service unavailable, please limit request volume")],
        )
    };
    let reply = match kind {
        Kind::Error400 => refusal(400, &[("invalid_value:order_validity.years", "Invalid value")]),
        Kind::SeveralErrors => refusal(
            400,
            &[
                ("required_param:certificate.signature_hash", "Missing required parameter"),
                ("invalid_value:order_validity.years", "Invalid value"),
                ("cert_validity_exceeds_order_validity", "The certificate outlives its order"),
            ],
        ),
        Kind::ErrorsObject => Reply::json(400, &json!({ "errors": one_error() })),
        Kind::ErrorObject => Reply::json(400, &json!({ "error": one_error() })),
        Kind::ErrorText => Reply::json(400, &json!({ "error": "The request was not understood" })),
        Kind::ErrorDescription => Reply::json(
            400,
            &json!({ "errors": [{
                "code": "bad_request_format",
                "description": "The request was not understood",
            }] }),
        ),
        Kind::ErrorHtml => html(400, "Bad Request"),
        Kind::ErrorEmpty => Reply::empty(400),
        Kind::Error401 => refusal(401, &[("access_denied|invalid_key", "Access denied")]),
        Kind::Error403 => refusal(403, &[("access_denied|missing_permission", "Access denied")]),
        Kind::Error404 => refusal(404, &[("not_found|route", "Not found")]),
        Kind::Error405 => {
            refusal(405, &[("method_not_allowed", "Method not allowed")]).header("Allow", "GET")
        }
        Kind::Error406 => refusal(406, &[("not_acceptable", "Not acceptable")]),
        Kind::Error409 => refusal(409, &[("conflict", "Conflict")]),
        Kind::Error413 => refusal(413, &[("request_too_large", "The request is too large")]),
        Kind::Error415 => refusal(415, &[("invalid_content_type", "Send application/json")]),
        Kind::Error422 => refusal(422, &[("invalid_value:payment_method", "Invalid value")]),
        Kind::RateLimited => rate_limited(),
        Kind::RateLimitedSeconds => rate_limited().header("Retry-After", "1"),
        Kind::RateLimitedDate => rate_limited().header("Retry-After", retry_after(1)),
        Kind::RateLimitedPast => rate_limited().header("Retry-After", retry_after(-3600)),
        Kind::RateLimitedForever => rate_limited().header("Retry-After", "99999999"),
        Kind::RateLimitedRubbish => rate_limited().header("Retry-After", "in a little while"),
        Kind::Unavailable => {
            refusal(503, &[("service_unavailable", "Maintenance, resubmit the request later")])
        }
        Kind::UnavailableSeconds => Reply::empty(503).header("Retry-After", "1"),
        Kind::Redirect301 => redirect(301, surroundings),
        Kind::Redirect302 => redirect(302, surroundings),
        Kind::Redirect303 => redirect(303, surroundings),
        Kind::Redirect307 => redirect(307, surroundings),
        Kind::Redirect308 => redirect(308, surroundings),
        Kind::ServerError => refusal(500, &[("server_error", "An error occurred")]),
        Kind::BadGateway => html(502, "Bad Gateway"),
        Kind::UnavailableBare => Reply::empty(503),
        Kind::UnavailableHtml => html(503, "Service Unavailable"),
        Kind::GatewayTimeout => html(504, "Gateway Timeout"),
        Kind::OddStatus => refusal(600, &[("odd_status", "No such status")]),
        other => altered_success(other, reply)?,
    };
    Some(Strike::Respond(reply))
}

/// Faults of the connection: the bytes of the answer, or some of them, or others.
fn on_the_connection(
    kind: FaultKind,
    reply: &Reply,
    surroundings: &Surroundings<'_>,
) -> Option<Strike> {
    use FaultKind as Kind;
    const HUGE: u64 = 10 * 1024 * 1024 * 1024;
    let last = || reply.to_answer(surroundings.now).header("Connection", "close");
    let head_length = |bytes: &[u8]| bytes.len() - reply.body().len();
    let script = match kind {
        Kind::ResetBeforeRead | Kind::ResetMidRequest | Kind::ResetBeforeAnswer => {
            Script::new().reset()
        }
        Kind::CloseBeforeAnswer => Script::new().close(),
        Kind::CloseInHeaders => {
            let bytes = last().to_bytes();
            Script::new().write(&bytes[..head_length(&bytes) / 2]).close()
        }
        Kind::CloseInBody => {
            let bytes = last().to_bytes();
            let half = head_length(&bytes) + reply.body().len() / 2;
            Script::new().write(&bytes[..half]).close()
        }
        Kind::ErrorCut => {
            let reply = refusal(400, &[("bad_request_format", "The request was not understood")]);
            let bytes = reply.to_answer(surroundings.now).to_bytes();
            let half = bytes.len() - reply.body().len() / 2;
            Script::new().write(&bytes[..half]).close()
        }
        Kind::Hang => Script::new().hang(),
        Kind::Drip => Script::new().write_slowly(last().to_bytes(), Duration::from_secs(1)),
        Kind::Slow => {
            return Some(Strike::RespondAfter(surroundings.slow_answer, reply.clone()));
        }
        Kind::Garbage => Script::new().write(b"\x00\x01 this is no HTTP \xff\xfe\r\n\r\n"),
        Kind::WrongLength => {
            let answer = last().header("Content-Length", (reply.body().len() / 2).to_string());
            Script::new().write(answer.to_bytes())
        }
        Kind::HugeAnswer => Script::new()
            .write(
                success_head(reply, surroundings)
                    .header("Content-Length", HUGE.to_string())
                    .to_bytes(),
            )
            .write(br#"{"padding":""#)
            .write_endlessly([b'x'; 16 * 1024]),
        Kind::EndlessAnswer => {
            let chunk = [b"4000\r\n".as_slice(), &[b' '; 0x4000], b"\r\n"].concat();
            Script::new()
                .write(
                    success_head(reply, surroundings)
                        .header("Transfer-Encoding", "chunked")
                        .to_bytes(),
                )
                .write_endlessly(chunk)
        }
        Kind::Interim => Script::new()
            .write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")
            .write("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
            .write(last().to_bytes()),
        Kind::Http10 => Script::new().write(last().http_1_0().to_bytes()),
        _ => return None,
    };
    Some(Strike::Play(script))
}

/// Faults that alter what a success says.
fn altered_success(kind: FaultKind, reply: &Reply) -> Option<Reply> {
    use FaultKind as Kind;
    if !(200..300).contains(&reply.status()) {
        return None;
    }
    let status = reply.status();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body: Value = serde_json::from_slice(reply.body()).ok()?;
        change(&mut body);
        Some(Reply::json(status, &body))
    };
    match kind {
        Kind::CutJson => {
            Some(reply.clone().with_body(reply.body().slice(..reply.body().len() / 2)))
        }
        Kind::Html => Some(html(status, "Welcome")),
        Kind::Empty => Some(Reply::empty(status)),
        Kind::NoContent => Some(Reply::empty(204)),
        Kind::NoId => with(&|body| {
            if let Some(members) = body.as_object_mut() {
                members.remove("id");
            }
        }),
        Kind::ZeroId => with(&|body| body["id"] = 0.into()),
        Kind::NullId => with(&|body| body["id"] = Value::Null),
        Kind::NegativeId => with(&|body| body["id"] = (-1).into()),
        Kind::WordId => with(&|body| body["id"] = "unknown".into()),
        Kind::StringId => with(&|body| {
            for pointer in ["/id", "/certificate_id", "/requests/0/id"] {
                if let Some(id) = body.pointer_mut(pointer).filter(|id| id.is_u64()) {
                    *id = id.to_string().into();
                }
            }
        }),
        Kind::ExtraMembers => with(&|body| {
            body["invoice"] = json!({ "lines": [{ "amount": 1.5 }] });
            body["note"] = "new in this version".into();
        }),
        Kind::NoRequests => with(&|body| *body = json!({ "id": body["id"] })),
        Kind::OtherCharset => Some(reply.clone().with_header(
            "Content-Type",
            "application/vnd.digicert.order+json; charset=iso-8859-1",
        )),
        Kind::OtherSuccess => Some(reply.clone().with_status(202)),
        _ => None,
    }
}

fn success_head(reply: &Reply, surroundings: &Surroundings<'_>) -> Answer {
    reply.clone().with_body(Vec::new()).to_answer(surroundings.now).header("Connection", "close")
}

fn one_error() -> Value {
    json!({ "code": "bad_request_format", "message": "The request was not understood" })
}

fn refusal(status: u16, errors: &[(&str, &str)]) -> Reply {
    Reply::errors(status, errors.iter().map(|&(code, message)| (code.into(), message.into())))
}

fn redirect(status: u16, surroundings: &Surroundings<'_>) -> Reply {
    Reply::empty(status).header("Location", surroundings.redirect_to)
}

/// What stands between a client and the API says nothing that a program could read.
fn html(status: u16, title: &str) -> Reply {
    let reason = StatusCode::from_u16(status).ok().and_then(|it| it.canonical_reason());
    let title = reason.unwrap_or(title);
    Reply::html(
        status,
        format!(
            "<html><head><title>{title}</title></head>\n<body><h1>{title}</h1></body></html>\n"
        ),
    )
}
