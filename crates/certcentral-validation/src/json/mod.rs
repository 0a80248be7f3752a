//! Reads an order from a JSON text so that nothing that is wrong with it is lost: every member that
//! is missing, unknown, doubled or of another type, and then the rules for the rest.
//!
//! Only the objects that the catalogue names are entered, and all else is passed over without
//! recursion, so that no depth of nesting does harm. No error text of serde is shown: it holds
//! rejected values.

mod object;
mod position;
mod secrets;
mod string;
mod syntax;

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

pub use self::secrets::secret_spans;

use self::object::{entries, span};
use self::position::Places;
use self::string::{Text, decode};
use self::syntax::{invalid_json, offset_of};
use crate::catalogue::row::Kind;
use crate::catalogue::structure::{
    DUPLICATE_MEMBER, INVALID_ESCAPE, NOT_UTF8, NULL, UNKNOWN_MEMBER, UNREADABLE, WRONG_TYPE,
};
use crate::catalogue::values::Values;
use crate::catalogue::{Catalogue, Rules};
use crate::check::{Findings, judge};
use crate::constraint::value::Value;
use crate::message::{showable, suggestion};
use crate::report::{Report, Violation};

/// Checks a JSON text: its structure and the rules of the product `T`, on this day.
///
/// The report has everything at once, with positions. A byte order mark at the beginning and any
/// kind of line break are fine.
///
/// ```
/// use certcentral_model::pkio_professional::Order;
/// use certcentral_validation::{Date, check_json};
///
/// let json = br#"{
///   "csa_agreed_to": "yes",
///   "payment": "balance"
/// }"#;
/// let report = check_json::<Order>(json, Date::constant(2026, 6, 9));
/// assert_eq!(
///     report.to_string(),
///     "1:1: /certificate: is missing: it is required [required]\n\
///      2:20: /csa_agreed_to: must be true or false, not a string [wrong_type]\n\
///      1:1: /provisioning_method: is missing: it is required [required]\n\
///      1:1: /payment_method: is missing: it is required [required]\n\
///      3:3: /payment: is not a member that the API knows here: remove it, or mend its name \
///      [unknown_member]"
/// );
/// ```
#[must_use]
pub fn check_json<T: Rules>(json: &[u8], today: Date) -> Report {
    report::<T>(&Source::new(json), today)
}

/// Checks a JSON text like [`check_json`], and reads the order from it.
///
/// There is an order if and only if no violation of the report
/// [is structural](Violation::is_structural), even if it breaks rules.
#[must_use]
pub fn read_json<T: Rules + DeserializeOwned>(json: &[u8], today: Date) -> (Report, Option<T>) {
    let source = Source::new(json);
    let mut report = report::<T>(&source, today);
    if report.violations().iter().any(Violation::is_structural) {
        return (report, None);
    }
    match serde_json::from_slice(source.text) {
        Ok(order) => (report, Some(order)),
        Err(error) => {
            // The model has grown stricter than the catalogue. To say so beats a panic.
            let at = offset_of(&error, source.text);
            let mut violation = Violation::structural(&UNREADABLE, UNREADABLE.message, "", at..at);
            source.places().place([&mut violation]);
            report.violations.insert(0, violation);
            (report, None)
        }
    }
}

/// The text of an order, without its byte order mark.
struct Source<'a> {
    text: &'a [u8],
    /// The length of what was taken off.
    mark: usize,
}

impl<'a> Source<'a> {
    fn new(json: &'a [u8]) -> Self {
        let text = json.strip_prefix(position::BYTE_ORDER_MARK).unwrap_or(json);
        Self { text, mark: json.len() - text.len() }
    }

    fn places(&self) -> Places<'a> {
        Places::new(self.text, self.mark)
    }
}

fn report<T: Rules>(source: &Source<'_>, today: Date) -> Report {
    let mut findings = Findings::default();
    match Members::read(T::CATALOGUE, source.text, &mut findings) {
        Ok(members) => {
            judge::<T>(&members.values(), today, &mut findings);
            for (row, violation) in findings.iter_mut() {
                if violation.span.is_none() {
                    violation.span = Some(members.nearest_span(row));
                }
            }
        }
        Err(violation) => findings.push(0, *violation),
    }
    let mut report = findings.into_report();
    source.places().place(&mut report.violations);
    report
}

/// The members of an order in a text, one for each row of the catalogue.
struct Members<'a> {
    catalogue: &'static Catalogue,
    text: &'a str,
    members: Vec<Option<Member<'a>>>,
}

struct Member<'a> {
    value: Read<'a>,
    span: Range<usize>,
}

/// A value as it stands in a text.
enum Read<'a> {
    Null,
    Boolean(bool),
    Integer(u64),
    BeyondInteger,
    Text(Text<'a>),
    Object,
    Mistyped,
}

impl<'a> Members<'a> {
    fn read(
        catalogue: &'static Catalogue,
        text: &'a [u8],
        findings: &mut Findings,
    ) -> Result<Self, Box<Violation>> {
        let text = std::str::from_utf8(text).map_err(|error| {
            let at = error.valid_up_to();
            Box::new(Violation::structural(&NOT_UTF8, NOT_UTF8.message, "", at..at))
        })?;
        let root: &RawValue =
            serde_json::from_str(text).map_err(|error| Box::new(invalid_json(&error, text)))?;
        let mut members = Vec::new();
        members.resize_with(catalogue.rows().len(), || None);
        let mut reader = Self { catalogue, text, members };
        reader.read_value(0, root, findings)?;
        Ok(reader)
    }

    /// Reads the value of a row's member, and what is in it.
    fn read_value(
        &mut self,
        row: usize,
        raw: &'a RawValue,
        findings: &mut Findings,
    ) -> Result<(), Box<Violation>> {
        let span = span(self.text, raw);
        let definition = &self.catalogue.rows()[row];
        let value = match read(definition.kind, raw.get()) {
            Ok(value) => value,
            Err(fault) => {
                let (rule, message) = match fault {
                    Fault::Type(found) => (&WRONG_TYPE, wrong_type(definition.kind, found)),
                    Fault::Null => (&NULL, NULL.message.into()),
                    Fault::Escape => (&INVALID_ESCAPE, INVALID_ESCAPE.message.into()),
                };
                findings
                    .push(row, Violation::structural(rule, message, definition.path, span.clone()));
                if matches!(fault, Fault::Null) { Read::Null } else { Read::Mistyped }
            }
        };
        let is_object = matches!(value, Read::Object);
        self.members[row] = Some(Member { value, span });
        if is_object {
            self.read_members(row, raw, findings)?;
        }
        Ok(())
    }

    fn read_members(
        &mut self,
        object: usize,
        raw: &'a RawValue,
        findings: &mut Findings,
    ) -> Result<(), Box<Violation>> {
        let entries = entries(raw).map_err(|error| Box::new(invalid_json(&error, self.text)))?;
        let path = self.catalogue.rows()[object].path;
        let last = self.catalogue.last_within(object);
        let mut names = None;
        for (key, value) in entries {
            let name = decode(key.get());
            let known = name.as_ref().and_then(|name| self.catalogue.member(object, name));
            match known {
                Some(row) if self.members[row].is_some() => {
                    let path = self.catalogue.rows()[row].path;
                    let span = span(self.text, value);
                    let message = DUPLICATE_MEMBER.message;
                    findings
                        .push(row, Violation::structural(&DUPLICATE_MEMBER, message, path, span));
                }
                Some(row) => self.read_value(row, value, findings)?,
                None => {
                    let names = names.get_or_insert_with(|| self.catalogue.names(object));
                    let name = name.as_deref().unwrap_or_default();
                    let path = unknown_path(path, name);
                    let span = span(self.text, key);
                    let message = unknown_member(name, names);
                    findings.push_after(
                        last,
                        Violation::structural(&UNKNOWN_MEMBER, message, path, span),
                    );
                }
            }
        }
        Ok(())
    }

    fn values(&self) -> Values<'_> {
        let mut values = Values::new();
        for (row, member) in self.members.iter().enumerate() {
            if let Some(member) = member {
                values.set(row, member.value.value());
            }
        }
        values
    }

    /// Where a row's member is, or else the innermost object that lacks it.
    fn nearest_span(&self, mut row: usize) -> Range<usize> {
        loop {
            if let Some(member) = &self.members[row] {
                return member.span.clone();
            }
            if row == 0 {
                return 0..0;
            }
            row = self.catalogue.parent(row);
        }
    }
}

impl Read<'_> {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(boolean) => Value::Boolean(*boolean),
            Self::Integer(number) => Value::Integer(*number),
            Self::BeyondInteger => Value::BeyondInteger,
            Self::Text(text) => Value::Text(text),
            Self::Object => Value::Object,
            Self::Mistyped => Value::Mistyped,
        }
    }
}

/// Why a value cannot be that of a member.
enum Fault {
    /// It is this instead.
    Type(&'static str),
    Null,
    Escape,
}

fn read(kind: Kind, raw: &str) -> Result<Read<'_>, Fault> {
    match (raw.as_bytes().first(), kind) {
        (Some(b'n'), Kind::NullableBoolean) => Ok(Read::Null),
        (Some(b'n'), _) => Err(Fault::Null),
        (Some(b'{'), Kind::Object) => Ok(Read::Object),
        (Some(b'{'), _) => Err(Fault::Type("an object")),
        (Some(b'['), _) => Err(Fault::Type("an array")),
        (Some(b't' | b'f'), Kind::Boolean | Kind::NullableBoolean) => {
            Ok(Read::Boolean(raw == "true"))
        }
        (Some(b't' | b'f'), _) => Err(Fault::Type("a boolean")),
        (Some(b'"'), Kind::Text) => decode(raw).map(Read::Text).ok_or(Fault::Escape),
        (Some(b'"'), _) => Err(Fault::Type("a string")),
        (_, Kind::Integer { .. }) => {
            if raw.contains(['.', 'e', 'E']) {
                return Err(Fault::Type("a number with a decimal point or an exponent"));
            }
            // A minus is no digit, so `-0` is beyond too: the model cannot hold it either.
            Ok(raw.parse().map_or(Read::BeyondInteger, Read::Integer))
        }
        _ => Err(Fault::Type("a number")),
    }
}

fn wrong_type(kind: Kind, found: &str) -> Cow<'static, str> {
    let wanted = kind.describe();
    let hint = match (kind, found) {
        (Kind::Text, "a number" | "a boolean") => ": write it in quotes",
        (Kind::Integer { .. }, "a string") => ": write it without quotes",
        _ => "",
    };
    format!("must be {wanted}, not {found}{hint}").into()
}

fn unknown_member(name: &str, known: &[&str]) -> Cow<'static, str> {
    match suggestion(name, known) {
        Some(meant) => {
            format!("is not a member that the API knows here; did you mean `{meant}`?").into()
        }
        None => UNKNOWN_MEMBER.message.into(),
    }
}

/// The pointer to a member whose name may be anything, a card number for one.
fn unknown_path(object: &str, name: &str) -> String {
    match showable(name) {
        Some(name) => format!("{object}/{}", name.replace('~', "~0").replace('/', "~1")),
        None => format!("{object}/[name not shown]"),
    }
}
