//! Every interleaving of some senders of one reference, over the rules that the stores run: claims,
//! pauses between any two steps, crashes at any step, lost answers, connections that break, claims that
//! are not confirmed, looks, and redelivery. Does the server ever hold two orders?
//!
//! The promise is one inequality, and the model has it in ticks: the time from the gate's look at its
//! clocks to the arrival at the server is less than the limit of an attempt plus the settling time.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use certcentral::model::OrderId;
use certcentral_journal::claim::decide;
use certcentral_journal::{
    Allowed, Ended, NewAttempt, PersonPrints, Record, SqliteStore, State, Store, Transition, apply,
};
use jiff::{SignedDuration, Timestamp};

/// The ticks after which a world is not looked at further.
const LAST: u8 = 8;
/// The ticks from the beginning of the deadline in which an attempt may begin.
const WINDOW: u8 = 1;
/// The limit of one is_latest, in ticks.
const ATTEMPT: u8 = 1;

#[derive(Clone, Copy, Debug)]
struct Protocol {
    /// Whether no attempt begins after the deadline.
    has_fence: bool,
    /// After how many ticks another sender takes a claim over, as a lock that expires has it.
    lease: Option<u8>,
    /// How many ticks after the attempt is over a look may say that there is no order.
    settle: u8,
    /// How many ticks after the look at the clocks an order may arrive.
    late: u8,
    /// By what the order is known: its reference, or else its person alone.
    has_reference: bool,
}

/// 2 is less than the attempt's one tick and the two of settling.
const FENCE: Protocol =
    Protocol { has_fence: true, lease: None, settle: 2, late: 2, has_reference: true };

/// Where a sender is. `until` is its deadline. Of its attempt it matters only whether it `is_latest`:
/// those before it have ended for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Sender {
    Idle,
    Began { until: u8 },
    Unconfirmed { is_latest: bool },
    Claimed { is_latest: bool, until: u8 },
    Checked { is_latest: bool, until: u8, at: u8 },
    Refused { is_latest: bool },
    Broken { is_latest: bool, until: u8 },
    Sent { is_latest: bool },
    Looked { is_latest: bool, found: bool },
}

/// The latest attempt as it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Row {
    is_first: bool,
    state: State,
    claimed_at: u8,
}

impl Sender {
    /// Another attempt was claimed.
    fn outdate(&mut self) {
        match self {
            Self::Idle | Self::Began { .. } => {}
            Self::Unconfirmed { is_latest }
            | Self::Claimed { is_latest, .. }
            | Self::Checked { is_latest, .. }
            | Self::Refused { is_latest }
            | Self::Broken { is_latest, .. }
            | Self::Sent { is_latest }
            | Self::Looked { is_latest, .. } => *is_latest = false,
        }
    }
}

const CLAIMS: &str = "claims";

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    time: u8,
    row: Option<Row>,
    senders: Vec<Sender>,
    orders: u8,
}

struct Model {
    protocol: Protocol,
    new: NewAttempt,
    record: Record,
}

impl Model {
    fn at(&self, tick: u8) -> Timestamp {
        self.record.entry.sent_at + SignedDuration::from_secs(tick.into())
    }

    fn record(&self, row: Row) -> Record {
        let mut record = self.record.clone();
        record.entry.state = row.state;
        record.entry.sent_at = self.at(row.claimed_at);
        record.entry.over_at = self.at(row.claimed_at + WINDOW + ATTEMPT);
        record
    }

    /// The row after what a sender or a looker has to say of an attempt.
    fn after(&self, world: &World, is_latest: bool, transition: &Transition) -> Option<Row> {
        let row = world.row.filter(|_| is_latest);
        let Some(row) = row else { return world.row };
        let transited = apply(self.record(row), transition, None, self.at(world.time));
        Some(Row { state: transited.record.entry.state, ..row })
    }

    fn may_claim(&self, world: &World) -> bool {
        let known: Vec<Record> = world.row.map(|row| self.record(row)).into_iter().collect();
        let is_free = world.row.zip(self.protocol.lease).is_some_and(|(row, lease)| {
            row.state == State::Sending && world.time > row.claimed_at + lease
        });
        is_free || decide(&self.new, &known, self.at(world.time)).is_ok()
    }

    /// What may happen next.
    fn steps(&self, world: &World) -> Vec<(&'static str, World)> {
        let protocol = self.protocol;
        let now = world.time;
        let mut steps = Vec::new();
        if now < LAST {
            steps.push(("a tick", World { time: now + 1, ..world.clone() }));
        }
        for (index, &sender) in world.senders.iter().enumerate() {
            let mut step = |what, sender, row, orders| {
                let mut senders = world.senders.clone();
                if what == CLAIMS {
                    senders.iter_mut().for_each(Sender::outdate);
                }
                senders[index] = sender;
                // Senders are alike: which one is where makes no other world.
                senders.sort_unstable();
                steps.push((what, World { time: now, row, senders, orders }));
            };
            let (row, orders) = (world.row, world.orders);
            if sender != Sender::Idle {
                step("a crash", Sender::Idle, row, orders);
            }
            match sender {
                Sender::Idle => {
                    step("takes the message", Sender::Began { until: now + WINDOW }, row, orders);
                }
                Sender::Began { until } if self.may_claim(world) => {
                    let is_first = row.is_none();
                    let row = Some(Row { is_first, state: State::Sending, claimed_at: now });
                    step(CLAIMS, Sender::Claimed { is_latest: true, until }, row, orders);
                    step(CLAIMS, Sender::Unconfirmed { is_latest: true }, row, orders);
                }
                Sender::Began { .. } => {
                    step("drops the message", Sender::Idle, row, orders);
                    let looked_from =
                        |row: Row| row.claimed_at + WINDOW + ATTEMPT + protocol.settle;
                    if let Some(row) = row
                        && row.state.is_open()
                        && now >= looked_from(row)
                    {
                        let looked = Sender::Looked { is_latest: true, found: orders > 0 };
                        step("looks", looked, Some(row), orders);
                    }
                }
                Sender::Looked { is_latest, found } => {
                    let verdict =
                        if found { Transition::Found(order(1)) } else { Transition::NotFound };
                    let row = self.after(world, is_latest, &verdict);
                    step("records its look", Sender::Idle, row, orders);
                }
                Sender::Unconfirmed { is_latest } => {
                    let sending = row.filter(|row| is_latest && row.state == State::Sending);
                    let disowned = sending.map(|row| Row { state: State::NotSent, ..row });
                    step("disowns", Sender::Idle, disowned.or(row), orders);
                }
                Sender::Claimed { is_latest, until } if protocol.has_fence && now > until => {
                    step("is fenced", Sender::Refused { is_latest }, row, orders);
                }
                Sender::Claimed { is_latest, until } => {
                    step("checks", Sender::Checked { is_latest, until, at: now }, row, orders);
                }
                Sender::Checked { is_latest, until, at } => {
                    if now <= at + protocol.late || !protocol.has_fence {
                        step("SENDS", Sender::Sent { is_latest }, row, orders + 1);
                    }
                    step("is cut off", Sender::Broken { is_latest, until }, row, orders);
                }
                Sender::Refused { is_latest } => {
                    let row = self.after(world, is_latest, &ended(State::NotSent));
                    step("records: not sent", Sender::Idle, row, orders);
                }
                Sender::Broken { is_latest, until } => {
                    step("tries again", Sender::Claimed { is_latest, until }, row, orders);
                    for state in [State::NotSent, State::Unknown] {
                        let row = self.after(world, is_latest, &ended(state));
                        step("records: not sent, or unknown", Sender::Idle, row, orders);
                    }
                }
                Sender::Sent { is_latest } => {
                    let placed = self.after(world, is_latest, &ended(State::Placed));
                    step("records: placed", Sender::Idle, placed, orders);
                    if protocol.lease.is_none() {
                        let lost = self.after(world, is_latest, &ended(State::Unknown));
                        step("loses the answer: unknown", Sender::Idle, lost, orders);
                    }
                }
            }
        }
        steps
    }
}

fn order(number: u64) -> OrderId {
    OrderId::new(number).unwrap()
}

fn ended(state: State) -> Transition {
    Transition::Ended(Ended {
        state,
        order_id: (state == State::Placed).then(|| order(1)),
        certificate_id: None,
        request_id: None,
        hinted_order_id: None,
        has_evidence: false,
        http_status: None,
        reason: None,
        clock_offset_ms: None,
        boot: None,
    })
}

/// What came of walking through all worlds.
#[derive(Debug)]
struct Walk {
    /// The steps to a world with two orders, if there is one.
    two_orders: Option<Vec<&'static str>>,
    /// Whether an attempt after the first one placed the order.
    placed_later: bool,
    worlds: usize,
}

async fn walk(protocol: Protocol, senders: usize) -> Walk {
    let folder = tempfile::TempDir::new().unwrap();
    let store = SqliteStore::open_or_create(&folder.path().join("journal.db")).unwrap();
    let new = NewAttempt {
        server: "https://certcentral.example.com/".into(),
        product: "product".into(),
        reference: protocol.has_reference.then(|| "reference".into()),
        label: None,
        file: None,
        row: None,
        digest: [1; 32],
        person: PersonPrints {
            person: [2; 32],
            individual: None,
            full_name: None,
            email: None,
            words: Vec::new(),
        },
        key: [3; 32],
        account: None,
        token: [4; 16],
        look: None,
        over_after: Duration::from_secs((WINDOW + ATTEMPT).into()),
        clock_offset_ms: None,
        over_boot: None,
        // One rule alone must keep the promise.
        allowed: Allowed { same_person: protocol.has_reference, ..Allowed::default() },
    };
    let record = *store.claim(&new).await.unwrap().unwrap();
    let model = Model { protocol, new, record };

    let first = World { time: 0, row: None, senders: vec![Sender::Idle; senders], orders: 0 };
    let mut walk = Walk { two_orders: None, placed_later: false, worlds: 0 };
    let mut came_from = HashMap::from([(first.clone(), None)]);
    let mut queue = VecDeque::from([first]);
    while let Some(world) = queue.pop_front() {
        if world.orders > 1 {
            let mut steps = Vec::new();
            let mut at = &world;
            while let Some(Some((before, what))) = came_from.get(at) {
                steps.push(*what);
                at = before;
            }
            steps.reverse();
            walk.two_orders = Some(steps);
            break;
        }
        let placed = world.row.filter(|row| row.state == State::Placed);
        walk.placed_later |= world.orders == 1 && placed.is_some_and(|row| !row.is_first);
        for (what, next) in model.steps(&world) {
            if !came_from.contains_key(&next) {
                came_from.insert(next.clone(), Some((world.clone(), what)));
                queue.push_back(next);
            }
        }
    }
    walk.worlds = came_from.len();
    walk
}

#[tokio::test]
async fn with_the_fence_no_interleaving_orders_twice() {
    for (senders, has_reference) in [(2, true), (2, false), (3, true)] {
        let walk = walk(Protocol { has_reference, ..FENCE }, senders).await;
        assert_eq!(walk.two_orders, None, "of {senders} senders");
        assert!(walk.placed_later, "what is known to be absent is sent again");
        assert!(walk.worlds > 10_000, "{walk:?}");
    }
}

/// Each part of the protocol is needed: without it, some interleaving orders twice.
#[tokio::test]
async fn without_any_part_of_it_an_order_is_placed_twice() {
    let broken = [
        ("a lock that expires", Protocol { lease: Some(2), has_fence: false, ..FENCE }),
        ("a lock that expires, and a fence", Protocol { lease: Some(2), ..FENCE }),
        ("no fence", Protocol { has_fence: false, ..FENCE }),
        ("settled too early", Protocol { settle: 1, ..FENCE }),
        ("bytes that live longer than that", Protocol { late: 3, ..FENCE }),
        ("released as soon as the attempt is over", Protocol { settle: 0, late: 1, ..FENCE }),
    ];
    for (what, protocol) in broken {
        let walk = walk(protocol, 2).await;
        assert!(walk.two_orders.is_some(), "{what}: {} worlds", walk.worlds);
    }
}
