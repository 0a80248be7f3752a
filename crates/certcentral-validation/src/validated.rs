//! An order that was checked, as a type that a function which sends orders can ask for.

use jiff::civil::Date;
use serde::de::DeserializeOwned;

use crate::catalogue::Rules;
use crate::check::check;
use crate::json::read_json;
use crate::report::Report;

/// An order that breaks no rule, or whose rules were bypassed by name.
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
    /// The report, if the order breaks a rule. It names all faults, the warnings among them.
    pub fn check(order: T, today: Date) -> Result<Self, Report> {
        let report = check(&order, today);
        if report.is_valid() { Ok(Self { order, report }) } else { Err(report) }
    }

    /// Reads an order from a JSON text and checks it on this day.
    ///
    /// ```
    /// use certcentral_model::pkio_professional::Order;
    /// use certcentral_validation::{Date, Validated};
    ///
    /// let json = br#"{
    ///   "certificate": {
    ///     "signature_hash": "sha256",
    ///     "profile_option": "nonrepudiation",
    ///     "individual": { "id": 21 }
    ///   },
    ///   "csa_agreed_to": true,
    ///   "provisioning_method": "qscd",
    ///   "payment_method": "balance"
    /// }"#;
    /// let order = Validated::<Order>::from_json(json, Date::constant(2026, 6, 9))?;
    /// assert_eq!(order.warnings().violations()[0].code(), "qscd_without_ship_info");
    /// # Ok::<(), certcentral_validation::Report>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The report, if the text cannot be read as an order or the order breaks a rule. It names all
    /// faults with line and column, the warnings among them.
    pub fn from_json(json: &[u8], today: Date) -> Result<Self, Report>
    where
        T: DeserializeOwned,
    {
        match read_json(json, today) {
            (report, Some(order)) if report.is_valid() => Ok(Self { order, report }),
            (report, _) => Err(report),
        }
    }
}

impl<T> Validated<T> {
    /// Takes an order without checking it.
    ///
    /// DigiCert may lift a limit before this crate knows of it. The caller is responsible for the
    /// order.
    #[must_use]
    pub fn bypassing_rules(order: T) -> Self {
        Self { order, report: Report::default() }
    }

    /// The order.
    #[must_use]
    pub const fn order(&self) -> &T {
        &self.order
    }

    /// Returns the order and drops the warnings.
    #[must_use]
    pub fn into_order(self) -> T {
        self.order
    }

    /// Returns the warnings of the check. Empty if the rules were bypassed.
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
