//! Rules as data: for one value, and for several members together.

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::catalogue::values::Values;
use crate::constraint::Constraint;
use crate::constraint::keywords::Keywords;

/// A rule for the value of one member.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// What is wrong, in a word that does not change.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What the value must be.
    pub constraint: Constraint,
    /// What to do about it.
    pub message: &'static str,
    /// Why the rule is there.
    pub reason: &'static str,
}

impl Rule {
    /// A rule whose violation is an error.
    #[must_use]
    pub(crate) const fn error(
        code: &'static str,
        constraint: Constraint,
        message: &'static str,
        reason: &'static str,
    ) -> Self {
        Self { code, severity: Severity::Error, constraint, message, reason }
    }

    /// A rule whose violation is a warning.
    #[must_use]
    pub(crate) const fn warning(
        code: &'static str,
        constraint: Constraint,
        message: &'static str,
        reason: &'static str,
    ) -> Self {
        Self { code, severity: Severity::Warning, constraint, message, reason }
    }

    /// What a JSON Schema says for the rule. `None` for a warning, and for what is
    /// [beyond a schema](Self::is_beyond_schema).
    #[must_use]
    pub fn keywords(&self) -> Option<Keywords> {
        match self.severity {
            Severity::Error => self.constraint.keywords(),
            Severity::Warning => None,
        }
    }

    /// Whether a schema cannot say it: the Luhn check, or a date against today.
    #[must_use]
    pub const fn is_beyond_schema(&self) -> bool {
        self.constraint.is_beyond_schema()
    }
}

/// A rule that looks at several members.
#[derive(Debug)]
#[non_exhaustive]
pub struct CrossRule {
    /// What is wrong, in a word that does not change.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The member that is blamed, as a JSON Pointer.
    pub path: &'static str,
    /// Whether the order breaks the rule, on this day.
    pub broken: fn(&Values<'_>, Date) -> bool,
    /// What to do about it.
    pub message: &'static str,
    /// Why the rule is there.
    pub reason: &'static str,
    /// What a JSON Schema says for it: a path, and what must hold there too, as JSON. `None` for a
    /// warning.
    pub schema: Option<(&'static str, &'static str)>,
}

/// How much a violation matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums, reason = "an order is right, or wrong, or worth a second look")]
pub enum Severity {
    /// The page says so, or the value cannot be right.
    Error,
    /// It is inferred that the value is not what was meant.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
