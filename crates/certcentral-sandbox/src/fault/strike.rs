//! What each kind of fault makes of the answer that would have gone out.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::kind::FaultKind;
use crate::answer::Answer;
use crate::clock::http_date;
use crate::scripted::Script;

/// What the client gets.
pub(crate) enum Strike {
    /// This answer, in the usual way.
    Respond(Answer),
    /// The same, later.
    RespondAfter(Duration, Answer),
    /// These bytes, after which the connection goes on.
    Write(Vec<u8>),
    /// These steps, which end the connection.
    Play(Script),
}

/// What a fault may need to know.
pub(crate) struct Surroundings<'a> {
    pub(crate) now: Timestamp,
    pub(crate) slow_answer: Duration,
    pub(crate) redirect_to: &'a str,
}

impl Surroundings<'_> {
    fn date(&self, seconds: i64) -> String {
        let time = self.now.checked_add(SignedDuration::from_secs(seconds));
        http_date(time.unwrap_or(self.now))
    }
}

/// Strikes an answer. `None`: a fault that alters a success has nothing to alter in a refusal.
pub(crate) fn strike(
    kind: FaultKind,
    answer: Answer,
    surroundings: &Surroundings<'_>,
) -> Option<Strike> {
    use FaultKind as Kind;
    let usual = answer.clone().closing().to_bytes();
    let body_length = answer.content().len();
    let script = Script::new();
    let script = match kind {
        Kind::ResetBeforeRead | Kind::ResetMidRequest | Kind::ResetBeforeAnswer => script.reset(),
        Kind::CloseBeforeAnswer => script.close(),
        Kind::CutAfter(count) => {
            script.write(&usual[..usize::from(count).min(usual.len() - 1)]).close()
        }
        Kind::CutInBody => script.write(without_last(&usual, body_length.div_ceil(2))).close(),
        Kind::ErrorCut => {
            let refusal = not_understood("errors", "message", |error| json!([error]));
            let cut = refusal.content().len() / 2;
            script.write(without_last(&refusal.to_bytes(), cut)).close()
        }
        Kind::Hang => script.hang(),
        Kind::Drip => script.write_slowly(usual, Duration::from_secs(1)),
        Kind::Garbage => script.write(b"\x00\x01 this is not HTTP \xff\xfe\r\n\r\n"),
        Kind::WrongLength => {
            let length = (body_length / 2).to_string();
            script.write(answer.closing().header("Content-Length", length).to_bytes())
        }
        Kind::HugeAnswer => {
            let head = answer.closing().body([]).header("Content-Length", "10737418240");
            script
                .write(head.to_bytes())
                .write(br#"{"padding":""#)
                .write_endlessly([b'x'; 16 * 1024])
        }
        Kind::EndlessAnswer => {
            let head = answer.closing().body([]).header("Transfer-Encoding", "chunked");
            let chunk = [b"4000\r\n".as_slice(), &[b' '; 0x4000], b"\r\n"].concat();
            script.write(head.to_bytes()).write_endlessly(chunk)
        }
        Kind::Interim => script
            .write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")
            .write("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
            .write(usual),
        Kind::Http10 => script.write(answer.closing().http_1_0().to_bytes()),
        Kind::Slow => return Some(Strike::RespondAfter(surroundings.slow_answer, answer)),
        Kind::Stray(status) => {
            return Some(Strike::Write([answer.to_bytes(), stray(status).to_bytes()].concat()));
        }
        other => return altered(other, answer, surroundings).map(Strike::Respond),
    };
    Some(Strike::Play(script))
}

/// Faults of what the answer says.
fn altered(kind: FaultKind, answer: Answer, surroundings: &Surroundings<'_>) -> Option<Answer> {
    use FaultKind as Kind;
    let rate_limited = |retry_after: String| refusal(429).header("Retry-After", retry_after);
    Some(match kind {
        Kind::Status(status @ 300..=399) => {
            Answer::new(status).header("Location", surroundings.redirect_to)
        }
        Kind::Status(status) if !(200..300).contains(&status) => refusal(status),
        Kind::Gateway(status @ (429 | 503)) => page(status).header("Retry-After", "1"),
        Kind::Gateway(status) => page(status),
        Kind::Bare(status) => Answer::new(status),
        Kind::RateLimited(seconds) => rate_limited(seconds.to_string()),
        Kind::RateLimitedDate => rate_limited(surroundings.date(1)),
        Kind::RateLimitedPast => rate_limited(surroundings.date(-3600)),
        Kind::RateLimitedRubbish => rate_limited("in a little while".into()),
        Kind::SeveralErrors => Answer::errors(
            400,
            [
                ("required_param:certificate.signature_hash", "Missing required parameter"),
                ("invalid_value:order_validity.years", "Invalid value"),
                ("cert_validity_exceeds_order_validity", "The certificate outlives its order"),
            ],
        ),
        Kind::ErrorsObject => not_understood("errors", "message", |error| error),
        Kind::ErrorObject => not_understood("error", "message", |error| error),
        Kind::ErrorText => not_understood("error", "message", |error| error["message"].clone()),
        Kind::ErrorDescription => not_understood("errors", "description", |error| json!([error])),
        Kind::Aged => answer.set("Date", surroundings.date(-3600)).header("Age", "3600"),
        Kind::WrongDate => answer.set("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
        Kind::Gzip => {
            let packed = gzip(answer.content());
            answer.body(packed).header("Content-Encoding", "gzip")
        }
        success => return altered_success(success, answer),
    })
}

/// Faults that alter what a success says.
fn altered_success(kind: FaultKind, answer: Answer) -> Option<Answer> {
    use FaultKind as Kind;
    let status = answer.status();
    if !(200..300).contains(&status) {
        return None;
    }
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body: Value = serde_json::from_slice(answer.content()).ok()?;
        change(&mut body);
        Some(answer.clone().body(body.to_string()))
    };
    match kind {
        Kind::Status(status @ (204 | 205)) => Some(Answer::new(status)),
        Kind::Status(status) => Some(answer.with_status(status)),
        Kind::CutJson => {
            let half = answer.content().slice(..answer.content().len() / 2);
            Some(answer.body(half))
        }
        Kind::Html => Some(page(status)),
        Kind::Empty => Some(Answer::new(status)),
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
        Kind::OtherCharset => Some(
            answer.set("Content-Type", "application/vnd.digicert.order+json; charset=iso-8859-1"),
        ),
        _ => None,
    }
}

/// The API's own refusal with this status.
fn refusal(status: u16) -> Answer {
    let (code, message) = match status {
        400 => ("invalid_value:order_validity.years", "Invalid value"),
        401 => ("access_denied|invalid_key", "Access denied"),
        403 => ("access_denied|missing_permission", "Access denied"),
        404 => ("not_found|route", "Not found"),
        405 => ("method_not_allowed", "Method not allowed"),
        429 => ("request_limit_exceeded", "Service unavailable, please limit request volume"),
        503 => ("service_unavailable", "Maintenance, resubmit the request later"),
        500..=999 => ("server_error", "An error occurred"),
        _ => ("invalid_value", "The request was refused"),
    };
    let refusal = Answer::error(status, code, message);
    if status == 405 { refusal.header("Allow", "GET") } else { refusal }
}

/// 400 about a request that was not understood, in one of the shapes that are known.
fn not_understood(member: &str, text: &str, shape: impl FnOnce(Value) -> Value) -> Answer {
    let error = json!({ "code": "bad_request_format", text: "The request was not understood" });
    Answer::of(400, &json!({ member: shape(error) }))
}

/// An answer that belongs to no request. Real order ids are far larger.
fn stray(status: u16) -> Answer {
    match status {
        200..=299 => {
            let body = json!({ "id": 1, "requests": [{ "id": 1, "status": "pending" }] });
            Answer::of(status, &body)
        }
        _ => refusal(status),
    }
}

/// A gateway's page, without anything machine-readable.
fn page(status: u16) -> Answer {
    let reason = StatusCode::from_u16(status).ok().and_then(|it| it.canonical_reason());
    let title = reason.unwrap_or("Error");
    Answer::html(
        status,
        format!(
            "<html><head><title>{title}</title></head>\n<body><h1>{title}</h1></body></html>\n"
        ),
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn without_last(bytes: &[u8], count: usize) -> &[u8] {
    &bytes[..bytes.len().saturating_sub(count)]
}
