//! Checks a whole file before the first order is sent. Nothing is recorded by that.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use certcentral::model::{PaymentMethod, ProductOrder as _};
use certcentral::pkio_professional::Order;
use certcentral::validation::Date;
use certcentral::{Validated, read_json};
use certcentral_journal::{JournalError, Print, Salt};
use serde::Serialize;

use crate::error::BatchError;
use crate::order_file::{Finding, OrderFile, OrderFileError, OrderRow, Rows};

/// How strictly a file is checked, and which of its rows will be sent.
#[derive(Clone, Debug)]
#[must_use]
pub struct CheckOptions {
    today: Date,
    strict: bool,
    skip_invalid: bool,
    only: Vec<String>,
}

impl CheckOptions {
    /// Checks as of a day. A row with an error keeps all others from being sent.
    pub const fn new(today: Date) -> Self {
        Self { today, strict: false, skip_invalid: false, only: Vec::new() }
    }

    /// Treats warnings as errors.
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Skips rows with errors, and sends the others.
    pub const fn skip_invalid(mut self) -> Self {
        self.skip_invalid = true;
        self
    }

    /// Sends only the rows with these references, also if CertCentral refused them before.
    pub fn only(mut self, references: impl IntoIterator<Item = String>) -> Self {
        self.only.extend(references);
        self
    }
}

/// What is wrong with a row of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RowReport {
    /// The reference of the row; by default its number.
    pub reference: String,
    /// The row as a spreadsheet shows it, or the line of a JSON Lines file.
    pub row: u64,
    /// All that is wrong with it, errors and warnings.
    pub violations: Vec<Finding>,
}

/// How the check of a file ended.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "a file has errors or it has none")]
pub enum Checked {
    /// The orders can be sent.
    Ready(Box<Batch>),
    /// Rows have errors. Nothing is sent.
    AtFault(FaultCount),
}

/// How much of a file has errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultCount {
    /// All rows of the file. 0 if its head has an error.
    pub rows: u64,
    /// Rows with an error, or with a warning if these count.
    pub faulty: u64,
    /// Rows with nothing but warnings, if these do not count.
    pub warned: u64,
}

/// A file that was checked.
#[derive(Debug)]
pub struct Batch {
    file: OrderFile,
    today: Date,
    faults: FaultCount,
    /// Rows that are not sent, because they break a rule or others were named.
    left_out: HashSet<u64>,
    /// Whether rows were named: these are sent again although they were refused.
    pub(crate) are_named: bool,
}

/// A row with its order.
#[derive(Debug)]
#[non_exhaustive]
pub struct RowOrder {
    /// The row as a spreadsheet shows it, or the line of a JSON Lines file.
    pub row: u64,
    /// What the row calls itself.
    pub label: Option<String>,
    /// The order.
    pub order: Validated<Order>,
}

impl RowOrder {
    /// Returns the reference of the row; by default its number.
    #[must_use]
    pub fn reference(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.row.to_string())
    }
}

impl Batch {
    /// Checks all rows of a file. `on_row` is called for each row that something is wrong with,
    /// warnings included.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a row that was named is not in it.
    pub fn check(
        file: OrderFile,
        options: &CheckOptions,
        on_row: impl FnMut(&RowReport),
    ) -> Result<Checked, BatchError> {
        let salt = Salt::random().map_err(JournalError::NoRandomNumbers)?;
        let mut check = Check {
            options,
            on_row,
            salt,
            persons: HashMap::new(),
            mailboxes: HashMap::new(),
            labels: HashMap::new(),
            found: HashSet::new(),
            left_out: HashSet::new(),
            faults: FaultCount::default(),
        };
        if !check.all(&file)? {
            return Ok(Checked::AtFault(check.faults));
        }
        if let Some(name) = options.only.iter().find(|name| !check.found.contains(*name)) {
            return Err(BatchError::NoSuchRow { name: name.clone() });
        }
        let (faults, left_out) = (check.faults, check.left_out);
        let (today, are_named) = (options.today, !options.only.is_empty());
        Ok(Checked::Ready(Box::new(Self { file, today, faults, left_out, are_named })))
    }

    /// Returns how many rows have errors, and are skipped.
    #[must_use]
    pub const fn faults(&self) -> FaultCount {
        self.faults
    }

    /// Reads the orders that can be sent, in the order of the file, one after the other.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn orders(&self) -> Result<BatchOrders<'_>, BatchError> {
        Ok(BatchOrders { rows: self.file.rows()?, batch: self })
    }
}

/// The orders of a batch that can be sent, one after the other.
pub struct BatchOrders<'b> {
    rows: Rows<'b>,
    batch: &'b Batch,
}

impl std::fmt::Debug for BatchOrders<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BatchOrders").finish_non_exhaustive()
    }
}

impl BatchOrders<'_> {
    /// Returns the next order, or `None` after the last.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or was changed meanwhile.
    #[allow(clippy::should_implement_trait, reason = "an error is not an item")]
    pub fn next(&mut self) -> Result<Option<RowOrder>, BatchError> {
        while let Some(row) = self.rows.next_row()? {
            if self.batch.left_out.contains(&row.number) {
                continue;
            }
            let number = row.number;
            let checked = check_row(&row, self.batch.today);
            let order = checked.order.and_then(|it| Validated::check(it, self.batch.today).ok());
            let order = order.ok_or(BatchError::Changed { row: number })?;
            return Ok(Some(RowOrder { row: number, label: checked.label, order }));
        }
        Ok(None)
    }
}

/// A row that was checked.
struct CheckedRow {
    number: u64,
    label: Option<String>,
    /// The order, if it could be read, even if it breaks rules.
    order: Option<Order>,
    findings: Vec<Finding>,
}

/// Checks a row as of a day.
fn check_row(row: &OrderRow<'_>, today: Date) -> CheckedRow {
    let mut findings = row.findings.clone();
    let order = if row.json().is_empty() {
        None
    } else {
        let (report, order) = read_json::<Order>(row.json(), today);
        // What a spreadsheet spoiled is not reported again as what it became.
        let is_new = |finding: &Finding| {
            finding.path().is_empty()
                || !row.findings.iter().any(|spoiled| spoiled.path() == finding.path())
        };
        let violations = report.violations().iter().map(|violation| row.finding(violation));
        findings.extend(violations.filter(is_new));
        order
    };
    CheckedRow { number: row.number, label: row.reference.clone(), order, findings }
}

/// A check under way. Of each row it keeps digests and no text but its label.
struct Check<'a, F> {
    options: &'a CheckOptions,
    on_row: F,
    salt: Salt,
    /// The first row of each person.
    persons: HashMap<Print, u64>,
    /// The first row of each email address.
    mailboxes: HashMap<Print, u64>,
    labels: HashMap<String, u64>,
    /// Which of the rows that were named are in the file.
    found: HashSet<String>,
    left_out: HashSet<u64>,
    faults: FaultCount,
}

impl<F: FnMut(&RowReport)> Check<'_, F> {
    /// Checks all rows. False if too much is wrong with them.
    fn all(&mut self, file: &OrderFile) -> Result<bool, BatchError> {
        let mut rows = file.rows()?;
        if !rows.head_findings().is_empty() {
            self.faults.faulty = 1;
            let violations = rows.head_findings().to_vec();
            (self.on_row)(&RowReport { reference: "1".into(), row: 1, violations });
            return Ok(false);
        }
        while let Some(row) = rows.next_row()? {
            self.faults.rows += 1;
            self.row(check_row(&row, self.options.today));
        }
        if self.faults.rows == 0 {
            return Err(OrderFileError::Empty.into());
        }
        Ok(self.faults.faulty == 0 || self.options.skip_invalid)
    }

    fn row(&mut self, checked: CheckedRow) {
        let CheckedRow { number, label, order, findings } = checked;
        let reference = label.clone().unwrap_or_else(|| number.to_string());
        let mut report = RowReport { reference, row: number, violations: findings };
        if let Some(label) = label {
            match self.labels.entry(label) {
                Entry::Occupied(first) => {
                    let first = first.get();
                    let message =
                        format!("is the reference of row {first} already: each needs its own");
                    let path = "/reference";
                    report.violations.push(Finding::error(path, "duplicate_reference", message));
                }
                Entry::Vacant(new) => drop(new.insert(number)),
            }
        }
        if let Some(order) = &order {
            self.person(order, &mut report);
        }
        let is_faulty = order.is_none() || self.is_faulty(&report.violations);
        let is_wanted =
            self.options.only.is_empty() || self.options.only.contains(&report.reference);
        if is_faulty {
            self.faults.faulty += 1;
        } else if is_wanted {
            self.found.insert(report.reference.clone());
        }
        if is_faulty || !is_wanted {
            self.left_out.insert(number);
        }
        if !report.violations.is_empty() {
            self.faults.warned += u64::from(!is_faulty);
            (self.on_row)(&report);
        }
    }

    /// Says so if an order for the same person, or for the same mailbox, is in the file already.
    fn person(&mut self, order: &Order, report: &mut RowReport) {
        let prints = self.salt.person(order.holder());
        let path = "/certificate/individual";
        match self.persons.entry(prints.person) {
            Entry::Occupied(first) => {
                let message = format!("is for the same person as row {}", first.get());
                report.violations.push(Finding::error(path, "same_person", message));
                return;
            }
            Entry::Vacant(new) => drop(new.insert(report.row)),
        }
        let Some(email) = prints.email else { return };
        match self.mailboxes.entry(email) {
            Entry::Occupied(first) => {
                let message = format!(
                    "has the email address of row {} and another name: is it the holder's own?",
                    first.get()
                );
                report.violations.push(Finding::warning(path, "same_mailbox", message));
            }
            Entry::Vacant(new) => drop(new.insert(report.row)),
        }
    }

    fn is_faulty(&self, violations: &[Finding]) -> bool {
        violations.iter().any(|finding| self.options.strict || finding.is_error())
    }
}

/// Who pays for an order, as far as a plan tells.
pub(crate) fn is_paid_by_card(order: &Order) -> bool {
    order.payment_method == PaymentMethod::Card
}
