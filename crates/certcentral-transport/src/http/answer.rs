//! Reading answers: as far as a cap allows, by their bytes and not by their headers.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::time::{Duration, SystemTime};

use certcentral_model::{ErrorResponse, OrderId, ServerError};
use http::header::{AGE, CONTENT_ENCODING, DATE, HeaderMap, RETRY_AFTER, WARNING};
use jiff::{SignedDuration, Timestamp};
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::http::excerpt::Excerpt;
use crate::http::failure::Failure;
use crate::http::redact::Redactor;
use crate::http::server_clock::is_plausible;
use crate::settings::retry::parse_retry_after;

/// What is read of the answer to an order or to a look-up of one order.
pub(crate) const ORDER_CAP: usize = 1 << 20;
/// What is read of a page of a list.
pub(crate) const LIST_CAP: usize = 8 << 20;

/// An answer, as far as it came.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    /// The server's clock minus ours.
    pub(crate) clock_offset: Option<SignedDuration>,
    /// The server's time of the answer.
    pub(crate) date: Option<Timestamp>,
    /// Whether it comes from a cache.
    pub(crate) has_age: bool,
    /// Whether something on the way warns of it.
    pub(crate) has_warning: bool,
    /// How the body is compressed, which nobody asked for.
    pub(crate) coding: Option<&'static str>,
    pub(crate) body: Vec<u8>,
    pub(crate) end: End,
}

/// How an answer's body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It is whole.
    Whole,
    /// It went on past the cap.
    TooLong,
    /// It broke off.
    Cut(Failure),
}

impl Answer {
    /// Reads the body up to the cap. What is longer is not read further: the connection is closed.
    pub(crate) async fn read(&mut self, mut coming: reqwest::Response, cap: usize) {
        let body = &mut self.body;
        self.end = loop {
            let chunk = match coming.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break End::Whole,
                Err(error) => break End::Cut(Failure::of(&error)),
            };
            if chunk.len() > cap - body.len() {
                body.extend_from_slice(&chunk[..cap - body.len()]);
                break End::TooLong;
            }
            body.extend_from_slice(&chunk);
        };
    }

    /// An answer that is there whole.
    pub(crate) fn whole(response: &http::Response<Vec<u8>>) -> Self {
        let (body, end) = match response.body() {
            body if body.len() > ORDER_CAP => (body[..ORDER_CAP].to_vec(), End::TooLong),
            body => (body.clone(), End::Whole),
        };
        Self { body, end, ..Self::head(response.status().as_u16(), response.headers()) }
    }

    /// What status and headers say. Whatever else they hold is dropped here. Time may run out
    /// before any of the body is there.
    pub(crate) fn head(status: u16, headers: &HeaderMap) -> Self {
        let now = SystemTime::now();
        let date = date(headers);
        let header = headers.get(RETRY_AFTER);
        Self {
            status,
            retry_after: header
                .and_then(|value| parse_retry_after(value.as_bytes(), date.unwrap_or(now))),
            // An answer from a cache has the date of when it was put there.
            clock_offset: date.filter(|_| !headers.contains_key(AGE)).and_then(|date| {
                let server = Timestamp::try_from(date).ok()?;
                is_plausible(server)
                    .then_some(server.duration_since(Timestamp::try_from(now).ok()?))
            }),
            date: date
                .and_then(|date| Timestamp::try_from(date).ok())
                .filter(|date| is_plausible(*date)),
            has_age: headers.contains_key(AGE),
            has_warning: headers.contains_key(WARNING),
            coding: coding(headers),
            body: Vec::new(),
            end: End::Cut(Failure::Timeout),
        }
    }

    /// Reads the body as JSON. What is read is not redacted yet.
    ///
    /// serde's own error is left out: it quotes the value.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        if self.end != End::Whole {
            return None;
        }
        let text = decoded(&self.body);
        object(&text).and_then(|text| serde_json::from_str(text).ok())
    }

    /// The errors in the body, however it writes them, without the secrets.
    pub(crate) fn errors(&self, redactor: Redactor<'_>) -> Vec<ServerError> {
        let text = decoded(&self.body);
        // Most answers that are read for errors have none. An escape could hide the name.
        if !text.contains("error") && !text.contains('\\') {
            return Vec::new();
        }
        let response = object(&text).and_then(|text| serde_json::from_str(text).ok());
        let ErrorResponse { errors, .. } = response.unwrap_or_default();
        errors.into_iter().map(|error| redactor.error(error)).collect()
    }

    /// The reasons of a refusal; where none can be read, the beginning of the body instead.
    pub(crate) fn refusal(&self, redactor: Redactor<'_>) -> (Vec<ServerError>, Option<Excerpt>) {
        let errors = self.errors(redactor);
        let excerpt = if errors.is_empty() { self.excerpt(redactor) } else { None };
        (errors, excerpt)
    }

    /// Returns whether the body is a refusal as DigiCert writes it: an object whose `errors` are
    /// objects with a code, and of those at least one. A gateway's `{"error": ...}` is not.
    pub(crate) fn has_own_errors(&self) -> bool {
        #[derive(serde::Deserialize)]
        struct Documented {
            errors: Vec<DocumentedError>,
        }
        #[derive(serde::Deserialize)]
        struct DocumentedError {
            code: String,
        }
        if self.end != End::Whole {
            return false;
        }
        let text = decoded(&self.body);
        let documented = object(&text).and_then(|text| serde_json::from_str(text).ok());
        documented.is_some_and(|Documented { errors }| {
            !errors.is_empty() && errors.iter().all(|error| !error.code.trim().is_empty())
        })
    }

    /// Returns whether the reasons of a refusal leave open whether an order exists: they name a failure of
    /// the server's own, or an order. CertCentral has been seen to answer 400 for what it then did.
    pub(crate) fn is_refusal_in_doubt(&self) -> bool {
        let is_internal = |error: &ServerError| {
            let code = error.code.as_str().to_ascii_lowercase();
            ["internal", "unexpected", "server_error"].iter().any(|word| code.contains(word))
        };
        self.own_errors().iter().any(is_internal) || self.order_in_errors().is_some()
    }

    /// An order that the reasons of a refusal name: `order 4711 exists already`.
    pub(crate) fn order_in_errors(&self) -> Option<OrderId> {
        self.own_errors().iter().find_map(|error| order_in(&error.message))
    }

    /// The errors as they came: not redacted, for decisions alone.
    fn own_errors(&self) -> Vec<ServerError> {
        let text = decoded(&self.body);
        let response = object(&text).and_then(|text| serde_json::from_str(text).ok());
        response.map_or_else(Vec::new, |ErrorResponse { errors, .. }| errors)
    }

    /// The beginning of the body, without the secrets. Redacted before it is cut. What is
    /// compressed is not shown.
    pub(crate) fn excerpt(&self, redactor: Redactor<'_>) -> Option<Excerpt> {
        if self.coding.is_some() {
            return None;
        }
        Excerpt::new(redactor.text(&decoded(&self.body)).into_owned())
    }

    /// An order id at the top of an answer that may be cut or otherwise wrong.
    pub(crate) fn order_id_hint(&self, redactor: Redactor<'_>) -> Option<OrderId> {
        let text = decoded(&self.body);
        // An id at the very end may lack its last digits.
        let text = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let hint = Cell::new(None);
        let _ = serde_json::Deserializer::from_str(text).deserialize_map(IdFinder(&hint));
        hint.get().filter(|id: &OrderId| !redactor.is_card_number(id.get()))
    }
}

/// The order that a sentence names: digits after the word `order`, with no more than `id`, `number`, `#`,
/// `:` and blanks between.
fn order_in(message: &str) -> Option<OrderId> {
    let lower = message.to_ascii_lowercase();
    lower.match_indices("order").find_map(|(at, word)| {
        let rest = lower[at + word.len()..].trim_start_matches(|c: char| " #:_".contains(c));
        let rest =
            ["id", "number", "no."].iter().find_map(|it| rest.strip_prefix(it)).unwrap_or(rest);
        let rest = rest.trim_start_matches(|c: char| " #:_".contains(c));
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        // A year or a count is not the number of an order.
        (digits.len() >= 5).then(|| digits.parse().ok()).flatten()
    })
}

/// Returns the name of the coding, if a header says that there is one.
fn coding(headers: &HeaderMap) -> Option<&'static str> {
    const KNOWN: [&str; 5] = ["gzip", "deflate", "br", "zstd", "compress"];
    let value = headers.get(CONTENT_ENCODING)?.as_bytes().trim_ascii().to_ascii_lowercase();
    if value.is_empty() || value == b"identity" {
        return None;
    }
    let value = value.strip_prefix(b"x-").unwrap_or(&value);
    let known = KNOWN.iter().find(|known| known.as_bytes() == value);
    Some(known.copied().unwrap_or("unknown coding"))
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    headers.get(DATE)?.to_str().ok().and_then(|text| httpdate::parse_http_date(text).ok())
}

/// Text from bytes, whatever a header says of them: UTF-8, or UTF-16 with a byte order mark. What
/// cannot be read is replaced.
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        // Much quicker than the lossy way, for the answers that need no other.
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        },
    }
}

/// The text, if it may be a JSON object. Serde takes an array for a struct, too: `[4711]` would be
/// an answer with an id.
fn object(text: &str) -> Option<&str> {
    text.trim_ascii_start().starts_with('{').then_some(text)
}

/// Notes the first readable `id` of an object before the rest of it can fail.
struct IdFinder<'a>(&'a Cell<Option<OrderId>>);

impl<'de> Visitor<'de> for IdFinder<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            if key == "id" {
                // An id that is there twice is no id.
                let id = map.next_value()?;
                self.0.set(match self.0.get() {
                    None => Some(id),
                    Some(_) => {
                        self.0.set(None);
                        return Err(serde::de::Error::duplicate_field("id"));
                    }
                });
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use certcentral_model::OrderResponse;

    use super::*;
    use crate::http::redact::Secrets;
    use crate::settings::api_key::ApiKey;

    fn hint(body: &[u8]) -> Option<u64> {
        let answer = Answer { body: body.to_vec(), ..Answer::head(201, &HeaderMap::new()) };
        let key = Secrets::of_key(&ApiKey::new("k3y").expect("a key"));
        answer.order_id_hint(Redactor { key: &key, card: None }).map(OrderId::get)
    }

    #[test]
    fn an_id_is_seen_in_a_cut_answer_if_it_is_whole() {
        assert_eq!(hint(br#"{"id":123,"requests":[{"id":4"#), Some(123));
        assert_eq!(hint(br#"{"x":[1,2],"id":"123","req"#), Some(123));
        assert_eq!(hint(br#"{"id":123"#), None);
        assert_eq!(hint(br#"{"id":123}"#), Some(123));
        assert_eq!(hint(br#"{"id":"12"#), None);
        assert_eq!(hint(br#"{"id":0,"#), None);
        assert_eq!(hint(br#"{"requests":[{"id":4}],"#), None);
        assert_eq!(hint(b"<html>"), None);
        assert_eq!(hint(b""), None);
    }

    fn whole(body: &str) -> Answer {
        let response = http::Response::builder().status(201).body(body.as_bytes().to_vec());
        Answer::whole(&response.expect("an answer"))
    }

    #[test]
    fn an_array_is_not_an_answer_and_has_no_errors() {
        let key = Secrets::of_key(&ApiKey::new("k3y").expect("a key"));
        let redactor = Redactor { key: &key, card: None };
        let id = |body| whole(body).json::<OrderResponse>().map(|it| it.id.get());
        assert_eq!(id(r#" {"id":4711}"#), Some(4711));
        assert_eq!(id("[4711]"), None);
        assert_eq!(whole(r#"{"errors":["x"]}"#).errors(redactor).len(), 1);
        assert_eq!(whole(r#"{"id":1,"error":"x"}"#).errors(redactor).len(), 1);
        assert_eq!(whole(r#"{"\u0065rrors":["x"]}"#).errors(redactor).len(), 1);
        assert!(!whole(r#"["x"]"#).has_own_errors());
        assert!(whole(r#"["x"]"#).errors(redactor).is_empty());
    }

    #[test]
    fn a_refusal_may_leave_open_whether_an_order_exists() {
        let named = |message: &str| {
            let body = format!(r#"{{"errors":[{{"code":"x","message":"{message}"}}]}}"#);
            (whole(&body).order_in_errors().map(OrderId::get), whole(&body).is_refusal_in_doubt())
        };
        for message in [
            "Order 112233 exists already.",
            "duplicate of order id: 112233",
            "See order #112233.",
            "order_id 112233",
        ] {
            assert_eq!(named(message), (Some(112_233), true), "{message}");
        }
        for message in ["In order to go on, wait 30000 s.", "The order is invalid.", "order 12"] {
            assert_eq!(named(message), (None, false), "{message}");
        }
        for code in ["internal_error", "unexpected|x", "INTERNAL"] {
            let body = format!(r#"{{"errors":[{{"code":"{code}"}}]}}"#);
            assert!(whole(&body).is_refusal_in_doubt(), "{code}");
        }
        assert_eq!(hint(br#"{"id":123,"id":124}"#), None);
    }

    #[test]
    fn own_errors_are_objects_with_a_code() {
        assert!(whole(r#"{"errors":[{"code":"x"}]}"#).has_own_errors());
        assert!(
            whole(r#"{"errors":[{"code":"x","message":"y"},{"code":"z"}],"a":1}"#).has_own_errors()
        );
        for body in [
            "",
            "<html>maintenance</html>",
            "null",
            r#"[{"code":"x"}]"#,
            r#"{"error":"x"}"#,
            r#"{"errors":[]}"#,
            r#"{"errors":null}"#,
            r#"{"errors":"x"}"#,
            r#"{"errors":["x"]}"#,
            r#"{"errors":{"code":"x"}}"#,
            r#"{"errors":[{"message":"x"}]}"#,
            r#"{"errors":[{"code":""}]}"#,
            r#"{"errors":[{"code":503}]}"#,
            r#"{"errors":[{"code":"x"},{}]}"#,
            r#"{"fault":{"errors":[{"code":"x"}]}}"#,
            r#"{"errors":[{"code":"x"}]"#,
        ] {
            assert!(!whole(body).has_own_errors(), "{body}");
        }
    }

    #[test]
    fn bytes_are_read_as_what_they_are() {
        assert_eq!(decoded(b"\xEF\xBB\xBF{}"), "{}");
        assert_eq!(decoded(b"\xFF\xFE{\0}\0"), "{}");
        assert_eq!(decoded(b"\xFE\xFF\0{\0}"), "{}");
        assert_eq!(decoded(b"caf\xE9"), "caf\u{FFFD}");
    }
}
