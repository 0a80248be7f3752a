//! What to look for when it is unknown whether an order was placed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use certcentral_model::{Holder, OrderId, ProductOrder, RequestId};
use jiff::{SignedDuration, Timestamp};

use crate::lookup::find::baseline::Baseline;
use crate::lookup::find::holder_match::SoughtHolder;
use crate::lookup::find::row::Row;
use crate::order::outcome::Unknown;

/// How long after the attempt was given up an order may still appear.
const SETTLE: Duration = Duration::from_secs(15 * 60);

/// How much older than the sending the date of a row must be to exclude the row, and how far the wall
/// clock of this machine may be wrong where nothing else tells the time: more than any two time zones
/// lie apart.
const CLOCK_DOUBT: SignedDuration = SignedDuration::from_hours(26);

/// How much older than the sending the date of a row may be that is certainly the order: dates have
/// whole seconds, and what is known of the server's clock is not exact.
const DATE_DOUBT: SignedDuration = SignedDuration::from_mins(1);

/// Orders that are known as those of other attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherOrders {
    /// Those that an answer to the other attempt named, or a person.
    pub by_answer: BTreeSet<OrderId>,
    /// Those that a look gave to the other attempt.
    pub by_look: BTreeSet<OrderId>,
}

/// What is known of the order to look for.
///
/// It holds the holder's name and email address; `Debug` does not show them.
///
/// `not_found` needs to be sure how much time has passed since the attempt was given up. The more of
/// [`clock_offset`](Self::clock_offset), [`baseline`](Self::baseline) and
/// [`elapsed_since_given_up`](Self::elapsed_since_given_up) is given, the sooner it can be said: where
/// only the wall clock of this machine tells the time, it must have moved on by 26 hours more, since
/// it may have been corrected meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct OrderSearch {
    pub(crate) product_name_id: String,
    pub(crate) holder: SoughtHolder,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) baseline: Baseline,
    pub(crate) excluded: BTreeSet<OrderId>,
    pub(crate) excluded_requests: BTreeSet<RequestId>,
    pub(crate) others: Arc<OtherOrders>,
    pub(crate) is_other_account: bool,
    pub(crate) has_evidence: bool,
    pub(crate) may_still_be_sent: bool,
    sent_at: Timestamp,
    given_up_at: Timestamp,
    clock_offset: Option<SignedDuration>,
    elapsed: Option<Elapsed>,
    settle: Duration,
}

/// How much time had passed at an instant of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Elapsed {
    until: Instant,
    time: Duration,
}

/// When a look at the lists began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookTime {
    /// By this machine's wall clock.
    pub(crate) wall: Timestamp,
    /// By its monotonic clock.
    pub(crate) monotonic: Instant,
    /// By the server's clock, if it is known.
    pub(crate) server: Option<Timestamp>,
}

impl OrderSearch {
    /// Looks for an order that was sent at `sent_at` and given up at `given_up_at`, both by the clock
    /// of the machine that sent it.
    pub fn new<P: ProductOrder>(order: &P, sent_at: Timestamp, given_up_at: Timestamp) -> Self {
        Self::for_holder(P::PRODUCT_NAME_ID, order.holder(), sent_at, given_up_at)
    }

    /// Looks for an order of which the product and some of the holder are known.
    ///
    /// What is not known of the holder cannot tell the order from another one, so the verdict may be
    /// `ambiguous` where the whole order would be found, or not found.
    pub fn for_holder(
        product_name_id: &str,
        holder: Holder<'_>,
        sent_at: Timestamp,
        given_up_at: Timestamp,
    ) -> Self {
        Self {
            product_name_id: product_name_id.to_owned(),
            holder: SoughtHolder::new(holder),
            order_id: None,
            baseline: Baseline::default(),
            excluded: BTreeSet::new(),
            excluded_requests: BTreeSet::new(),
            others: Arc::default(),
            is_other_account: false,
            has_evidence: false,
            may_still_be_sent: false,
            sent_at,
            given_up_at,
            clock_offset: None,
            elapsed: None,
            settle: SETTLE,
        }
    }

    /// Looks for an order that ended as [`Unknown`], with all that is known from there.
    pub fn after<P: ProductOrder>(order: &P, unknown: &Unknown) -> Self {
        Self {
            clock_offset: unknown.clock_offset,
            order_id: unknown.order_id,
            has_evidence: unknown.speaks_for_the_order(),
            elapsed: Some(Elapsed { until: unknown.given_up, time: Duration::ZERO }),
            ..Self::new(order, unknown.sent_at, unknown.given_up_at)
        }
    }

    /// Sets the server's clock minus that of the sending machine, as it was when the order was sent
    /// and given up. Without it, that of the [`baseline`](Self::baseline) counts.
    pub fn clock_offset(mut self, offset: SignedDuration) -> Self {
        self.clock_offset = Some(offset);
        self
    }

    /// Sets what was listed before the order was sent: none of that can be the order.
    pub fn baseline(mut self, baseline: Baseline) -> Self {
        self.baseline = baseline;
        self
    }

    /// Excludes orders that are known not to be the one: a person has looked at them, or they are the
    /// outcome of other orders. May be called repeatedly.
    pub fn exclude_orders(mut self, ids: impl IntoIterator<Item = OrderId>) -> Self {
        self.excluded.extend(ids);
        self
    }

    /// Excludes requests that a person has looked at, likewise.
    pub fn exclude_requests(mut self, ids: impl IntoIterator<Item = RequestId>) -> Self {
        self.excluded_requests.extend(ids);
        self
    }

    /// Sets the orders that are known as those of other attempts, a set that many searches share.
    pub fn others(mut self, others: Arc<OtherOrders>) -> Self {
        self.others = others;
        self
    }

    /// Says that an answer spoke for the order's existence: a status of success, or an id.
    /// `not_found` is not said then; only a person can say so. A search [after](Self::after) an outcome
    /// knows it already.
    pub fn with_evidence(mut self) -> Self {
        self.has_evidence = true;
        self
    }

    /// Says that a sender may still be alive and send the order. `not_found` is not said then.
    pub fn may_still_be_sent(mut self) -> Self {
        self.may_still_be_sent = true;
        self
    }

    /// Sets an order id that was seen in an answer that otherwise proves nothing.
    pub fn order_id(mut self, id: OrderId) -> Self {
        self.order_id = Some(id);
        self.has_evidence = true;
        self
    }

    /// Sets how long after the attempt was given up an order may still appear: 15 minutes by default.
    /// `not_found` is not said before that; with zero the time that has passed does not matter.
    pub fn settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }

    /// Sets how much time has passed until now since the attempt was given up, by a clock of this
    /// machine that cannot be set: its monotonic clock, within one boot. It replaces the difference of wall
    /// clocks. A search [after](Self::after) an outcome knows it already.
    pub fn elapsed_since_given_up(mut self, elapsed: Duration) -> Self {
        self.elapsed = Some(Elapsed { until: Instant::now(), time: elapsed });
        self
    }

    /// Says that the lists may be those of another account than the order was sent to, because the API
    /// key is another one. `not_found` is not said then.
    pub fn other_account(mut self) -> Self {
        self.is_other_account = true;
        self
    }

    /// Whether a row is known not to be the order: a person said so, or it is another attempt's order.
    /// If only a look gave it to the other attempt, it is not known where the row bears this
    /// person's name or email address.
    pub(crate) fn excludes(&self, row: &Row) -> bool {
        let is_others = |id: &OrderId| {
            self.others.by_answer.contains(id)
                || (self.others.by_look.contains(id) && !self.holder.resembles(&row.holder))
        };
        row.order_id.is_some_and(|id| self.excluded.contains(&id) || is_others(&id))
            || row.request_ids.iter().any(|id| self.excluded_requests.contains(id))
    }

    /// Whether a row is dated before the sending, by the server's time of it, less a minute.
    pub(crate) fn is_before_sending(&self, date: Option<Timestamp>) -> bool {
        let sent_at = self.server_sent_at().map(|sent_at| shift(sent_at, -DATE_DOUBT));
        date.zip(sent_at).is_some_and(|(date, sent_at)| date < sent_at)
    }

    /// The server's time of the sending, as far as it is known: no later than it can have been.
    fn server_sent_at(&self) -> Option<Timestamp> {
        let by_offset = self.clock_offset.map(|offset| {
            // The offset may have been read before or after the clock was corrected.
            shift(self.sent_at.min(self.given_up_at), offset)
        });
        [self.baseline.server_time(), by_offset].into_iter().flatten().min()
    }

    /// The server's time from which on a list can be a proof, as far as it is known: a page that is
    /// dated before may come from a cache.
    pub(crate) fn proof_from(&self) -> Option<Timestamp> {
        if self.settle.is_zero() {
            return None;
        }
        let offset = self.clock_offset.or_else(|| self.baseline.clock_offset())?;
        let settle = SignedDuration::try_from(self.settle).unwrap_or(SignedDuration::MAX);
        // Dates have whole seconds, and so does what is known of the server's clock.
        Some(shift(
            shift(self.given_up_at, offset),
            settle.saturating_sub(SignedDuration::from_secs(2)),
        ))
    }

    /// The earliest moment, by the server's clock, at which a row that is the order can be dated.
    /// `None` if the server's time of the sending is not known.
    ///
    /// The order was sent after the look that gave the baseline, and before the look that `looked_at`
    /// is the server's time of. So a clock that was corrected in between can only make this earlier.
    pub(crate) fn earliest_date(&self, looked_at: Option<Timestamp>) -> Option<Timestamp> {
        let sent_at = self.server_sent_at()?;
        Some(shift(looked_at.map_or(sent_at, |at| at.min(sent_at)), -CLOCK_DOUBT))
    }

    /// How long the order may still appear, at a look. Of the server's time and this machine's the one
    /// that has passed less counts.
    pub(crate) fn settles_in(&self, look: LookTime) -> Duration {
        if self.settle.is_zero() {
            return Duration::ZERO;
        }
        let by_machine = match self.elapsed {
            Some(Elapsed { until, time }) => {
                let passed = time.saturating_add(look.monotonic.saturating_duration_since(until));
                SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX)
            }
            None => look.wall.duration_since(self.given_up_at),
        };
        let offset = self.clock_offset.or_else(|| self.baseline.clock_offset());
        let by_server = look
            .server
            .zip(offset)
            .map(|(now, offset)| now.duration_since(shift(self.given_up_at, offset)));
        let passed = by_server.map_or(by_machine, |by_server| by_server.min(by_machine));
        let is_proven = by_server.is_some() || self.elapsed.is_some();
        let doubt = if is_proven { SignedDuration::ZERO } else { CLOCK_DOUBT };
        let needed = SignedDuration::try_from(self.settle).unwrap_or(SignedDuration::MAX);
        let left = needed.saturating_add(doubt).saturating_sub(passed);
        Duration::try_from(left).unwrap_or_default()
    }
}

/// Adds a duration; what leaves the calendar stays at its end.
fn shift(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_add(by).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A look in the same process, long ago or long after by the wall clock.
    fn settles_in(search: &OrderSearch, wall: Timestamp, server: Option<Timestamp>) -> Duration {
        let until = search.elapsed.map_or_else(Instant::now, |elapsed| elapsed.until);
        search.settles_in(LookTime { wall, monotonic: until, server })
    }

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);
    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn noon() -> Timestamp {
        "2026-06-09T12:00:00Z".parse().expect("a time")
    }

    /// Sent at noon and given up a minute later, by the machine's clock.
    fn search() -> OrderSearch {
        OrderSearch::for_holder("product", Holder::default(), noon(), noon() + MINUTE)
    }

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60)
    }

    #[test]
    fn time_passes_by_the_clock_that_moved_least() {
        let known = || search().clock_offset(HOUR);
        let at = |minutes: i32| noon() + MINUTE + MINUTE * minutes;
        let server = |minutes: i32| Some(at(minutes) + HOUR);
        assert_eq!(settles_in(&known(), at(10), server(10)), minutes(5));
        assert_eq!(settles_in(&known(), at(15), server(15)), Duration::ZERO);
        // This machine's clock was put forward, or the server's was.
        assert_eq!(settles_in(&known(), at(100), server(10)), minutes(5));
        assert_eq!(settles_in(&known(), at(10), server(100)), minutes(5));
        // It was put back.
        assert_eq!(settles_in(&known(), at(-5), server(20)), minutes(20));
        // The monotonic clock counts and the wall clock does not.
        let monotonic = known().elapsed_since_given_up(minutes(14));
        assert_eq!(settles_in(&monotonic, at(100), server(100)), minutes(1));
        assert_eq!(settles_in(&monotonic, at(-100), server(14)), minutes(1));
    }

    #[test]
    fn without_the_servers_time_the_wall_clock_alone_needs_a_day_and_more() {
        let at = |minutes: i32| noon() + MINUTE + MINUTE * minutes;
        let whole = 26 * 60 + 15;
        assert_eq!(settles_in(&search(), at(20), None), minutes(whole - 20));
        // The server's time now does not say what it was then.
        assert_eq!(settles_in(&search(), at(20), Some(at(20))), minutes(whole - 20));
        let later = i32::try_from(whole).expect("small");
        assert_eq!(settles_in(&search(), at(later), None), Duration::ZERO);
        let monotonic = search().elapsed_since_given_up(minutes(15));
        assert_eq!(settles_in(&monotonic, at(-100), None), Duration::ZERO);
    }

    #[test]
    fn without_settling_no_time_is_needed() {
        let hasty = search().settle(Duration::ZERO);
        assert_eq!(settles_in(&hasty, noon() - HOUR, None), Duration::ZERO);
    }

    #[test]
    fn a_row_may_be_as_old_as_the_earliest_time_of_the_sending_less_26_hours() {
        let day = HOUR * 26;
        assert_eq!(search().earliest_date(None), None);
        assert_eq!(search().earliest_date(Some(noon())), None);
        let known = || search().clock_offset(HOUR);
        assert_eq!(known().earliest_date(None), Some(noon() + HOUR - day));
        // The look cannot be before the sending: one of the clocks was corrected.
        assert_eq!(known().earliest_date(Some(noon())), Some(noon() - day));
        // The clock was put back within the attempt.
        let stepped = OrderSearch::for_holder("product", Holder::default(), noon(), noon() - HOUR);
        let stepped = stepped.clock_offset(SignedDuration::ZERO);
        assert_eq!(stepped.earliest_date(None), Some(noon() - HOUR - day));
        // The look before the sending says it best.
        let looked = known().baseline(Baseline::at(noon() - HOUR * 5, Some(noon() - HOUR * 2)));
        assert_eq!(looked.earliest_date(None), Some(noon() - HOUR * 2 - day));
        let silent = known().baseline(Baseline::at(noon(), None));
        assert_eq!(silent.earliest_date(None), Some(noon() + HOUR - day));
    }
}
