//! What a store knows of the person of an order, without a client: for those who plan, and for those who
//! show.

use certcentral::model::{OrderId, ProductOrder};
use jiff::Timestamp;

use crate::claim;
use crate::record::{Entry, Record};
use crate::store::{Store, StoreError, Wanted};

/// What a store knows of the person of an order.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Known {
    /// The order that holds the person's place.
    pub placed: Option<Entry>,
    /// The attempts that are open, and may be for the person.
    pub open: Vec<Entry>,
    /// The latest attempt with this very order, if it was refused for a reason of its own.
    pub refused: Option<Entry>,
    /// The latest attempt for the person, however it ended.
    pub latest: Option<Entry>,
    /// The store's clock when this was read.
    pub read_at: Timestamp,
}

impl Known {
    /// Returns the attempt that another process may be sending just now, the one that is over last.
    #[must_use]
    pub fn in_flight(&self) -> Option<&Entry> {
        let in_flight = self.open.iter().filter(|entry| entry.is_in_flight_at(self.read_at));
        in_flight.max_by_key(|entry| entry.over_at)
    }
}

/// Returns what a store knows of the person of an order at a server. Orders in `besides` are known to be
/// others that the person may have.
///
/// # Errors
///
/// The store's.
pub async fn known<S: Store, P: ProductOrder>(
    store: &S,
    server: &str,
    order: &P,
    besides: &[OrderId],
) -> Result<Known, StoreError> {
    const ALL: usize = 10_000;
    let salt = store.salt();
    let (person, digest) = (salt.person(order.holder()), salt.order(order));
    let records = store.records(&Wanted::Person { server, person: &person }, None, ALL).await?;
    let mut known = Known { read_at: store.now().await?, ..Known::default() };
    let is_same =
        |record: &Record| record.person.as_ref().is_some_and(|other| other.is_same(&person));
    let besides = claim::besides(&records, &person, besides);
    for record in records {
        let entry = &record.entry;
        if entry.product != P::PRODUCT_NAME_ID {
            continue;
        }
        if entry.state.is_open() {
            if record.person.as_ref().is_some_and(|other| other.may_be(&person)) {
                known.open.push(entry.clone());
            }
        } else if is_same(&record) && claim::holds_place(&record, &besides, known.read_at) {
            known.placed = Some(entry.clone());
        }
        if is_same(&record) {
            let is_order = record.digest == Some(digest);
            known.refused = Some(entry.clone()).filter(|it| is_order && it.is_refused_for_good());
            known.latest = Some(entry.clone());
        }
    }
    Ok(known)
}
