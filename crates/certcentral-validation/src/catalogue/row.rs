//! A row of the catalogue: one member of the page.

use crate::catalogue::rule::{Rule, Severity};
use crate::catalogue::values::Values;
use crate::constraint::Constraint;
use crate::constraint::characters::VISIBLE_PATTERN;
use crate::constraint::keywords::Keywords;

/// One member of the order, as the page has it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Row {
    /// Where the member stands, as a JSON Pointer. The order itself is `""`.
    pub path: &'static str,
    /// Whether it must be there.
    pub requirement: Requirement,
    /// The type of its value.
    pub kind: Kind,
    /// Who may see its value.
    pub sensitivity: Sensitivity,
    /// What the page says of it, in our words.
    pub page: &'static str,
    /// What a closed value means, in the order of [`values`](Self::values). Empty where the values
    /// say it themselves.
    pub meanings: &'static [&'static str],
    /// What the page says beside that and nothing here enforces, or how the catalogue reads the page
    /// where it leaves something open. Empty if there is nothing to add.
    pub note: &'static str,
    /// For an object of which no member is always required: what it must hold, in words.
    pub holds: &'static str,
    /// The rules for its value. An error ends them: what follows would only be its echo.
    pub rules: &'static [Rule],
}

impl Row {
    /// A row without rules.
    #[must_use]
    pub(crate) const fn new(
        path: &'static str,
        requirement: Requirement,
        kind: Kind,
        page: &'static str,
    ) -> Self {
        Self {
            path,
            requirement,
            kind,
            sensitivity: Sensitivity::Open,
            page,
            meanings: &[],
            note: "",
            holds: "",
            rules: &[],
        }
    }

    /// The rules for the value.
    #[must_use]
    pub(crate) const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// What each of the closed values means.
    #[must_use]
    pub(crate) const fn meanings(mut self, meanings: &'static [&'static str]) -> Self {
        self.meanings = meanings;
        self
    }

    /// A note for the reader.
    #[must_use]
    pub(crate) const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    /// What an object must hold.
    #[must_use]
    pub(crate) const fn holds(mut self, holds: &'static str) -> Self {
        self.holds = holds;
        self
    }

    /// The value is personal data.
    #[must_use]
    pub(crate) const fn personal(mut self) -> Self {
        self.sensitivity = Sensitivity::Personal;
        self
    }

    /// The value is card data, and shown nowhere.
    #[must_use]
    pub(crate) const fn secret(mut self) -> Self {
        self.sensitivity = Sensitivity::Secret;
        self
    }

    /// The member's name on the wire. The order itself has none.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The values that the member may have, if it is one of a closed set.
    #[must_use]
    pub fn values(&self) -> Option<&'static [&'static str]> {
        self.rules.iter().find_map(|rule| match rule.constraint {
            Constraint::OneOf(values) => Some(values),
            _ => None,
        })
    }

    /// What a JSON Schema says of the value beyond its type: one entry for each rule that a schema
    /// can say and that no other rule of the row says already. Warnings are not in it.
    pub fn keywords(&self) -> impl Iterator<Item = (&'static Rule, Keywords)> {
        let errors = || self.rules.iter().filter(|rule| rule.severity == Severity::Error);
        // A value in its form is not blank and has no controls.
        let in_form =
            errors().any(|rule| !rule.constraint.is_about_text() && rule.keywords().is_some());
        let has = |wanted| errors().any(|rule| rule.constraint == wanted);
        let has_both = has(Constraint::NotBlank) && has(Constraint::NoControl);
        errors().filter_map(move |rule| match rule.constraint {
            Constraint::NotBlank | Constraint::NoControl if in_form => None,
            // One pattern says both.
            Constraint::NotBlank if has_both => Some((rule, Keywords::pattern(VISIBLE_PATTERN))),
            Constraint::NoControl if has_both => None,
            _ => Some((rule, rule.keywords()?)),
        })
    }
}

/// Whether a member must be there.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Requirement {
    /// In every object of its kind.
    Required,
    /// It may be left out.
    Optional,
    /// It depends on other members, or on what the page leaves open.
    Conditional(Condition),
}

impl Requirement {
    /// `required`, `optional` or `conditional`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Conditional(_) => "conditional",
        }
    }

    pub(crate) fn holds(&self, values: &Values<'_>) -> bool {
        match self {
            Self::Required => true,
            Self::Optional => false,
            Self::Conditional(condition) => {
                condition.test.is_some_and(|test| (test.required)(values))
            }
        }
    }
}

/// When a member must be there.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Condition {
    /// In words: `if payment_method is card`.
    pub when: &'static str,
    /// How to tell. `None` where the page does not say it well enough to insist.
    pub test: Option<ConditionTest>,
}

impl Condition {
    /// A condition that can be tested.
    #[must_use]
    pub(crate) const fn new(when: &'static str, test: ConditionTest) -> Self {
        Self { when, test: Some(test) }
    }

    /// A condition that the page leaves open.
    #[must_use]
    pub(crate) const fn open(when: &'static str) -> Self {
        Self { when, test: None }
    }
}

/// How to tell whether a conditional member must be there.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConditionTest {
    /// For the rules.
    pub required: fn(&Values<'_>) -> bool,
    /// For a JSON Schema: what goes into `if`, as JSON, at the object that the member belongs to.
    pub schema: &'static str,
}

impl ConditionTest {
    /// A test, for rules and schema alike.
    #[must_use]
    pub(crate) const fn new(required: fn(&Values<'_>) -> bool, schema: &'static str) -> Self {
        Self { required, schema }
    }
}

/// The type of a member's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// An object with the members that the catalogue names, and no others.
    Object,
    /// A string.
    Text,
    /// A whole number, written without a decimal point.
    Integer {
        /// The largest that the model can hold. The smallest is 0.
        capacity: u64,
    },
    /// `true` or `false`.
    Boolean,
    /// `true`, `false` or `null`.
    NullableBoolean,
}

impl Kind {
    /// The type in words: `a string`.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Text => "a string",
            Self::Integer { .. } => "a whole number",
            Self::Boolean => "true or false",
            Self::NullableBoolean => "true, false or null",
        }
    }
}

/// Who may see a member's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sensitivity {
    /// Anybody.
    Open,
    /// It is personal data: not for logs and messages.
    Personal,
    /// It is card data: for nobody's eyes.
    Secret,
}
