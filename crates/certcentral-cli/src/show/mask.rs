//! What of an order's text may be shown.
//!
//! A shown line must not give away a card number or a cvv, also where the text is wrong: a member
//! misspelt, a card in the wrong place, a value of the wrong type. So little is searched for that
//! looks like a secret; rather, whatever is not known to be harmless is masked.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use certcentral::pkio_professional::Order;
use certcentral::validation::Rules;
use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of a card that are shown. Any other, misspelt ones included, is masked.
const SHOWN_OF_CARD: [&str; 5] = [
    "/credit_card/expiration_month",
    "/credit_card/expiration_year",
    "/credit_card/cardholder_name",
    "/credit_card/save_credit_card",
    "/credit_card/set_as_default",
];

/// More digits than any of [`SHOWN_OF_CARD`] has, a year included, are something else.
const MOST_DIGITS_OF_CARD_MEMBER: usize = 4;

/// Members that are masked wherever they stand.
const ALWAYS_MASKED: [&str; 2] = ["number", "cvv"];

/// A longer run of digits may be a card number: these have 13 to 19.
const LONGEST_RUN: usize = 12;

/// Telephone numbers have up to 15 digits (ITU-T E.164).
const LONGEST_RUN_OF_TELEPHONE: usize = 15;

/// Names of members have next to no digits.
const MOST_DIGITS_OF_NAME: usize = 6;

/// A longer value of an unknown member may be a key.
const LONGEST_UNKNOWN: usize = 34;

/// An order is three levels deep. What lies deeper than this is masked as a whole.
const DEEPEST: usize = 8;

/// The parts of a text that are masked when a line of it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Masks {
    /// The text is JSON; these byte ranges are masked, in ascending order.
    Parts(Vec<Range<usize>>),
    /// The text is not JSON, so members cannot be told apart: every digit is masked.
    Digits,
}

impl Masks {
    /// Finds the parts to mask in a text that should be an order.
    pub(crate) fn of(text: &str) -> Self {
        // A byte order mark is not part of the JSON.
        let json = text.trim_start_matches('\u{feff}');
        match serde_json::from_str::<&RawValue>(json) {
            Ok(root) => {
                let mut scan = Scan { text, parts: Vec::new() };
                scan.value(root, "", 0);
                Self::Parts(scan.parts)
            }
            Err(_) => Self::Digits,
        }
    }
}

/// The JSON of an order with `"[redacted]"` in the place of what is masked.
pub(crate) fn redacted(json: &str) -> Cow<'_, str> {
    let Masks::Parts(parts) = Masks::of(json) else { return "\"[redacted]\"".into() };
    if parts.is_empty() {
        return json.into();
    }
    let mut redacted = json.to_owned();
    for part in parts.into_iter().rev() {
        redacted.replace_range(part, "\"[redacted]\"");
    }
    redacted.into()
}

struct Scan<'t> {
    text: &'t str,
    parts: Vec<Range<usize>>,
}

impl Scan<'_> {
    /// Looks at a value with this JSON Pointer.
    fn value(&mut self, value: &RawValue, pointer: &str, depth: usize) {
        let members = match value.get().as_bytes().first() {
            Some(b'{' | b'[') if depth == DEEPEST => None,
            Some(b'{') => members(value).ok(),
            Some(b'[') => elements(value).ok(),
            _ if may_be_shown(pointer, value.get()) => return,
            _ => None,
        };
        let Some(members) = members else { return self.mask(value) };
        for (name, value) in members {
            let Some(name) = name else {
                self.value(value, &format!("{pointer}/-"), depth + 1);
                continue;
            };
            let has_digits = digits(chars(name.get())) > MOST_DIGITS_OF_NAME;
            if has_digits {
                self.mask(name);
            }
            // No member of an order has a slash in its name, and a pointer must not be forged.
            let decoded: String = if has_digits || name.get().contains(['/', '~']) {
                "?".into()
            } else {
                chars(name.get()).collect()
            };
            self.value(value, &format!("{pointer}/{decoded}"), depth + 1);
        }
    }

    fn mask(&mut self, raw: &RawValue) {
        let start = raw.get().as_ptr() as usize - self.text.as_ptr() as usize;
        self.parts.push(start..start + raw.get().len());
    }
}

fn may_be_shown(pointer: &str, value: &str) -> bool {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    if ALWAYS_MASKED.iter().any(|masked| name.eq_ignore_ascii_case(masked)) {
        false
    } else if pointer == "/credit_card" || pointer.starts_with("/credit_card/") {
        SHOWN_OF_CARD.contains(&pointer) && digits(chars(value)) <= MOST_DIGITS_OF_CARD_MEMBER
    } else if Order::CATALOGUE.row(pointer).is_none() {
        digits(chars(value)) == 0 && value.len() <= LONGEST_UNKNOWN
    } else if name == "telephone" {
        longest_run(value) <= LONGEST_RUN_OF_TELEPHONE
    } else {
        longest_run(value) <= LONGEST_RUN
    }
}

/// The characters of a value or a name without its quotes and escapes. No copy is made, since it
/// would not be wiped.
fn chars(json: &str) -> impl Iterator<Item = char> {
    let mut rest = json.chars().filter(|c| *c != '"');
    std::iter::from_fn(move || {
        Some(match rest.next()? {
            '\\' => match rest.next()? {
                'u' => {
                    let code = rest.by_ref().take(4).map_while(|c| c.to_digit(16));
                    let code = code.fold(0, |code, digit| code * 16 + digit);
                    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
                }
                _ => ' ',
            },
            c => c,
        })
    })
}

/// Digits of any script.
fn digits(chars: impl Iterator<Item = char>) -> usize {
    chars.filter(|c| c.is_numeric()).count()
}

/// The most digits in a row. Only a letter ends a run.
fn longest_run(value: &str) -> usize {
    let mut run = 0;
    let runs = chars(value).map(|c| {
        run = if c.is_alphabetic() { 0 } else { run + usize::from(c.is_numeric()) };
        run
    });
    runs.max().unwrap_or_default()
}

type Member<'a> = (Option<&'a RawValue>, &'a RawValue);

/// The members of an object, those that are given twice included.
fn members(object: &RawValue) -> serde_json::Result<Vec<Member<'_>>> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<Member<'de>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some((name, value)) = map.next_entry()? {
                members.push((Some(name), value));
            }
            Ok(members)
        }
    }
    serde_json::Deserializer::from_str(object.get()).deserialize_map(Members)
}

fn elements(array: &RawValue) -> serde_json::Result<Vec<Member<'_>>> {
    let elements: Vec<&RawValue> = serde_json::from_str(array.get())?;
    Ok(elements.into_iter().map(|element| (None, element)).collect())
}

#[cfg(test)]
mod tests {
    use super::{Masks, redacted};

    /// The text with everything masked that is masked.
    fn masked(text: &str) -> String {
        match Masks::of(text) {
            Masks::Digits => "not JSON".into(),
            Masks::Parts(parts) => {
                let mut shown = text.to_owned();
                for part in parts.into_iter().rev() {
                    shown.replace_range(part, "***");
                }
                shown
            }
        }
    }

    #[test]
    fn shows_what_is_known_to_be_harmless() {
        let text = r#"{ "payment_method" : "card", "certificate": {"individual": {"telephone": "+31 20 555 0100"}} }"#;
        assert_eq!(masked(text), text);
    }

    #[test]
    fn masks_a_card_but_its_expiry_holder_and_flags() {
        assert_eq!(
            masked(
                r#"{"credit_card":{"number":"4111111111111111","expiration_month":"12","expiration_year":"2030","cvv":"123","cardholder_name":"F. de Wit","save_credit_card":null,"set_as_default":"0"}}"#
            ),
            r#"{"credit_card":{"number":***,"expiration_month":"12","expiration_year":"2030","cvv":***,"cardholder_name":"F. de Wit","save_credit_card":null,"set_as_default":"0"}}"#
        );
    }

    #[test]
    fn masks_misspelt_members_and_wrong_types_in_a_card() {
        for (text, shown) in [
            (r#"{"credit_card":{"nubmer":"x"}}"#, r#"{"credit_card":{"nubmer":***}}"#),
            (r#"{"credit_card":{"number":4111}}"#, r#"{"credit_card":{"number":***}}"#),
            (
                r#"{"credit_card":{"number":["4",{"a":"1"}]}}"#,
                r#"{"credit_card":{"number":[***,{"a":***}]}}"#,
            ),
            (r#"{"credit_card":"4111"}"#, r#"{"credit_card":***}"#),
            (r#"{"credit_card":["4111"]}"#, r#"{"credit_card":[***]}"#),
            (r#"{"credit_card":{"CVV":"abc"}}"#, r#"{"credit_card":{"CVV":***}}"#),
            (r#"{"credit_card":{"n\u0075mber":"x"}}"#, r#"{"credit_card":{"n\u0075mber":***}}"#),
            (
                r#"{"credit_card":{"cardholder_name":{"a":"x"}}}"#,
                r#"{"credit_card":{"cardholder_name":{"a":***}}}"#,
            ),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn masks_a_card_in_the_wrong_place() {
        for (text, shown) in [
            (
                r#"{"creditcard":{"number":"4111","name":"F"}}"#,
                r#"{"creditcard":{"number":***,"name":"F"}}"#,
            ),
            (r#"{"cvv":"123"}"#, r#"{"cvv":***}"#),
            (r#"{"cvv":123}"#, r#"{"cvv":***}"#),
            (r#"{"payment_method":"4111 1111 1111 1111"}"#, r#"{"payment_method":***}"#),
            (
                r#"{"credit_card":{"cardholder_name":"41111"}}"#,
                r#"{"credit_card":{"cardholder_name":***}}"#,
            ),
            (r#"{"4111111111111111":true}"#, r#"{***:true}"#),
            (
                r#"{"credit_card/expiration_month":"123"}"#,
                r#"{"credit_card/expiration_month":***}"#,
            ),
            ("[\"４１１１\"]", "[***]"),
            ("\u{feff}4111111111111111", "\u{feff}***"),
        ] {
            assert_eq!(masked(text), shown);
        }
        let key = "K".repeat(40);
        assert_eq!(masked(&format!(r#"{{"api_key":"{key}"}}"#)), r#"{"api_key":***}"#);
    }

    #[test]
    fn a_member_given_twice_is_masked_twice() {
        assert_eq!(
            masked(r#"{"credit_card":{"number":"1"},"credit_card":{"number":"2"}}"#),
            r#"{"credit_card":{"number":***},"credit_card":{"number":***}}"#
        );
    }

    #[test]
    fn knows_what_is_not_json() {
        for text in [
            "",
            "{",
            "{]",
            "{\"a\"}",
            "{\"a\":1,}",
            "[1,]",
            "1 2",
            "\"",
            "\"\\",
            "{\"a\":\"x\ny\"}",
            "{a:1}",
        ] {
            assert_eq!(masked(text), "not JSON", "{text:?}");
        }
    }

    #[test]
    fn deep_nesting_is_masked_as_a_whole() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let Masks::Parts(parts) = Masks::of(&deep(100_000)) else { panic!("is JSON") };
        assert_eq!(parts.len(), 1);
        assert_eq!(Masks::of(&deep(8)), Masks::Parts(Vec::new()));
        assert_eq!(Masks::of(&"{\"a\":".repeat(100_000)), Masks::Digits);
    }

    #[test]
    fn masks_runs_of_digits_that_may_be_a_card_number() {
        for run in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "4111.1111/1111,1111",
            "ref 4111\u{a0}1111\u{a0}1111\u{a0}1111 (paid)",
            "\\u0034111 1111 1111 1111",
            "4111111111111",
        ] {
            let text = format!(r#"{{"ship_info":{{"addr1":"{run}"}}}}"#);
            assert_eq!(masked(&text), r#"{"ship_info":{"addr1":***}}"#);
            assert_eq!(redacted(&text), r#"{"ship_info":{"addr1":"[redacted]"}}"#);
        }
        for harmless in ["Keizersgracht 123-125", "NL91 ABNA 0417 1643 00", "123456789012"] {
            let text = format!(r#"{{"ship_info":{{"addr1":"{harmless}"}}}}"#);
            assert_eq!(masked(&text), text);
            assert_eq!(redacted(&text), text);
        }
    }

    #[test]
    fn a_telephone_has_more_digits_than_other_texts() {
        let telephone = |digits: &str| {
            format!(r#"{{"certificate":{{"individual":{{"telephone":"{digits}"}}}}}}"#)
        };
        let longest = telephone("+123 456 789 012 345");
        assert_eq!(masked(&longest), longest);
        assert!(masked(&telephone("+123 456 789 012 3456")).ends_with(r#""telephone":***}}}"#));
    }
}
