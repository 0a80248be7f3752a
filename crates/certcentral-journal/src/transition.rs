//! How an attempt goes from one state to the next. The table of states is here and nowhere else; a
//! store runs it within one transaction that names the attempt.

use certcentral::model::{CertificateId, OrderId, OrderStatus, RequestId};
use jiff::Timestamp;

use crate::clock::BootClock;
use crate::record::{AttemptNumber, DecidedBy, Record};
use crate::state::State;

/// What happened to an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transition {
    /// Its sender learned how it ended.
    Ended(Ended),
    /// A look found its order.
    Found(OrderId),
    /// A look found that it does not exist.
    NotFound,
    /// A look decided nothing.
    Looked {
        /// What it said: `ambiguous`, `too_early`.
        verdict: String,
    },
    /// A person named its order.
    Accepted(OrderId),
    /// A person decided that its order does not exist.
    Released,
    /// A person said that these are not its order.
    RuledOut {
        /// Orders.
        orders: Vec<OrderId>,
        /// Requests.
        requests: Vec<RequestId>,
    },
    /// Its order was seen in a status.
    Seen(OrderStatus),
}

/// How the sender's attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// One of `Placed`, `Rejected`, `NotSent`, `Unknown`.
    pub state: State,
    /// The id of the order, if it is placed.
    pub order_id: Option<OrderId>,
    /// The id of its certificate.
    pub certificate_id: Option<CertificateId>,
    /// The id of its request.
    pub request_id: Option<RequestId>,
    /// An id in an answer that proves nothing.
    pub hinted_order_id: Option<OrderId>,
    /// Whether the answer speaks for the order's existence.
    pub has_evidence: bool,
    /// The HTTP status.
    pub http_status: Option<u16>,
    /// Why, as a code.
    pub reason: Option<String>,
    /// The server's clock minus the store's, in milliseconds, if an answer told it.
    pub clock_offset_ms: Option<i64>,
    /// When it ended, by the clock of this machine that cannot be set.
    pub boot: Option<BootClock>,
}

impl Ended {
    /// Returns the end of an attempt of which nothing is known but why.
    #[must_use]
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self {
            state: State::Unknown,
            order_id: None,
            certificate_id: None,
            request_id: None,
            hinted_order_id: None,
            has_evidence: false,
            http_status: None,
            reason: Some(reason.into()),
            clock_offset_ms: None,
            boot: BootClock::now(),
        }
    }
}

/// What a store did with a transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transited {
    /// The attempt as it is recorded now.
    pub record: Record,
    /// What kept the transition from being made as it was asked for.
    pub obstacle: Option<Obstacle>,
}

/// Why a transition was not made as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The order is that of another attempt. An answer that says so is recorded as unknown, with the
    /// order as a hint; a look or a person is refused.
    OwnedBy(AttemptNumber),
    /// The attempt is not in a state from which this is possible. Of a sender that comes back with an
    /// order after the attempt was settled as absent, the order is kept as
    /// [`late_order_id`](crate::Entry::late_order_id).
    State(State),
}

impl Transition {
    /// Returns the order that the attempt would own after this.
    #[must_use]
    pub fn claims_order(&self) -> Option<OrderId> {
        match self {
            Self::Ended(Ended { state: State::Placed, order_id, .. }) => *order_id,
            Self::Found(id) | Self::Accepted(id) => Some(*id),
            _ => None,
        }
    }
}

/// Applies what happened to an attempt, at a moment of the store's clock. `owner` is the placed attempt
/// at the same server that has the order of [`claims_order`](Transition::claims_order), if another one
/// has it.
#[must_use]
pub fn apply(
    mut record: Record,
    transition: &Transition,
    owner: Option<AttemptNumber>,
    now: Timestamp,
) -> Transited {
    let recorded = record.entry.state;
    let read = record.entry.state_at(now);
    let obstacle = match transition {
        Transition::Ended(ended) => end(&mut record, ended, owner, now),
        Transition::Found(id) | Transition::Accepted(id) => match (recorded.is_open(), owner) {
            (_, Some(owner)) => Some(Obstacle::OwnedBy(owner)),
            (false, _) => (record.entry.order_id != Some(*id)).then_some(Obstacle::State(recorded)),
            (true, None) => {
                let by = match transition {
                    Transition::Found(_) => DecidedBy::Look,
                    _ => DecidedBy::Person,
                };
                settle(&mut record, State::Placed, by, now);
                record.entry.order_id = Some(*id);
                None
            }
        },
        // An answer spoke for the order: only a person may say that it does not exist.
        Transition::NotFound if read != State::Unknown || record.entry.has_evidence => {
            Some(Obstacle::State(read))
        }
        Transition::NotFound => {
            settle(&mut record, State::Absent, DecidedBy::Look, now);
            None
        }
        Transition::Released if read != State::Unknown => Some(Obstacle::State(read)),
        Transition::Released => {
            settle(&mut record, State::Absent, DecidedBy::Person, now);
            None
        }
        Transition::Looked { verdict } if recorded.is_open() => {
            record.entry.verdict = Some(verdict.clone());
            record.entry.looked_up_at = Some(now);
            None
        }
        Transition::Looked { .. } => Some(Obstacle::State(recorded)),
        Transition::RuledOut { orders, requests } => {
            add_new(&mut record.not_orders, orders);
            add_new(&mut record.not_requests, requests);
            None
        }
        Transition::Seen(status) if recorded == State::Placed => {
            if status.has_ended() {
                record.holds_place = false;
            }
            record.entry.order_status = Some(status.clone());
            record.entry.order_status_at = Some(now);
            None
        }
        Transition::Seen(_) => Some(Obstacle::State(recorded)),
    };
    Transited { record, obstacle }
}

fn end(
    record: &mut Record,
    ended: &Ended,
    owner: Option<AttemptNumber>,
    now: Timestamp,
) -> Option<Obstacle> {
    let entry = &mut record.entry;
    let recorded = entry.state;
    if !recorded.is_open() {
        if recorded != State::Placed && ended.order_id.is_some() {
            entry.late_order_id = ended.order_id;
        }
        let is_known = recorded == State::Placed && entry.order_id == ended.order_id;
        return (!is_known).then_some(Obstacle::State(recorded));
    }
    entry.ended_at = Some(now);
    entry.certificate_id = ended.certificate_id;
    entry.request_id = ended.request_id;
    entry.hinted_order_id = ended.hinted_order_id;
    entry.has_evidence = ended.has_evidence;
    entry.http_status = ended.http_status;
    entry.reason.clone_from(&ended.reason);
    record.clock_offset_ms = ended.clock_offset_ms.or(record.clock_offset_ms);
    record.given_up_boot.clone_from(&ended.boot);
    if let (State::Placed, Some(owner)) = (ended.state, owner) {
        entry.state = State::Unknown;
        entry.hinted_order_id = ended.order_id;
        entry.has_evidence = true;
        entry.reason = Some("order_of_another_attempt".to_owned());
        return Some(Obstacle::OwnedBy(owner));
    }
    entry.state = ended.state;
    if ended.state == State::Placed {
        entry.order_id = ended.order_id;
        entry.decided_by = Some(DecidedBy::Answer);
    }
    record.holds_place &= ended.state.is_live();
    None
}

fn settle(record: &mut Record, state: State, by: DecidedBy, now: Timestamp) {
    let entry = &mut record.entry;
    entry.state = state;
    entry.decided_by = Some(by);
    entry.ended_at = entry.ended_at.or(Some(entry.over_at.min(now)));
    if by == DecidedBy::Look {
        let verdict = if state == State::Placed { "found" } else { "not_found" };
        entry.verdict = Some(verdict.to_owned());
        entry.looked_up_at = Some(now);
    }
    record.holds_place &= state.is_live();
}

fn add_new<T: Copy + PartialEq>(list: &mut Vec<T>, new: &[T]) {
    for id in new {
        if !list.contains(id) {
            list.push(*id);
        }
    }
}
