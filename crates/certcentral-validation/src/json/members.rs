//! Reads the members of an order from a JSON text, by the rows of the catalogue.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::value::RawValue;

use crate::catalogue::Catalogue;
use crate::catalogue::row::{Kind, Requirement, Row};
use crate::catalogue::structure::{
    DUPLICATE_MEMBER, INVALID_ESCAPE, NOT_UTF8, NULL, UNKNOWN_MEMBER, WRONG_TYPE,
};
use crate::catalogue::values::Values;
use crate::check::{Findings, is_placeholder, placeholder};
use crate::constraint::value::Value;
use crate::json::object::{entries, span};
use crate::json::string::{Text, decode};
use crate::json::syntax::invalid_json;
use crate::message::wrong_type;
use crate::params::{showable, suggestion};
use crate::report::Violation;

/// The member with which editors find the JSON Schema of a file.
const SCHEMA: &str = "$schema";

/// The members of an order in a text, one for each row of the catalogue.
pub(crate) struct Members<'a> {
    catalogue: &'static Catalogue,
    text: &'a str,
    members: Vec<Option<Member<'a>>>,
    /// The member `$schema` of the root, with its comma.
    schema: Option<Range<usize>>,
}

struct Member<'a> {
    value: Read<'a>,
    span: Range<usize>,
}

/// A value of a text.
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
    pub(crate) fn read(
        catalogue: &'static Catalogue,
        text: &'a [u8],
        findings: &mut Findings,
    ) -> Result<Self, Box<Violation>> {
        let text = std::str::from_utf8(text).map_err(|error| {
            let at = error.valid_up_to();
            Box::new(Violation::structural(&NOT_UTF8, NOT_UTF8.message, "", at..at))
        })?;
        Self::read_one(catalogue, 0, text, findings)
    }

    /// Reads a text that is the value of one row's member.
    pub(crate) fn read_one(
        catalogue: &'static Catalogue,
        row: usize,
        text: &'a str,
        findings: &mut Findings,
    ) -> Result<Self, Box<Violation>> {
        let root: &RawValue =
            serde_json::from_str(text).map_err(|error| Box::new(invalid_json(&error, text)))?;
        let mut members = Vec::new();
        members.resize_with(catalogue.rows().len(), || None);
        let mut reader = Self { catalogue, text, members, schema: None };
        reader.read_value(row, root, findings)?;
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
            Err(Fault::Type(_)) if is_placeholder_in_json(raw.get()) => {
                findings
                    .push(row, Violation { span: Some(span.clone()), ..placeholder(definition) });
                Read::Mistyped
            }
            Err(fault) => {
                let (rule, message) = match fault {
                    Fault::Type(found) => (&WRONG_TYPE, self.wrong_type(row, found, raw).into()),
                    Fault::Null => (&NULL, null(definition)),
                    Fault::Escape => (&INVALID_ESCAPE, INVALID_ESCAPE.message.into()),
                };
                let mut violation =
                    Violation::structural(rule, message, definition.path, span.clone());
                if matches!(fault, Fault::Type(_)) {
                    violation.params.kind = Some(definition.kind.describe());
                }
                findings.push(row, violation);
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
        let mut names = None;
        for (index, &(key, value)) in entries.iter().enumerate() {
            let name = decode(key.get());
            let name = name.as_deref();
            let known = name.and_then(|name| self.catalogue.member(object, name));
            match known {
                Some(row) if self.members[row].is_some() => {
                    let path = self.catalogue.rows()[row].path;
                    findings.push(row, duplicate(path, span(self.text, value)));
                }
                Some(row) => self.read_value(row, value, findings)?,
                None if object == 0 && name == Some(SCHEMA) => {
                    let whole = self.with_comma(&entries, index);
                    self.read_schema(value, whole, findings);
                }
                None => {
                    let names = names.get_or_insert_with(|| self.catalogue.names(object));
                    let name = name.unwrap_or_default();
                    let meant = suggestion(name, names);
                    let mut violation = Violation::structural(
                        &UNKNOWN_MEMBER,
                        unknown_member(meant),
                        unknown_path(path, name),
                        span(self.text, key),
                    );
                    violation.params.suggestion = meant;
                    findings.push_last(violation);
                }
            }
        }
        Ok(())
    }

    fn read_schema(&mut self, value: &RawValue, whole: Range<usize>, findings: &mut Findings) {
        let span = span(self.text, value);
        if self.schema.replace(whole).is_some() {
            findings.push_last(duplicate("/$schema", span));
        } else if !value.get().starts_with('"') {
            let message = "must be a string: the address of a JSON Schema, or leave it out";
            findings.push_last(Violation::structural(&WRONG_TYPE, message, "/$schema", span));
        }
    }

    /// The bytes of an entry of an object, with the comma before or after it.
    fn with_comma(&self, entries: &[(&RawValue, &RawValue)], index: usize) -> Range<usize> {
        let (key, value) = entries[index];
        let (start, end) = (span(self.text, key).start, span(self.text, value).end);
        match (entries.get(index + 1), index.checked_sub(1)) {
            (Some((next, _)), _) => start..span(self.text, next).start,
            (None, Some(before)) => span(self.text, entries[before].1).end..end,
            (None, None) => start..end,
        }
    }

    fn wrong_type(&self, row: usize, found: &str, raw: &RawValue) -> String {
        let members = self.catalogue.members_in_words(row);
        wrong_type(&self.catalogue.rows()[row], found, raw.get(), members.as_deref())
    }

    /// Returns where the text has a member `$schema`, with its comma.
    pub(crate) fn schema(&self) -> Option<Range<usize>> {
        self.schema.clone()
    }

    pub(crate) fn values(&self) -> Values<'_> {
        let mut values = Values::new();
        for (row, member) in self.members.iter().enumerate() {
            if let Some(member) = member {
                values.set(row, member.value.value());
            }
        }
        values
    }

    /// Returns where a row's member is, or else the innermost object that lacks it.
    pub(crate) fn nearest_span(&self, mut row: usize) -> Range<usize> {
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
    /// It has this other type.
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
            // `-0` does not parse either, and the model cannot hold it.
            Ok(raw.parse().map_or(Read::BeyondInteger, Read::Integer))
        }
        _ => Err(Fault::Type("a number")),
    }
}

fn duplicate(path: &'static str, span: Range<usize>) -> Violation {
    Violation::structural(&DUPLICATE_MEMBER, DUPLICATE_MEMBER.message, path, span)
}

fn null(row: &Row) -> Cow<'static, str> {
    match row.requirement {
        Requirement::Required => "must not be null: give it a value".into(),
        _ => NULL.message.into(),
    }
}

fn is_placeholder_in_json(raw: &str) -> bool {
    raw.starts_with('"') && decode(raw).is_some_and(|text| is_placeholder(&text))
}

fn unknown_member(meant: Option<&str>) -> Cow<'static, str> {
    match meant {
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
