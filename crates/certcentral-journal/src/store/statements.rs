//! What a store does, in SQL that every database understands, over one connection within one
//! transaction. Parameters are written `$1`.

use certcentral::transport::Baseline;
use jiff::Timestamp;

use crate::claim::decide;
use crate::digest::PersonPrints;
use crate::record::{AttemptNumber, Entry, LookNumber, NewAttempt, Record};
use crate::state::State;
use crate::store::cells::{COLUMNS, Cell, from_cells, to_cells};
use crate::store::contract::{Claim, Wanted};
use crate::store::error::{StoreError, StoreErrorKind};
use crate::transition::{Transited, Transition, apply};

/// A transaction of a database.
pub(super) trait Transaction {
    /// Returns the rows of a query.
    fn rows(
        &mut self,
        sql: &str,
        parameters: &[Cell],
    ) -> impl Future<Output = Result<Vec<Vec<Cell>>, StoreError>>;

    /// Executes a statement, and returns how many rows it changed.
    fn run(
        &mut self,
        sql: &str,
        parameters: &[Cell],
    ) -> impl Future<Output = Result<u64, StoreError>>;
}

/// The name of the table of attempts.
pub(super) const ATTEMPTS: &str = "certcentral_attempts";

fn select(condition: &str) -> String {
    format!("SELECT {} FROM {ATTEMPTS} WHERE {condition}", COLUMNS.join(", "))
}

/// Reads attempts.
pub(super) async fn records<T: Transaction>(
    transaction: &mut T,
    condition: &str,
    parameters: &[Cell],
) -> Result<Vec<Record>, StoreError> {
    let rows = transaction.rows(&select(condition), parameters).await?;
    rows.into_iter().map(from_cells).collect()
}

/// The condition that an attempt may be for a person, and its parameters.
fn may_be(person: &PersonPrints, first: usize) -> (String, [Cell; 4]) {
    let [a, b, c, d] = [first, first + 1, first + 2, first + 3];
    let condition =
        format!("(person = ${a} OR individual = ${b} OR full_name = ${c} OR email = ${d})");
    let PersonPrints { person, individual, full_name, email, words: _ } = person;
    (condition, [(*person).into(), (*individual).into(), (*full_name).into(), (*email).into()])
}

/// Claims an order.
pub(super) async fn claim<T: Transaction>(
    transaction: &mut T,
    new: &NewAttempt,
    now: Timestamp,
) -> Result<Claim, StoreError> {
    let (for_person, person) = may_be(&new.person, 3);
    let condition = format!("server = $1 AND ({for_person} OR reference = $2) ORDER BY attempt");
    let mut parameters = vec![Cell::from(&*new.server), new.reference.as_deref().into()];
    parameters.extend(person);
    let known = records(transaction, &condition, &parameters).await?;
    let granted = match decide(new, &known, now) {
        Ok(granted) => granted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for attempt in granted.give_up {
        let sql = format!("UPDATE {ATTEMPTS} SET holds_place = 0 WHERE attempt = $1");
        transaction.run(&sql, &[attempt.0.into()]).await?;
    }
    let mut record = new_record(new, now);
    let cells = to_cells(&record);
    let (columns, values) = (&COLUMNS[1..], &cells[1..]);
    let places: Vec<String> = (1..=values.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "INSERT INTO {ATTEMPTS} ({}) VALUES ({}) RETURNING attempt",
        columns.join(", "),
        places.join(", ")
    );
    let number = one_integer(transaction.rows(&sql, values).await?)?;
    record.entry.attempt = AttemptNumber(number);
    Ok(Ok(Box::new(record)))
}

fn new_record(new: &NewAttempt, now: Timestamp) -> Record {
    let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    Record {
        entry: Entry {
            attempt: AttemptNumber(0),
            server: new.server.clone(),
            product: new.product.clone(),
            reference: new.reference.clone(),
            label: new.label.clone(),
            file: new.file.clone(),
            row: new.row,
            state: State::Sending,
            sent_at: now,
            over_at: now.saturating_add(new.over_after).unwrap_or(Timestamp::MAX),
            ended_at: None,
            order_id: None,
            certificate_id: None,
            request_id: None,
            hinted_order_id: None,
            late_order_id: None,
            has_evidence: false,
            http_status: None,
            reason: None,
            verdict: None,
            looked_up_at: None,
            decided_by: None,
            order_status: None,
            order_status_at: None,
        },
        digest: Some(new.digest),
        person: Some(new.person.clone()),
        holds_place: true,
        key: new.key,
        account: new.account,
        token: new.token,
        look: new.look,
        clock_offset_ms: new.clock_offset_ms,
        given_up_boot: new.over_boot.clone(),
        besides: new.allowed.besides.clone(),
        not_orders: Vec::new(),
        not_requests: Vec::new(),
    }
}

/// Marks what a call claimed as not sent, if it is recorded as being sent.
pub(super) async fn disown<T: Transaction>(
    transaction: &mut T,
    token: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE {ATTEMPTS} SET state = 'not_sent', reason = 'claim_not_confirmed', ended_at = $1, \
         holds_place = 0 WHERE token = $2 AND state = 'sending'"
    );
    transaction.run(&sql, &[now.into(), Cell::Bytes(token.to_vec())]).await.map(drop)
}

/// Makes a transition.
pub(super) async fn transit<T: Transaction>(
    transaction: &mut T,
    attempt: AttemptNumber,
    transition: &Transition,
    now: Timestamp,
) -> Result<Transited, StoreError> {
    let record = records(transaction, "attempt = $1", &[attempt.0.into()]).await?.pop();
    let record = record.ok_or_else(|| {
        StoreError::new(StoreErrorKind::Failed).about("an attempt is not there any more")
    })?;
    let owner = match transition.claims_order() {
        None => None,
        Some(id) => {
            let sql = format!(
                "SELECT attempt FROM {ATTEMPTS} WHERE server = $1 AND order_id = $2 AND \
                 state = 'placed' AND attempt <> $3"
            );
            let id = i64::try_from(id.get()).unwrap_or(i64::MAX);
            let server = record.entry.server.as_str().into();
            let owners = transaction.rows(&sql, &[server, id.into(), attempt.0.into()]).await?;
            if owners.is_empty() { None } else { Some(AttemptNumber(one_integer(owners)?)) }
        }
    };
    let before = record.entry.state;
    let transited = apply(record, transition, owner, now);
    let cells = to_cells(&transited.record);
    let columns: Vec<String> = COLUMNS
        .iter()
        .enumerate()
        .skip(1)
        .map(|(index, column)| format!("{column} = ${index}"))
        .collect();
    let sql = format!(
        "UPDATE {ATTEMPTS} SET {} WHERE attempt = ${} AND state = ${}",
        columns.join(", "),
        COLUMNS.len(),
        COLUMNS.len() + 1
    );
    let mut parameters = cells[1..].to_vec();
    parameters.extend([attempt.0.into(), before.as_str().into()]);
    if transaction.run(&sql, &parameters).await? != 1 {
        return Err(StoreError::new(StoreErrorKind::Busy).about("an attempt changed meanwhile"));
    }
    Ok(transited)
}

/// The condition of the attempts that are wanted, and its parameters.
pub(super) fn condition(
    wanted: &Wanted<'_>,
    after: Option<AttemptNumber>,
    most: usize,
) -> (String, Vec<Cell>) {
    let (condition, mut parameters) = match *wanted {
        Wanted::All => ("TRUE".to_owned(), Vec::new()),
        Wanted::Open { server } => {
            ("server = $3 AND state IN ('sending', 'unknown')".to_owned(), vec![server.into()])
        }
        Wanted::Placed { server } => {
            ("server = $3 AND state = 'placed'".to_owned(), vec![server.into()])
        }
        Wanted::Reference { server, reference } => {
            ("server = $3 AND reference = $4".to_owned(), vec![server.into(), reference.into()])
        }
        Wanted::Person { server, person } => {
            let (condition, of_person) = may_be(person, 4);
            let mut parameters = vec![Cell::from(server)];
            parameters.extend(of_person);
            (format!("server = $3 AND {condition}"), parameters)
        }
    };
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut all = vec![after.map_or(0, |after| after.0).into(), most.into()];
    all.append(&mut parameters);
    (format!("attempt > $1 AND {condition} ORDER BY attempt LIMIT $2"), all)
}

/// Empties the digests of a reference.
pub(super) async fn forget<T: Transaction>(
    transaction: &mut T,
    server: &str,
    reference: &str,
) -> Result<u64, StoreError> {
    let sql = format!(
        "UPDATE {ATTEMPTS} SET digest = NULL, person = NULL, individual = NULL, full_name = NULL, \
         email = NULL, words = NULL WHERE server = $1 AND reference = $2"
    );
    transaction.run(&sql, &[server.into(), reference.into()]).await
}

/// The only integer of a result.
pub(super) fn one_integer(rows: Vec<Vec<Cell>>) -> Result<i64, StoreError> {
    match rows.into_iter().flatten().next() {
        Some(Cell::Integer(number)) => Ok(number),
        _ => Err(StoreError::new(StoreErrorKind::Failed).about("a number is missing")),
    }
}

/// The version of the tables.
pub(super) const VERSION: i64 = 1;

/// Stores what was listed, as [`listed_text`] writes it.
pub(super) async fn add_look<T: Transaction>(
    transaction: &mut T,
    listed: &str,
    now: Timestamp,
) -> Result<LookNumber, StoreError> {
    let sql = "INSERT INTO certcentral_looks (looked_at, listed) VALUES ($1, $2) RETURNING look";
    let rows = transaction.rows(sql, &[now.into(), listed.into()]).await?;
    one_integer(rows).map(LookNumber)
}

/// What was listed, as it is stored.
pub(super) fn listed_text(listed: &Baseline) -> String {
    // A list of numbers can always be written.
    serde_json::to_string(listed).unwrap_or_default()
}

/// What was listed at a look. Without it less can be told apart, and nothing wrong is said.
pub(super) async fn look<T: Transaction>(
    transaction: &mut T,
    number: LookNumber,
) -> Result<Baseline, StoreError> {
    let sql = "SELECT listed FROM certcentral_looks WHERE look = $1";
    let rows = transaction.rows(sql, &[number.0.into()]).await?;
    Ok(match rows.into_iter().flatten().next() {
        Some(Cell::Text(listed)) => serde_json::from_str(&listed).unwrap_or_default(),
        _ => Baseline::default(),
    })
}
