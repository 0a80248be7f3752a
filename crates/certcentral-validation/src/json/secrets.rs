//! Finds what must not be shown of an order's text.
//!
//! A line that is shown must not reveal a card number or a cvv, even if a member is misspelt, the card
//! is in the wrong place, or a value has a wrong type. So everything that is not known to be harmless
//! is masked.

use std::ops::Range;

use serde_json::value::RawValue;

use crate::catalogue::row::{Kind, Sensitivity};
use crate::catalogue::{Catalogue, Rules};
use crate::json::object::{entries, items, span};
use crate::json::position::BYTE_ORDER_MARK;
use crate::json::string::decode;
use crate::params::suggestion;

/// A member of a card with more digits is masked; a year has four.
const MOST_DIGITS_OF_CARD_MEMBER: usize = 4;

/// A value with more digits is masked; most card numbers have 16, some 13.
const MOST_DIGITS: usize = 12;

/// A telephone number with more digits is masked.
const MOST_DIGITS_OF_TELEPHONE: usize = 15;

/// The name of a member with more digits is masked.
const MOST_DIGITS_OF_NAME: usize = 6;

/// A longer value in an unknown member is masked: it may be a key.
const LONGEST_UNKNOWN: usize = 34;

/// Objects and arrays that are nested deeper are masked as a whole.
const DEEPEST: usize = 32;

/// Finds the parts of an order's text that must not be shown, as ranges of its bytes.
///
/// These are all values of a card except the expiry, the holder's name and the flags; members with the
/// name of a secret one, wherever they are; and runs of digits that may be a card number. The ranges
/// are in ascending order and do not cross line breaks. Returns `None` if the text is not JSON: no digit
/// of it should be shown then.
///
/// ```
/// use certcentral_model::pkio_professional::Order;
/// use certcentral_validation::secret_spans;
///
/// let text = r#"{ "credit_card": { "number": "4111111111111111", "expiration_year": "2030" } }"#;
/// let spans = secret_spans::<Order>(text.as_bytes()).unwrap();
/// assert_eq!(spans.len(), 1);
/// assert_eq!(&text[spans[0].clone()], "\"4111111111111111\"");
/// ```
#[must_use]
pub fn secret_spans<T: Rules>(json: &[u8]) -> Option<Vec<Range<usize>>> {
    let text = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
    let mark = json.len() - text.len();
    let text = std::str::from_utf8(text).ok()?;
    let root: &RawValue = serde_json::from_str(text).ok()?;

    let mut search = Search { catalogue: T::CATALOGUE, text, spans: Vec::new(), open: Vec::new() };
    search.open.push((root, Place::Known(0), 0));
    while let Some((value, place, depth)) = search.open.pop() {
        search.look(value, place, depth)?;
    }
    let mut spans = search.spans;
    spans.sort_unstable_by_key(|span| span.start);
    for span in &mut spans {
        *span = span.start + mark..span.end + mark;
    }
    Some(spans)
}

/// The kind of a value, judged by the names on its path.
#[derive(Clone, Copy)]
enum Place {
    /// The member of this row.
    Known(usize),
    /// A member of a card that is not known to be harmless.
    Secret,
    Unknown,
}

struct Search<'a> {
    catalogue: &'static Catalogue,
    text: &'a str,
    spans: Vec<Range<usize>>,
    /// Values that are not looked at yet, with their depth. A list instead of recursion: a text may be
    /// nested deeply.
    open: Vec<(&'a RawValue, Place, usize)>,
}

impl<'a> Search<'a> {
    fn look(&mut self, value: &'a RawValue, place: Place, depth: usize) -> Option<()> {
        match value.get().as_bytes().first() {
            Some(b'{' | b'[') if depth == DEEPEST => self.mask(value),
            Some(b'{') => {
                for (name, value) in entries(value).ok()? {
                    if digits(name.get()) > MOST_DIGITS_OF_NAME {
                        self.mask(name);
                    }
                    self.open.push((value, self.place_of(name, place), depth + 1));
                }
            }
            Some(b'[') => {
                // No member of an order is an array.
                let place = match place {
                    Place::Known(row) if !self.is_of_card(row) => Place::Unknown,
                    _ => Place::Secret,
                };
                self.open.extend(items(value).ok()?.into_iter().map(|it| (it, place, depth + 1)));
            }
            _ if !self.may_be_shown(value.get(), place) => self.mask(value),
            _ => {}
        }
        Some(())
    }

    fn place_of(&self, name: &RawValue, object: Place) -> Place {
        let name = decode(name.get());
        let name = name.as_deref().unwrap_or_default();
        if self.is_called_like_a_secret(name) {
            return Place::Secret;
        }
        match object {
            Place::Secret => Place::Secret,
            Place::Known(row) if self.catalogue.rows()[row].kind == Kind::Object => {
                let names = || self.catalogue.names(row);
                match self.catalogue.member(row, name) {
                    Some(member) => Place::Known(member),
                    None if self.is_of_card(row) => Place::Secret,
                    // A member with a misspelt name of a card counts as a card.
                    None => suggestion(name, &names())
                        .and_then(|name| self.catalogue.member(row, name))
                        .filter(|&member| self.is_of_card(member))
                        .map_or(Place::Unknown, Place::Known),
                }
            }
            Place::Known(row) if self.is_of_card(row) => Place::Secret,
            Place::Known(_) | Place::Unknown => Place::Unknown,
        }
    }

    fn may_be_shown(&self, value: &str, place: Place) -> bool {
        match place {
            Place::Secret => false,
            Place::Unknown => digits(value) == 0 && value.len() <= LONGEST_UNKNOWN,
            Place::Known(row) if self.is_of_card(row) => {
                let row = &self.catalogue.rows()[row];
                row.kind != Kind::Object
                    && row.sensitivity != Sensitivity::Secret
                    && digits(value) <= MOST_DIGITS_OF_CARD_MEMBER
            }
            Place::Known(row) if self.catalogue.rows()[row].name() == "telephone" => {
                longest_run(value) <= MOST_DIGITS_OF_TELEPHONE
            }
            Place::Known(_) => longest_run(value) <= MOST_DIGITS,
        }
    }

    /// Whether a row is an object with secret members, or one of its members.
    fn is_of_card(&self, row: usize) -> bool {
        let object = match self.catalogue.rows()[row].kind {
            Kind::Object => row,
            _ => self.catalogue.parent(row),
        };
        self.catalogue.has_secret_member(object)
    }

    fn is_called_like_a_secret(&self, name: &str) -> bool {
        let mut rows = self.catalogue.rows().iter();
        rows.any(|row| {
            row.sensitivity == Sensitivity::Secret && row.name().eq_ignore_ascii_case(name)
        })
    }

    fn mask(&mut self, value: &RawValue) {
        let Range { start, end } = span(self.text, value);
        let mut from = start;
        for line in self.text[start..end].split_inclusive('\n') {
            let shown = line.trim_end_matches(['\r', '\n']);
            if !shown.is_empty() {
                self.spans.push(from..from + shown.len());
            }
            from += line.len();
        }
    }
}

/// The characters of a value or a name, escapes read one by one: a decoded copy would not be wiped.
fn chars(json: &str) -> impl Iterator<Item = char> {
    let mut rest = json.chars();
    std::iter::from_fn(move || match rest.next()? {
        '\\' => Some(match rest.next()? {
            'u' => {
                let digits = rest.by_ref().take(4).filter_map(|c| c.to_digit(16));
                // Half of a pair may be half of a digit.
                char::from_u32(digits.fold(0, |code, digit| code * 16 + digit)).unwrap_or('0')
            }
            _ => ' ',
        }),
        c => Some(c),
    })
}

/// Digits of any script.
fn digits(json: &str) -> usize {
    chars(json).filter(|c| c.is_numeric()).count()
}

/// The most digits between two letters, whatever else is among them.
fn longest_run(json: &str) -> usize {
    let mut run = 0;
    let runs = chars(json).map(|c| {
        run = if c.is_alphabetic() { 0 } else { run + usize::from(c.is_numeric()) };
        run
    });
    runs.max().unwrap_or_default()
}
