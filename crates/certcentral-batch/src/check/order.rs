//! Checks the order in a row.

use std::io::{self, Write};

use certcentral::model::Secret;
use certcentral::pkio_professional::Order;
use certcentral::read_json;
use certcentral::validation::Date;
use sha2::{Digest, Sha256};

use crate::journal::Digest256;
use crate::order_file::{Finding, OrderRow};

/// A row that was checked.
pub(crate) struct CheckedRow {
    pub(crate) number: u64,
    pub(crate) reference: String,
    /// The order, if it could be read, even if it breaks rules.
    pub(crate) order: Option<Order>,
    pub(crate) findings: Vec<Finding>,
}

impl CheckedRow {
    pub(crate) fn is_valid(&self) -> bool {
        self.order.is_some() && !self.findings.iter().any(Finding::is_error)
    }
}

/// Checks a row as of a day.
pub(crate) fn check_row(row: &OrderRow<'_>, today: Date) -> CheckedRow {
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
    CheckedRow { number: row.number, reference: row.reference(), order, findings }
}

/// By what a journal recognises an order: a salted digest of it without the card's number and code,
/// which may be other ones the next time.
pub(crate) fn digest(salt: &[u8], order: &Order) -> Digest256 {
    let mut order = order.clone();
    if let Some(card) = &mut order.credit_card {
        card.number = Secret::new("");
        card.cvv = Secret::new("");
    }
    let mut hash = Hash(Sha256::new_with_prefix(salt));
    // Neither the order nor the hash can fail to be written.
    let written = serde_json::to_writer(&mut hash, &order);
    debug_assert!(written.is_ok());
    hash.0.finalize().into()
}

/// Hashes what is written, so that the order's text is nowhere in memory.
struct Hash(Sha256);

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
