//! Looking for orders of which it is unknown whether they were placed.
//!
//! It reads the request list and the order list and says what it found. It decides nothing: whether
//! to send again is for somebody who has read the report. All times are compared as the server
//! counts them, since its lists carry its own.

mod date;
mod holder_match;
pub(crate) mod report;
pub(crate) mod search;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use certcentral_model::{CertificateId, OrderId, OrderInfo, OrderStatus, ProductInfo, RequestInfo};
use jiff::{SignedDuration, Timestamp};

use crate::client::Client;
use crate::lookup::error::{Kind, LookupError};
use crate::lookup::find::date::Dated;
use crate::lookup::find::holder_match::Shown;
use crate::lookup::find::report::{Candidate, FindReport, Match, Verdict};
use crate::lookup::find::search::{OrderSearch, Window, shift};
use crate::lookup::pages::Listing;
use crate::lookup::query::{OrderQuery, RequestQuery};

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
        let (lists, looked_at) = self.read_lists(std::slice::from_ref(search)).await?;
        Ok(lists.report(search, looked_at, self.clock_offset()))
    }

    /// Looks for many orders in one reading of the lists: a report for each search, in the same
    /// order. Each search is judged by itself, so two for the same person may find the same order.
    ///
    /// # Errors
    ///
    /// As [`find_order`](Self::find_order).
    pub async fn find_orders(
        &self,
        searches: &[OrderSearch],
    ) -> Result<Vec<FindReport>, LookupError> {
        let (lists, looked_at) = self.read_lists(searches).await?;
        let offset = self.clock_offset();
        Ok(searches.iter().map(|search| lists.report(search, looked_at, offset)).collect())
    }

    /// Reads all that the searches need, and says when it began to, by this machine's clock.
    async fn read_lists(
        &self,
        searches: &[OrderSearch],
    ) -> Result<(Lists, Timestamp), LookupError> {
        for _ in 0..READINGS {
            let looked_at = Timestamp::now();
            let mut lists = Lists::default();

            // Requests first: an order that is approved meanwhile goes from there to the orders.
            let mut requests = self.list_requests(RequestQuery::new());
            self.read_back(searches, &mut requests, |request| lists.add_request(request)).await?;
            let mut orders = self.list_orders(OrderQuery::new());
            self.read_back(searches, &mut orders, |order| lists.add_order(order)).await?;
            if orders.shrank() || requests.shrank() {
                continue;
            }
            lists.unreadable = orders.unreadable() + requests.unreadable();

            for id in searches.iter().filter_map(|search| search.order_id) {
                if !lists.orders.contains_key(&id) {
                    match self.get_order(id).await {
                        Ok(order) => drop(lists.add_order(&order)),
                        Err(error) if error.is_not_found() => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            return Ok((lists, looked_at));
        }
        Err(Kind::Unsettled.into())
    }

    /// Reads a list back to the earliest time of sending less its margin. It stops before the list's
    /// end only if all of it so far was in order, newest first: a server may not have sorted it.
    async fn read_back<T>(
        &self,
        searches: &[OrderSearch],
        list: &mut Listing<T>,
        mut add: impl FnMut(&T) -> Option<Dated>,
    ) -> Result<(), LookupError> {
        let mut oldest: Option<Dated> = None;
        let mut sorted = true;
        while let Some(page) = list.next_page().await {
            for entry in &page? {
                let date = add(entry);
                sorted &= match (date, oldest) {
                    (Some(date), Some(oldest)) => date.earliest <= oldest.latest,
                    (Some(_), None) => true,
                    (None, _) => false,
                };
                oldest = date;
            }
            let offset = self.clock_offset();
            let from = searches.iter().map(|search| search.window(offset).from).min();
            if sorted && oldest.is_some_and(|oldest| from.is_none_or(|from| oldest.latest < from)) {
                break;
            }
        }
        Ok(())
    }
}

/// What both lists say, order by order.
#[derive(Default)]
struct Lists {
    orders: BTreeMap<OrderId, Listed>,
    /// Requests that do not say which order they are about.
    nameless: Vec<Option<Dated>>,
    unreadable: usize,
}

/// What the lists say of one order.
#[derive(Default)]
struct Listed {
    certificate_id: Option<CertificateId>,
    status: Option<OrderStatus>,
    date_created: Option<String>,
    /// Of the order, else of its request.
    date: Option<Dated>,
    product_name_id: Option<String>,
    person: Shown,
}

impl Lists {
    /// Adds what an order says of itself, which counts more than what its request says.
    fn add_order(&mut self, order: &OrderInfo) -> Option<Dated> {
        let date = Dated::read(order.date_created.as_deref());
        let listed = self.orders.entry(order.id).or_default();
        if date.is_some() {
            listed.date = date;
            listed.date_created.clone_from(&order.date_created);
        }
        let certificate = order.certificate.as_ref();
        listed.status = order.status.clone();
        listed.certificate_id = certificate.and_then(|info| info.id).or(listed.certificate_id);
        listed.add_product(order.product.as_ref());
        listed.person.add(certificate, order.individual.as_ref());
        date
    }

    fn add_request(&mut self, request: &RequestInfo) -> Option<Dated> {
        let date = Dated::read(request.date.as_deref());
        // These are about orders that were there before.
        if request.r#type.as_deref().is_some_and(|kind| matches!(kind, "reissue" | "revoke")) {
            return date;
        }
        let Some(order) = &request.order else {
            self.nameless.push(date);
            return date;
        };
        let certificate = order.certificate.as_ref();
        let listed = match self.orders.entry(order.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Listed {
                date,
                date_created: request.date.clone(),
                certificate_id: certificate.and_then(|info| info.id),
                ..Listed::default()
            }),
        };
        listed.add_product(order.product.as_ref());
        listed.person.add(certificate, None);
        date
    }

    fn report(
        &self,
        search: &OrderSearch,
        looked_at: Timestamp,
        offset_now: Option<SignedDuration>,
    ) -> FindReport {
        let window = search.window(offset_now);
        let looked_at = shift(looked_at, offset_now.unwrap_or_default(), SignedDuration::ZERO);
        let may_be_ours =
            |date: &&Option<Dated>| date.is_none_or(|date| date.latest >= window.from);
        let unreadable = self.unreadable + self.nameless.iter().filter(may_be_ours).count();

        let mut candidates: Vec<(bool, Candidate)> = self
            .orders
            .iter()
            .filter_map(|(id, listed)| listed.candidate(*id, search, window))
            .collect();
        // What is most alike first, then what is newest: ids grow.
        candidates.sort_by_key(|(is_same, one)| {
            let by_id = one.matched.contains(&Match::OrderId);
            std::cmp::Reverse((by_id, *is_same, one.matched.len(), one.order_id))
        });
        let same = candidates.iter().filter(|(is_same, _)| *is_same).count();
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

impl Listed {
    fn add_product(&mut self, product: Option<&ProductInfo>) {
        if let Some(name_id) = product.and_then(|product| product.name_id.as_ref()) {
            self.product_name_id = Some(name_id.clone());
        }
    }

    /// This order as a candidate, and whether it surely is the one. `None` if it surely is not.
    fn candidate(
        &self,
        order_id: OrderId,
        search: &OrderSearch,
        window: Window,
    ) -> Option<(bool, Candidate)> {
        let in_time =
            self.date.map(|date| date.latest >= window.from && date.earliest <= window.until);
        let product = self.product_name_id.as_ref().map(|id| *id == search.product_name_id);
        if product == Some(false) || in_time == Some(false) {
            return None;
        }
        let person = search.person.compare(&self.person);
        if person.differs() {
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
        let candidate = Candidate {
            order_id,
            certificate_id: self.certificate_id,
            status: self.status.clone(),
            date_created: self.date_created.clone(),
            matched,
        };
        Some((is_same, candidate))
    }
}
