//! What is read from and written to the rows of a journal.

use certcentral::model::OrderId;
use certcentral::transport::Baseline;
use certcentral::{Outcome, model};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::journal::error::{Digest256, JournalError, JournalErrorKind, Result};
use crate::journal::state::RowState;
use crate::journal::store::Journal;

/// A row as the journal knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) reference: String,
    pub(crate) digest: Option<Digest256>,
    pub(crate) state: RowState,
    pub(crate) http_status: Option<u16>,
}

/// A row that is to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) row: u64,
    pub(crate) digest: Digest256,
}

/// A row that is about to leave, and by what it is recognised at CertCentral.
#[derive(Clone)]
pub(crate) struct Claim {
    pub(crate) row: u64,
    pub(crate) individual_id: Option<u64>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) email: Option<String>,
}

/// A row of which it is unknown whether the order exists.
pub(crate) struct UnknownRow {
    pub(crate) row: u64,
    pub(crate) reference: String,
    pub(crate) holder: Claim,
    pub(crate) sent_at: Timestamp,
    pub(crate) given_up_at: Timestamp,
    pub(crate) clock_offset: Option<SignedDuration>,
    pub(crate) hinted_order_id: Option<OrderId>,
    pub(crate) run: i64,
}

/// A row whose order exists.
#[derive(Clone, Debug)]
pub(crate) struct PlacedRow {
    pub(crate) row: u64,
    pub(crate) reference: String,
    pub(crate) order_id: OrderId,
}

/// A row of a journal, without anybody's data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalRow {
    /// The row as a spreadsheet shows it, or the line of a JSON Lines file.
    pub row: u64,
    /// What it is called.
    pub reference: String,
    /// Where it is in its life.
    pub state: RowState,
    /// The id of its order, if it is placed.
    pub order_id: Option<u64>,
    /// The id of the request that the order waits for.
    pub request_id: Option<u64>,
    /// The HTTP status of an answer that did not place it.
    pub http_status: Option<u16>,
    /// Why it is not placed, as codes.
    pub reason: Option<String>,
    /// What the last look-up said of an unknown order.
    pub verdict: Option<String>,
    /// Where a placed order stood when it was last refreshed.
    pub order_status: Option<String>,
}

/// How many rows are read at a time.
const AT_A_TIME: usize = 256;

/// What a run sends of the rows that do not exist at CertCentral.
const TO_SEND: &str = "(state IN ('ready', 'not_sent') OR (state = 'rejected' AND http_status IN \
                       (429, 503)) OR (state = 'rejected' AND reference IN (SELECT reference FROM \
                       temp.only_these))) AND row NOT IN (SELECT row FROM temp.faulty) AND (NOT \
                       EXISTS (SELECT 1 FROM temp.only_these) OR reference IN (SELECT reference \
                       FROM temp.only_these))";

pub(super) fn time(text: String) -> Result<Timestamp> {
    text.parse()
        .map_err(|_| JournalError::with(JournalErrorKind::Damaged, "a time in it cannot be read"))
}

impl Journal {
    /// Begins a check of the whole file, in which nothing is recorded until it is
    /// [committed](Journal::commit).
    pub(crate) fn begin_check(&self) -> Result<()> {
        self.connection.execute_batch(
            "DROP TABLE IF EXISTS temp.faulty; DROP TABLE IF EXISTS temp.persons; \
             DROP TABLE IF EXISTS temp.only_these; \
             CREATE TEMP TABLE faulty (row INTEGER PRIMARY KEY); \
             CREATE TEMP TABLE persons (person BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID; \
             CREATE TEMP TABLE only_these (reference TEXT PRIMARY KEY); BEGIN IMMEDIATE;",
        )?;
        Ok(())
    }

    pub(crate) fn known(&self, row: u64) -> Result<Option<Known>> {
        let mut query = self.connection.prepare_cached(
            "SELECT reference, digest, state, http_status FROM orders WHERE row = ?",
        )?;
        let known = query.query_row([row], |row| {
            Ok(Known {
                reference: row.get(0)?,
                digest: row.get(1)?,
                state: row.get(2)?,
                http_status: row.get(3)?,
            })
        });
        Ok(known.optional()?)
    }

    /// The row that has a reference.
    pub(crate) fn row_of(&self, reference: &str) -> Result<Option<u64>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT row FROM orders WHERE reference = ? AND state <> 'invalid'")?;
        Ok(query.query_row([reference], |row| row.get(0)).optional()?)
    }

    pub(crate) fn add(
        &self,
        row: u64,
        reference: &str,
        digest: Option<&Digest256>,
        state: RowState,
        reason: Option<&str>,
    ) -> Result<()> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO orders (row, reference, digest, state, reason) VALUES (?, ?, ?, ?, ?)",
        )?;
        insert.execute(params![row, reference, digest, state, reason])?;
        Ok(())
    }

    /// The first row of this check that is for the same person. From now on this one is, if there is
    /// none.
    pub(crate) fn same_person(&self, person: &Digest256, row: u64) -> Result<Option<u64>> {
        let mut query =
            self.connection.prepare_cached("SELECT row FROM temp.persons WHERE person = ?")?;
        if let Some(first) = query.query_row([person], |row| row.get(0)).optional()? {
            return Ok(Some(first));
        }
        let mut insert =
            self.connection.prepare_cached("INSERT INTO temp.persons VALUES (?, ?)")?;
        insert.execute(params![person, row])?;
        Ok(None)
    }

    /// The row cannot be sent in this run.
    pub(crate) fn set_faulty(&self, row: u64) -> Result<()> {
        let mut insert =
            self.connection.prepare_cached("INSERT OR IGNORE INTO temp.faulty VALUES (?)")?;
        insert.execute([row])?;
        Ok(())
    }

    /// Only the row with this reference, and others that are named so, are sent in this run, although
    /// CertCentral refused it.
    pub(crate) fn send_only(&self, reference: &str) -> Result<()> {
        self.connection.execute("INSERT OR IGNORE INTO temp.only_these VALUES (?)", [reference])?;
        Ok(())
    }

    /// How many rows a run would send.
    pub(crate) fn to_send(&self) -> Result<u64> {
        let query = format!("SELECT count(*) FROM orders WHERE {TO_SEND}");
        Ok(self.connection.query_row(&query, [], |row| row.get(0))?)
    }

    /// The next rows to send after this one, in the order of the file.
    pub(crate) fn pending(&self, after: u64, most: usize) -> Result<Vec<Pending>> {
        let query = format!(
            "SELECT row, digest FROM orders WHERE row > ? AND {TO_SEND} ORDER BY row LIMIT ?"
        );
        let mut query = self.connection.prepare_cached(&query)?;
        let rows = query.query_map(params![after, most], |row| {
            Ok(Pending { row: row.get(0)?, digest: row.get(1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub(crate) fn begin_run(
        &self,
        key_fingerprint: &Digest256,
        gives_up_after: SignedDuration,
        listed_before: &Baseline,
    ) -> Result<i64> {
        // A list of numbers can always be written.
        let listed_before = serde_json::to_string(listed_before).unwrap_or_default();
        self.connection.execute(
            "INSERT INTO runs (began_at, key_fingerprint, gives_up_after, listed_before) \
             VALUES (?, ?, ?, ?)",
            params![
                Timestamp::now().to_string(),
                key_fingerprint,
                gives_up_after.as_secs(),
                listed_before
            ],
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    pub(crate) fn end_run(&self, run: i64) -> Result<()> {
        self.connection.execute(
            "UPDATE runs SET ended_at = ? WHERE run = ?",
            params![Timestamp::now().to_string(), run],
        )?;
        Ok(())
    }

    /// What was listed before a run, and by which key it was sent.
    pub(crate) fn run(&self, run: i64) -> Result<(Baseline, Digest256)> {
        let (listed_before, key): (String, Digest256) = self.connection.query_row(
            "SELECT listed_before, key_fingerprint FROM runs WHERE run = ?",
            [run],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        // Without it less can be told apart, and nothing wrong is said.
        Ok((serde_json::from_str(&listed_before).unwrap_or_default(), key))
    }

    /// The row may leave from now on. It must not, unless this was committed.
    pub(crate) fn claim(&self, run: i64, claim: &Claim) -> Result<()> {
        let Claim { row, individual_id, first_name, last_name, email } = claim;
        let mut update = self.connection.prepare_cached(
            "UPDATE orders SET state = 'sending', run = ?, sent_at = ?, individual_id = ?, \
             first_name = ?, last_name = ?, email = ?, attempts = NULL, given_up_at = NULL, \
             clock_offset_ms = NULL, http_status = NULL, reason = NULL, hinted_order_id = NULL, \
             verdict = NULL, looked_up_at = NULL \
             WHERE row = ? AND state IN ('ready', 'not_sent', 'rejected')",
        )?;
        let now = Timestamp::now().to_string();
        let changed =
            update.execute(params![run, now, individual_id, first_name, last_name, email, row])?;
        one_row(changed)
    }

    /// The row did not leave after all.
    pub(crate) fn release(&self, row: u64) -> Result<()> {
        let mut update = self.connection.prepare_cached(
            "UPDATE orders SET state = 'ready', sent_at = NULL, individual_id = NULL, \
             first_name = NULL, last_name = NULL, email = NULL \
             WHERE row = ? AND state = 'sending'",
        )?;
        one_row(update.execute([row])?)
    }

    /// What became of a row.
    pub(crate) fn end(&self, row: u64, outcome: &Outcome) -> Result<()> {
        let changed = match outcome {
            Outcome::Placed(placed) => {
                let model::OrderResponse { id, certificate_id, requests, .. } = &placed.response;
                let mut update = self.connection.prepare_cached(
                    "UPDATE orders SET state = 'placed', attempts = ?, order_id = ?, \
                     certificate_id = ?, request_id = ?, individual_id = NULL, first_name = NULL, \
                     last_name = NULL, email = NULL WHERE row = ? AND state = 'sending'",
                )?;
                update.execute(params![
                    placed.attempts,
                    id.get(),
                    certificate_id.map(|id| id.get()),
                    requests.first().map(|request| request.id.get()),
                    row
                ])?
            }
            Outcome::Rejected(rejected) => {
                let codes = codes(rejected.errors.iter().map(|error| error.code.name()));
                self.end_without_order(
                    RowState::Rejected,
                    row,
                    rejected.attempts,
                    Some(rejected.status),
                    &codes,
                )?
            }
            Outcome::NotSent(not_sent) => self.end_without_order(
                RowState::NotSent,
                row,
                not_sent.attempts,
                None,
                not_sent.reason.as_str(),
            )?,
            Outcome::Unknown(unknown) => {
                let mut update = self.connection.prepare_cached(
                    "UPDATE orders SET state = 'unknown', attempts = ?, http_status = ?, \
                     reason = ?, hinted_order_id = ?, sent_at = ?, given_up_at = ?, \
                     clock_offset_ms = ? WHERE row = ? AND state = 'sending'",
                )?;
                update.execute(params![
                    unknown.attempts,
                    unknown.status,
                    unknown.reason.as_str(),
                    unknown.order_id.map(|id| id.get()),
                    unknown.sent_at.to_string(),
                    unknown.given_up_at.to_string(),
                    unknown.clock_offset.map(|offset| i64::try_from(offset.as_millis()).ok()),
                    row
                ])?
            }
        };
        one_row(changed)
    }

    fn end_without_order(
        &self,
        state: RowState,
        row: u64,
        attempts: u32,
        status: Option<u16>,
        reason: &str,
    ) -> Result<usize> {
        let mut update = self.connection.prepare_cached(
            "UPDATE orders SET state = ?, attempts = ?, http_status = ?, reason = ?, \
             individual_id = NULL, first_name = NULL, last_name = NULL, email = NULL \
             WHERE row = ? AND state = 'sending'",
        )?;
        Ok(update.execute(params![state, attempts, status, reason, row])?)
    }

    pub(crate) fn unknown_rows(&self) -> Result<Vec<UnknownRow>> {
        let mut query = self.connection.prepare(
            "SELECT row, reference, individual_id, first_name, last_name, email, sent_at, \
             given_up_at, clock_offset_ms, hinted_order_id, run FROM orders \
             WHERE state = 'unknown' ORDER BY row",
        )?;
        let mut rows = query.query([])?;
        let mut unknown = Vec::new();
        while let Some(row) = rows.next()? {
            unknown.push(unknown_row(row)?);
        }
        Ok(unknown)
    }

    /// All orders that are known to be this batch's, and those that a person said are none of it.
    pub(crate) fn known_order_ids(&self) -> Result<Vec<OrderId>> {
        let mut query = self.connection.prepare(
            "SELECT order_id FROM orders WHERE state = 'placed' AND order_id IS NOT NULL \
             UNION SELECT order_id FROM not_ours",
        )?;
        let ids = query.query_map([], |row| row.get::<_, u64>(0))?;
        let ids = ids.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(ids.into_iter().filter_map(|id| OrderId::new(id).ok()).collect())
    }

    pub(crate) fn add_not_ours(&self, order_id: OrderId) -> Result<()> {
        self.connection.execute(
            "INSERT OR IGNORE INTO not_ours VALUES (?, ?)",
            params![order_id.get(), Timestamp::now().to_string()],
        )?;
        Ok(())
    }

    pub(crate) fn set_verdict(&self, row: u64, verdict: &str) -> Result<()> {
        let mut update = self.connection.prepare_cached(
            "UPDATE orders SET verdict = ?, looked_up_at = ? WHERE row = ? AND state = 'unknown'",
        )?;
        one_row(update.execute(params![verdict, Timestamp::now().to_string(), row])?)
    }

    /// The order of an unknown row was found.
    pub(crate) fn accept(&self, row: u64, order_id: OrderId) -> Result<()> {
        let changed = self.connection.execute(
            "UPDATE orders SET state = 'placed', order_id = ?, http_status = NULL, reason = NULL, \
             individual_id = NULL, first_name = NULL, last_name = NULL, email = NULL \
             WHERE row = ? AND state = 'unknown' AND NOT EXISTS \
             (SELECT 1 FROM orders WHERE state = 'placed' AND order_id = ?)",
            params![order_id.get(), row, order_id.get()],
        )?;
        one_row(changed)
    }

    /// The order of an unknown row does not exist: it may be sent again.
    pub(crate) fn resend(&self, row: u64) -> Result<()> {
        let changed = self.connection.execute(
            "UPDATE orders SET state = 'ready', http_status = NULL, reason = NULL, \
             individual_id = NULL, first_name = NULL, last_name = NULL, email = NULL \
             WHERE row = ? AND state = 'unknown'",
            [row],
        )?;
        one_row(changed)
    }

    /// Placed rows after this one.
    pub(crate) fn placed_rows(&self, after: u64, most: usize) -> Result<Vec<PlacedRow>> {
        let mut query = self.connection.prepare_cached(
            "SELECT row, reference, order_id FROM orders WHERE row > ? AND state = 'placed' \
             ORDER BY row LIMIT ?",
        )?;
        let mut rows = query.query(params![after, most])?;
        let mut placed = Vec::new();
        while let Some(row) = rows.next()? {
            placed.push(PlacedRow {
                row: row.get(0)?,
                reference: row.get(1)?,
                order_id: order_id(row.get(2)?)?,
            });
        }
        Ok(placed)
    }

    pub(crate) fn set_order_status(
        &self,
        row: u64,
        status: Option<&str>,
        certificate_id: Option<u64>,
    ) -> Result<()> {
        let mut update = self.connection.prepare_cached(
            "UPDATE orders SET order_status = ?, refreshed_at = ?, \
             certificate_id = coalesce(?, certificate_id) WHERE row = ? AND state = 'placed'",
        )?;
        let now = Timestamp::now().to_string();
        one_row(update.execute(params![status, now, certificate_id, row])?)
    }

    /// Calls a function for each row, in the order of the file.
    ///
    /// # Errors
    ///
    /// The journal cannot be read, or the function says so.
    pub fn for_each_row<E: From<JournalError>>(
        &self,
        mut each: impl FnMut(JournalRow) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut after = 0;
        loop {
            let rows = self.rows(after).map_err(E::from)?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.row;
            rows.into_iter().try_for_each(&mut each)?;
        }
    }

    fn rows(&self, after: u64) -> Result<Vec<JournalRow>> {
        let mut query = self.connection.prepare_cached(
            "SELECT row, reference, state, order_id, request_id, http_status, reason, verdict, \
             order_status FROM orders WHERE row > ? ORDER BY row LIMIT ?",
        )?;
        let rows = query.query_map(params![after, AT_A_TIME], |row| {
            Ok(JournalRow {
                row: row.get(0)?,
                reference: row.get(1)?,
                state: row.get(2)?,
                order_id: row.get(3)?,
                request_id: row.get(4)?,
                http_status: row.get(5)?,
                reason: row.get(6)?,
                verdict: row.get(7)?,
                order_status: row.get(8)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn unknown_row(row: &Row<'_>) -> Result<UnknownRow> {
    let number = row.get(0)?;
    let given_up_at: Option<String> = row.get(7)?;
    let offset: Option<i64> = row.get(8)?;
    let hinted: Option<u64> = row.get(9)?;
    let sent_at = time(row.get(6)?)?;
    Ok(UnknownRow {
        row: number,
        reference: row.get(1)?,
        holder: Claim {
            row: number,
            individual_id: row.get(2)?,
            first_name: row.get(3)?,
            last_name: row.get(4)?,
            email: row.get(5)?,
        },
        sent_at,
        given_up_at: given_up_at.map(time).transpose()?.unwrap_or(sent_at),
        clock_offset: offset.map(SignedDuration::from_millis),
        hinted_order_id: hinted.map(order_id).transpose()?,
        run: row.get(10)?,
    })
}

fn order_id(number: u64) -> Result<OrderId> {
    OrderId::new(number)
        .map_err(|_| JournalError::with(JournalErrorKind::Damaged, "an order's id is not one"))
}

/// Whether one row was changed, as it must be: anything else would be a row in two hands.
fn one_row(changed: usize) -> Result<()> {
    match changed {
        1 => Ok(()),
        _ => Err(JournalError::with(JournalErrorKind::Damaged, "a row is not in its state")),
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
