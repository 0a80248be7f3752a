//! Looks for the orders of a journal of which it is unknown whether they exist.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use certcentral::model::{Holder, OrderId, ProductOrder};
use certcentral::pkio_professional::Order;
use certcentral::transport::{FindReport, LookupError, OrderSearch, Verdict};
use certcentral::{ApiKey, Client};
use serde::Serialize;

use crate::journal::{Journal, JournalError, JournalErrorKind, UnknownRow};

/// What to do with what is found.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ResolveOptions {
    accept: bool,
    resend: Vec<String>,
    not: Vec<OrderId>,
    settle: Option<Duration>,
}

impl ResolveOptions {
    /// Looks, and changes nothing but what was looked at.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the one certain match of a row as its order.
    pub const fn accept(mut self) -> Self {
        self.accept = true;
        self
    }

    /// Puts the row with this reference back to ready, if its order is found not to exist.
    pub fn resend(mut self, reference: impl Into<String>) -> Self {
        self.resend.push(reference.into());
        self
    }

    /// A person has looked at this order, and it is not one of this batch. The journal keeps that.
    pub fn not(mut self, order_id: OrderId) -> Self {
        self.not.push(order_id);
        self
    }

    /// How long after it was given up an order may still appear: 15 minutes by default.
    pub const fn settle(mut self, settle: Duration) -> Self {
        self.settle = Some(settle);
        self
    }
}

/// What was found for a row.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Resolution {
    /// The reference of the row.
    pub reference: String,
    /// What was found, and the evidence.
    pub found: FindReport,
    /// What was done.
    pub done: Resolved,
}

/// What was done with a row. It serialises as the program prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Resolved {
    /// It stays unknown.
    Left,
    /// Its order exists, and it is placed now.
    Accepted,
    /// Its order does not exist, and it will be sent by the next run.
    #[serde(rename = "ready")]
    ReadyAgain,
    /// Another row claims the order that was found.
    ClaimedByAnother,
    /// It was named to be sent again, and it is not certain that its order does not exist.
    NotResent,
}

impl Resolved {
    /// Whether the row is no longer unknown.
    #[must_use]
    pub const fn is_resolved(self) -> bool {
        matches!(self, Self::Accepted | Self::ReadyAgain)
    }
}

/// Why the unknown orders of a journal could not be looked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The journal cannot be used, or does not have such a row.
    #[error("the journal {0}")]
    Journal(#[source] JournalError),
    /// CertCentral's lists could not be read. Nothing is known then.
    #[error(transparent)]
    Lookup(LookupError),
}

impl From<JournalError> for ResolveError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl Journal {
    /// Looks for all orders of which it is unknown whether they exist, in one reading of CertCentral's
    /// lists, and says of each row what was found.
    ///
    /// An order that the journal knows as another row's, or of which a person said that it is not
    /// one of this batch, is ruled out. A row is resolved only where the options say so.
    ///
    /// # Errors
    ///
    /// The lists cannot be read, or the journal cannot be written. A reference in
    /// [`resend`](ResolveOptions::resend) is refused if its row is not unknown.
    pub async fn resolve(
        &mut self,
        client: &Client,
        key: &ApiKey,
        options: &ResolveOptions,
    ) -> Result<Vec<Resolution>, ResolveError> {
        for &order_id in &options.not {
            self.add_not_ours(order_id)?;
        }
        let rows = self.unknown_rows()?;
        for reference in &options.resend {
            if !rows.iter().any(|row| row.reference == *reference) {
                let why = format!("row {reference} is not one whose order may exist");
                return Err(JournalError::with(JournalErrorKind::Refused, why).into());
            }
        }
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let searches = self.searches(&rows, key, options.settle)?;
        let reports = client.find_orders(&searches).await.map_err(ResolveError::Lookup)?;
        let mut claims: BTreeMap<OrderId, u32> = BTreeMap::new();
        for id in reports.iter().filter_map(FindReport::order_id) {
            *claims.entry(id).or_default() += 1;
        }
        let resolutions = self.at_once(|journal| {
            rows.into_iter()
                .zip(reports)
                .map(|(row, found)| {
                    let is_claimed_twice = found.order_id().is_some_and(|id| claims[&id] > 1);
                    let done = settle(journal, &row, &found, is_claimed_twice, options)?;
                    Ok(Resolution { reference: row.reference, found, done })
                })
                .collect::<Result<Vec<_>, JournalError>>()
        })?;
        // What was wiped is not left in the file beside the journal either.
        self.fold()?;
        Ok(resolutions)
    }

    fn searches(
        &self,
        rows: &[UnknownRow],
        key: &ApiKey,
        settle: Option<Duration>,
    ) -> Result<Vec<OrderSearch>, JournalError> {
        let salt = self.subject()?.map(|subject| subject.salt).unwrap_or_default();
        let key = Self::fingerprint(&salt, key.expose().as_bytes());
        let known = Arc::new(self.known_order_ids()?.into_iter().collect());
        let mut runs = BTreeMap::new();
        let mut searches = Vec::new();
        for row in rows {
            let (listed_before, sent_by) = match runs.entry(row.run) {
                Entry::Occupied(run) => run.into_mut(),
                Entry::Vacant(run) => run.insert(self.run(row.run)?),
            };
            let mut search = OrderSearch::for_holder(
                Order::PRODUCT_NAME_ID,
                holder(row),
                row.sent_at,
                row.given_up_at,
            )
            .baseline(listed_before.clone())
            .exclude_shared(Arc::clone(&known));
            if let Some(offset) = row.clock_offset {
                search = search.clock_offset(offset);
            }
            if let Some(hint) = row.hinted_order_id {
                search = search.order_id(hint);
            }
            if let Some(settle) = settle {
                search = search.settle(settle);
            }
            if *sent_by != key {
                search = search.other_account();
            }
            searches.push(search);
        }
        Ok(searches)
    }
}

fn holder(row: &UnknownRow) -> Holder<'_> {
    let mut holder = Holder::default();
    holder.id = row.holder.individual_id;
    holder.first_name = row.holder.first_name.as_deref();
    holder.last_name = row.holder.last_name.as_deref();
    holder.email = row.holder.email.as_deref();
    holder
}

/// Writes down what was found for a row, and what is done with it.
fn settle(
    journal: &Journal,
    row: &UnknownRow,
    found: &FindReport,
    is_claimed_twice: bool,
    options: &ResolveOptions,
) -> Result<Resolved, JournalError> {
    journal.set_verdict(row.row, found.verdict.as_str())?;
    let is_to_resend = options.resend.contains(&row.reference);
    match (found.verdict, found.order_id()) {
        (Verdict::Found, Some(_)) if is_claimed_twice => Ok(Resolved::ClaimedByAnother),
        (Verdict::Found, Some(id)) if options.accept => {
            journal.accept(row.row, id)?;
            Ok(Resolved::Accepted)
        }
        (Verdict::NotFound, _) if is_to_resend => {
            journal.resend(row.row)?;
            Ok(Resolved::ReadyAgain)
        }
        _ if is_to_resend => Ok(Resolved::NotResent),
        _ => Ok(Resolved::Left),
    }
}
