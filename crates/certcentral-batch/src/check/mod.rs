//! Checks a whole file before the first order leaves, and records what will be sent.

mod order;
mod plan;

use std::collections::HashSet;

use certcentral::model::ProductOrder as _;
use certcentral::pkio_professional::Order;
use certcentral::validation::Date;
use serde::Serialize;

pub(crate) use self::order::{CheckedRow, check_row, digest};
pub use self::plan::Plan;
use crate::error::BatchError;
use crate::journal::{
    Digest256, Journal, JournalError, JournalErrorKind, Known, RowState, Subject,
};
use crate::order_file::{Finding, OrderFile, OrderFileError};

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
    /// Checks as of a day. A row at fault keeps all others from being sent.
    pub const fn new(today: Date) -> Self {
        Self { today, strict: false, skip_invalid: false, only: Vec::new() }
    }

    /// Takes warnings for errors.
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Passes over rows at fault, and sends the others.
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
    /// The reference of the row.
    pub reference: String,
    /// The row as a spreadsheet shows it, or the line of a JSON Lines file.
    pub row: u64,
    /// All that is wrong with it, errors and warnings.
    pub violations: Vec<Finding>,
}

/// How the check of a file ended.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "a file is at fault or it is not")]
pub enum Checked {
    /// The orders can be sent.
    Ready(Box<Batch>),
    /// Rows are at fault. Nothing was recorded.
    AtFault(FaultCount),
}

/// How much of a file is at fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultCount {
    /// All rows of the file. 0 if its head is at fault.
    pub rows: u64,
    /// Rows with an error, or with a warning if these count.
    pub faulty: u64,
    /// Rows with nothing but warnings, if these do not count.
    pub warned: u64,
}

/// A file that was checked, with the journal that says which of its rows will be sent.
#[derive(Debug)]
pub struct Batch {
    pub(crate) journal: Journal,
    pub(crate) file: OrderFile,
    pub(crate) salt: [u8; 16],
    pub(crate) today: Date,
    plan: Plan,
    faults: FaultCount,
}

impl Batch {
    /// Checks all rows of a file, and records them in a journal as orders to be sent to a server.
    ///
    /// `on_row` is called for each row that something is wrong with, warnings included. Rows whose
    /// orders exist already are not reported.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the journal is about another file or server. Nothing was recorded
    /// then.
    pub fn check(
        journal: Journal,
        file: OrderFile,
        server: &str,
        options: &CheckOptions,
        on_row: impl FnMut(&RowReport),
    ) -> Result<Checked, BatchError> {
        let checked = Check::begin(&journal, server, options, on_row)
            .and_then(|mut check| check.all(&file).map(|plan| (plan, check.salt, check.faults)));
        let end = match &checked {
            Ok((Some(_), ..)) => journal.commit().map_err(BatchError::from),
            _ => {
                journal.roll_back();
                // What was rolled back is not left in the file beside the journal either.
                journal.fold().map_err(BatchError::from)
            }
        };
        match (checked, end) {
            (Ok((Some(plan), salt, faults)), Ok(())) => Ok(Checked::Ready(Box::new(Self {
                journal,
                file,
                salt,
                today: options.today,
                plan,
                faults,
            }))),
            (Ok((None, _, faults)), _) => {
                journal.discard();
                Ok(Checked::AtFault(faults))
            }
            (Err(error), _) | (_, Err(error)) => {
                journal.discard();
                Err(error)
            }
        }
    }

    /// What a run will send.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is wrong with the rows that are passed over.
    #[must_use]
    pub const fn faults(&self) -> FaultCount {
        self.faults
    }

    /// The journal.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }
}

/// A check under way.
struct Check<'a, F> {
    journal: &'a Journal,
    subject: Option<Subject>,
    server: &'a str,
    salt: [u8; 16],
    options: &'a CheckOptions,
    only: HashSet<&'a str>,
    on_row: F,
    faults: FaultCount,
    plan: Plan,
}

impl<'a, F: FnMut(&RowReport)> Check<'a, F> {
    fn begin(
        journal: &'a Journal,
        server: &'a str,
        options: &'a CheckOptions,
        on_row: F,
    ) -> Result<Self, BatchError> {
        journal.begin_check()?;
        let subject = journal.subject()?;
        if let Some(Subject { server: before, .. }) = &subject
            && before != server
        {
            return Err(JournalError::with(JournalErrorKind::OtherServer, before.as_str()).into());
        }
        let salt = match &subject {
            Some(subject) => subject.salt,
            None => random()?,
        };
        let only = options.only.iter().map(String::as_str).collect();
        let (faults, plan) = (FaultCount::default(), Plan::default());
        Ok(Self { journal, subject, server, salt, options, only, on_row, faults, plan })
    }

    /// Checks all rows. `None` if too much is wrong with them.
    fn all(&mut self, file: &OrderFile) -> Result<Option<Plan>, BatchError> {
        let mut rows = file.rows()?;
        if !rows.head_findings().is_empty() {
            self.faults.faulty = 1;
            let violations = rows.head_findings().to_vec();
            (self.on_row)(&RowReport { reference: "1".into(), row: 1, violations });
            return Ok(None);
        }
        while let Some(row) = rows.next_row()? {
            self.faults.rows += 1;
            self.row(check_row(&row, self.options.today))?;
        }
        if self.faults.rows == 0 {
            return Err(OrderFileError::Empty.into());
        }
        let digest = Journal::fingerprint(&self.salt, &rows.digest());
        match &self.subject {
            Some(subject) if subject.file_rows != self.faults.rows => {
                return Err(other_file("rows at its end are missing"));
            }
            Some(subject) if subject.file_digest != digest => {
                return Err(other_file("it was saved again since, or changed"));
            }
            Some(_) => {}
            None => self.journal.set_subject(&Subject {
                server: self.server.into(),
                file_rows: self.faults.rows,
                file_digest: digest,
                salt: self.salt,
            })?,
        }
        if self.faults.faulty > 0 && !self.options.skip_invalid {
            return Ok(None);
        }
        self.name_only()?;
        self.plan.to_send = self.journal.to_send()?;
        self.plan.before = self.journal.summary()?.unwrap_or_default();
        Ok(Some(self.plan))
    }

    fn row(&mut self, checked: CheckedRow) -> Result<(), BatchError> {
        let CheckedRow { number, reference, order, findings } = checked;
        let mut report = RowReport { reference, row: number, violations: findings };
        let digest = order.as_ref().map(|order| digest(&self.salt, order));
        let known = self.known(&report, digest.as_ref())?;
        let is_over = known.as_ref().is_some_and(|known| !can_be_sent(known.state));
        if known.is_none()
            && let Some(first) = self.journal.row_of(&report.reference)?
        {
            let message = format!("is the reference of row {first} already: each needs its own");
            report.violations.push(Finding::error("/reference", "duplicate_reference", message));
        }
        let mut is_faulty = self.is_faulty(&report.violations);
        if let Some(order) = &order
            && (is_over || !is_faulty)
            && known.as_ref().is_none_or(|known| known.state != RowState::Invalid)
        {
            self.person(order, &mut report, is_over)?;
            is_faulty = self.is_faulty(&report.violations);
        }
        match &known {
            None => {
                let state = if is_faulty { RowState::Invalid } else { RowState::Ready };
                let reason = report.violations.first().map(Finding::code).filter(|_| is_faulty);
                let RowReport { reference, row, .. } = &report;
                self.journal.add(*row, reference, digest.as_ref(), state, reason)?;
            }
            Some(known) if known.state == RowState::Invalid => is_faulty = true,
            Some(_) if is_over => return Ok(()),
            Some(_) if is_faulty => self.journal.set_faulty(number)?,
            Some(_) => {}
        }
        if is_faulty {
            self.faults.faulty += 1;
        } else if let Some(order) = &order
            && (self.only.is_empty() || self.only.contains(report.reference.as_str()))
            && known.as_ref().is_none_or(|known| self.is_sent_again(known))
        {
            self.plan.add(&order.payment_method);
        }
        self.report(&report, is_faulty);
        Ok(())
    }

    /// The row as the journal knows it, which must be as it is now.
    fn known(
        &self,
        report: &RowReport,
        digest: Option<&Digest256>,
    ) -> Result<Option<Known>, BatchError> {
        if self.subject.is_none() {
            return Ok(None);
        }
        let RowReport { row, reference, .. } = report;
        let Some(known) = self.journal.known(*row)? else {
            return Err(other_file(&format!("row {row} is new")));
        };
        if known.reference != *reference {
            return Err(other_file(&format!(
                "row {row} has the reference {} there",
                known.reference
            )));
        }
        if known.digest.as_ref() != digest {
            return Err(other_file(&format!(
                "the order in row {row} is another one there; the file or its defaults were changed"
            )));
        }
        Ok(Some(known))
    }

    /// Says so if an order for the same person is in the file already.
    fn person(
        &mut self,
        order: &Order,
        report: &mut RowReport,
        is_over: bool,
    ) -> Result<(), BatchError> {
        let holder = order.holder();
        let person = match (holder.id, holder.email) {
            (Some(id), _) => format!("id {id}"),
            (None, Some(email)) => format!("email {}", email.trim().to_lowercase()),
            (None, None) => return Ok(()),
        };
        let person = Journal::fingerprint(&self.salt, person.as_bytes());
        let Some(first) = self.journal.same_person(&person, report.row)? else { return Ok(()) };
        let first_known = self.journal.known(first)?;
        let state_of_first = first_known.as_ref().map(|known| known.state);
        if !is_over {
            report.violations.push(same_person(first, state_of_first));
        } else if let Some(first_known) = first_known
            && can_be_sent(first_known.state)
        {
            // The order that exists comes later in the file than the one to be sent.
            let violations = vec![same_person(report.row, Some(RowState::Placed))];
            let is_faulty = self.is_faulty(&violations);
            if is_faulty {
                self.journal.set_faulty(first)?;
                self.faults.faulty += 1;
            }
            let first = RowReport { reference: first_known.reference, row: first, violations };
            self.report(&first, is_faulty);
        }
        Ok(())
    }

    /// Whether a run takes up a row that was tried before.
    fn is_sent_again(&self, known: &Known) -> bool {
        match known.state {
            RowState::Ready | RowState::NotSent => true,
            RowState::Rejected => {
                matches!(known.http_status, Some(429 | 503))
                    || self.only.contains(known.reference.as_str())
            }
            _ => false,
        }
    }

    fn is_faulty(&self, violations: &[Finding]) -> bool {
        violations.iter().any(|finding| self.options.strict || finding.is_error())
    }

    fn report(&mut self, report: &RowReport, is_faulty: bool) {
        if !report.violations.is_empty() {
            self.faults.warned += u64::from(!is_faulty);
            (self.on_row)(report);
        }
    }

    /// Checks that the rows that were named can be sent.
    fn name_only(&self) -> Result<(), BatchError> {
        for reference in &self.options.only {
            let refused = |why: &str| {
                let why = format!("row {reference} {why}");
                Err(JournalError::with(JournalErrorKind::Refused, why).into())
            };
            let row = match self.journal.row_of(reference)? {
                Some(row) => self.journal.known(row)?,
                None => None,
            };
            match row.map(|known| known.state) {
                None => return refused("is not in the file, or breaks a rule"),
                Some(RowState::Placed) => return refused("is placed: it is not ordered again"),
                Some(RowState::Unknown | RowState::Sending) => {
                    return refused("may be placed: look it up before it is sent again");
                }
                Some(_) => self.journal.send_only(reference)?,
            }
        }
        Ok(())
    }
}

/// Whether a row can still be sent, because its order does not exist for certain.
const fn can_be_sent(state: RowState) -> bool {
    matches!(state, RowState::Ready | RowState::NotSent | RowState::Rejected)
}

fn same_person(row: u64, state: Option<RowState>) -> Finding {
    let message = match state {
        Some(RowState::Placed) => {
            format!("is for the same person as row {row}, whose order is placed already")
        }
        Some(RowState::Unknown) => {
            format!("is for the same person as row {row}, whose order may exist already")
        }
        _ => format!("is for the same person as row {row}"),
    };
    Finding::warning("/certificate/individual", "same_person", message)
}

fn other_file(why: &str) -> BatchError {
    JournalError::with(JournalErrorKind::OtherFile, why).into()
}

fn random() -> Result<[u8; 16], BatchError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| {
        JournalError::with(JournalErrorKind::Failed, format!("no random numbers: {error}"))
    })?;
    Ok(salt)
}
