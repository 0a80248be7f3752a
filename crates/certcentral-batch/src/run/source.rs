//! The orders to send, read from the file as they are needed.

use std::collections::VecDeque;

use certcentral::Validated;
use certcentral::pkio_professional::Order;
use certcentral::validation::Date;

use crate::check::{CheckedRow, check_row, digest};
use crate::error::BatchError;
use crate::journal::{JournalError, JournalErrorKind, Pending, Writer};
use crate::order_file::{OrderFile, Rows};

/// How many rows the journal is asked for at a time.
const AT_A_TIME: usize = 256;

/// A row to send.
pub(super) struct Outgoing {
    pub(super) row: u64,
    pub(super) reference: String,
    pub(super) order: Validated<Order>,
}

/// Reads the rows from the file that the journal says are to be sent.
pub(super) struct Source<'f> {
    rows: Rows<'f>,
    pending: VecDeque<Pending>,
    after: u64,
    salt: [u8; 16],
    today: Date,
}

impl<'f> Source<'f> {
    pub(super) fn new(
        file: &'f OrderFile,
        salt: [u8; 16],
        today: Date,
    ) -> Result<Self, BatchError> {
        Ok(Self { rows: file.rows()?, pending: VecDeque::new(), after: 0, salt, today })
    }

    /// The next rows; fewer than were asked for, if that is all.
    pub(super) async fn take(
        &mut self,
        most: usize,
        writer: &Writer,
    ) -> Result<Vec<Outgoing>, BatchError> {
        let mut taken = Vec::new();
        while taken.len() < most {
            if self.pending.is_empty() {
                self.pending = writer.pending(self.after, AT_A_TIME).await?.into();
            }
            let Some(pending) = self.pending.pop_front() else { break };
            self.after = pending.row;
            taken.push(self.read(&pending)?);
        }
        Ok(taken)
    }

    /// Reads a row, which must be what was checked.
    fn read(&mut self, pending: &Pending) -> Result<Outgoing, BatchError> {
        let row = self.rows.row(pending.row)?.filter(|row| row.number == pending.row);
        let checked = row.map(|row| check_row(&row, self.today)).filter(CheckedRow::is_valid);
        let Some(CheckedRow { number, reference, order: Some(order), .. }) = checked else {
            return Err(changed(pending.row));
        };
        if digest(&self.salt, &order) != pending.digest {
            return Err(changed(number));
        }
        let order = Validated::check(order, self.today).map_err(|_| changed(number))?;
        Ok(Outgoing { row: number, reference, order })
    }
}

fn changed(row: u64) -> BatchError {
    let why = format!("row {row} was changed while orders were sent");
    JournalError::with(JournalErrorKind::OtherFile, why).into()
}
