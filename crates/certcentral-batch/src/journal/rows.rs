//! What is read from and written to the rows of a journal.

use certcentral::model::OrderId;
use certcentral::transport::Baseline;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Params, Row, params};

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

/// A row that will be sent.
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

/// A row of a journal, without personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalRow {
    /// The row as a spreadsheet shows it, or the line of a JSON Lines file.
    pub row: u64,
    /// What it is called.
    pub reference: String,
    /// Its state.
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
    /// The status of a placed order when it was last refreshed.
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
    /// What a query finds, if that is something.
    fn find<T>(
        &self,
        query: &str,
        parameters: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.connection.prepare_cached(query)?.query_row(parameters, read).optional()?)
    }

    fn write(&self, sql: &str, parameters: impl Params) -> Result<()> {
        self.connection.prepare_cached(sql)?.execute(parameters)?;
        Ok(())
    }

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
        let query = "SELECT reference, digest, state, http_status FROM orders WHERE row = ?";
        self.find(query, [row], |row| {
            Ok(Known {
                reference: row.get(0)?,
                digest: row.get(1)?,
                state: row.get(2)?,
                http_status: row.get(3)?,
            })
        })
    }

    /// The row that has a reference.
    pub(crate) fn row_of(&self, reference: &str) -> Result<Option<u64>> {
        let query = "SELECT row FROM orders WHERE reference = ? AND state <> 'invalid'";
        self.find(query, [reference], |row| row.get(0))
    }

    pub(crate) fn add(
        &self,
        row: u64,
        reference: &str,
        digest: Option<&Digest256>,
        state: RowState,
        reason: Option<&str>,
    ) -> Result<()> {
        self.write(
            "INSERT INTO orders (row, reference, digest, state, reason) VALUES (?, ?, ?, ?, ?)",
            params![row, reference, digest, state, reason],
        )
    }

    /// The first row of this check that is for the same person. If there is none, this row is the first
    /// from now on.
    pub(crate) fn same_person(&self, person: &Digest256, row: u64) -> Result<Option<u64>> {
        let query = "SELECT row FROM temp.persons WHERE person = ?";
        let first = self.find(query, [person], |row| row.get(0))?;
        if first.is_none() {
            self.write("INSERT INTO temp.persons VALUES (?, ?)", params![person, row])?;
        }
        Ok(first)
    }

    /// The row cannot be sent in this run.
    pub(crate) fn set_faulty(&self, row: u64) -> Result<()> {
        self.write("INSERT OR IGNORE INTO temp.faulty VALUES (?)", [row])
    }

    /// Only the row with this reference, and others that are named so, are sent in this run, although
    /// CertCentral refused it.
    pub(crate) fn send_only(&self, reference: &str) -> Result<()> {
        self.write("INSERT OR IGNORE INTO temp.only_these VALUES (?)", [reference])
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
        self.write(
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
        let now = Timestamp::now().to_string();
        self.write("UPDATE runs SET ended_at = ? WHERE run = ?", params![now, run])
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

    /// All orders that are known to be this batch's, and those that a person said are not.
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
        let now = Timestamp::now().to_string();
        self.write("INSERT OR IGNORE INTO not_ours VALUES (?, ?)", params![order_id.get(), now])
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

    /// The next rows after this one.
    pub(crate) fn rows(&self, after: u64) -> Result<Vec<JournalRow>> {
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
        hinted_order_id: hinted.map(id_of).transpose()?,
        run: row.get(10)?,
    })
}

pub(crate) fn id_of(number: u64) -> Result<OrderId> {
    OrderId::new(number)
        .map_err(|_| JournalError::with(JournalErrorKind::Damaged, "an order's id is not one"))
}
