//! What to look for, and within which time, when it is unknown whether an order was placed.

use std::fmt;
use std::time::Duration;

use certcentral_model::{OrderId, ProductOrder};
use jiff::{SignedDuration, Timestamp};

use crate::lookup::find::holder_match::Person;
use crate::order::outcome::Unknown;

/// How long after the attempt was given up an order may still appear, and be taken for the one.
const SETTLE: Duration = Duration::from_secs(15 * 60);

/// What is known of the order to look for.
///
/// It holds the person's name and email address; `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderSearch {
    pub(crate) product_name_id: String,
    pub(crate) person: Person,
    sent_at: Timestamp,
    given_up_at: Timestamp,
    clock_offset: Option<SignedDuration>,
    pub(crate) order_id: Option<OrderId>,
    margin: Duration,
    settle: Duration,
}

impl OrderSearch {
    /// Looks for an order that was sent after `sent_at` and given up at `given_up_at`, both by the
    /// clock of the machine that sent it.
    #[must_use]
    pub fn new<P: ProductOrder>(order: &P, sent_at: Timestamp, given_up_at: Timestamp) -> Self {
        Self {
            product_name_id: P::PRODUCT_NAME_ID.to_owned(),
            person: Person::of(order.holder()),
            sent_at,
            given_up_at,
            clock_offset: None,
            order_id: None,
            margin: Duration::from_secs(5 * 60),
            settle: SETTLE,
        }
    }

    /// Looks for an order that ended as [`Unknown`], with all that is known from there.
    #[must_use]
    pub fn after<P: ProductOrder>(order: &P, unknown: &Unknown) -> Self {
        let mut search = Self::new(order, unknown.sent_at, unknown.given_up_at);
        search.clock_offset = unknown.clock_offset;
        search.order_id = unknown.order_id;
        search
    }

    /// The server's clock minus that of the sending machine, as it was at the time of sending. If
    /// not given, that of today is taken.
    #[must_use]
    pub fn clock_offset(mut self, offset: SignedDuration) -> Self {
        self.clock_offset = Some(offset);
        self
    }

    /// An order id that was seen in an answer that is otherwise no proof.
    #[must_use]
    pub fn order_id(mut self, id: OrderId) -> Self {
        self.order_id = Some(id);
        self
    }

    /// How long before the time of sending to begin looking, for clocks that are not quite right.
    /// The default is 5 minutes.
    #[must_use]
    pub fn margin(mut self, margin: Duration) -> Self {
        self.margin = margin;
        self
    }

    /// How long after the attempt was given up an order may still appear. The default is 15
    /// minutes. `not_found` is not said before that.
    #[must_use]
    pub fn settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }

    /// When the order can have been made, by the server's clock.
    pub(crate) fn window(&self, offset_now: Option<SignedDuration>) -> Window {
        let offset = self.clock_offset.or(offset_now).unwrap_or_default();
        let margin = signed(self.margin);
        let latest = signed(self.settle.max(SETTLE)).saturating_add(margin);
        Window {
            from: shift(self.sent_at, offset, -margin),
            until: shift(self.given_up_at, offset, latest),
            settled_at: shift(self.given_up_at, offset, signed(self.settle)),
        }
    }
}

/// From when to when an order can have been made, and when no more can appear.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) settled_at: Timestamp,
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// Adds both; what leaves the calendar stays at its end.
pub(crate) fn shift(time: Timestamp, a: SignedDuration, b: SignedDuration) -> Timestamp {
    let by = a.saturating_add(b);
    time.saturating_add(by).unwrap_or(time)
}

impl fmt::Debug for OrderSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            product_name_id,
            person: _,
            sent_at,
            given_up_at,
            clock_offset,
            order_id,
            margin,
            settle,
        } = self;
        f.debug_struct("OrderSearch")
            .field("product_name_id", product_name_id)
            .field("sent_at", sent_at)
            .field("given_up_at", given_up_at)
            .field("clock_offset", clock_offset)
            .field("order_id", order_id)
            .field("margin", margin)
            .field("settle", settle)
            .finish()
    }
}
