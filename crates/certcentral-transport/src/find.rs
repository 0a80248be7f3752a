//! Looking for an order of which it is unknown whether it was placed.
//!
//! It searches the order list and the request list and says what it found. It decides nothing:
//! whether to send again is for somebody who has read the report. All times are compared as the
//! server counts them, since its lists carry its own.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use certcentral_model::{
    CertificateId, OrderId, OrderInfo, OrderStatus, ProductOrder, RequestInfo,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use crate::listing::Listing;
use crate::lookup::Kind;
use crate::person::{Person, Sameness};
use crate::server_time::Dated;
use crate::{Client, LookupError, OrderQuery, RequestQuery, Unknown};

/// How long after the attempt was given up an order may still appear, and be taken for the one.
const SETTLE: Duration = Duration::from_secs(15 * 60);

/// How often lists are read anew if entries went away while they were read.
const READINGS: usize = 3;

impl Client {
    /// Looks for an order of which it is unknown whether it was placed.
    ///
    /// Both lists are read, newest first, back to the time of sending less a margin. The order may
    /// appear late: `not_found` is said only if the lists were read 15 minutes or more
    /// ([`OrderSearch::settle`]) after the attempt was given up, `too_early` before that.
    ///
    /// ```no_run
    /// # async fn run(client: certcentral_transport::Client, order: certcentral_model::pkio_professional::Order, unknown: certcentral_transport::Unknown) -> Result<(), certcentral_transport::LookupError> {
    /// use certcentral_transport::{OrderSearch, Verdict};
    ///
    /// let report = client.find_order(&OrderSearch::after(&order, &unknown)).await?;
    /// match report.verdict {
    ///     Verdict::Found => println!("it was placed: {:?}", report.order_id()),
    ///     Verdict::NotFound => println!("it was not placed, and may be sent again"),
    ///     Verdict::Ambiguous => println!("look at these: {:?}", report.candidates),
    ///     Verdict::TooEarly => println!("look again later"),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LookupError`] if a list could not be read. Nothing is known then.
    pub async fn find_order(&self, search: &OrderSearch) -> Result<FindReport, LookupError> {
        for _ in 0..READINGS {
            let looked_at = Timestamp::now();
            let mut orders = self.orders(OrderQuery::new());
            let mut requests = self.requests(RequestQuery::new());
            let mut found = Evidence::default();

            // Requests first: an order that is approved meanwhile goes from there to the orders.
            self.read_back(search, &mut requests, |request: &RequestInfo| {
                found.request(search, request);
                Dated::read(request.date.as_deref())
            })
            .await?;
            self.read_back(search, &mut orders, |order: &OrderInfo| {
                found.order(search, order);
                Dated::read(order.date_created.as_deref())
            })
            .await?;
            if orders.shrank() || requests.shrank() {
                continue;
            }
            if let Some(id) = search.order_id.filter(|id| !found.orders.contains_key(id)) {
                match self.order_info(id).await {
                    Ok(order) => found.order(search, &order),
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error),
                }
            }
            found.unreadable += orders.unreadable() + requests.unreadable();
            return Ok(found.report(search, looked_at, self.clock_offset()));
        }
        Err(Kind::Unsettled.into())
    }

    /// Reads a list back to the time of sending less the margin. It stops before the list's end
    /// only if all of it so far was in order, newest first: a server may not have sorted it.
    async fn read_back<T>(
        &self,
        search: &OrderSearch,
        list: &mut Listing<T>,
        mut look: impl FnMut(&T) -> Option<Dated>,
    ) -> Result<(), LookupError> {
        let mut oldest: Option<Dated> = None;
        let mut sorted = true;
        while let Some(page) = list.next_page().await {
            for entry in &page? {
                let date = look(entry);
                sorted &= match (date, oldest) {
                    (Some(date), Some(oldest)) => date.earliest <= oldest.latest,
                    (Some(_), None) => true,
                    (None, _) => false,
                };
                oldest = date;
            }
            let window = search.window(self.clock_offset());
            if sorted && oldest.is_some_and(|oldest| oldest.latest < window.from) {
                break;
            }
        }
        Ok(())
    }
}

/// What is known of the order to look for.
///
/// It holds the person's name and email address; `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderSearch {
    product_name_id: String,
    person: Person,
    sent_at: Timestamp,
    given_up_at: Timestamp,
    clock_offset: Option<SignedDuration>,
    order_id: Option<OrderId>,
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
    fn window(&self, offset_now: Option<SignedDuration>) -> Window {
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
struct Window {
    from: Timestamp,
    until: Timestamp,
    settled_at: Timestamp,
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// Adds both; what leaves the calendar stays at its end.
fn shift(time: Timestamp, a: SignedDuration, b: SignedDuration) -> Timestamp {
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

/// What a search says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// One order, and only one, is for the same person and product and was made after the sending:
    /// the order was placed. Do not send it again.
    Found,
    /// Several orders may be it, or one of which too little is known, or something in the lists
    /// could not be read. Somebody must look. Do not send it again before.
    Ambiguous,
    /// Both lists were read, late enough, and it is in neither: it was not placed, and may be sent
    /// again.
    NotFound,
    /// It is in neither list yet. Look again later; do not send it again before.
    TooEarly,
}

impl Verdict {
    /// The name as the program writes it: `found`, `ambiguous`, `not_found`, `too_early`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Ambiguous => "ambiguous",
            Self::NotFound => "not_found",
            Self::TooEarly => "too_early",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FindReport {
    /// What it says.
    pub verdict: Verdict,
    /// The orders that may be it, the most like it first.
    pub candidates: Vec<Candidate>,
    /// From when on orders were looked at, by the server's clock.
    pub searched_from: Timestamp,
    /// When the lists were read, by the server's clock.
    pub looked_at: Timestamp,
    /// When the lists have settled, by the server's clock: `not_found` is not said before.
    pub settled_at: Timestamp,
    /// Entries that could not be read, or do not say which order they are about. With any of these
    /// `not_found` is not said.
    pub unreadable: usize,
    /// The server's clock minus this machine's. Without it `not_found` is not said.
    pub clock_offset: Option<SignedDuration>,
}

impl FindReport {
    /// The order's id, if it was found.
    #[must_use]
    pub fn order_id(&self) -> Option<OrderId> {
        match (self.verdict, &*self.candidates) {
            (Verdict::Found, [candidate, ..]) => Some(candidate.order_id),
            _ => None,
        }
    }
}

/// An order that may be the one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// Order ID.
    pub order_id: OrderId,
    /// Certificate ID, where the lists show one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_id: Option<CertificateId>,
    /// Where the order stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// When it was made, as the server wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_created: Option<String>,
    /// What of it is as in the order that is looked for.
    pub matched: Vec<Match>,
}

/// What a candidate has in common with the order that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Match {
    /// The id that was seen in the lost answer.
    OrderId,
    /// The product.
    Product,
    /// It was made when it should have been.
    Time,
    /// CertCentral's id of the individual.
    Individual,
    /// First and last name.
    Name,
    /// The email address.
    Email,
}

/// What the lists say of the orders that may be it.
#[derive(Default)]
struct Evidence {
    orders: BTreeMap<OrderId, Seen>,
    /// Requests that do not say which order they are about.
    nameless: Vec<Option<Dated>>,
    unreadable: usize,
}

/// What the lists say of one order.
#[derive(Default)]
struct Seen {
    certificate_id: Option<CertificateId>,
    status: Option<OrderStatus>,
    date_created: Option<String>,
    /// Of the order, else of its request.
    date: Option<Dated>,
    product: Option<bool>,
    person: Sameness,
}

impl Evidence {
    fn order(&mut self, search: &OrderSearch, order: &OrderInfo) {
        let seen = self.orders.entry(order.id).or_default();
        let date = Dated::read(order.date_created.as_deref());
        if date.is_some() {
            seen.date = date;
            seen.date_created.clone_from(&order.date_created);
        }
        seen.status = order.status.clone().or(seen.status.take());
        let certificate = order.certificate.as_ref();
        seen.certificate_id = certificate.and_then(|info| info.id).or(seen.certificate_id);
        let product = order.product.as_ref().and_then(|product| product.name_id.as_deref());
        seen.product(search, product);
        seen.person.add(search.person.compare(certificate, order.individual.as_ref()));
    }

    fn request(&mut self, search: &OrderSearch, request: &RequestInfo) {
        // These are about orders that were there before.
        if request.r#type.as_deref().is_some_and(|kind| matches!(kind, "reissue" | "revoke")) {
            return;
        }
        let date = Dated::read(request.date.as_deref());
        let Some(order) = &request.order else {
            self.nameless.push(date);
            return;
        };
        let seen = self.orders.entry(order.id).or_default();
        if seen.date.is_none() && date.is_some() {
            seen.date = date;
            seen.date_created.clone_from(&request.date);
        }
        let certificate = order.certificate.as_ref();
        seen.certificate_id = seen.certificate_id.or(certificate.and_then(|info| info.id));
        let product = order.product.as_ref().and_then(|product| product.name_id.as_deref());
        seen.product(search, product);
        seen.person.add(search.person.compare(certificate, None));
    }

    fn report(
        self,
        search: &OrderSearch,
        looked_at: Timestamp,
        offset_now: Option<SignedDuration>,
    ) -> FindReport {
        let Self { orders, nameless, mut unreadable } = self;
        let window = search.window(offset_now);
        unreadable += nameless
            .into_iter()
            .filter(|date| date.is_none_or(|date| date.latest >= window.from))
            .count();
        let looked_at = shift(looked_at, offset_now.unwrap_or_default(), SignedDuration::ZERO);

        let mut same = 0;
        let mut candidates: Vec<(bool, Candidate)> = Vec::new();
        for (id, seen) in orders {
            if let Some((is_same, candidate)) = seen.candidate(id, search, window) {
                same += usize::from(is_same);
                candidates.push((is_same, candidate));
            }
        }
        let by_id = candidates.iter().any(|(_, one)| one.matched.contains(&Match::OrderId));
        let settled = looked_at >= window.settled_at;
        let whole = unreadable == 0 && offset_now.is_some();
        let verdict = match (same, candidates.len()) {
            // The server itself named this one.
            (1.., _) if by_id => Verdict::Found,
            (1, 1) => Verdict::Found,
            (0, 0) if settled && whole => Verdict::NotFound,
            (0, 0) if !settled => Verdict::TooEarly,
            _ => Verdict::Ambiguous,
        };
        // What is most alike first, then what is newest: ids grow.
        candidates.sort_by_key(|(is_same, one)| {
            let by_id = one.matched.contains(&Match::OrderId);
            std::cmp::Reverse((by_id, *is_same, one.matched.len(), one.order_id))
        });
        FindReport {
            verdict,
            candidates: candidates.into_iter().map(|(_, candidate)| candidate).collect(),
            searched_from: window.from,
            looked_at,
            settled_at: window.settled_at,
            unreadable,
            clock_offset: offset_now,
        }
    }
}

impl Seen {
    fn product(&mut self, search: &OrderSearch, name_id: Option<&str>) {
        if let Some(name_id) = name_id {
            self.product = Some(name_id == search.product_name_id);
        }
    }

    /// This order as a candidate, and whether it surely is the one. `None` if it surely is not.
    fn candidate(
        self,
        order_id: OrderId,
        search: &OrderSearch,
        window: Window,
    ) -> Option<(bool, Candidate)> {
        let Self { certificate_id, status, date_created, date, product, person } = self;
        let in_time = date.map(|date| date.latest >= window.from && date.earliest <= window.until);
        if product == Some(false) || in_time == Some(false) || person.differs() {
            return None;
        }
        let by_id = search.order_id == Some(order_id);
        let mut matched: Vec<Match> = [
            (by_id, Match::OrderId),
            (product == Some(true), Match::Product),
            (in_time == Some(true), Match::Time),
        ]
        .into_iter()
        .filter_map(|(is, what)| is.then_some(what))
        .collect();
        matched.extend(person.matches());
        let is_same = by_id || (product == Some(true) && in_time == Some(true) && person.is_same());
        Some((is_same, Candidate { order_id, certificate_id, status, date_created, matched }))
    }
}
