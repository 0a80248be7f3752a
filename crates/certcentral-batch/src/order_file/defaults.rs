//! What all orders of a file share, filled in where a row says nothing of it.

use std::borrow::Cow;
use std::fmt;

use certcentral::check_json;
use certcentral::pkio_professional::Order;
use certcentral::validation::{Date, Severity, Violation};
use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::order_file::source::BYTE_ORDER_MARK;

/// The member that each holder decides: it is never a default.
const CONSENT: &str = "csa_agreed_to";

/// An order file that fills in what the rows of a batch leave out: a member that a row lacks takes
/// its value from here, also within objects that both have.
///
/// `csa_agreed_to` cannot be in it: the holder of each certificate agrees, not the sender of a file.
pub struct Defaults {
    text: Zeroizing<String>,
}

impl Defaults {
    /// Reads the text of an order file. Anything may be missing in it.
    ///
    /// # Errors
    ///
    /// [`InvalidDefaults`]: it is not JSON, has a member that the API does not know or one of a
    /// wrong type, or says `csa_agreed_to`.
    pub fn from_json(json: &[u8]) -> Result<Self, InvalidDefaults> {
        // Only what does not depend on the rest of the order, or on the day, is looked at.
        let report = check_json::<Order>(json, Date::constant(2026, 1, 1));
        let faults: Vec<Violation> = report
            .violations()
            .iter()
            .filter(|violation| violation.is_structural() && !violation.is_missing())
            .filter(|violation| violation.severity() == Severity::Error)
            .cloned()
            .collect();
        if !faults.is_empty() {
            return Err(InvalidDefaults::Faulty(faults));
        }
        let json = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
        let not_an_object = |_| InvalidDefaults::NotAnObject;
        let text = Zeroizing::new(str::from_utf8(json).map_err(not_an_object)?.to_owned());
        let root: &RawValue =
            serde_json::from_str(&text).map_err(|_| InvalidDefaults::NotAnObject)?;
        let members = members(root).ok_or(InvalidDefaults::NotAnObject)?;
        if members.iter().any(|member| member.name == CONSENT) {
            return Err(InvalidDefaults::Consent);
        }
        Ok(Self { text })
    }

    /// Fills in what an order lacks. `None` if the text is no JSON object.
    pub(super) fn fill<'a>(&self, order: &'a str) -> Option<Filled<'a>> {
        let order: &RawValue = serde_json::from_str(order).ok()?;
        let defaults: &RawValue = serde_json::from_str(&self.text).ok()?;
        Some(fill(order, defaults))
    }
}

impl fmt::Debug for Defaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text } = self;
        write!(f, "Defaults({} bytes)", text.len())
    }
}

/// The defaults cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidDefaults {
    /// It is JSON, and no object.
    #[error("is not an order: it should be a JSON object")]
    NotAnObject,
    /// Consent cannot be given for everybody.
    #[error(
        "must not have csa_agreed_to: each holder agrees to the subscriber agreement, so it is a \
         member of each row"
    )]
    Consent,
    /// What is wrong with its members.
    #[error("{}", list(.0))]
    Faulty(Vec<Violation>),
}

fn list(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Fills the members of one object into another.
pub(super) fn fill<'a>(order: &'a RawValue, defaults: &RawValue) -> Filled<'a> {
    let mut filled =
        Filled { original: order.get(), text: Zeroizing::new(String::new()), added: Vec::new() };
    // Never reallocated, so that no copy of a card number is left behind.
    filled.text.reserve_exact(order.get().len() + defaults.get().len() + 1024);
    filled.object(order, defaults);
    filled
}

/// An order with defaults in it, and how to find its places in the original text.
pub(super) struct Filled<'a> {
    original: &'a str,
    text: Zeroizing<String>,
    /// Where in the text bytes were added, and how many.
    added: Vec<(usize, usize)>,
}

impl Filled<'_> {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the original of a place in the text; what was added is at the end of the
    /// object that it was added to.
    pub(super) fn original_place(&self, place: usize) -> usize {
        let mut shift = 0;
        for &(start, length) in &self.added {
            if place < start {
                break;
            }
            shift += length.min(place - start);
        }
        (place - shift).min(self.original.len())
    }

    fn object(&mut self, object: &RawValue, defaults: &RawValue) {
        let text = object.get();
        let (Some(has), Some(can_have)) = (members(object), members(defaults)) else {
            self.text.push_str(text);
            return;
        };
        let mut copied = 0;
        for member in &has {
            let start = offset(text, member.value.get());
            self.text.push_str(&text[copied..start]);
            copied = start + member.value.get().len();
            match can_have.iter().find(|default| default.name == member.name) {
                Some(default) => self.object(member.value, default.value),
                None => self.text.push_str(member.value.get()),
            }
        }
        // An object ends with its brace.
        let end = text.len() - 1;
        self.text.push_str(&text[copied..end]);
        let start = self.text.len();
        let mut first = has.is_empty();
        for default in &can_have {
            if default.name == "$schema" || has.iter().any(|member| member.name == default.name) {
                continue;
            }
            if !first {
                self.text.push(',');
            }
            first = false;
            self.text.push_str(default.key.get());
            self.text.push(':');
            self.text.push_str(default.value.get());
        }
        if self.text.len() > start {
            self.added.push((start, self.text.len() - start));
        }
        self.text.push('}');
    }
}

/// Where a piece of a text is in it.
pub(super) fn offset(text: &str, piece: &str) -> usize {
    piece.as_ptr() as usize - text.as_ptr() as usize
}

/// A member of an object, as it is in a text.
pub(super) struct Member<'a> {
    pub(super) key: &'a RawValue,
    pub(super) name: Cow<'a, str>,
    pub(super) value: &'a RawValue,
}

/// The members of an object, in their order. `None` if it is no object.
pub(super) fn members(object: &RawValue) -> Option<Vec<Member<'_>>> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<Member<'de>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some((key, value)) = map.next_entry::<&'de RawValue, &'de RawValue>()? {
                // A name that cannot be read matches no member, and is reported with the order.
                let name = serde_json::from_str(key.get()).unwrap_or_default();
                members.push(Member { key, name: Cow::Owned(name), value });
            }
            Ok(members)
        }
    }
    serde_json::Deserializer::from_str(object.get()).deserialize_map(Members).ok()
}
