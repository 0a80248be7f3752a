//! Records as the cells of a row, the same in every database.

use certcentral::model::{CertificateId, OrderId, OrderStatus, RequestId};
use jiff::Timestamp;

use crate::clock::BootClock;
use crate::digest::{PersonPrints, Print};
use crate::record::{AttemptNumber, DecidedBy, Entry, LookNumber, Record};
use crate::store::error::{StoreError, StoreErrorKind};

/// What is in a cell. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The columns of an attempt, in the order of [`to_cells`]; `attempt` is the first.
pub(super) const COLUMNS: [&str; 40] = [
    "attempt",
    "server",
    "product",
    "reference",
    "label",
    "file",
    "row_number",
    "state",
    "digest",
    "person",
    "individual",
    "full_name",
    "email",
    "words",
    "holds_place",
    "api_key",
    "account",
    "token",
    "look",
    "sent_at",
    "over_at",
    "ended_at",
    "order_id",
    "certificate_id",
    "request_id",
    "hinted_order_id",
    "late_order_id",
    "has_evidence",
    "http_status",
    "reason",
    "verdict",
    "looked_up_at",
    "decided_by",
    "order_status",
    "order_status_at",
    "clock_offset_ms",
    "boot_id",
    "boot_ms",
    "besides",
    "ruled_out",
];

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Print> for Cell {
    fn from(print: Print) -> Self {
        Self::Bytes(print.to_vec())
    }
}

impl From<Timestamp> for Cell {
    fn from(time: Timestamp) -> Self {
        Self::Integer(time.as_millisecond())
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// An id as a cell. Ids are at most 2^63 - 1.
fn id(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn to_cells(record: &Record) -> Vec<Cell> {
    let Record {
        entry,
        digest,
        person,
        holds_place,
        key,
        account,
        token,
        look,
        clock_offset_ms,
        given_up_boot,
        besides,
        not_orders,
        not_requests,
    } = record;
    let Entry {
        attempt,
        server,
        product,
        reference,
        label,
        file,
        row,
        state,
        sent_at,
        over_at,
        ended_at,
        order_id,
        certificate_id,
        request_id,
        hinted_order_id,
        late_order_id,
        has_evidence,
        http_status,
        reason,
        verdict,
        looked_up_at,
        decided_by,
        order_status,
        order_status_at,
    } = entry;
    let of = |part: fn(&PersonPrints) -> Option<Print>| Cell::from(person.as_ref().and_then(part));
    let ruled_out: Vec<String> = not_orders
        .iter()
        .map(|id| format!("o{id}"))
        .chain(not_requests.iter().map(|id| format!("r{id}")))
        .collect();
    vec![
        attempt.0.into(),
        server.as_str().into(),
        product.as_str().into(),
        reference.as_deref().into(),
        label.as_deref().into(),
        file.as_deref().into(),
        row.map(id).into(),
        state.as_str().into(),
        (*digest).into(),
        of(|it| Some(it.person)),
        of(|it| it.individual),
        of(|it| it.full_name),
        of(|it| it.email),
        person.as_ref().map_or(Cell::Null, |it| Cell::Bytes(it.words.concat())),
        i64::from(*holds_place).into(),
        (*key).into(),
        (*account).into(),
        Cell::Bytes(token.to_vec()),
        look.map(|look| look.0).into(),
        (*sent_at).into(),
        (*over_at).into(),
        (*ended_at).into(),
        order_id.map(|it| id(it.get())).into(),
        certificate_id.map(|it| id(it.get())).into(),
        request_id.map(|it| id(it.get())).into(),
        hinted_order_id.map(|it| id(it.get())).into(),
        late_order_id.map(|it| id(it.get())).into(),
        i64::from(*has_evidence).into(),
        http_status.map(i64::from).into(),
        reason.as_deref().into(),
        verdict.as_deref().into(),
        (*looked_up_at).into(),
        decided_by.map(DecidedBy::as_str).into(),
        order_status.as_ref().map(OrderStatus::as_str).into(),
        (*order_status_at).into(),
        (*clock_offset_ms).into(),
        given_up_boot.as_ref().map(|clock| clock.id.as_str()).into(),
        given_up_boot.as_ref().map(|clock| clock.milliseconds).into(),
        joined(besides.iter()).as_str().into(),
        ruled_out.join(" ").as_str().into(),
    ]
}

fn joined<T: ToString>(ids: impl Iterator<Item = T>) -> String {
    ids.map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}

/// Reads the cells of a row, one after the other.
struct Reader<I>(I);

fn damaged(what: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Damaged).about(format!("{what} cannot be read"))
}

impl<I: Iterator<Item = Cell>> Reader<I> {
    fn next(&mut self) -> Result<Cell, StoreError> {
        self.0.next().ok_or_else(|| damaged("a row"))
    }

    fn integer(&mut self, what: &str) -> Result<Option<i64>, StoreError> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Integer(number) => Ok(Some(number)),
            _ => Err(damaged(what)),
        }
    }

    fn text(&mut self, what: &str) -> Result<Option<String>, StoreError> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            _ => Err(damaged(what)),
        }
    }

    fn bytes<const N: usize>(&mut self, what: &str) -> Result<Option<[u8; N]>, StoreError> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => bytes.try_into().map(Some).map_err(|_| damaged(what)),
            _ => Err(damaged(what)),
        }
    }

    fn time(&mut self, what: &str) -> Result<Option<Timestamp>, StoreError> {
        let time = self.integer(what)?.map(Timestamp::from_millisecond);
        time.transpose().map_err(|_| damaged(what))
    }

    fn id<T>(
        &mut self,
        what: &str,
        of: impl Fn(u64) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        match self.integer(what)? {
            None => Ok(None),
            Some(number) => {
                let id = u64::try_from(number).ok().and_then(of);
                id.map(Some).ok_or_else(|| damaged(what))
            }
        }
    }
}

fn needed<T>(value: Option<T>, what: &str) -> Result<T, StoreError> {
    value.ok_or_else(|| damaged(what))
}

fn order_id(number: u64) -> Option<OrderId> {
    OrderId::new(number).ok()
}

pub(super) fn from_cells(cells: Vec<Cell>) -> Result<Record, StoreError> {
    let mut cells = Reader(cells.into_iter());
    let attempt = AttemptNumber(needed(cells.integer("attempt")?, "attempt")?);
    let server = needed(cells.text("server")?, "server")?;
    let product = needed(cells.text("product")?, "product")?;
    let reference = cells.text("reference")?;
    let label = cells.text("label")?;
    let file = cells.text("file")?;
    let row = cells.id("row_number", Some)?;
    let state = needed(cells.text("state")?, "state")?.parse().map_err(|_| damaged("state"))?;
    let digest = cells.bytes("digest")?;
    let person = cells.bytes("person")?;
    let individual = cells.bytes("individual")?;
    let full_name = cells.bytes("full_name")?;
    let email = cells.bytes("email")?;
    let words = match cells.next()? {
        Cell::Null => Vec::new(),
        Cell::Bytes(bytes) => {
            let (words, rest) = bytes.as_chunks::<32>();
            if !rest.is_empty() {
                return Err(damaged("words"));
            }
            words.to_vec()
        }
        _ => return Err(damaged("words")),
    };
    let person = person.map(|person| PersonPrints { person, individual, full_name, email, words });
    let holds_place = cells.integer("holds_place")? == Some(1);
    let key = needed(cells.bytes("api_key")?, "api_key")?;
    let account = cells.bytes("account")?;
    let token = needed(cells.bytes("token")?, "token")?;
    let look = cells.integer("look")?.map(LookNumber);
    let sent_at = needed(cells.time("sent_at")?, "sent_at")?;
    let over_at = needed(cells.time("over_at")?, "over_at")?;
    let ended_at = cells.time("ended_at")?;
    let placed_order = cells.id("order_id", order_id)?;
    let certificate_id = cells.id("certificate_id", |id| CertificateId::new(id).ok())?;
    let request_id = cells.id("request_id", |id| RequestId::new(id).ok())?;
    let hinted_order_id = cells.id("hinted_order_id", order_id)?;
    let late_order_id = cells.id("late_order_id", order_id)?;
    let has_evidence = cells.integer("has_evidence")? == Some(1);
    let http_status = cells.id("http_status", |status| u16::try_from(status).ok())?;
    let reason = cells.text("reason")?;
    let verdict = cells.text("verdict")?;
    let looked_up_at = cells.time("looked_up_at")?;
    let decided_by = cells.text("decided_by")?.as_deref().and_then(DecidedBy::from_stored);
    let order_status = cells.text("order_status")?.map(OrderStatus::from);
    let order_status_at = cells.time("order_status_at")?;
    let clock_offset_ms = cells.integer("clock_offset_ms")?;
    let boot_id = cells.text("boot_id")?;
    let boot_ms = cells.integer("boot_ms")?;
    let besides = cells.text("besides")?.unwrap_or_default();
    let ruled_out = cells.text("ruled_out")?.unwrap_or_default();
    let not = |kind: char| ruled_out.split_whitespace().filter_map(move |it| it.strip_prefix(kind));
    Ok(Record {
        entry: Entry {
            attempt,
            server,
            product,
            reference,
            label,
            file,
            row,
            state,
            sent_at,
            over_at,
            ended_at,
            order_id: placed_order,
            certificate_id,
            request_id,
            hinted_order_id,
            late_order_id,
            has_evidence,
            http_status,
            reason,
            verdict,
            looked_up_at,
            decided_by,
            order_status,
            order_status_at,
        },
        digest,
        person,
        holds_place,
        key,
        account,
        token,
        look,
        clock_offset_ms,
        given_up_boot: boot_id
            .zip(boot_ms)
            .map(|(id, milliseconds)| BootClock { id, milliseconds }),
        besides: besides.split_whitespace().filter_map(|id| id.parse().ok()).collect(),
        not_orders: not('o').filter_map(|id| id.parse().ok()).collect(),
        not_requests: not('r').filter_map(|id| id.parse().ok()).collect(),
    })
}
