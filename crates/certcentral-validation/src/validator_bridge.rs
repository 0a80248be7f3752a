//! The same rules behind the trait of the crate `validator`, for those who use that.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::catalogue::Rules;
use crate::check::check;
use crate::report::{Report, Violation};

/// An order and the day on which it is checked, for [`validator::Validate`].
///
/// The trait and the order are both of other crates, so this type is needed between them.
///
/// ```
/// use certcentral_model::pkio_professional::{Certificate, Individual, Order};
/// use certcentral_model::{CsaAgreement, Payment};
/// use certcentral_validation::validator::Validate;
/// use certcentral_validation::{Date, OnDay};
///
/// let certificate = Certificate::new(Individual::existing(0));
/// let order = Order::new(certificate, CsaAgreement::Agreed, Payment::Balance);
/// let errors = OnDay::new(&order, Date::constant(2026, 6, 9)).validate().unwrap_err();
/// assert!(errors.errors().contains_key("certificate"));
/// ```
pub struct OnDay<'a, T> {
    order: &'a T,
    today: Date,
}

impl<'a, T> OnDay<'a, T> {
    /// Creates the pair of an order and a day.
    #[must_use]
    pub const fn new(order: &'a T, today: Date) -> Self {
        Self { order, today }
    }
}

impl<T> std::fmt::Debug for OnDay<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnDay").field("today", &self.today).finish_non_exhaustive()
    }
}

impl<T: Rules> validator::Validate for OnDay<'_, T> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let report = check(self.order, self.today);
        if report.is_valid() { Ok(()) } else { Err((&report).into()) }
    }
}

/// The errors of a report, without the warnings, which `validator` does not know. They hold codes
/// and messages, and no rejected values. What is wrong with an object itself is under
/// `__all__`, as is usual for `validator`.
impl From<&Report> for ValidationErrors {
    fn from(report: &Report) -> Self {
        let mut root = Node::default();
        for violation in report.errors() {
            let mut node = &mut root;
            for name in violation.path().split('/').skip(1) {
                let name = name.replace("~1", "/").replace("~0", "~");
                node = node.members.entry(name).or_default();
            }
            node.errors.push(error(violation));
        }
        root.into_errors()
    }
}

#[derive(Default)]
struct Node {
    errors: Vec<ValidationError>,
    members: BTreeMap<String, Node>,
}

impl Node {
    fn into_errors(self) -> ValidationErrors {
        let mut kinds: HashMap<Cow<'static, str>, ValidationErrorsKind> = self
            .members
            .into_iter()
            .map(|(name, node)| (Cow::Owned(name), node.into_kind()))
            .collect();
        if !self.errors.is_empty() {
            kinds.insert(Cow::Borrowed("__all__"), ValidationErrorsKind::Field(self.errors));
        }
        ValidationErrors(kinds)
    }

    fn into_kind(self) -> ValidationErrorsKind {
        if self.members.is_empty() {
            ValidationErrorsKind::Field(self.errors)
        } else {
            ValidationErrorsKind::Struct(Box::new(self.into_errors()))
        }
    }
}

fn error(violation: &Violation) -> ValidationError {
    ValidationError::new(violation.code()).with_message(Cow::Owned(violation.message().to_string()))
}
