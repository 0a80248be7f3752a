//! The judgement: rows, searches and clocks in, reports out.
//!
//! *Absence needs proof, difference needs two independent facts, and what a person has looked at
//! counts.* [`fit`] says what one row is to one search, whatever else there is. [`judge`] does so for
//! all of them, and lets a row that is certainly one order's be no doubt for the others.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::yield_now;

use crate::lookup::error::LookupError;
use crate::lookup::find::index::Index;
use crate::lookup::find::report::{Candidate, FindReport, Match, Verdict};
use crate::lookup::find::row::{Row, Rows};
use crate::lookup::find::search::{LookTime, OrderSearch};

/// Candidates that all reports together may list. A single one lists nearly all there can be.
const MOST_CANDIDATES: usize = 100_000;

/// Rows that are judged before other tasks of the runtime have their turn.
const ROWS_AT_ONCE: usize = 1_000;

/// A look at the lists.
pub(crate) struct Look {
    /// When it began.
    pub(crate) time: LookTime,
    /// Whether both lists were read whole.
    pub(crate) is_whole: bool,
    /// Why one of them could not be read.
    pub(crate) failure: Option<LookupError>,
}

/// What a row is to a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It cannot be the order.
    Excluded,
    /// It may be the order.
    Doubtful,
    /// It is such an order, of this product and for this holder.
    Certain,
}

/// Says what a row is to a search, by itself.
pub(crate) fn fit(search: &OrderSearch, row: &Row, earliest_date: Option<Timestamp>) -> Fit {
    let is_older = row.date().zip(earliest_date).is_some_and(|(date, earliest)| date < earliest);
    let is_of_product = row.is_of(&search.product_name_id);
    if is_older
        || is_of_product == Some(false)
        || row.order_id.is_some_and(|id| search.excludes(id))
        || search.holder.differs(&row.holder)
        || search.baseline.lists(row)
    {
        Fit::Excluded
    } else if is_of_product == Some(true)
        && (is_hinted(search, row) || search.holder.is_same(&row.holder))
    {
        Fit::Certain
    } else {
        Fit::Doubtful
    }
}

/// Judges all searches by all rows, and gives other tasks their turn meanwhile.
pub(crate) async fn judge(rows: &Rows, searches: &[OrderSearch], look: &Look) -> Vec<FindReport> {
    let index = Index::new(rows, searches);
    let rows = rows.as_slice();
    let earliest: Vec<_> =
        searches.iter().map(|search| search.earliest_date(look.time.server)).collect();
    let fit = |search: usize, row: usize| fit(&searches[search], &rows[row], earliest[search]);
    let mut pace = Pace::default();

    let mut owners = Owners::new(rows.len());
    for (search, sought) in searches.iter().enumerate() {
        let same = index.same(sought);
        pace.after(same.len()).await;
        let certain: Vec<_> =
            same.into_iter().filter(|&row| fit(search, row) == Fit::Certain).collect();
        let hinted = certain.iter().copied().find(|&row| is_hinted(sought, &rows[row]));
        owners.add(search, &certain, hinted);
    }
    owners.settle();

    let most = (MOST_CANDIDATES / searches.len().max(1)).max(100);
    let unclear = index.unclear().iter().copied();
    let unclear: Vec<_> = unclear.filter(|&row| owners.of(row).is_none()).collect();
    let mut reports = Vec::with_capacity(searches.len());
    for (search, sought) in searches.iter().enumerate() {
        let possible = index.possible(sought, &unclear);
        pace.after(possible.len()).await;
        let mut candidates: Vec<_> = possible
            .into_iter()
            .filter(|&row| owners.of(row).is_none_or(|owner| owner == search))
            .map(|row| (fit(search, row), row))
            .filter(|&(fit, _)| fit != Fit::Excluded)
            .collect();
        // What matches best comes first, then what is newest: ids grow.
        candidates.sort_by_cached_key(|&(fit, row)| {
            let matched = matches(sought, &rows[row]);
            let count = matched.iter().filter(|(is_so, _)| *is_so).count();
            let best = (is_hinted(sought, &rows[row]), fit == Fit::Certain, count);
            Reverse((best, rows[row].order_id))
        });
        reports.push(report(sought, rows, &candidates, look, most));
    }
    reports
}

fn report(
    search: &OrderSearch,
    rows: &[Row],
    candidates: &[(Fit, usize)],
    look: &Look,
    most: usize,
) -> FindReport {
    let certain = candidates.iter().filter(|(fit, _)| *fit == Fit::Certain).count();
    let first_is_hinted = candidates
        .first()
        .is_some_and(|&(fit, row)| fit == Fit::Certain && is_hinted(search, &rows[row]));
    let settles_in = search.settles_in(look.time);
    let verdict = if certain == 1 || first_is_hinted {
        Verdict::Found
    } else if !candidates.is_empty() {
        Verdict::Ambiguous
    } else if settles_in > Duration::ZERO {
        Verdict::TooEarly
    } else if look.is_whole && !search.is_other_account {
        Verdict::NotFound
    } else {
        Verdict::Ambiguous
    };
    let listed = candidates.iter().take(most);
    FindReport {
        verdict,
        candidates: listed.map(|&(_, row)| candidate(search, &rows[row])).collect(),
        left_out: candidates.len().saturating_sub(most),
        settles_in,
        lists_are_whole: look.is_whole,
        failure: look.failure.clone(),
    }
}

fn candidate(search: &OrderSearch, row: &Row) -> Candidate {
    let matched = matches(search, row);
    Candidate {
        order_id: row.order_id,
        request_ids: row.request_ids.clone(),
        certificate_id: row.certificate_id,
        status: row.status.clone(),
        date_created: row.date_created.clone(),
        matched: matched.into_iter().filter_map(|(is_so, what)| is_so.then_some(what)).collect(),
    }
}

fn matches(search: &OrderSearch, row: &Row) -> [(bool, Match); 5] {
    [
        (is_hinted(search, row), Match::OrderId),
        (row.is_of(&search.product_name_id) == Some(true), Match::Product),
        (search.holder.has_individual_of(&row.holder), Match::Individual),
        (search.holder.has_name_of(&row.holder), Match::Name),
        (search.holder.has_email_of(&row.holder), Match::Email),
    ]
}

/// Whether the row has the id that was seen in the lost answer.
fn is_hinted(search: &OrderSearch, row: &Row) -> bool {
    row.order_id.is_some() && row.order_id == search.order_id
}

/// Which rows are certainly whose, so that they are no doubt for other searches.
///
/// A row belongs to a search if it is the only row that is certain for the search, and the search is
/// the only one that the row is certain for; or if the search knows its id from the lost answer. Two
/// certain rows of one search belong to nobody: one of them may be another's, under a shared email
/// address for instance.
struct Owners {
    owners: Vec<Option<usize>>,
    /// How many searches each row is certain for, up to 2.
    certain_for: Vec<u8>,
    /// The only certain row of a search.
    only: HashMap<usize, usize>,
}

impl Owners {
    fn new(rows: usize) -> Self {
        Self { owners: vec![None; rows], certain_for: vec![0; rows], only: HashMap::new() }
    }

    fn add(&mut self, search: usize, certain: &[usize], hinted: Option<usize>) {
        if let Some(row) = hinted {
            self.owners[row] = Some(search);
            return;
        }
        for &row in certain {
            self.certain_for[row] = (self.certain_for[row] + 1).min(2);
        }
        if let [row] = *certain {
            self.only.insert(search, row);
        }
    }

    fn settle(&mut self) {
        for (&search, &row) in &self.only {
            if self.certain_for[row] == 1 && self.owners[row].is_none() {
                self.owners[row] = Some(search);
            }
        }
    }

    fn of(&self, row: usize) -> Option<usize> {
        self.owners[row]
    }
}

/// Lets other tasks run after some work.
#[derive(Default)]
struct Pace {
    rows: usize,
}

impl Pace {
    async fn after(&mut self, rows: usize) {
        // A search costs something even if no row is looked at.
        self.rows += rows + 10;
        if self.rows >= ROWS_AT_ONCE {
            self.rows = 0;
            yield_now().await;
        }
    }
}
