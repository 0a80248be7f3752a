//! The judgement: rows, searches and clocks in, reports out.
//!
//! *Absence needs proof, difference needs two independent facts, and what a person has looked at
//! counts.* [`fit`] says what one row is to one search, whatever else there is. [`judge`] does so for
//! all of them.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::yield_now;

use crate::lookup::error::LookupError;
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
    /// The oldest date of a page, by the server's clock. `None` if a page had none.
    pub(crate) oldest_page: Option<Timestamp>,
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

/// Says what a row is to a search, by itself. What excludes a row and what makes it certain are two
/// thresholds, with doubt between them.
pub(crate) fn fit(search: &OrderSearch, row: &Row, earliest_date: Option<Timestamp>) -> Fit {
    let is_older = row.date().zip(earliest_date).is_some_and(|(date, earliest)| date < earliest);
    let is_of_product = row.is_of(&search.product_name_id);
    let is_hinted = is_hinted(search, row);
    let is_of_other_product =
        is_of_product == Some(false) && !is_hinted && !search.holder.resembles(&row.holder);
    if is_older
        || is_of_other_product
        || search.excludes(row)
        || (search.holder.differs(&row.holder) && !is_hinted)
        || search.baseline.lists(row)
    {
        return Fit::Excluded;
    }
    let is_the_person = if is_hinted {
        !search.holder.contradicts(&row.holder)
    } else {
        search.holder.is_certain(&row.holder)
    };
    if is_of_product == Some(true)
        && is_the_person
        && !row.has_been_refused()
        && !search.is_before_sending(row.date())
    {
        Fit::Certain
    } else {
        Fit::Doubtful
    }
}

/// Judges all searches by all rows, and gives other tasks their turn meanwhile.
///
/// A search is judged by itself, but for one thing: a row that is certain for several is the order of one
/// of them at most, so it is a doubt for each. Other searches therefore never take a doubt away.
pub(crate) async fn judge(rows: &Rows, searches: &[OrderSearch], look: &Look) -> Vec<FindReport> {
    let rows = rows.as_slice();
    let mut pace = Pace::default();
    let mut certain_for = vec![0_u8; rows.len()];
    let mut fits = Vec::with_capacity(searches.len());
    for search in searches {
        let earliest = search.earliest_date(look.time.server);
        let mut of_search = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            pace.after_a_row().await;
            match fit(search, row, earliest) {
                Fit::Excluded => {}
                Fit::Doubtful => of_search.push((Fit::Doubtful, index)),
                Fit::Certain => {
                    certain_for[index] = certain_for[index].saturating_add(1);
                    of_search.push((Fit::Certain, index));
                }
            }
        }
        fits.push(of_search);
    }
    let most = (MOST_CANDIDATES / searches.len().max(1)).max(100);
    let mut reports = Vec::with_capacity(searches.len());
    for (search, mut candidates) in searches.iter().zip(fits) {
        for (fit, row) in &mut candidates {
            if certain_for[*row] > 1 {
                *fit = Fit::Doubtful;
            }
        }
        // What matches best comes first, then what is newest: ids grow.
        candidates.sort_by_cached_key(|&(fit, row)| {
            let matched = matches(search, &rows[row]);
            let count = matched.iter().filter(|(is_so, _)| *is_so).count();
            let best = (fit == Fit::Certain, is_hinted(search, &rows[row]), count);
            Reverse((best, rows[row].order_id))
        });
        reports.push(report(search, rows, &candidates, look, most));
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
    let mut certain = candidates
        .iter()
        .filter(|(fit, _)| *fit == Fit::Certain)
        .filter_map(|&(_, row)| rows[row].order_id);
    let found = match (certain.next(), certain.next()) {
        (Some(id), None) => Some(id),
        _ => None,
    };
    let settles_in = search.settles_in(look.time);
    // A page that the server dated before the order can have settled proves nothing.
    let is_fresh = look
        .oldest_page
        .zip(search.proof_from())
        .is_none_or(|(oldest, proof_from)| oldest >= proof_from);
    let verdict = if let Some(id) = found {
        Verdict::Found(id)
    } else if !candidates.is_empty() {
        Verdict::Ambiguous
    } else if settles_in > Duration::ZERO || search.may_still_be_sent {
        Verdict::TooEarly
    } else if look.is_whole && is_fresh && !search.is_other_account && !search.has_evidence {
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

/// Lets other tasks run after some work.
#[derive(Default)]
struct Pace {
    rows: usize,
}

impl Pace {
    async fn after_a_row(&mut self) {
        self.rows += 1;
        if self.rows >= ROWS_AT_ONCE {
            self.rows = 0;
            yield_now().await;
        }
    }
}
