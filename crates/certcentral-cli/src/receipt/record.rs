//! What a receipt says: the latest run, and those earlier runs after which the order exists or may
//! exist.

use certcentral::model::{OrderId, ProductOrder};
use certcentral::pkio_professional::Order;
use certcentral::transport::Baseline;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::env::file::FileId;
use crate::receipt::clock::{BootClock, Moment};
use crate::receipt::fingerprint::Fingerprints;

/// The layout of the file. A program that finds another one leaves the receipt alone.
pub(crate) const VERSION: u32 = 1;

/// The receipt of one order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) version: u32,
    #[serde(flatten)]
    pub(crate) latest: Run,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) earlier: Vec<Run>,
    /// Orders in CertCentral that a person has looked at and that are not this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) not: Vec<OrderId>,
}

/// One run of the program that meant to place the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) state: State,
    /// When the run wrote this down, before anything left.
    pub(crate) time: Timestamp,
    /// The same by the clock that counts from the start of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock: Option<BootClock>,
    /// The base URL that the order was sent to.
    pub(crate) host: String,
    /// DigiCert's `name_id` of the product.
    pub(crate) product: String,
    #[serde(flatten)]
    pub(crate) prints: Fingerprints,
    /// The order's file, by which it is recognised under another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<FileId>,
    /// What was listed before, if it could be read. The order is not among it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) baseline: Option<Baseline>,
    /// How often sending was tried, once the run has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attempts: Option<u32>,
    /// The order's id. In state `unknown` it is a hint from an answer that was cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order_id: Option<OrderId>,
    /// When the attempt that may have placed the order began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sent_at: Option<Timestamp>,
    /// When the program stopped waiting for the answer, or was first seen to be gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given_up_at: Option<Timestamp>,
    /// The same by the clock that counts from the start of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given_up_clock: Option<BootClock>,
    /// The server's clock minus this machine's at that time, if an answer told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clock_offset_seconds: Option<i64>,
    /// When the run is over for sure, retries included, whatever becomes of the program.
    over_by: Timestamp,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Written before the first byte leaves. A later run that finds it knows that this run was stopped
    /// or is still at work.
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

impl Run {
    /// A run that is about to send an order, and ends within `longest`.
    pub(crate) fn begin(
        prints: Fingerprints,
        host: String,
        file: Option<FileId>,
        baseline: Baseline,
        longest: SignedDuration,
    ) -> Self {
        let Moment { time, boot } = Moment::now();
        Self {
            state: State::Sending,
            time,
            clock: boot,
            host,
            product: Order::PRODUCT_NAME_ID.into(),
            prints,
            file,
            baseline: Some(baseline).filter(|baseline| !baseline.is_empty()),
            attempts: None,
            order_id: None,
            sent_at: None,
            given_up_at: None,
            given_up_clock: None,
            clock_offset_seconds: None,
            over_by: time.saturating_add(longest).unwrap_or(Timestamp::MAX),
        }
    }

    /// Whether the order exists or may exist.
    pub(crate) fn may_have_ordered(&self) -> bool {
        match self.state {
            State::Sending | State::Placed | State::Unknown => true,
            State::Rejected | State::NotSent => false,
        }
    }

    /// Whether only a look at DigiCert's lists can tell if the order exists.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, State::Sending | State::Unknown)
    }

    /// Whether this run was about an order: the same, or one for the same person while it is not
    /// known how the run ended. A file that was edited is still the file of that run.
    pub(crate) fn is_about(&self, order: &Order) -> bool {
        self.prints.is_order(order) || (self.is_open() && self.prints.is_person(order))
    }

    /// When the order may have been sent, at the earliest.
    pub(crate) fn earliest(&self) -> Timestamp {
        self.sent_at.unwrap_or(self.time)
    }

    /// When the order stopped being under way.
    pub(crate) fn given_up(&self) -> Moment {
        match self.given_up_at {
            Some(time) => Moment { time, boot: self.given_up_clock.clone() },
            None => self.over(),
        }
    }

    pub(crate) fn set_given_up(&mut self, Moment { time, boot }: Moment) {
        (self.given_up_at, self.given_up_clock) = (Some(time), boot);
    }

    fn over(&self) -> Moment {
        let begin = Moment { time: self.time, boot: self.clock.clone() };
        begin.plus(self.over_by.duration_since(self.time))
    }

    /// Notes that the run is no longer at work, if it did not end. The first run that sees this records when.
    fn note_stopped(&mut self, now: &Moment) -> bool {
        let stopped = self.state == State::Sending && self.given_up_at.is_none();
        if stopped {
            let over = self.over();
            let is_over = now.since(&over) > SignedDuration::ZERO;
            self.set_given_up(if is_over { over } else { now.clone() });
        }
        stopped
    }
}

impl Receipt {
    pub(crate) fn new(latest: Run) -> Self {
        Self { version: VERSION, latest, earlier: Vec::new(), not: Vec::new() }
    }

    /// The runs after which the order exists or may exist, the newest first.
    pub(crate) fn evidence(&self) -> impl Iterator<Item = &Run> {
        std::iter::once(&self.latest)
            .chain(self.earlier.iter().rev())
            .filter(|run| run.may_have_ordered())
    }

    /// The same with a new run. Runs that placed nothing are not kept.
    pub(crate) fn with(mut self, latest: Run) -> Self {
        let former = std::mem::replace(&mut self.latest, latest);
        self.earlier.extend(former.may_have_ordered().then_some(former));
        self
    }

    /// The same run as it was written down before.
    pub(crate) fn run_mut(&mut self, run: &Run) -> Option<&mut Run> {
        std::iter::once(&mut self.latest)
            .chain(&mut self.earlier)
            .find(|other| other.prints == run.prints)
    }

    /// Notes which runs were stopped before they ended. Only the holder of the lock knows that none
    /// of them is still at work. Returns whether there was one.
    pub(crate) fn note_stopped(&mut self, now: &Moment) -> bool {
        let mut noted = false;
        for run in std::iter::once(&mut self.latest).chain(&mut self.earlier) {
            noted |= run.note_stopped(now);
        }
        noted
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use certcentral::ApiKey;

    use super::*;

    pub(crate) fn order(name: &str) -> Order {
        let text = include_str!("../../../../docs/examples/card-payment.json");
        serde_json::from_str(&text.replace("Sanne", name)).unwrap()
    }

    pub(crate) fn run(state: State, order: &Order) -> Run {
        let prints = Fingerprints::of(order, &ApiKey::new("test-key").unwrap()).unwrap();
        let host = "https://example.com/services/v2".into();
        let longest = SignedDuration::from_secs(300);
        Run { state, ..Run::begin(prints, host, None, Baseline::default(), longest) }
    }

    #[test]
    fn an_earlier_order_is_not_forgotten_because_a_later_run_sent_nothing() {
        let order = order("Sanne");
        let receipt = Receipt::new(run(State::Unknown, &order))
            .with(run(State::Rejected, &order))
            .with(run(State::NotSent, &order));
        assert_eq!(receipt.earlier.len(), 1);
        assert_eq!(receipt.evidence().next().unwrap().state, State::Unknown);
    }

    #[test]
    fn a_stopped_run_counts_as_given_up_when_it_is_first_seen_and_within_its_total_time() {
        let begun = run(State::Sending, &order("Sanne"));
        let at = |seconds: i64| {
            Moment { time: begun.time, boot: begun.clock.clone() }
                .plus(SignedDuration::from_secs(seconds))
        };
        for (seen, given_up) in [(10, 10), (5000, 300)] {
            let mut run = begun.clone();
            assert!(run.note_stopped(&at(seen)));
            assert_eq!(run.given_up(), at(given_up));
            assert!(!run.note_stopped(&at(seen + 100)), "the first to see it says when");
            assert_eq!(run.given_up(), at(given_up));
        }
        assert_eq!(begun.given_up(), at(300));
        let mut ended = run(State::Unknown, &order("Sanne"));
        assert!(!ended.note_stopped(&at(1)));
    }

    #[test]
    fn a_receipt_names_nobody_and_no_card() {
        let receipt = Receipt::new(run(State::Placed, &order("Sanne")));
        let text = serde_json::to_string(&receipt).unwrap();
        for secret in
            ["Sanne", "Janssen", "4111", "\"123\"", "example.com\"", "Alkmaar", "test-key"]
        {
            assert!(!text.contains(secret), "{text}");
        }
        assert_eq!(serde_json::from_str::<Receipt>(&text).unwrap(), receipt);
    }
}
