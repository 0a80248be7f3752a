//! One thing that is wrong with a row, at its place in the file.

use std::borrow::Cow;
use std::fmt;

use certcentral::validation::{Position, Severity, Violation};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// One thing that is wrong with a row: like a violation of `check`, at its place in the file.
///
/// It never holds the rejected value, with the exceptions of
/// [`Violation`](certcentral::validation::Violation).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(crate) path: Cow<'static, str>,
    pub(crate) head: Option<String>,
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) message: Cow<'static, str>,
    pub(crate) position: Option<Position>,
}

impl Finding {
    pub(crate) fn error(
        path: impl Into<Cow<'static, str>>,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            path: path.into(),
            head: None,
            code,
            severity: Severity::Error,
            message: message.into(),
            position: None,
        }
    }

    pub(crate) fn warning(
        path: impl Into<Cow<'static, str>>,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(path, code, message) }
    }

    /// The same as a violation of the order, without its place.
    pub(crate) fn of(violation: &Violation) -> Self {
        let (path, message) = (violation.path().to_owned(), violation.message().to_owned());
        let severity = violation.severity();
        Self { severity, ..Self::error(path, violation.code(), message) }
    }

    pub(crate) fn at_head(mut self, head: impl Into<String>) -> Self {
        self.head = Some(head.into());
        self
    }

    /// The member of the order, as a JSON Pointer; empty for the row itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The head of the column in a sheet, as it is in the file.
    #[must_use]
    pub fn head(&self) -> Option<&str> {
        self.head.as_deref()
    }

    /// What is wrong, in a word that does not change.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// How much it matters.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// Whether the row cannot be sent because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// What to do about it. Meant to be read after the member.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it is in a JSON Lines file.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        self.position
    }
}

/// Reads as `telephone: has lost its + … [spreadsheet_plus]`, after `warning: ` if it is one.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        match &self.head {
            Some(head) => write!(f, "{head}: ")?,
            None if !self.path.is_empty() => write!(f, "{}: ", self.path)?,
            None => {}
        }
        write!(f, "{} [{}]", self.message, self.code)
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", &self.path)?;
        if let Some(head) = &self.head {
            map.serialize_entry("head", head)?;
        }
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
