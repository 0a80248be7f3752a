//! What must hold of whatever a server sends and whatever somebody writes for a base URL.
//!
//! Each function takes any bytes and panics if something does not hold. libFuzzer feeds them (see
//! `xtask/fuzz`), and so do the property tests below; what is asserted is the same.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use certcentral_model::pkio_professional::Order;
use certcentral_model::{
    CardDetails, CreditCard, ErrorResponse, OrderInfo, OrderResponse, Secret, ServerError,
    SetAsDefault,
};
use http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::answer::{Answer, End, decoded};
use crate::classify::{Happened, Times, outcome};
use crate::fault::Fault;
use crate::retry::parse_retry_after;
use crate::scrub::{Scrubber, Secrets};
use crate::{ApiKey, BaseUrl, Outcome, RetryPolicy, order_url};

const KEY: &str = "T3STK3Y-9f8e7d6c-5b4a3928";
const CARD_NUMBER: &str = "378282246310005";
const CVV: &str = "7391";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An answer to an order, written as `STATUS [cut|timeout|long]`, header lines, an empty line and
/// the body. What of the head cannot be read is left out.
pub fn answer(bytes: &[u8]) {
    with_secrets(|scrubber| {
        let (answer, headers) = answer_of(bytes);
        let _ = answer.json::<OrderInfo>(scrubber);
        let text = decoded(&answer.body).into_owned();
        if let (200..=299, End::Whole) = (answer.status, answer.end) {
            an_id_in_plain_json_is_read(&text, scrubber);
        }
        let (status, end) = (answer.status, answer.end);
        let now = Timestamp::UNIX_EPOCH;
        let times = Times { sent_at: now, clock_offset: None };
        let outcome: Outcome = outcome(Happened::Answered(answer), scrubber, times, 1);
        match &outcome {
            Outcome::Placed(placed) => {
                assert!((200..=299).contains(&status) && end == End::Whole);
                assert_eq!(Some(placed.order_id().get()), plain_id(&text), "{text}");
            }
            Outcome::Rejected(rejected) => {
                let names_errors = members(&text).is_some_and(|it| it.contains_key("errors"));
                let is_own = names_errors || headers.contains_key(RETRY_AFTER);
                assert!((300..=499).contains(&status) || (status == 503 && is_own), "{text}");
                assert_eq!(rejected.status, status);
            }
            Outcome::NotSent(not_sent) => panic!("it was answered, so it was sent: {not_sent}"),
            Outcome::Unknown(unknown) => {
                assert!(!(300..=499).contains(&status));
                assert_eq!(unknown.status, Some(status));
            }
        }
        holds_no_secret(&outcome);
    });
}

/// The body of an answer that refuses.
pub fn error_response(bytes: &[u8]) {
    with_secrets(|scrubber| {
        let (mut answer, _) = answer_of(b"400");
        answer.body = bytes.to_vec();
        for ServerError { code, message, .. } in answer.errors(scrubber) {
            assert!(!(code.as_str().is_empty() && message.is_empty()));
            assert!(code.as_str().starts_with(code.name()));
            assert!(code.detail().is_none_or(|detail| code.as_str().ends_with(detail)));
            assert!(!shows_a_secret(code.as_str()) && !shows_a_secret(&message));
        }
    });
    let Ok(response) = serde_json::from_slice::<ErrorResponse>(bytes) else { return };
    let text = serde_json::to_string(&response).unwrap_or_default();
    assert_eq!(serde_json::from_str::<ErrorResponse>(&text).ok(), Some(response));

    // Where each member is there once, no error is lost, whatever stands beside it.
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let Some(expected) = plain_errors(&value) else { return };
    let text = value.to_string();
    let read = serde_json::from_str::<ErrorResponse>(&text).unwrap_or_default();
    let read = read.errors.iter().map(|it| (it.code.as_str().to_owned(), it.message.clone()));
    assert_eq!(read.collect::<Vec<_>>(), expected, "{text}");
}

/// A `Retry-After`, a line break, and the `Date` that came with it.
pub fn retry_after(bytes: &[u8]) {
    let mut lines = bytes.splitn(2, |&byte| byte == b'\n');
    let value = lines.next().unwrap_or_default();
    let date = lines.next().unwrap_or_default();

    let now = UNIX_EPOCH + Duration::from_secs(784_111_767); // Sun, 06 Nov 1994 08:49:27 GMT
    let asked = parse_retry_after(value, now);
    assert!(asked.is_none_or(|asked| asked <= DAY));
    assert!(parse_retry_after(value, now + DAY) <= asked, "later, there is less left to wait");
    if let Ok(text) = std::str::from_utf8(value) {
        let text = text.trim_matches([' ', '\t']);
        if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) {
            let seconds = text.parse::<u128>().unwrap_or(u128::MAX).min(u128::from(DAY.as_secs()));
            assert_eq!(asked.map(|asked| u128::from(asked.as_secs())), Some(seconds));
        }
        // A second opinion on dates, where both can read them.
        let opinion =
            jiff::fmt::rfc2822::parse(text).map(|date| SystemTime::from(date.timestamp()));
        if let (Some(asked), Ok(date), true) = (asked, opinion, text.ends_with(" GMT")) {
            assert_eq!(asked, date.duration_since(now).unwrap_or_default().min(DAY));
        }
    }
    let policy = RetryPolicy::default();
    for elapsed in [Duration::ZERO, Duration::from_secs(299), DAY] {
        let wait = policy.wait(1, elapsed, asked, 0.5);
        assert!(wait.is_none_or(|wait| elapsed + wait <= policy.total_time()));
    }

    let head = [b"503\nRetry-After: ", value, b"\nDate: ", date, b"\n\n"].concat();
    let (answer, headers) = answer_of(&head);
    assert_eq!(answer.has_retry_after, headers.contains_key(RETRY_AFTER));
    assert!(answer.retry_after.is_none_or(|asked| asked <= DAY));
}

/// A base URL as somebody writes it.
pub fn base_url(bytes: &[u8]) {
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

fn with_secrets(test: impl FnOnce(Scrubber<'_>)) {
    let Ok(key) = ApiKey::new(KEY) else { return };
    let card = Secrets::of_card(&CreditCard::new(CardDetails {
        number: Secret::new(CARD_NUMBER),
        expiration_month: "11",
        expiration_year: "2030",
        cvv: Secret::new(CVV),
        cardholder_name: "Fenna de Wit",
        set_as_default: SetAsDefault::No,
    }));
    test(Scrubber { key: &Secrets::of_key(&key), card: Some(&card) });
}

fn answer_of(bytes: &[u8]) -> (Answer, HeaderMap) {
    let mut rest = bytes;
    let mut line = || {
        let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        line
    };
    let first = String::from_utf8_lossy(line()).into_owned();
    let mut words = first.split(' ');
    let status = words.next().and_then(|word| word.parse().ok());
    let end = match words.next() {
        Some("cut") => End::Cut(Fault::Lost),
        Some("timeout") => End::Cut(Fault::Timeout),
        Some("long") => End::TooLong,
        _ => End::Whole,
    };
    let mut headers = HeaderMap::new();
    loop {
        let line = line();
        if line.is_empty() {
            break;
        }
        let mut parts = line.splitn(2, |&byte| byte == b':');
        let name = HeaderName::from_bytes(parts.next().unwrap_or_default());
        let value = HeaderValue::from_bytes(parts.next().unwrap_or_default().trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let mut answer =
        Answer::head(status.filter(|it| (100..1000).contains(it)).unwrap_or(200), &headers);
    assert!(answer.retry_after.is_none_or(|asked| asked <= DAY));
    // These hold the time of day, whose digits are nobody's secret.
    answer.retry_after = answer.retry_after.map(|asked| Duration::from_secs(asked.as_secs()));
    answer.clock_offset = None;
    answer.body = rest.to_vec();
    answer.end = end;
    (answer, headers)
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

/// With each member said once, and no secret to be taken out, a readable id means that the order
/// is placed, whatever else the answer holds.
fn an_id_in_plain_json_is_read(text: &str, scrubber: Scrubber<'_>) {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let text = value.to_string();
    if scrubber.json(&text) != text {
        return;
    }
    let (mut answer, _) = answer_of(b"201");
    answer.body = text.clone().into_bytes();
    let read = answer.json::<OrderResponse>(scrubber).map(|response| response.id.get());
    assert_eq!(read, plain_id(&text), "{text}");
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
/// cvv where it stands alone. What was taken out, and escapes, count as no character of it: the
/// scrubber reads escapes too, and its own tests see to that.
fn shows_a_secret(text: &str) -> bool {
    let text = without_escapes(&text.replace("[redacted]", "\u{1}"));
    let is_character = |c: char| c.is_ascii_alphanumeric() || c == '\u{1}';
    let characters: String = text.chars().filter(|&c| is_character(c)).collect();
    shows_a_run(&characters) || text.split(|c| !is_character(c)).any(|token| token == CVV)
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    /// What of the fuzzer's finds is kept.
    fn corpus(target: &str) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/fuzz/corpus");
        let files = std::fs::read_dir(folder.join(target)).expect("the corpus is in the tree");
        files.map(|file| std::fs::read(file.expect("a file").path()).expect("readable")).collect()
    }

    type Check = fn(&[u8]);

    #[test]
    fn holds_for_the_corpus() {
        let targets: [(&str, Check); 4] = [
            ("answer", answer),
            ("error_response", error_response),
            ("retry_after", retry_after),
            ("base_url", base_url),
        ];
        for (target, check) in targets {
            let corpus = corpus(target);
            assert!(!corpus.is_empty(), "{target}");
            corpus.iter().for_each(|bytes| check(bytes));
        }
    }

    /// Pieces put together at random, now and then with anything between them.
    fn pieces(known: &'static str) -> impl Strategy<Value = Vec<u8>> {
        let known: Vec<_> = known.split('|').collect();
        let piece = prop_oneof![
            9 => prop::sample::select(known).prop_map(|piece| piece.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..4),
        ];
        prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
    }

    const BODY: &str = concat!(
        r#"{|}|[|]|,|:|"|null|true|1|0|-1|4711|"4711"|1e3|{"id":|"id":4711|"certificate_id":|"x"|"#,
        r#""requests":[|"status":"pending"|"errors":[|"errors":{|"error":|"code":|"message":|"#,
        r#""description":|378282246310005|378282|7391|\u0033|&#51;|%33|T3STK3Y-9f8e|<html>|\ud800"#,
    );
    const HEAD: &str = "200|201|201 cut|201 long|204|302|400|429|500|503|503 cut|\nRetry-After: 5|\
         \nRetry-After: |\nDate: Sun, 06 Nov 1994 08:49:37 GMT|\n";
    const WAIT: &str = "0|1|99999999| |-|.|Sun, |06|Nov|1994|08:49:37|:| GMT|\n|\
         Sun, 06 Nov 1994 08:49:37 GMT|Sunday, 06-Nov-94 08:49:37 GMT|Sun Nov  6 08:49:37 1994";
    const URL: &str = "https://|http://|HTTP:|/|//|\\|@|:|:443|:80|.|..|?|#|%2f|localhost|127.0.0.1|\
         127.1|0x7f.1|2130706433|[::1]|[::ffff:127.0.0.1]|[|]|certcentral.digicert.eu|example.com|\
         /services/v2|/services|/v2|\u{FF11}|\u{3002}|xn--|\u{AD}| ";

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 2000, failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn holds_for_answers(head in pieces(HEAD), body in pieces(BODY)) {
            answer(&[&head[..], b"\n\n", &body].concat());
        }

        #[test]
        fn holds_for_error_responses(body in pieces(BODY)) {
            error_response(&body);
        }

        #[test]
        fn holds_for_waits(value in pieces(WAIT)) {
            retry_after(&value);
        }

        #[test]
        fn holds_for_base_urls(text in pieces(URL)) {
            base_url(&text);
        }

        #[test]
        fn holds_for_any_bytes(bytes: Vec<u8>) {
            answer(&bytes);
            error_response(&bytes);
            retry_after(&bytes);
            base_url(&bytes);
        }
    }
}
