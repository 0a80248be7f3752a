//! An order that was not sent because of another one, or because nobody agreed: as JSON and as text.

use certcentral::model::{OrderId, OrderStatus};
use certcentral::transport::HolderOrder;
use certcentral_journal::{Entry, State};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::show::terminal::printable;
use crate::show::wrap::duration;

/// It serialises as `order --format json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct Refused {
    outcome: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) orders: Vec<OtherOrder>,
}

/// An order that is in the way, as far as it is known.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OtherOrder {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created: Option<String>,
}

impl Refused {
    pub(crate) fn new(reason: &'static str, orders: Vec<OtherOrder>) -> Self {
        Self { outcome: "refused", reason, orders }
    }
}

impl From<&Entry> for OtherOrder {
    fn from(entry: &Entry) -> Self {
        let status = match entry.state {
            State::Placed => entry.order_status.as_ref().map(|status| status.as_str().to_owned()),
            state => Some(state.as_str().to_owned()),
        };
        let order_id = entry.order_id.or(entry.hinted_order_id);
        Self { order_id, status, created: Some(entry.sent_at.to_string()) }
    }
}

impl From<&HolderOrder> for OtherOrder {
    fn from(order: &HolderOrder) -> Self {
        Self {
            order_id: order.order_id,
            status: order.status.as_ref().map(|status| OrderStatus::as_str(status).to_owned()),
            created: order.date_created.clone(),
        }
    }
}

impl OtherOrder {
    /// The order in a sentence: `order 4711 (pending, created 2026-11-30)`.
    pub(crate) fn describe(&self) -> String {
        let order = match self.order_id {
            Some(id) => format!("order {id}"),
            None => "an order".to_owned(),
        };
        let facts: Vec<String> = [
            self.status.clone().map(|status| status.replace('_', " ")),
            self.created.as_ref().map(|created| format!("created {created}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let text = if facts.is_empty() { order } else { format!("{order} ({})", facts.join(", ")) };
        printable(&text).into_owned()
    }
}

/// When an attempt was, for people: the time here, and how long ago.
pub(crate) fn when(time: Timestamp) -> String {
    let ago = Timestamp::now().duration_since(time).as_secs().unsigned_abs();
    format!("{}, {} ago", local(time), duration(ago))
}

/// A time as the clock on the wall shows it; the day, too, if it is another one.
pub(crate) fn local(time: Timestamp) -> String {
    let zone = TimeZone::system();
    let (at, now) = (time.to_zoned(zone.clone()), Timestamp::now().to_zoned(zone));
    let format = if at.date() == now.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.strftime(format).to_string()
}
