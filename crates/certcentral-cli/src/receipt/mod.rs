//! What a run of `certcentral order` leaves behind, so that arrow-up and Enter do not buy twice.
//!
//! A receipt says when which order was sent where, and how that ended. It has no name, no card and
//! no key in it; the order is recognised by a salted digest. [`disk`] keeps receipts on disk.

mod digest;
mod disk;

use std::path::{Path, PathBuf};

use certcentral::model::{OrderId, ProductOrder};
use certcentral::pkio_professional::Order;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use self::digest::Digest;
pub(crate) use self::disk::{OpenReceipt, load};
use crate::args::Server;
use crate::exit::{Failure, Result};
use crate::show::shell::Commands;
use crate::show::terminal;

/// The layout of the file. A program that finds another one leaves the receipt alone.
const VERSION: u32 = 1;

/// The receipt of one order: the latest run, and those earlier runs after which the order exists or
/// may exist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    version: u32,
    #[serde(flatten)]
    pub(crate) latest: Run,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) earlier: Vec<Run>,
}

/// One run of the program that meant to place the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) state: State,
    /// When the run wrote this down, before anything left.
    pub(crate) time: Timestamp,
    /// The base URL that the order was sent to.
    pub(crate) host: String,
    /// DigiCert's `name_id` of the product.
    pub(crate) product: String,
    #[serde(flatten)]
    pub(crate) digest: Digest,
    /// How often sending was tried, once the run has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attempts: Option<u32>,
    /// The order's id. In state `unknown` it is a hint from an answer that was cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order_id: Option<OrderId>,
    /// When the attempt that may have placed the order began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sent_at: Option<Timestamp>,
    /// When the program stopped waiting for the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) given_up_at: Option<Timestamp>,
    /// The server's clock minus this machine's at that time, if an answer told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clock_offset_seconds: Option<i64>,
    /// When the run is over for sure, retries included, whatever becomes of the program.
    pub(crate) over_by: Timestamp,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Written before the first byte leaves: who finds it knows that a run was stopped, or goes on.
    Sending,
    /// The order exists.
    Placed,
    /// The server refused; no order exists.
    Rejected,
    /// Nothing left; no order exists.
    NotSent,
    /// The order may exist.
    Unknown,
}

impl State {
    /// Whether the order exists or may exist.
    fn may_have_ordered(self) -> bool {
        match self {
            Self::Sending | Self::Placed | Self::Unknown => true,
            Self::Rejected | Self::NotSent => false,
        }
    }
}

/// Whether an order may be placed that was, or may have been, placed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    Refuse,
    /// `--again`.
    Meant,
}

impl Run {
    /// A run that is about to send an order.
    pub(crate) fn begin(
        order: &Order,
        host: String,
        longest: jiff::SignedDuration,
    ) -> Result<Self> {
        let time = now();
        Ok(Self {
            state: State::Sending,
            time,
            host,
            product: Order::PRODUCT_NAME_ID.into(),
            digest: Digest::of(order)?,
            attempts: None,
            order_id: None,
            sent_at: None,
            given_up_at: None,
            clock_offset_seconds: None,
            over_by: time.saturating_add(longest).unwrap_or(Timestamp::MAX),
        })
    }

    /// When the order may have been sent, at the earliest.
    pub(crate) fn earliest(&self) -> Timestamp {
        self.sent_at.unwrap_or(self.time)
    }

    /// From when on the order is no longer under way.
    pub(crate) fn latest(&self) -> Timestamp {
        self.given_up_at.unwrap_or(self.over_by)
    }
}

impl Receipt {
    fn new(latest: Run, earlier: Vec<Run>) -> Self {
        Self { version: VERSION, latest, earlier }
    }

    /// The newest run after which an order exists or may exist.
    pub(crate) fn evidence(&self) -> Option<&Run> {
        self.runs().find(|run| run.state.may_have_ordered())
    }

    fn runs(&self) -> impl Iterator<Item = &Run> {
        std::iter::once(&self.latest).chain(self.earlier.iter().rev())
    }

    /// The same with a new run. Runs that placed nothing are not kept.
    fn with(self, latest: Run) -> Self {
        let mut earlier = self.earlier;
        earlier.extend(self.latest.state.may_have_ordered().then_some(self.latest));
        Self::new(latest, earlier)
    }

    /// Whether an order may be placed under this receipt.
    fn allows(&self, order: &Order, repeat: Repeat, place: &Place) -> Result<()> {
        let Some(newest) = self.evidence() else { return Ok(()) };
        let receipt = terminal::path(&place.path);
        let same = self
            .runs()
            .filter(|run| run.state.may_have_ordered())
            .find(|run| run.digest.is_of(order));
        let Some(run) = same else {
            let what = match (newest.state, newest.order_id) {
                (State::Placed, Some(id)) => format!("order {id}, which was placed"),
                _ => "an order that may have been placed".into(),
            };
            return Err(Failure::usage(format!(
                "nothing was sent: {receipt} is the receipt of another order ({what}). If this file \
                 was changed since, make sure that you do not order twice; then give this order a \
                 receipt of its own with --receipt PATH"
            )));
        };
        if repeat == Repeat::Meant {
            return Ok(());
        }
        let Run { host, time, .. } = run;
        let find = place.commands.find();
        Err(Failure::usage(match (run.state, run.order_id) {
            (State::Placed, Some(id)) => format!(
                "nothing was sent: this order was placed already, as order {id} at {host} ({time}, \
                 says {receipt}). See it with `{}`; to order a second time on purpose, add --again",
                place.commands.status(id)
            ),
            (State::Sending, _) => format!(
                "nothing was sent: another run began to send this order to {host} at {time} and has \
                 not written down how that ended (see {receipt}). It still runs, or it was stopped \
                 and the order may have been placed. Look with `{find}`; add --again only if the \
                 order does not exist"
            ),
            _ => format!(
                "nothing was sent: this order may have been placed already, at {host} ({time}, says \
                 {receipt}). Look with `{find}`; add --again only if the order does not exist"
            ),
        }))
    }
}

/// Where a receipt is, and what to type to go on from there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) commands: Commands,
}

impl Place {
    /// The receipt beside the order's file, unless another place is named.
    pub(crate) fn new(order: &Path, receipt: Option<&Path>, server: &Server) -> Self {
        let beside = || {
            let mut name = order.as_os_str().to_owned();
            name.push(".receipt.json");
            PathBuf::from(name)
        };
        Self {
            path: receipt.map_or_else(beside, Path::to_path_buf),
            commands: Commands::new(order, receipt, server),
        }
    }
}

/// The time of this machine, to the millisecond.
pub(crate) fn now() -> Timestamp {
    to_millisecond(Timestamp::now())
}

/// A time without what is less than a millisecond.
pub(crate) fn to_millisecond(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(name: &str) -> Order {
        let text = include_str!("../../../../docs/examples/card-payment.json");
        serde_json::from_str(&text.replace("Sanne", name)).unwrap()
    }

    fn run(state: State, order: &Order) -> Run {
        let longest = jiff::SignedDuration::from_secs(300);
        Run {
            state,
            ..Run::begin(order, "https://example.com/services/v2".into(), longest).unwrap()
        }
    }

    fn refusal(receipt: &Receipt, order: &Order, repeat: Repeat) -> Option<String> {
        let server = Server { base_url: None, api_key_file: None, timeout: None };
        let place = Place::new(Path::new("my order.json"), None, &server);
        receipt.allows(order, repeat, &place).err().map(|failure| failure.to_string())
    }

    #[test]
    fn what_may_have_been_placed_is_not_placed_again() {
        for state in [State::Sending, State::Unknown, State::Placed] {
            let receipt = Receipt::new(run(state, &order("Sanne")), Vec::new());
            let refused = refusal(&receipt, &order("Sanne"), Repeat::Refuse).unwrap();
            assert!(refused.starts_with("nothing was sent") && refused.contains("--again"));
            assert_eq!(refusal(&receipt, &order("Sanne"), Repeat::Meant), None);
        }
        for state in [State::NotSent, State::Rejected] {
            let receipt = Receipt::new(run(state, &order("Sanne")), Vec::new());
            assert_eq!(refusal(&receipt, &order("Sanne"), Repeat::Refuse), None);
            assert_eq!(refusal(&receipt, &order("Fenna"), Repeat::Refuse), None);
        }
    }

    #[test]
    fn the_receipt_of_another_order_is_kept_even_if_again_is_meant() {
        let receipt = Receipt::new(run(State::Unknown, &order("Sanne")), Vec::new());
        for repeat in [Repeat::Refuse, Repeat::Meant] {
            assert!(refusal(&receipt, &order("Fenna"), repeat).unwrap().contains("--receipt PATH"));
        }
    }

    #[test]
    fn another_card_makes_no_other_order() {
        let mut changed = order("Sanne");
        changed.credit_card.as_mut().unwrap().number = "5555555555554444".into();
        let receipt = Receipt::new(run(State::Placed, &order("Sanne")), Vec::new());
        assert!(refusal(&receipt, &changed, Repeat::Refuse).is_some());
    }

    #[test]
    fn an_earlier_order_is_not_forgotten_because_a_later_run_sent_nothing() {
        let order = order("Sanne");
        let receipt = Receipt::new(run(State::Unknown, &order), Vec::new())
            .with(run(State::Rejected, &order))
            .with(run(State::NotSent, &order));
        assert_eq!(receipt.earlier.len(), 1);
        assert_eq!(receipt.evidence().unwrap().state, State::Unknown);
        assert!(refusal(&receipt, &order, Repeat::Refuse).is_some());
    }

    #[test]
    fn says_what_to_type() {
        let receipt = Receipt::new(run(State::Unknown, &order("Sanne")), Vec::new());
        let refused = refusal(&receipt, &order("Sanne"), Repeat::Refuse).unwrap();
        assert!(refused.contains("`certcentral find 'my order.json'`"), "{refused}");
    }

    #[test]
    fn a_receipt_names_nobody_and_no_card() {
        let receipt = Receipt::new(run(State::Placed, &order("Sanne")), Vec::new());
        let text = serde_json::to_string(&receipt).unwrap();
        for secret in ["Sanne", "Janssen", "4111", "\"123\"", "example.com\"", "Alkmaar"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert_eq!(serde_json::from_str::<Receipt>(&text).unwrap(), receipt);
    }
}
