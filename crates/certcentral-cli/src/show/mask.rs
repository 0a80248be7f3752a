//! What of an order's text may be shown on a terminal.
//!
//! A shown line must not give away a card number or a cvv, also where the text is wrong: a member
//! misspelt, a card in the wrong place, a value of the wrong type. So nothing is searched for that
//! looks like a secret; instead, whatever is not known to be harmless is masked.

use std::ops::Range;

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

/// More digits than a telephone number or an id is likely to have may be a card number.
const MOST_DIGITS: usize = 12;

/// Names of members have next to no digits.
const MOST_DIGITS_OF_NAME: usize = 6;

/// What is longer than this in a member that nobody knows may be a key.
const LONGEST_UNKNOWN: usize = 34;

/// The parts of a text that are masked when a line of it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Masks {
    /// The text is JSON; these byte ranges are masked, in ascending order. Each lies within a line.
    Parts(Vec<Range<usize>>),
    /// The text is no JSON, so nobody knows what is what: every digit is masked.
    Digits,
}

impl Masks {
    /// Finds the parts to mask. `known` says of a JSON Pointer whether an order has such a member.
    pub(crate) fn of(text: &str, known: impl Fn(&str) -> bool) -> Self {
        let mut scanner = Scanner {
            text: text.as_bytes(),
            at: 0,
            pointer: String::new(),
            parts: Vec::new(),
            known,
        };
        match scanner.document() {
            Some(()) => Self::Parts(scanner.parts),
            None => Self::Digits,
        }
    }
}

/// Walks over a JSON text without recursion, so that deep nesting costs memory and not the stack.
struct Scanner<'t, K> {
    text: &'t [u8],
    at: usize,
    /// JSON Pointer of the value that is being read.
    pointer: String,
    parts: Vec<Range<usize>>,
    known: K,
}

enum Open {
    Object,
    Array,
}

impl<K: Fn(&str) -> bool> Scanner<'_, K> {
    /// `None` if the text is no JSON. What passes here and is no JSON all the same does no harm:
    /// its values are masked like any others.
    fn document(&mut self) -> Option<()> {
        // What is open, with the length of its pointer.
        let mut open: Vec<(Open, usize)> = Vec::new();
        if self.text.starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        loop {
            // Here a value must follow.
            let length = self.pointer.len();
            match self.peek()? {
                b'{' => {
                    self.at += 1;
                    if self.peek()? != b'}' {
                        open.push((Open::Object, length));
                        self.name()?;
                        continue;
                    }
                    self.at += 1;
                }
                b'[' => {
                    self.at += 1;
                    if self.peek()? != b']' {
                        open.push((Open::Array, length));
                        self.pointer.push_str("/-");
                        continue;
                    }
                    self.at += 1;
                }
                b'"' => {
                    let value = self.string()?;
                    self.leaf(value);
                }
                _ => {
                    let value = self.bare()?;
                    self.leaf(value);
                }
            }
            // Here a value has ended, and with it perhaps what it was in.
            loop {
                let Some((kind, length)) = open.last() else {
                    return self.peek().is_none().then_some(());
                };
                self.pointer.truncate(*length);
                match (kind, self.peek()?) {
                    (Open::Object, b',') => {
                        self.at += 1;
                        self.name()?;
                        break;
                    }
                    (Open::Array, b',') => {
                        self.at += 1;
                        self.pointer.push_str("/-");
                        break;
                    }
                    (Open::Object, b'}') | (Open::Array, b']') => {
                        self.at += 1;
                        open.pop();
                    }
                    _ => return None,
                }
            }
        }
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.text.get(self.at) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    /// A name and its colon. The pointer then names the value that follows.
    fn name(&mut self) -> Option<()> {
        if self.peek()? != b'"' {
            return None;
        }
        let range = self.string()?;
        let quoted = &self.text[range.clone()];
        let name = std::str::from_utf8(&quoted[1..quoted.len() - 1]).ok()?;
        // A name with an escape or a slash is none of an order's, whatever it stands for.
        self.pointer.push('/');
        self.pointer.push_str(if name.contains(['\\', '/', '~']) { "?" } else { name });
        if digits(quoted) > MOST_DIGITS_OF_NAME {
            self.parts.push(range);
        }
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        Some(())
    }

    /// A string with its quotes.
    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.text.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                b'\n' => return None,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at)
    }

    /// A number, `true`, `false`, `null`, or what somebody took for one.
    fn bare(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        while let Some(byte) = self.text.get(self.at) {
            if matches!(
                byte,
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"'
            ) {
                break;
            }
            self.at += 1;
        }
        (self.at > start).then_some(start..self.at)
    }

    fn leaf(&mut self, range: Range<usize>) {
        let value = &self.text[range.clone()];
        let of_card = self.pointer == "/credit_card" || self.pointer.starts_with("/credit_card/");
        let shown = if of_card {
            SHOWN_OF_CARD.contains(&self.pointer.as_str())
                && digits(value) <= MOST_DIGITS_OF_CARD_MEMBER
        } else if (self.known)(&self.pointer) {
            digits(value) <= MOST_DIGITS
        } else {
            digits(value) == 0 && value.len() <= LONGEST_UNKNOWN
        };
        if !shown {
            self.parts.push(range);
        }
    }
}

/// Digits of any script.
fn digits(text: &[u8]) -> usize {
    String::from_utf8_lossy(text).chars().filter(|c| c.is_numeric()).count()
}

#[cfg(test)]
mod tests {
    use super::Masks;

    fn known(pointer: &str) -> bool {
        matches!(
            pointer,
            "/payment_method" | "/certificate/individual/telephone" | "/credit_card/number"
        )
    }

    /// The text with everything masked that is masked.
    fn masked(text: &str) -> String {
        match Masks::of(text, known) {
            Masks::Digits => "no JSON".into(),
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
    fn knows_what_is_no_json() {
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
            assert_eq!(masked(text), "no JSON", "{text:?}");
        }
    }

    #[test]
    fn deep_nesting_is_no_trouble() {
        let text = format!("{}{}", "[".repeat(400_000), "]".repeat(400_000));
        assert_eq!(Masks::of(&text, known), Masks::Parts(Vec::new()));
        assert_eq!(Masks::of(&"{\"a\":".repeat(100_000), known), Masks::Digits);
    }
}
