//! What is wrong with an order: every violation at once, in the page's order.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::catalogue::dutch::dutch;
use crate::catalogue::rule::Severity;
use crate::catalogue::structure::StructureRule;
use crate::params::Params;

/// A place in a text, as editors count: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs, reason = "a line and a column are all there is to it")]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One thing that is wrong with an order.
///
/// It never has the rejected value in it, except for values of closed sets, countries, and the names
/// of unknown members, where it helps to see them. Even these are left out where they are long or
/// have many digits.
///
/// It serialises as `{"path","code","severity","message","line","column"}`, the last two only where
/// the position is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub(crate) path: Cow<'static, str>,
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) message: Cow<'static, str>,
    pub(crate) params: Params,
    pub(crate) position: Option<Position>,
    pub(crate) span: Option<Range<usize>>,
    pub(crate) is_structural: bool,
}

impl Violation {
    /// A violation of a text that cannot be read as an order.
    pub(crate) fn structural(
        rule: &'static StructureRule,
        message: impl Into<Cow<'static, str>>,
        path: impl Into<Cow<'static, str>>,
        span: Range<usize>,
    ) -> Self {
        Self {
            path: path.into(),
            code: rule.code,
            severity: Severity::Error,
            message: message.into(),
            params: Params::default(),
            position: None,
            span: Some(span),
            is_structural: true,
        }
    }

    /// The member, as a JSON Pointer: `/certificate/individual/email`. For a missing member the
    /// pointer that it would have; `""` is the whole text.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A word for what is wrong, which never changes. The catalogue has all of them.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// How much it matters.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// What to do about it, to be read after the path: `must be two digits from 01 to 12`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The [`message`](Self::message) in a language. The Dutch one does without what the English one
    /// tells of the members of objects and of what would be wrong next.
    #[must_use]
    pub fn text(&self, language: Language) -> Cow<'_, str> {
        match language {
            Language::English => Cow::Borrowed(self.message()),
            Language::Dutch => {
                dutch(self.code, &self.params).map_or(Cow::Borrowed(self.message()), Cow::Owned)
            }
        }
    }

    /// What it is about, as data: limits, allowed values, what was meant.
    #[must_use]
    pub const fn params(&self) -> &Params {
        &self.params
    }

    /// Where it is in the text: at the value, at the name of an unknown member, at the object that
    /// lacks a member. `None` for an order that was not read from a text.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        self.position
    }

    /// The bytes that it is about, in the text as it was given, byte order mark included.
    #[must_use]
    pub fn span(&self) -> Option<Range<usize>> {
        self.span.clone()
    }

    /// Whether the text cannot be read as an order until this is corrected. Otherwise it breaks a
    /// rule, and rules can be [bypassed](crate::Validated::bypassing_rules).
    #[must_use]
    pub const fn is_structural(&self) -> bool {
        self.is_structural
    }

    /// Whether something is missing rather than wrong: a member, or the text of one.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.code, "required" | "blank" | "individual_id_or_details")
    }
}

/// The language of a text for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Dutch.
    Dutch,
}

/// Shows `/csa_agreed_to: must be true or false [wrong_type]`, after the position if it is known, and
/// after `warning: ` if it is one.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(f, "{position}: ")?;
        }
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{} [{}]", self.message, self.code)
    }
}

impl Serialize for Violation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("severity", &self.severity)?;
        map.serialize_entry("message", &self.message)?;
        if let Some(Position { line, column }) = self.position {
            map.serialize_entry("line", &line)?;
            map.serialize_entry("column", &column)?;
        }
        map.end()
    }
}

/// All violations of an order, in the page's order. It serialises as the list of them.
///
/// `Display` and `Debug` both show a list, one violation per line, so that a program whose `main`
/// returns a report as its error shows everything that is wrong.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub(crate) violations: Vec<Violation>,
}

impl Report {
    /// The violations, errors and warnings, in the page's order.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Whether there is no error.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.errors().next().is_none()
    }

    /// Whether there is neither an error nor a warning.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// The errors.
    pub fn errors(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|violation| violation.severity == Severity::Error)
    }

    /// The errors as a problem document (RFC 9457), to be sent as `application/problem+json`. Each
    /// has its `pointer` as that text writes it, `#/certificate/individual/email`, its `detail` in the
    /// language, and its `code`. Warnings are not problems, and are left out.
    ///
    /// ```
    /// use certcentral_model::pkio_professional::Order;
    /// use certcentral_validation::{Date, Language, check_json};
    ///
    /// let report = check_json::<Order>(br#"{"payment method": 1}"#, Date::constant(2026, 6, 9));
    /// let problem = report.to_problem(Language::Dutch);
    /// assert_eq!(problem["status"], 422);
    /// assert_eq!(problem["errors"][0]["pointer"], "#/certificate");
    /// assert_eq!(problem["errors"][0]["detail"], "ontbreekt en is hier verplicht");
    /// assert_eq!(problem["errors"][4]["pointer"], "#/payment%20method");
    /// ```
    #[must_use]
    pub fn to_problem(&self, language: Language) -> serde_json::Value {
        let errors = self.errors().map(|error| {
            serde_json::json!({
                "pointer": fragment(&error.path),
                "detail": error.text(language),
                "code": error.code,
            })
        });
        serde_json::json!({
            "title": match language {
                Language::English => "The order breaks rules",
                Language::Dutch => "De order voldoet niet aan de regels",
            },
            "status": 422,
            "errors": errors.collect::<Vec<_>>(),
        })
    }

    /// The warnings.
    pub fn warnings(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|violation| violation.severity == Severity::Warning)
    }
}

/// A JSON Pointer as the fragment of a URI (RFC 6901, section 6).
fn fragment(pointer: &str) -> String {
    let mut fragment = String::from("#");
    for byte in pointer.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                fragment.push(char::from(byte));
            }
            _ => fragment.push_str(&format!("%{byte:02X}")),
        }
    }
    fragment
}

/// Shows one violation per line, and nothing for a clean report.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.violations.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{violation}")?;
        }
        Ok(())
    }
}

/// The same list as `Display` shows.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A report with errors is the reason why an order is not sent.
impl std::error::Error for Report {}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.violations.serialize(serializer)
    }
}

impl<'a> IntoIterator for &'a Report {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.violations.iter()
    }
}
