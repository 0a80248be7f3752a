//! The form of the catalogue: a row for each member of the page, the rules for its value, and the
//! rules that look at several members. What is in it stands in one module for each product.

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::keywords::Keywords;
use crate::structure::REQUIRED;
use crate::{Constraint, Values};

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

/// All that is known of a product's order: its members, their rules, and the rules between them.
#[derive(Debug)]
pub struct Catalogue {
    product: &'static str,
    rows: &'static [Row],
    cross_rules: &'static [CrossRule],
    /// For each row, the row of the object that it is a member of.
    parents: [usize; Values::CAPACITY],
}

impl Catalogue {
    /// Puts a catalogue together.
    ///
    /// The first row is the order itself, with the path `""`; each object stands before its
    /// members.
    ///
    /// # Panics
    ///
    /// At compile time, in a `const`: if there are more rows than [`Values::CAPACITY`], if two
    /// rows have one path, or if the object that a row is a member of has no row before it.
    #[must_use]
    pub const fn new(
        product: &'static str,
        rows: &'static [Row],
        cross_rules: &'static [CrossRule],
    ) -> Self {
        assert!(rows.len() <= Values::CAPACITY, "more rows than there is room for");
        assert!(rows[0].path.is_empty(), "the first row is the order itself");
        let mut parents = [0; Values::CAPACITY];
        let mut row = 1;
        while row < rows.len() {
            let path = rows[row].path.as_bytes();
            assert!(row_of(rows, rows[row].path) == row, "two rows have one path");
            let (object, _) = path.split_at(last_slash(path));
            let mut parent = 0;
            while !same(rows[parent].path.as_bytes(), object) {
                parent += 1;
                assert!(parent < row, "the object of a row must stand before it");
            }
            parents[row] = parent;
            row += 1;
        }
        Self { product, rows, cross_rules, parents }
    }

    /// DigiCert's `name_id` of the product.
    #[must_use]
    pub const fn product(&self) -> &'static str {
        self.product
    }

    /// The rows, in the page's order. The first is the order itself.
    #[must_use]
    pub const fn rows(&self) -> &'static [Row] {
        self.rows
    }

    /// The rules that look at several members.
    #[must_use]
    pub const fn cross_rules(&self) -> &'static [CrossRule] {
        self.cross_rules
    }

    /// The row of the object that this row is a member of. The order itself is its own.
    #[must_use]
    pub const fn parent(&self, row: usize) -> usize {
        self.parents[row]
    }

    /// The row with this path.
    #[must_use]
    pub fn row(&self, path: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.path == path)
    }

    /// The member of an object that has this name.
    pub(crate) fn member(&self, object: usize, name: &str) -> Option<usize> {
        self.members(object).find(|&row| self.rows[row].name() == name)
    }

    /// What a JSON Schema says about members together, beyond the types and
    /// [values](Row::keywords) of each: the conditions under which members must be there, and the
    /// rules between members. Each goes into an `allOf` of its object.
    #[must_use]
    pub fn fragments(&self) -> Vec<Fragment> {
        let mut fragments: Vec<Fragment> = Vec::new();
        let mut conditions: Vec<(usize, &str, Vec<&str>)> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let Requirement::Conditional(Condition { test: Some(test), .. }) = row.requirement
            else {
                continue;
            };
            let key = (self.parents[index], test.schema);
            match conditions.iter_mut().find(|(object, schema, _)| (*object, *schema) == key) {
                Some((_, _, names)) => names.push(row.name()),
                None => conditions.push((key.0, key.1, vec![row.name()])),
            }
        }
        for (object, schema, names) in conditions {
            // Names of members and conditions are our own, with nothing to escape.
            let names = names.join("\",\"");
            fragments.push(Fragment {
                path: self.rows[object].path,
                schema: format!(r#"{{"if":{schema},"then":{{"required":["{names}"]}}}}"#),
                code: REQUIRED.code,
            });
        }
        for rule in self.cross_rules {
            if let Some((path, schema)) = rule.schema {
                fragments.push(Fragment { path, schema: schema.into(), code: rule.code });
            }
        }
        fragments
    }

    /// The names of an object's members.
    pub(crate) fn names(&self, object: usize) -> Vec<&'static str> {
        self.members(object).map(|row| self.rows[row].name()).collect()
    }

    /// The last row of an object and all that is in it.
    pub(crate) fn last_within(&self, object: usize) -> usize {
        self.members(object).last().map_or(object, |last| self.last_within(last))
    }

    fn members(&self, object: usize) -> impl Iterator<Item = usize> {
        (1..self.rows.len()).filter(move |&row| self.parents[row] == object)
    }
}

/// The index of the row with this path, to be found at compile time.
///
/// # Panics
///
/// If no row has the path.
#[must_use]
pub(crate) const fn row_of(rows: &[Row], path: &str) -> usize {
    let mut row = 0;
    while !same(rows[row].path.as_bytes(), path.as_bytes()) {
        row += 1;
        assert!(row < rows.len(), "no row has this path");
    }
    row
}

const fn last_slash(path: &[u8]) -> usize {
    let mut at = path.len() - 1;
    while path[at] != b'/' {
        at -= 1;
    }
    at
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

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
    /// The rules for its value. An error ends them: what follows would only be its echo.
    pub rules: &'static [Rule],
    /// The rules that a text with no blank at either end can break at all.
    pub(crate) rules_beyond_ends: &'static [Rule],
}

impl Row {
    /// A row without rules.
    #[must_use]
    pub const fn new(
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
            rules: &[],
            rules_beyond_ends: &[],
        }
    }

    /// The rules for the value.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        let mut leading = 0;
        while leading < rules.len() && rules[leading].constraint.is_about_ends() {
            leading += 1;
        }
        (_, self.rules_beyond_ends) = rules.split_at(leading);
        self
    }

    /// The value is personal data.
    #[must_use]
    pub const fn personal(mut self) -> Self {
        self.sensitivity = Sensitivity::Personal;
        self
    }

    /// The value is card data, and shown nowhere.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.sensitivity = Sensitivity::Secret;
        self
    }

    /// The member's name on the wire. The order itself has none.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// What a JSON Schema says of the value beyond its type: one entry for each rule that a schema
    /// can say and that no other rule of the row says already. Warnings are not in it.
    pub fn keywords(&self) -> impl Iterator<Item = (&'static Rule, Keywords)> {
        let errors = || self.rules.iter().filter(|rule| rule.severity == Severity::Error);
        // A value in its form is not blank.
        let in_form = errors().any(|rule| {
            !matches!(rule.constraint, Constraint::NotBlank) && rule.keywords().is_some()
        });
        errors()
            .filter(move |rule| !(in_form && matches!(rule.constraint, Constraint::NotBlank)))
            .filter_map(|rule| Some((rule, rule.keywords()?)))
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
    pub const fn new(when: &'static str, test: ConditionTest) -> Self {
        Self { when, test: Some(test) }
    }

    /// A condition that the page leaves open.
    #[must_use]
    pub const fn open(when: &'static str) -> Self {
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
    pub const fn new(required: fn(&Values<'_>) -> bool, schema: &'static str) -> Self {
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
    pub const fn error(
        code: &'static str,
        constraint: Constraint,
        message: &'static str,
        reason: &'static str,
    ) -> Self {
        Self { code, severity: Severity::Error, constraint, message, reason }
    }

    /// A rule whose violation is a warning.
    #[must_use]
    pub const fn warning(
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

/// What a JSON Schema says of the members of an object together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fragment {
    /// The object, as a JSON Pointer.
    pub path: &'static str,
    /// The schema, as JSON.
    pub schema: String,
    /// The rule that it is for.
    pub code: &'static str,
}

/// What a reader of JSON can find wrong before any rule looks at a value.
///
/// `required` is among them, although a model type may hold an order without a conditional member.
#[derive(Debug)]
#[non_exhaustive]
pub struct StructureRule {
    /// What is wrong, in a word that does not change.
    pub code: &'static str,
    /// What to do about it.
    pub message: &'static str,
    /// Why it is an error.
    pub reason: &'static str,
    /// Whether a JSON Schema sees it too.
    pub in_schema: bool,
}
