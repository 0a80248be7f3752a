//! Whether an order may be claimed beside those that the journal knows. The rule is here and nowhere
//! else; a store runs it within the one transaction that claims.

use certcentral::model::OrderId;
use jiff::Timestamp;

use crate::digest::PersonPrints;
use crate::record::{AttemptNumber, NewAttempt, PLACE_HELD, Record};
use crate::state::State;

/// Why an order was not claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The reference has an attempt with this very order that lives, or was refused for good.
    SameOrder(Box<Record>),
    /// The reference has a live attempt with another order.
    OtherOrder(Box<Record>),
    /// The person has orders that exist or may exist.
    SamePerson(Vec<Record>),
}

/// What to write when an order is claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// The attempts that give up their person's place to the new one.
    pub give_up: Vec<AttemptNumber>,
}

/// Decides whether an order may be claimed at a moment of the store's clock.
///
/// `known` are the attempts at the same server for the same product that have its reference or
/// [may be](crate::PersonPrints::may_be) for its person; others do no harm.
///
/// # Errors
///
/// The [`Refusal`]: nothing is written, and nothing is sent.
pub fn decide(new: &NewAttempt, known: &[Record], now: Timestamp) -> Result<Granted, Refusal> {
    let known: Vec<&Record> = known
        .iter()
        .filter(|record| record.entry.server == new.server && record.entry.product == new.product)
        .collect();
    of_reference(new, &known)?;
    of_person(new, &known, now)
}

fn of_reference(new: &NewAttempt, known: &[&Record]) -> Result<(), Refusal> {
    let Some(reference) = new.reference.as_deref() else { return Ok(()) };
    let named = known.iter().filter(|record| record.entry.reference.as_deref() == Some(reference));
    let Some(latest) =
        named.max_by_key(|record| (record.entry.state.is_live(), record.entry.attempt))
    else {
        return Ok(());
    };
    // An order whose digest was forgotten cannot be compared: while it lives, nothing else is sent.
    let is_same = latest.digest.is_none_or(|digest| digest == new.digest);
    let latest_record = || Box::new((*latest).clone());
    if latest.entry.state.is_live() {
        return Err(if is_same {
            Refusal::SameOrder(latest_record())
        } else {
            Refusal::OtherOrder(latest_record())
        });
    }
    if is_same && latest.entry.is_refused_for_good() && !new.allowed.refused {
        return Err(Refusal::SameOrder(latest_record()));
    }
    Ok(())
}

fn of_person(new: &NewAttempt, known: &[&Record], now: Timestamp) -> Result<Granted, Refusal> {
    let besides = besides(known.iter().copied(), &new.person, &new.allowed.besides);
    let mut granted = Granted::default();
    let mut in_the_way = Vec::new();
    for &record in known {
        let Some(person) = &record.person else { continue };
        let is_same = person.is_same(&new.person);
        let blocks = match record.entry.state {
            State::Sending | State::Unknown => person.may_be(&new.person) && !new.allowed.open,
            State::Placed => is_same && holds_place(record, &besides, now),
            State::Rejected | State::NotSent | State::Absent => false,
        };
        if blocks && !new.allowed.same_person {
            in_the_way.push(record.clone());
        } else if is_same && record.holds_place {
            granted.give_up.push(record.entry.attempt);
        }
    }
    if in_the_way.is_empty() { Ok(granted) } else { Err(Refusal::SamePerson(in_the_way)) }
}

/// The orders that a person may have besides a new one: those that are named now, and those that were
/// named when an earlier order for the person was claimed.
pub(crate) fn besides<'a>(
    known: impl IntoIterator<Item = &'a Record>,
    person: &PersonPrints,
    named: &[OrderId],
) -> Vec<OrderId> {
    known
        .into_iter()
        .filter(|record| record.person.as_ref().is_some_and(|it| it.is_same(person)))
        .flat_map(|record| record.besides.iter().copied())
        .chain(named.iter().copied())
        .collect()
}

/// Whether a placed order keeps other orders from its person: it has not given up its place, nobody named
/// it, and it has not held the place for long enough.
pub(crate) fn holds_place(record: &Record, besides: &[OrderId], now: Timestamp) -> bool {
    let is_named = record.entry.order_id.is_some_and(|id| besides.contains(&id));
    let has_lapsed = now.duration_since(record.entry.given_up_at()) > PLACE_HELD;
    record.holds_place && !is_named && !has_lapsed
}
