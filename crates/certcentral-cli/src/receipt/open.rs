//! The receipt of a run at work: `sending` before the first byte leaves, then how it ended.

use std::io;

use certcentral::pkio_professional::Order;

use crate::exit::{Failure, Result};
use crate::receipt::clock::Moment;
use crate::receipt::disk::{self, Absent, Lock, LockError};
use crate::receipt::place::Place;
use crate::receipt::record::{Receipt, Run};
use crate::receipt::refusal::{self, Repeat};

/// A receipt that says `sending`, to be brought up to date when the outcome is known.
#[derive(Debug)]
pub(crate) struct OpenReceipt {
    place: Place,
    lock: Lock,
    run: Run,
}

/// Whether an order may be placed and its receipt be written, before anything is done about it.
/// Nothing is left behind.
pub(crate) fn check(place: &Place, order: &Order, repeat: Repeat) -> Result<()> {
    match Lock::take(&place.path, Absent::Fail) {
        Ok(mut lock) => {
            read(&mut lock, place, order, repeat)?;
        }
        Err(LockError::Missing) => {}
        Err(error) => return Err(not_locked(place, error)),
    }
    disk::try_to_write(&place.path).map_err(|error| not_written(place, &error))
}

impl OpenReceipt {
    /// Writes down that an order is about to be sent. After this the order may be sent; on an error
    /// it may not.
    pub(crate) fn begin(place: &Place, order: &Order, run: Run, repeat: Repeat) -> Result<Self> {
        let mut lock =
            Lock::take(&place.path, Absent::Create).map_err(|error| not_locked(place, error))?;
        let before = read(&mut lock, place, order, repeat)?;
        let receipt = match before.clone() {
            Some(receipt) => receipt.with(run.clone()),
            None => Receipt::new(run.clone()),
        };
        if let Err(error) = lock.replace(&receipt) {
            lock.undo(before.as_ref());
            return Err(not_written(place, &error));
        }
        Ok(Self { place: place.clone(), lock, run })
    }

    /// Writes down how it ended.
    pub(crate) fn end(self, change: impl FnOnce(&mut Run)) -> Result<()> {
        let Self { place, lock, mut run } = self;
        change(&mut run);
        let cannot = |reason: &str| {
            Failure::usage(format!(
                "the receipt {} could not be brought up to date and still says that the order is \
                 being sent: it {reason}",
                place.name()
            ))
        };
        // Somebody may have moved it away meanwhile, and a run told to order again may have written
        // another one.
        let mut lock = if lock.is_in_place() {
            lock
        } else {
            Lock::take(&place.path, Absent::Create).map_err(|error| match error {
                LockError::Other(reason) => cannot(&reason),
                LockError::Missing | LockError::AtWork => cannot("is in use by another run"),
            })?
        };
        let receipt = match lock.load().map_err(|reason| cannot(&reason))? {
            None => Receipt::new(run),
            Some(mut receipt) => match receipt.run_mut(&run) {
                Some(same) => {
                    *same = run;
                    receipt
                }
                None => return Err(cannot("is the receipt of another order by now")),
            },
        };
        lock.replace(&receipt).map_err(|error| cannot(&disk::reason(&error)))
    }
}

/// Reads a receipt, and fails if it forbids the order.
fn read(lock: &mut Lock, place: &Place, order: &Order, repeat: Repeat) -> Result<Option<Receipt>> {
    let receipt = lock.load().map_err(|reason| {
        Failure::usage(format!(
            "nothing was sent: {} {reason}, so it does not say what became of an order that may \
             exist. Look in CertCentral whether there is one; then move the file away, or name \
             another place with --receipt PATH",
            place.name()
        ))
    })?;
    let Some(mut receipt) = receipt else { return Ok(None) };
    if receipt.note_stopped(&Moment::now()) {
        lock.replace(&receipt).map_err(|error| not_written(place, &error))?;
    }
    refusal::check(&receipt, order, repeat, place)?;
    Ok(Some(receipt))
}

fn not_locked(place: &Place, error: LockError) -> Failure {
    match error {
        LockError::AtWork => Failure::usage(format!(
            "nothing was sent: another run is at work with {} right now. Wait until it has ended, \
             and see what it says",
            place.name()
        )),
        LockError::Missing => not_written(place, &io::ErrorKind::NotFound.into()),
        LockError::Other(reason) => cannot_be_written(place, &reason),
    }
}

fn not_written(place: &Place, error: &io::Error) -> Failure {
    cannot_be_written(place, &disk::reason(error))
}

fn cannot_be_written(place: &Place, reason: &str) -> Failure {
    Failure::usage(format!(
        "nothing was sent, because its receipt cannot be written: {} {reason}. Name another place \
         with --receipt PATH",
        place.name()
    ))
}
