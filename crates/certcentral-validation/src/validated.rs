//! An order that was checked, as a type: what sends orders can ask for it.

use std::fmt;

use jiff::civil::Date;

use crate::{Report, Rules, check};

/// An order that breaks no rule, or whose rules were bypassed in so many words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validated<T> {
    order: T,
    report: Report,
}

impl<T: Rules> Validated<T> {
    /// Checks an order on this day.
    ///
    /// # Errors
    ///
    /// [`Invalid`] if there is an error in the report. It gives the order back.
    pub fn check(order: T, today: Date) -> Result<Self, Invalid<T>> {
        let report = check(&order, today);
        if report.is_valid() {
            Ok(Self { order, report })
        } else {
            Err(Invalid { order: Box::new(order), report })
        }
    }
}

impl<T> Validated<T> {
    /// Takes an order as it is, whatever the rules say.
    ///
    /// Rules are advice: DigiCert may lift a limit before this crate hears of it. Whoever calls
    /// this answers for the order being right.
    #[must_use]
    pub fn bypassing_rules(order: T) -> Self {
        Self { order, report: Report::default() }
    }

    /// The order.
    #[must_use]
    pub const fn order(&self) -> &T {
        &self.order
    }

    /// The order itself.
    #[must_use]
    pub fn into_order(self) -> T {
        self.order
    }

    /// What the check has to say: warnings, no errors. Empty if the rules were bypassed.
    #[must_use]
    pub const fn warnings(&self) -> &Report {
        &self.report
    }
}

impl<T> AsRef<T> for Validated<T> {
    fn as_ref(&self) -> &T {
        &self.order
    }
}

/// An order that breaks rules, and the report that says which.
///
/// `Debug` and `Display` show the report and not the order.
pub struct Invalid<T> {
    order: Box<T>,
    report: Report,
}

impl<T> Invalid<T> {
    /// The order.
    #[must_use]
    pub const fn order(&self) -> &T {
        &self.order
    }

    /// Which rules it breaks.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// The order, to be mended, and the report.
    #[must_use]
    pub fn into_parts(self) -> (T, Report) {
        (*self.order, self.report)
    }
}

impl<T> fmt::Debug for Invalid<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invalid").field("report", &self.report).finish_non_exhaustive()
    }
}

impl<T> fmt::Display for Invalid<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the order was not sent, mend it first:\n{}", self.report)
    }
}

impl<T> std::error::Error for Invalid<T> {}
