//! How a row goes from one state to the next.

use certcentral::Outcome;
use certcentral::model::{OrderId, OrderResponse};
use jiff::Timestamp;
use rusqlite::{Params, params};

use crate::journal::error::{JournalError, JournalErrorKind, Result};
use crate::journal::rows::Claim;
use crate::journal::state::RowState;
use crate::journal::store::Journal;

impl Journal {
    /// The row may leave from now on. It must not, unless this was committed.
    pub(crate) fn claim(&self, run: i64, claim: &Claim) -> Result<()> {
        let Claim { row, individual_id, first_name, last_name, email } = claim;
        let now = Timestamp::now().to_string();
        self.change(
            "UPDATE orders SET state = 'sending', run = ?, sent_at = ?, individual_id = ?, \
             first_name = ?, last_name = ?, email = ?, attempts = NULL, given_up_at = NULL, \
             clock_offset_ms = NULL, http_status = NULL, reason = NULL, hinted_order_id = NULL, \
             verdict = NULL, looked_up_at = NULL \
             WHERE row = ? AND state IN ('ready', 'not_sent', 'rejected')",
            params![run, now, individual_id, first_name, last_name, email, row],
        )
    }

    /// The row did not leave after all.
    pub(crate) fn release(&self, row: u64) -> Result<()> {
        self.change(
            "UPDATE orders SET state = 'ready', sent_at = NULL, individual_id = NULL, \
             first_name = NULL, last_name = NULL, email = NULL \
             WHERE row = ? AND state = 'sending'",
            [row],
        )
    }

    /// What became of a row.
    pub(crate) fn end(&self, row: u64, outcome: &Outcome) -> Result<()> {
        match outcome {
            Outcome::Placed(placed) => {
                let OrderResponse { id, certificate_id, requests, .. } = &placed.response;
                self.change(
                    "UPDATE orders SET state = 'placed', attempts = ?, order_id = ?, \
                     certificate_id = ?, request_id = ?, individual_id = NULL, first_name = NULL, \
                     last_name = NULL, email = NULL WHERE row = ? AND state = 'sending'",
                    params![
                        placed.attempts,
                        id.get(),
                        certificate_id.map(|id| id.get()),
                        requests.first().map(|request| request.id.get()),
                        row
                    ],
                )
            }
            Outcome::Rejected(rejected) => {
                let codes = codes(rejected.errors.iter().map(|error| error.code.name()));
                self.end_without_order(
                    RowState::Rejected,
                    row,
                    rejected.attempts,
                    Some(rejected.status),
                    &codes,
                )
            }
            Outcome::NotSent(not_sent) => self.end_without_order(
                RowState::NotSent,
                row,
                not_sent.attempts,
                None,
                not_sent.reason.as_str(),
            ),
            Outcome::Unknown(unknown) => self.change(
                "UPDATE orders SET state = 'unknown', attempts = ?, http_status = ?, \
                     reason = ?, hinted_order_id = ?, sent_at = ?, given_up_at = ?, \
                     clock_offset_ms = ? WHERE row = ? AND state = 'sending'",
                params![
                    unknown.attempts,
                    unknown.status,
                    unknown.reason.as_str(),
                    unknown.order_id.map(|id| id.get()),
                    unknown.sent_at.to_string(),
                    unknown.given_up_at.to_string(),
                    unknown.clock_offset.map(|offset| i64::try_from(offset.as_millis()).ok()),
                    row
                ],
            ),
        }
    }

    fn end_without_order(
        &self,
        state: RowState,
        row: u64,
        attempts: u32,
        status: Option<u16>,
        reason: &str,
    ) -> Result<()> {
        self.change(
            "UPDATE orders SET state = ?, attempts = ?, http_status = ?, reason = ?, \
             individual_id = NULL, first_name = NULL, last_name = NULL, email = NULL \
             WHERE row = ? AND state = 'sending'",
            params![state, attempts, status, reason, row],
        )
    }

    pub(crate) fn set_verdict(&self, row: u64, verdict: &str) -> Result<()> {
        self.change(
            "UPDATE orders SET verdict = ?, looked_up_at = ? WHERE row = ? AND state = 'unknown'",
            params![verdict, Timestamp::now().to_string(), row],
        )
    }

    /// The order of an unknown row was found.
    pub(crate) fn accept(&self, row: u64, order_id: OrderId) -> Result<()> {
        self.change(
            "UPDATE orders SET state = 'placed', order_id = ?, http_status = NULL, reason = NULL, \
             individual_id = NULL, first_name = NULL, last_name = NULL, email = NULL \
             WHERE row = ? AND state = 'unknown' AND NOT EXISTS \
             (SELECT 1 FROM orders WHERE state = 'placed' AND order_id = ?)",
            params![order_id.get(), row, order_id.get()],
        )
    }

    /// The order of an unknown row does not exist: it may be sent again.
    pub(crate) fn resend(&self, row: u64) -> Result<()> {
        self.change(
            "UPDATE orders SET state = 'ready', http_status = NULL, reason = NULL, \
             individual_id = NULL, first_name = NULL, last_name = NULL, email = NULL \
             WHERE row = ? AND state = 'unknown'",
            [row],
        )
    }

    pub(crate) fn set_order_status(
        &self,
        row: u64,
        status: Option<&str>,
        certificate_id: Option<u64>,
    ) -> Result<()> {
        let now = Timestamp::now().to_string();
        self.change(
            "UPDATE orders SET order_status = ?, refreshed_at = ?, \
             certificate_id = coalesce(?, certificate_id) WHERE row = ? AND state = 'placed'",
            params![status, now, certificate_id, row],
        )
    }

    /// Changes one row, as it must be: anything else would be a row in two hands.
    fn change(&self, sql: &str, parameters: impl Params) -> Result<()> {
        match self.connection.prepare_cached(sql)?.execute(parameters)? {
            1 => Ok(()),
            _ => Err(JournalError::with(JournalErrorKind::Damaged, "a row is not in its state")),
        }
    }
}

/// The codes of a refusal, as far as they are codes: texts of a server may name people.
fn codes<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    let is_code = |code: &&str| {
        (1..=64).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.'))
    };
    let codes: Vec<&str> = codes.filter(is_code).take(5).collect();
    codes.join(", ")
}
