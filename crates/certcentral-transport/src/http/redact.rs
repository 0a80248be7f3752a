//! Takes the secrets out of what a server sends back. A server may echo the order and the key: in
//! an error message, in pieces, with separators between the digits, escaped.
//!
//! Applied to values, after an answer was parsed: in the JSON itself it could rewrite the names of
//! members. And applied before cutting, so that no half of a secret survives at the cut.

use std::borrow::Cow;
use std::ops::Range;

use certcentral_model::{CreditCard, ErrorCode, OrderResponse, RequestStatus, ServerError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use unicode_normalization::char::decompose_compatible;
use zeroize::Zeroizing;

use crate::settings::api_key::ApiKey;

/// The shortest run of a secret's characters that is taken out.
const RUN: usize = 6;

/// What is put in place of a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// What must not be seen: of a key, or of a card.
pub(crate) struct Secrets {
    // Every run of six letters or digits. A longer run is a chain of these.
    runs: Zeroizing<Vec<Run>>,
    // A bit for each run, by its hash: for nearly every run of a text, one look says that it is not one.
    filter: Zeroizing<[u64; 16]>,
    // Secrets that are too short for that, as the cvv is, with their lengths: taken out where they
    // are words of their own.
    whole: Zeroizing<Vec<(usize, Run)>>,
}

impl Secrets {
    pub(crate) fn of_key(key: &ApiKey) -> Self {
        Self::new(&[key.expose()])
    }

    pub(crate) fn of_card(card: &CreditCard) -> Self {
        Self::new(&[card.number.expose(), card.cvv.expose()])
    }

    fn new(secrets: &[&str]) -> Self {
        let longest = secrets.iter().map(|secret| secret.len()).sum();
        let mut runs: Zeroizing<Vec<Run>> = Zeroizing::new(Vec::with_capacity(longest));
        let mut filter = Zeroizing::new([0; 16]);
        let mut whole = Zeroizing::new(Vec::with_capacity(secrets.len()));
        for secret in secrets {
            let mut run = Zeroizing::new(0);
            let mut length = 0;
            for byte in secret.bytes().filter(u8::is_ascii_alphanumeric) {
                *run = next_run(*run, byte.to_ascii_lowercase());
                length += 1;
                if length >= RUN {
                    let (word, bit) = filter_place(*run);
                    filter[word] |= bit;
                    runs.push(*run);
                }
            }
            if (1..RUN).contains(&length) {
                whole.push((length, *run));
            }
        }
        Self { runs, filter, whole }
    }

    fn has_run(&self, run: Run, (word, bit): (usize, u64)) -> bool {
        self.filter[word] & bit != 0 && self.runs.contains(&run)
    }
}

/// Six characters in the lower 48 bits, or fewer with zeros before them.
type Run = u64;

/// The run that begins a character later and ends with this one.
const fn next_run(run: Run, byte: u8) -> Run {
    ((run << 8) | byte as u64) & 0xFFFF_FFFF_FFFF
}

/// The word and the bit of a filter that stand for a run.
const fn filter_place(run: Run) -> (usize, u64) {
    let hash = run.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
    ((hash >> 6) as usize, 1 << (hash & 63))
}

/// Redacts with the secrets of one exchange: those of the key, and of the card if there is one.
#[derive(Clone, Copy)]
pub(crate) struct Redactor<'a> {
    pub(crate) key: &'a Secrets,
    pub(crate) card: Option<&'a Secrets>,
}

impl Redactor<'_> {
    /// The text without secrets.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let found = self.find(text);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for Range { start, end } in found {
            clean.push_str(&text[done..start]);
            clean.push_str(REDACTED);
            done = end;
        }
        clean.push_str(&text[done..]);
        Cow::Owned(clean)
    }

    /// An error without secrets.
    pub(crate) fn error(&self, error: ServerError) -> ServerError {
        let ServerError { code, message, .. } = &error;
        match (self.text(code.as_str()), self.text(message)) {
            (Cow::Borrowed(_), Cow::Borrowed(_)) => error,
            (code, message) => ServerError::new(ErrorCode::from(&*code), message),
        }
    }

    /// The answer to an order without secrets. `None` if its id is the card number.
    pub(crate) fn response(&self, mut response: OrderResponse) -> Option<OrderResponse> {
        if self.is_card_number(response.id.get()) {
            return None;
        }
        response.certificate_id =
            response.certificate_id.filter(|id| !self.is_card_number(id.get()));
        response.requests.retain(|request| !self.is_card_number(request.id.get()));
        for status in response.requests.iter_mut().filter_map(|request| request.status.as_mut()) {
            if let Cow::Owned(clean) = self.text(status.as_str()) {
                *status = RequestStatus::from(&*clean);
            }
        }
        Some(response)
    }

    /// A typed value without secrets in its texts. The names of members stay, and so do ids: an id
    /// is digits, and must not be lost to a key that happens to contain them.
    pub(crate) fn value<T: Serialize + DeserializeOwned>(&self, value: T) -> Option<T> {
        let json = serde_json::to_string(&value).ok()?;
        if self.is_clean(&json) {
            return Some(value);
        }
        let mut json = serde_json::from_str(&json).ok()?;
        self.texts(&mut json, false);
        serde_json::from_value(json).ok()
    }

    fn texts(&self, json: &mut Value, is_id: bool) {
        match json {
            Value::String(text) if !(is_id && text.bytes().all(|byte| byte.is_ascii_digit())) => {
                if let Cow::Owned(clean) = self.text(text) {
                    *text = clean;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.texts(item, is_id)),
            Value::Object(members) => {
                for (name, member) in members {
                    self.texts(member, name == "id" || name.ends_with("_id"));
                }
            }
            _ => {}
        }
    }

    /// Whether a number is the card number, or a long piece of it.
    pub(crate) fn is_card_number(&self, id: u64) -> bool {
        /// The smallest number of twelve digits.
        const SHORTEST: u64 = 100_000_000_000;
        if id < SHORTEST {
            return false;
        }
        let digits = id.to_string();
        let is_run = |run: &[u8]| self.is_run(run.iter().fold(0, |run, &byte| next_run(run, byte)));
        digits.as_bytes().windows(RUN).all(is_run)
    }

    fn is_run(&self, run: Run) -> bool {
        let place = filter_place(run);
        self.key.has_run(run, place) || self.card.is_some_and(|card| card.has_run(run, place))
    }

    /// Whether the characters since a separator, which end with this run, are a short secret.
    fn is_whole(&self, length: usize, run: Run) -> bool {
        let is_whole = |secrets: &Secrets| {
            let token = run & ((1 << (8 * length)) - 1);
            secrets.whole.contains(&(length, token))
        };
        length < RUN && (is_whole(self.key) || self.card.is_some_and(is_whole))
    }

    /// Whether one pass finds that nothing is in the text: nearly every answer to an order.
    fn is_clean(&self, text: &str) -> bool {
        let mut run = Zeroizing::new(0);
        let mut seen = 0;
        let mut length = 0;
        for byte in text.bytes() {
            match byte {
                _ if byte.is_ascii_alphanumeric() => {
                    *run = next_run(*run, byte.to_ascii_lowercase());
                    seen += 1;
                    length += 1;
                    if seen >= RUN && self.is_run(*run) {
                        return false;
                    }
                }
                b'\\' | b'&' | b'%' | 0x80.. => return false,
                _ => {
                    if length != 0 && self.is_whole(length, *run) {
                        return false;
                    }
                    length = 0;
                }
            }
        }
        !self.is_whole(length, *run)
    }

    /// Where the secrets are, in order and apart.
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        if self.is_clean(text) {
            return Vec::new();
        }
        let mut found = self.find_read_as(text, Reading::Escaped);
        // What looks like an escape may not be one: `100%378282`.
        if text.contains(['&', '%']) {
            let mut all = self.find_read_as(text, Reading::Literal);
            if !all.is_empty() {
                all.append(&mut found);
                all.sort_unstable_by_key(|range| range.start);
                all.into_iter().for_each(|range| add(&mut found, range));
            }
        }
        found
    }

    fn find_read_as(&self, text: &str, reading: Reading) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut run = Zeroizing::new(0);
        let mut starts = [0; RUN]; // of the last characters, in turn
        let mut seen = 0;
        let mut token = 0..0; // the characters since a separator
        let mut length = 0;
        for (at, byte) in (Characters { text, at: 0, reading }) {
            if at.start != token.end {
                if self.is_whole(length, *run) {
                    add(&mut found, token.clone());
                }
                token.start = at.start;
                length = 0;
            }
            token.end = at.end;
            length += 1;

            *run = next_run(*run, byte);
            starts[seen % RUN] = at.start;
            seen += 1;
            if seen >= RUN && self.is_run(*run) {
                add(&mut found, starts[seen % RUN]..at.end);
            }
        }
        if self.is_whole(length, *run) {
            add(&mut found, token);
        }
        found
    }
}

/// Adds what ends last. It can reach back into what was added before.
fn add(found: &mut Vec<Range<usize>>, mut new: Range<usize>) {
    while let Some(last) = found.pop_if(|last| last.end >= new.start) {
        new = last.start.min(new.start)..last.end.max(new.end);
    }
    found.push(new);
}

/// What `&` and `%` are taken for. A backslash is always an escape: in JSON it is.
#[derive(Clone, Copy)]
enum Reading {
    Escaped,
    Literal,
}

/// The letters and digits of a text as ASCII in lower case, with their places, plain, in another
/// script or style, or written as `\u0034`, `&#52;`, `&#x34;` or `%34`. All else is a separator.
struct Characters<'a> {
    text: &'a str,
    at: usize,
    reading: Reading,
}

impl Iterator for Characters<'_> {
    type Item = (Range<usize>, u8);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let first = *self.text.as_bytes().get(start)?;
            if first.is_ascii_alphanumeric() {
                self.at += 1;
                return Some((start..self.at, first.to_ascii_lowercase()));
            }
            let rest = &self.text.as_bytes()[start..];
            let (length, byte) = match first {
                b'\\' => backslash(rest),
                b'&' | b'%' if matches!(self.reading, Reading::Literal) => (1, 0),
                b'&' => entity(rest),
                b'%' => hex(rest, 1, 2).map_or((1, 0), |byte| (3, byte)),
                0x80.. => self.text[start..].chars().next().map_or((1, 0), folded),
                _ => (1, 0),
            };
            self.at += length;
            if byte.is_ascii_alphanumeric() {
                return Some((start..self.at, byte.to_ascii_lowercase()));
            }
        }
    }
}

/// The zeros of the scripts whose digits Unicode does not decompose to ASCII.
const ZEROS: [u32; 58] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0,
    0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0,
    0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1E140,
    0x1E2F0, 0x1E950,
];

/// A character and the ASCII letter or digit that it is another form of: `４` and `④` are `4`, and
/// so is `٤`. 0 if there is none.
fn folded(c: char) -> (usize, u8) {
    let before = ZEROS.partition_point(|&zero| zero <= u32::from(c));
    let digit = ZEROS[..before].last().map_or(u32::MAX, |zero| u32::from(c) - zero);
    let mut byte = match u8::try_from(digit) {
        Ok(digit @ 0..=9) => b'0' + digit,
        _ => 0,
    };
    decompose_compatible(c, |part| {
        if byte == 0 && part.is_ascii_alphanumeric() {
            byte = part as u8;
        }
    });
    (c.len_utf8(), byte)
}

/// `\u0034`, however often its backslash was escaped; or another escape, which separates.
fn backslash(text: &[u8]) -> (usize, u8) {
    let slashes = text.iter().take_while(|&&byte| byte == b'\\').count();
    match text.get(slashes) {
        Some(b'u') => match hex(text, slashes + 1, 4) {
            Some(byte) => (slashes + 5, byte),
            None => (slashes, 0),
        },
        Some(b'n' | b'r' | b't' | b'b' | b'f' | b'"' | b'/') => (slashes + 1, 0),
        _ => (slashes, 0),
    }
}

/// `&#52;` or `&#x34;`; or a named entity, which separates.
fn entity(text: &[u8]) -> (usize, u8) {
    let Some(end) = text.iter().take(12).position(|&byte| byte == b';') else { return (1, 0) };
    let number = match &text[1..end] {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        name if name.iter().all(u8::is_ascii_alphanumeric) => Some(0),
        _ => return (1, 0),
    };
    (end + 1, number.and_then(|number| u8::try_from(number).ok()).unwrap_or(0))
}

/// A character written in hexadecimal digits. 0 if it is not ASCII.
fn hex(text: &[u8], start: usize, digits: usize) -> Option<u8> {
    let number = number(text.get(start..start + digits)?, 16)?;
    Some(u8::try_from(number).unwrap_or(0))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    // `from_str_radix` alone would take a sign.
    if text.starts_with('+') {
        return None;
    }
    u32::from_str_radix(text, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "4111111111111111";
    const CVV: &str = "737";
    const KEY: &str = "ABCDE-fghij-12345";

    fn with<T>(test: impl FnOnce(Redactor<'_>) -> T) -> T {
        let key = Secrets::new(&[KEY]);
        let card = Secrets::new(&[NUMBER, CVV]);
        test(Redactor { key: &key, card: Some(&card) })
    }

    fn redacted(text: &str) -> String {
        with(|redactor| redactor.text(text).into_owned())
    }

    #[test]
    fn a_secret_goes_in_every_shape() {
        for text in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
            "4111\n1111\t1111.1111",
            r"4111\n1111\t11111111",
            r"\u0034111111111111111",
            r"\\u0034\\u0031\\u0031\\u0031\\u0031\\u0031111111111",
            "&#52;&#x31;11111111111111",
            "%34%31%31%31%31%31%31111111111",
            "4111&nbsp;1111&nbsp;1111&nbsp;1111",
            "ABCDE-fghij-12345",
            "abcdefghij12345",
            "ABCDE FGHIJ 12345",
            "737",
        ] {
            assert_eq!(redacted(&format!("<{text}>")), "<[redacted]>", "{text}");
        }
    }

    #[test]
    fn a_piece_of_six_goes_and_five_stay() {
        assert_eq!(redacted("411111"), "[redacted]");
        assert_eq!(redacted("ij1234"), "[redacted]");
        assert_eq!(redacted("41111"), "41111");
        assert_eq!(redacted("j1234"), "j1234");
        assert_eq!(redacted("ends in 1111"), "ends in 1111");
        // The last five of one and the first of the next are no run of either.
        assert_eq!(redacted("123454"), "123454");
    }

    #[test]
    fn what_looks_like_an_escape_may_not_be_one() {
        assert_eq!(redacted("100%411111"), "100%[redacted]");
        assert_eq!(redacted("&411111;&#411111;"), "&[redacted];&#[redacted];");
        assert_eq!(redacted("%7370 %737"), "%7370 %[redacted]");
        assert_eq!(redacted("%34%31%31 111 111%2041111%31"), "[redacted]%20[redacted]");
    }

    #[test]
    fn the_text_around_stays() {
        assert_eq!(
            redacted("card 4111 1111 1111 1111 (cvv 737), key ABCDE-fghij-12345, order 7370"),
            "card [redacted] (cvv [redacted]), key [redacted], order 7370"
        );
        assert_eq!(redacted("naïve – 4111111 – ünïcödé"), "naïve – [redacted] – ünïcödé");
    }

    #[test]
    fn the_cvv_goes_only_where_it_is_a_word_of_its_own() {
        assert_eq!(
            redacted("737, \"737\", 0737, 7371, a737, 7 37"),
            "[redacted], \"[redacted]\", 0737, 7371, a737, 7 37"
        );
        assert_eq!(redacted(r"\u00373\u0037"), "[redacted]");
    }

    #[test]
    fn a_short_key_goes_where_it_is_a_word_of_its_own() {
        let key = Secrets::new(&["k3y"]);
        let redactor = Redactor { key: &key, card: None };
        assert_eq!(redactor.text("K3Y k3ys"), "[redacted] k3ys");
    }

    #[test]
    fn digits_and_letters_of_other_scripts_and_styles_are_recognised() {
        for text in [
            "４１１１１１１１１１１１１１１１",
            "٤١١١١١١١١١١١١١١١",
            "४१११११११११११११११",
            "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏",
            "④①①①①①①①①①①①①①①①",
            "⁴¹¹¹¹¹¹¹¹¹¹¹¹¹¹¹",
            "４１１１\u{3000}１１１１・１１１１–１１１１",
            "4111\u{a0}1111\u{200b}1111\u{2011}1111",
            "ａｂｃｄｅＦＧＨＩＪ１２３４５",
            "٧٣٧",
        ] {
            assert_eq!(redacted(&format!("<{text}>")), "<[redacted]>", "{text}");
        }
        assert_eq!(redacted("Zoë ٤١١١ Müller"), "Zoë ٤١١١ Müller");
    }

    #[test]
    fn what_is_kept_of_an_answer_is_redacted_and_its_ids_stay() {
        let json = r#"{"id":737,"certificate_id":"411111","requests":[
            {"id":4111111,"status":"737 \u0034111111"},{"id":4111111111111111}]}"#;
        let clean = with(|redactor| redactor.response(serde_json::from_str(json).expect("JSON")));
        let clean = clean.expect("an id");
        assert_eq!((clean.id.get(), clean.certificate_id.map(|id| id.get())), (737, Some(411_111)));
        let [request] = &*clean.requests else { panic!("one request: {clean:?}") };
        assert_eq!(request.id.get(), 4_111_111);
        let status = request.status.as_ref().map(|status| status.as_str());
        assert_eq!(status, Some("[redacted] [redacted]"));
    }

    #[test]
    fn the_whole_card_number_is_not_an_id() {
        let response = |id| certcentral_model::OrderResponse::new(id);
        let ids = [
            (4_111_111, true),
            (41_111_111_111, true),
            (411_111_111_111, false),
            (4_111_111_111_111_111, false),
        ];
        for (id, is_id) in ids {
            let id = certcentral_model::OrderId::new(id).expect("an id");
            assert_eq!(with(|redactor| redactor.response(response(id)).is_some()), is_id);
        }
    }

    #[test]
    fn names_of_members_and_ids_stay_whatever_the_key_is() {
        let key = Secrets::new(&["orders-product-name_id-111222"]);
        let redactor = Redactor { key: &key, card: None };
        let info = serde_json::json!({
            "id": 111_222, "order_id": "111222", "orders": {"product": "my orders-product"},
        });
        let clean = redactor.value(info).expect("JSON");
        let expected = serde_json::json!({
            "id": 111_222, "order_id": "111222", "orders": {"product": "my [redacted]"},
        });
        assert_eq!(clean, expected);
    }

    #[test]
    fn nothing_to_hide_copies_nothing() {
        with(|redactor| {
            assert!(matches!(redactor.text("all is well"), Cow::Borrowed(_)));
        });
    }
}
