//! Which rows are worth looking at for a search, among many of both.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::lookup::find::holder_match::{SoughtHolder, SoughtName};
use crate::lookup::find::row::Rows;
use crate::lookup::find::search::OrderSearch;

/// Names that are compared one by one; more of them are worth an automaton.
const FEW_PAIRS: usize = 100_000;

/// Rows by what they show of their holder.
pub(crate) struct Index<'a> {
    rows: &'a Rows,
    by_individual: HashMap<u64, Vec<usize>>,
    by_email: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<&'a str, Vec<usize>>,
    by_run: HashMap<u64, Vec<usize>>,
    /// The rows of each name that is shown.
    groups: Vec<Vec<usize>>,
    /// The groups of which the name contains, or is contained in, a name that is looked for.
    related: HashMap<&'a str, Vec<usize>>,
    /// Rows that show too little to be told from any search.
    unclear: Vec<usize>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(rows: &'a Rows, searches: &'a [OrderSearch]) -> Self {
        let mut index = Self {
            rows,
            by_individual: HashMap::new(),
            by_email: HashMap::new(),
            by_name: HashMap::new(),
            by_run: HashMap::new(),
            groups: Vec::new(),
            related: HashMap::new(),
            unclear: Vec::new(),
        };
        let mut shown: HashMap<&str, Vec<usize>> = HashMap::new();
        for (number, row) in rows.as_slice().iter().enumerate() {
            let holder = &row.holder;
            for &id in &holder.individuals {
                index.by_individual.entry(id).or_default().push(number);
            }
            for email in &holder.emails {
                index.by_email.entry(email).or_default().push(number);
            }
            for key in holder.names.iter().flat_map(|name| &name.keys) {
                index.by_name.entry(key).or_default().push(number);
            }
            if !holder.is_distinct() {
                index.unclear.push(number);
                continue;
            }
            for name in &holder.names {
                shown.entry(&name.joined).or_default().push(number);
                for &run in &name.runs {
                    index.by_run.entry(run).or_default().push(number);
                }
            }
        }
        let (names, groups): (Vec<&str>, Vec<_>) = shown.into_iter().unzip();
        index.groups = groups;
        index.related = related(&names, searches);
        index
    }

    /// The rows that show the individual, the email address or the name of a search, or that have the
    /// id which it knows from the lost answer.
    pub(crate) fn same(&self, search: &OrderSearch) -> Vec<usize> {
        let SoughtHolder { individual, email, name } = &search.holder;
        let by_individual = individual.as_ref().and_then(|id| self.by_individual.get(id));
        let by_email = email.as_deref().and_then(|email| self.by_email.get(email));
        let keys = name.iter().flat_map(|name| &name.keys);
        let by_name = keys.filter_map(|key| self.by_name.get(key.as_str()));
        let hinted = search.order_id.and_then(|id| self.rows.position(id));
        let rows = by_individual.into_iter().chain(by_email).chain(by_name).flatten().copied();
        unique(rows.chain(hinted))
    }

    /// The rows that show too little to be told from any search.
    pub(crate) fn unclear(&self) -> &[usize] {
        &self.unclear
    }

    /// All rows that are not surely about another holder than that of a search, and perhaps a few
    /// more; of the unclear ones only those given.
    pub(crate) fn possible(&self, search: &OrderSearch, unclear: &[usize]) -> Vec<usize> {
        let name = match &search.holder.name {
            Some(name) if search.holder.is_distinct() => name,
            _ => return (0..self.rows.as_slice().len()).collect(),
        };
        let by_run = name.runs.iter().filter_map(|run| self.by_run.get(run)).flatten();
        let related = name.joined.iter().filter_map(|name| self.related.get(name.as_str()));
        let by_name = related.flatten().flat_map(|&group| &self.groups[group]);
        unique(by_run.chain(by_name).chain(unclear).copied().chain(self.same(search)))
    }
}

/// For each name that is looked for, the numbers of the names shown that contain it or that it
/// contains.
fn related<'a>(shown: &[&str], searches: &'a [OrderSearch]) -> HashMap<&'a str, Vec<usize>> {
    let names = searches.iter().filter_map(|search| search.holder.name.as_ref());
    let mut sought: Vec<&str> =
        names.flat_map(|SoughtName { joined, .. }| joined).map(String::as_str).collect();
    sought.sort_unstable();
    sought.dedup();
    let mut related: HashMap<&str, Vec<usize>> = HashMap::new();
    contained(shown, &sought, |part, whole| related.entry(sought[whole]).or_default().push(part));
    contained(&sought, shown, |part, whole| related.entry(sought[part]).or_default().push(whole));
    related
}

/// Reports each pair of a part and a whole that contains it, as their numbers.
fn contained(parts: &[&str], wholes: &[&str], mut found: impl FnMut(usize, usize)) {
    let automaton = (parts.len().saturating_mul(wholes.len()) > FEW_PAIRS)
        .then(|| AhoCorasick::builder().kind(Some(AhoCorasickKind::NoncontiguousNFA)).build(parts));
    for (number, whole) in wholes.iter().enumerate() {
        if let Some(Ok(automaton)) = &automaton {
            for part in automaton.find_overlapping_iter(whole) {
                found(part.pattern().as_usize(), number);
            }
        } else {
            for (part, _) in parts.iter().enumerate().filter(|(_, part)| whole.contains(**part)) {
                found(part, number);
            }
        }
    }
}

fn unique(rows: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}
