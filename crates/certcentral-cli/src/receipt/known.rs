//! What a receipt knows of orders that may exist, for a search.

use certcentral::model::OrderId;

use crate::exit::{Failure, Result};
use crate::receipt::clock::Moment;
use crate::receipt::disk::{self, Absent, Lock, LockError};
use crate::receipt::place::Place;
use crate::receipt::record::{Receipt, State};

/// Reads a receipt, and records in it which runs were stopped, and which orders the user says are not
/// this one.
pub(crate) fn read(place: &Place, not: &[OrderId]) -> Result<Option<Receipt>> {
    let load = || disk::load(&place.path).map_err(|reason| unreadable(place, &reason));
    match Lock::take(&place.path, Absent::Fail) {
        Err(LockError::Missing) => Ok(None),
        Ok(mut lock) => {
            let receipt = lock.load().map_err(|reason| unreadable(place, &reason))?;
            let Some(mut receipt) = receipt else { return Ok(None) };
            let before = receipt.clone();
            receipt.note_stopped(&Moment::now());
            add(&mut receipt, not, place)?;
            if receipt == before {
                return Ok(Some(receipt));
            }
            match lock.replace(&receipt) {
                Ok(()) => Ok(Some(receipt)),
                Err(error) if !not.is_empty() => Err(not_kept(place, &disk::reason(&error))),
                // A run counts as given up at the end of its time then.
                Err(_) => Ok(Some(before)),
            }
        }
        Err(_) if not.is_empty() => load(),
        Err(LockError::AtWork) => {
            Err(not_kept(place, "is in use by a run; wait until it has ended"))
        }
        Err(LockError::Other(reason)) => Err(not_kept(place, &reason)),
    }
}

fn add(receipt: &mut Receipt, not: &[OrderId], place: &Place) -> Result<()> {
    let is_placed = |id: &&OrderId| {
        receipt.evidence().any(|run| run.state == State::Placed && run.order_id == Some(**id))
    };
    if let Some(id) = not.iter().find(is_placed) {
        return Err(Failure::usage(format!(
            "--not {id}: {} says that this order was placed as order {id}",
            place.name()
        )));
    }
    receipt.not.extend(not);
    receipt.not.sort_unstable();
    receipt.not.dedup();
    Ok(())
}

fn unreadable(place: &Place, reason: &str) -> Failure {
    Failure::usage(format!(
        "{} {reason}; an order may exist, so look in CertCentral before anything is ordered again",
        place.name()
    ))
}

fn not_kept(place: &Place, reason: &str) -> Failure {
    Failure::usage(format!("--not cannot be kept in the receipt: {} {reason}", place.name()))
}
