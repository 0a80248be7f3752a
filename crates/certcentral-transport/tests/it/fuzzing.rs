//! What must hold of whatever a server sends and of whatever somebody writes for a base URL.
//! libFuzzer feeds these checks too: `xtask/fuzz` includes this file.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use certcentral_model::pkio_professional::Order;
use certcentral_model::{ErrorResponse, ServerError};
use certcentral_transport::http_types as http;
use certcentral_transport::{ApiKey, BaseUrl, Outcome, UnknownReason, order_url, read_answer};
use serde::de::IgnoredAny;
use serde_json::Value;

const KEY: &str = "T3STK3Y-9f8e7d6c-5b4a3928";
const CARD_NUMBER: &str = "378282246310005";
const CVV: &str = "7391";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether a status says something about an order only with DigiCert's own errors.
fn is_of_anybody(status: u16) -> bool {
    !matches!(status, 300..=302 | 304 | 305 | 307 | 308 | 400..=407 | 410..=417 | 422..=424)
        && !matches!(status, 426 | 428 | 429 | 431 | 451)
}

/// An answer to an order, written as a status, header lines, an empty line and the body. What of the
/// head cannot be read is left out.
pub(crate) fn answer(bytes: &[u8]) {
    let response = response_of(bytes);
    let status = response.status().as_u16();
    let body = response.body();
    // UTF-16 is read as well, and is not a matter of these checks.
    let is_utf16 = body.starts_with(&[0xFE, 0xFF]) || body.starts_with(&[0xFF, 0xFE]);
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = String::from_utf8_lossy(body);
    let outcome = read(&response);
    match &outcome {
        Outcome::Placed(placed) => {
            assert!((200..=299).contains(&status));
            assert!(is_utf16 || Some(placed.order_id().get()) == plain_id(&text), "{text}");
        }
        Outcome::Rejected(rejected) => {
            let is_own = members(&text).is_some_and(|it| it.contains_key("errors"));
            assert!((300..=499).contains(&status) || status == 503, "{text}");
            assert!(is_utf16 || is_own || !is_of_anybody(status), "{text}");
            assert_eq!(rejected.status, status);
            assert!(rejected.retry_after.is_none_or(|asked| asked <= DAY));
        }
        Outcome::NotSent(not_sent) => panic!("it was answered, so it was sent: {not_sent}"),
        Outcome::Unknown(unknown) => {
            let has_doubt =
                matches!(unknown.reason, UnknownReason::OrderNamed | UnknownReason::ServerError);
            assert!(!(300..=499).contains(&status) || is_of_anybody(status) || has_doubt);
            assert_eq!(unknown.status, Some(status));
            // With each member said once, a readable id means that the order is placed.
            if let (200..=299, Ok(value)) = (status, serde_json::from_slice::<Value>(body)) {
                let plain = value.to_string();
                let id = plain_id(&plain).filter(|id| id.to_string() != CARD_NUMBER);
                let once = response_of(format!("201\n\n{plain}").as_bytes());
                assert_eq!(matches!(read(&once), Outcome::Placed(_)), id.is_some(), "{plain}");
            }
        }
    }
    holds_no_secret(&outcome);
}

/// The body of an answer that refuses.
pub(crate) fn error_response(bytes: &[u8]) {
    let refusal = response_of(&[b"400\n\n", bytes].concat());
    if let Outcome::Rejected(rejected) = read(&refusal) {
        for ServerError { code, message, .. } in &rejected.errors {
            assert!(!(code.as_str().is_empty() && message.is_empty()));
            assert!(code.as_str().starts_with(code.name()));
            assert!(code.detail().is_none_or(|detail| code.as_str().ends_with(detail)));
            assert!(!shows_a_secret(code.as_str()) && !shows_a_secret(message));
        }
    }
    let Ok(response) = serde_json::from_slice::<ErrorResponse>(bytes) else { return };
    let text = serde_json::to_string(&response).unwrap_or_default();
    assert_eq!(serde_json::from_str::<ErrorResponse>(&text).ok(), Some(response));

    // Where each member is there once, no error is lost, whatever is beside it.
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let Some(expected) = plain_errors(&value) else { return };
    let text = value.to_string();
    let read = serde_json::from_str::<ErrorResponse>(&text).unwrap_or_default();
    let read = read.errors.iter().map(|it| (it.code.as_str().to_owned(), it.message.clone()));
    assert_eq!(read.collect::<Vec<_>>(), expected, "{text}");
}

/// A `Retry-After`, a line break, and the `Date` that came with it.
pub(crate) fn retry_after(bytes: &[u8]) {
    let mut lines = bytes.splitn(2, |&byte| byte == b'\n');
    let value = lines.next().unwrap_or_default();
    let date = lines.next().unwrap_or_default();
    let asked = |date: &[u8]| {
        let head = [b"429\nRetry-After: ", value, b"\nDate: ", date, b"\n\n"].concat();
        let Outcome::Rejected(rejected) = read(&response_of(&head)) else { panic!("a 429") };
        assert!(rejected.retry_after.is_none_or(|asked| asked <= DAY));
        rejected.retry_after
    };
    let _ = asked(date);
    let now = UNIX_EPOCH + Duration::from_secs(784_111_767);
    let today = asked(b"Sun, 06 Nov 1994 08:49:27 GMT");
    let tomorrow = asked(b"Mon, 07 Nov 1994 08:49:27 GMT");
    assert!(tomorrow <= today, "later, there is less left to wait");
    if let Ok(text) = std::str::from_utf8(value) {
        let text = text.trim_matches([' ', '\t']);
        if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) {
            let seconds = text.parse::<u128>().unwrap_or(u128::MAX).min(u128::from(DAY.as_secs()));
            assert_eq!(today.map(|asked| u128::from(asked.as_secs())), Some(seconds));
        }
        // A second opinion on dates, where both can read them.
        let opinion =
            jiff::fmt::rfc2822::parse(text).map(|date| SystemTime::from(date.timestamp()));
        if let (Some(asked), Ok(date), true) = (today, opinion, text.ends_with(" GMT")) {
            assert_eq!(asked, date.duration_since(now).unwrap_or_default().min(DAY));
        }
    }
}

/// A base URL as somebody writes it.
pub(crate) fn base_url(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(base) = text.parse::<BaseUrl>() else { return };
    let shown = base.to_string();
    assert_eq!(shown.parse(), Ok(base.clone()), "read again, it is the same");
    assert!(shown.ends_with("/services/v2"), "{shown}");
    assert!(shown.bytes().all(|byte| byte.is_ascii_graphic()), "{shown}");
    assert!(!shown.contains(['?', '#', '\\']), "{shown}");

    let (scheme, rest) = shown.split_once("://").unwrap_or_default();
    let (authority, path) = rest.split_once('/').unwrap_or_default();
    assert_eq!(format!("/{path}").matches("/services/v2").count(), 1, "{shown}");
    assert!(!authority.contains('@'), "{shown}");
    let host = match authority.split_once(']') {
        Some((address, _)) => &authority[..=address.len()],
        None => authority.split(':').next().unwrap_or_default(),
    };
    let v6 = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|it| it.is_loopback())
        || v6.parse::<Ipv6Addr>().is_ok_and(|it| it.is_loopback());
    assert!(scheme == "https" || (scheme == "http" && is_loopback), "{shown}");
    assert_eq!((base.host(), base.is_loopback()), (host, is_loopback), "{shown}");
    let is_digicert = (scheme, authority) == ("https", "certcentral.digicert.eu");
    assert_eq!(base.is_digicert(), is_digicert, "{shown}");

    // The request goes where the base URL says, to the eye of the crate that sends it too.
    let url = order_url::<Order>(&base);
    let uri = url.parse::<http::Uri>();
    let seen = uri.as_ref().map(|uri| (uri.scheme_str(), uri.host(), uri.path().to_owned()));
    let path = format!("/{}", url.splitn(4, '/').nth(3).unwrap_or_default());
    assert_eq!(seen.ok(), Some((Some(scheme), Some(host), path)), "{shown}");

    // It is the host that was written, where that is a plain name.
    let rest = text.trim().get(scheme.len()..).and_then(|rest| rest.strip_prefix("://"));
    let written = rest.unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    assert!(!written.is_empty(), "{shown}");
    let is_plain = written.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    let last = written.rsplit('.').next().unwrap_or_default();
    if is_plain && last.starts_with(|c: char| c.is_ascii_alphabetic()) {
        assert_eq!(host, written.to_ascii_lowercase());
    }
}

fn read(response: &http::Response<Vec<u8>>) -> Outcome {
    let example = include_str!("../../../../docs/examples/card-payment.json");
    let example =
        example.replace("4111111111111111", CARD_NUMBER).replace("\"123\"", &format!("\"{CVV}\""));
    let order: Order = serde_json::from_str(&example).unwrap();
    read_answer(&order, &ApiKey::new(KEY).unwrap(), response)
}

fn response_of(bytes: &[u8]) -> http::Response<Vec<u8>> {
    let mut rest = bytes;
    let mut line = || {
        let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        line
    };
    let first = String::from_utf8_lossy(line()).into_owned();
    let status = first.split(' ').next().and_then(|word| word.parse().ok());
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = status.unwrap_or(http::StatusCode::OK);
    loop {
        let line = line();
        if line.is_empty() {
            break;
        }
        let mut parts = line.splitn(2, |&byte| byte == b':');
        let name = http::HeaderName::from_bytes(parts.next().unwrap_or_default());
        let value = parts.next().unwrap_or_default().trim_ascii();
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::from_bytes(value)) {
            response.headers_mut().append(name, value);
        }
    }
    *response.body_mut() = rest.to_vec();
    response
}

/// The members of an object, by a reading that knows nothing of orders.
fn members(text: &str) -> Option<BTreeMap<String, IgnoredAny>> {
    serde_json::from_str(text).ok()
}

/// The id of an object, if it has one that is readable, and only one.
fn plain_id(text: &str) -> Option<u64> {
    #[derive(serde::Deserialize)]
    struct Plain {
        id: Value,
    }
    members(text)?;
    let Plain { id } = serde_json::from_str(text).ok()?;
    let id = match id {
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok()
        }
        other => other.as_u64(),
    };
    id.filter(|id| (1..=i64::MAX as u64).contains(id))
}

/// The errors of an object, by a plain walk over it. No opinion on lists within a list.
fn plain_errors(body: &Value) -> Option<Vec<(String, String)>> {
    fn text(value: Option<&Value>) -> Option<String> {
        match value? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => number.as_i64().map(|number| number.to_string()),
            _ => None,
        }
    }
    fn entry(value: &Value) -> Option<(String, String)> {
        let error = match value {
            Value::String(message) => (String::new(), message.clone()),
            Value::Object(members) => {
                let message = text(members.get("message"));
                let message = message.or_else(|| text(members.get("description")));
                (text(members.get("code")).unwrap_or_default(), message.unwrap_or_default())
            }
            _ => return None,
        };
        (error != Default::default()).then_some(error)
    }
    let Value::Object(body) = body else { return None };
    let mut errors = Vec::new();
    for value in ["errors", "error"].into_iter().filter_map(|name| body.get(name)) {
        match value {
            Value::Array(list) if list.iter().any(Value::is_array) => return None,
            Value::Array(list) => errors.extend(list.iter().filter_map(entry)),
            one => errors.extend(entry(one)),
        }
    }
    Some(errors)
}

fn holds_no_secret(outcome: &Outcome) {
    let mut texts = Vec::new();
    match outcome {
        // Ids are digits that may be anything but the card number.
        Outcome::Placed(placed) => {
            let statuses = placed.response.requests.iter().filter_map(|it| it.status.as_ref());
            texts.extend(statuses.map(|status| status.as_str().to_owned()));
            let requests = placed.response.requests.iter().map(|it| it.id.get());
            let certificate = placed.response.certificate_id.map(|id| id.get());
            for id in requests.chain(certificate).chain([placed.order_id().get()]) {
                assert_ne!(id.to_string(), CARD_NUMBER);
            }
        }
        Outcome::Rejected(rejected) => {
            for ServerError { code, message, .. } in &rejected.errors {
                texts.extend([code.as_str().to_owned(), message.clone()]);
            }
            texts.extend(rejected.answer.iter().map(|excerpt| excerpt.as_str().to_owned()));
            let shown = format!("{outcome} {outcome:?} {outcome:#?}");
            assert!(!shows_a_run(&without_escapes(&shown)), "{shown}");
        }
        Outcome::NotSent(_) => {}
        Outcome::Unknown(unknown) => {
            texts.extend(unknown.answer.iter().map(|excerpt| excerpt.as_str().to_owned()));
            texts.push(outcome.to_string());
            assert_ne!(unknown.order_id.map(|id| id.to_string()).as_deref(), Some(CARD_NUMBER));
        }
    }
    for text in texts {
        assert!(!shows_a_secret(&text), "{text}");
    }
}

/// Whether a secret can be read in a text: six characters of it whatever separates them, or the
/// cvv as a word of its own. Neither what was taken out nor an escape counts as a character of it:
/// the redaction reads escapes too, and its own tests check that.
fn shows_a_secret(text: &str) -> bool {
    let text = without_escapes(&text.replace("[redacted]", "\u{1}"));
    let is_character = |c: char| c.is_ascii_alphanumeric() || c == '\u{1}';
    let characters: String = text.chars().filter(|&c| is_character(c)).collect();
    // A letter of another script may be one of ours to the redaction: `Ǟ` is an `A`.
    let is_of_word = |c: char| c.is_alphanumeric() || c == '\u{1}';
    shows_a_run(&characters) || text.split(|c| !is_of_word(c)).any(|token| token == CVV)
}

fn shows_a_run(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [CARD_NUMBER, KEY].into_iter().any(|secret| {
        let secret = secret.replace('-', "").to_ascii_lowercase();
        (6..=secret.len()).any(|end| text.contains(&secret[end - 6..end]))
    })
}

/// The text with `\u{1}` in place of `\n`, `\u0034` and the like.
fn without_escapes(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let slashes = rest.bytes().take_while(|&byte| byte == b'\\').count();
        let escape = &rest.as_bytes()[slashes..];
        let length = match (slashes, &escape[..escape.len().min(5)]) {
            (0, _) => first.len_utf8(),
            (_, [b'u', code @ ..]) if code.len() == 4 && code.iter().all(u8::is_ascii_hexdigit) => {
                slashes + 5
            }
            (_, [b'n' | b'r' | b't' | b'b' | b'f' | b'"' | b'/', ..]) => slashes + 1,
            _ => slashes,
        };
        clean.push(if slashes == 0 { first } else { '\u{1}' });
        rest = &rest[length..];
    }
    clean
}
