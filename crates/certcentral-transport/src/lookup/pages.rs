//! Lists, page by page, that always end: a server may count wrongly, repeat itself or go on for ever,
//! and entries move from page to page while they are read.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use certcentral_model::{OrderInfo, OrderList, Page, RequestInfo, RequestList};
use futures_core::Stream;
use http::Request;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::{Client, Shared};
use crate::http::answer::{Answer, LIST_CAP};
use crate::http::redact::Redactor;
use crate::http::request::NoBody;
use crate::lookup::error::{Kind, LookupError};
use crate::lookup::query::{
    OrderQuery, PageWindow, RequestQuery, order_list_request, request_list_request,
};
use crate::lookup::{get_with, read, redacted};
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;

/// More pages than any account has.
const MAX_PAGES: u32 = 10_000;

/// Pages in a row that hold nothing new: fewer come of entries that are added while a list is read,
/// more of a server that ignores the offset.
const MAX_REPEATED_PAGES: u32 = 3;

impl Client {
    /// Lists orders, newest first: `GET /order/certificate`, read page by page as it is asked for.
    ///
    /// ```no_run
    /// # async fn run(client: certcentral_transport::Client) -> Result<(), certcentral_transport::LookupError> {
    /// use certcentral_transport::OrderQuery;
    ///
    /// let mut orders = client.list_orders(OrderQuery::new());
    /// while let Some(order) = orders.next().await {
    ///     println!("{}", order?.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_orders(&self, query: OrderQuery) -> Listing<OrderInfo> {
        Listing::new(
            self,
            query.window,
            move |base, key, window| {
                order_list_request(base, key, &OrderQuery { window, ..query.clone() })
            },
            |list: OrderList| RawPage {
                entries: list.orders.into_iter().map(|it| (it.id.get(), it)).collect(),
                unreadable: list.unreadable,
                page: list.page.unwrap_or_default(),
                worth: Worth::default(),
            },
        )
    }

    /// Lists requests, newest first: `GET /request`, read page by page as it is asked for. An order
    /// that waits for an administrator may be here and not in the order list.
    pub fn list_requests(&self, query: RequestQuery) -> Listing<RequestInfo> {
        Listing::new(
            self,
            query.window,
            move |base, key, window| {
                request_list_request(base, key, &RequestQuery { window, ..query.clone() })
            },
            |list: RequestList| RawPage {
                entries: list.requests.into_iter().map(|it| (it.id.get(), it)).collect(),
                unreadable: list.unreadable,
                page: list.page.unwrap_or_default(),
                worth: Worth::default(),
            },
        )
    }
}

/// A list of CertCentral, read page by page: a [`Stream`], with a [`next`](Self::next) of its own.
///
/// Each entry comes once, although entries move from page to page when new ones are made. It always
/// ends: where the server's total is reached, at an empty page, at a page shorter than was asked for
/// if the server gives no total, after several pages without anything new, and after an error.
#[must_use = "a list is read as it is asked for"]
pub struct Listing<T> {
    fetch: Box<dyn FnMut(PageWindow) -> Fetch<T> + Send + Sync>,
    // Only ever reached through `&mut`; the mutex is what makes a future `Sync`.
    under_way: Mutex<Option<Fetch<T>>>,
    ready: VecDeque<T>,
    paging: Paging,
    shared: Arc<Shared>,
    redact: fn(&Shared, T) -> Result<T, LookupError>,
}

type Fetch<T> = Pin<Box<dyn Future<Output = Result<RawPage<T>, LookupError>> + Send>>;

/// Entries, each with its id.
type Entries<T> = Vec<(u64, T)>;

/// A page as it came.
struct RawPage<T> {
    entries: Entries<T>,
    unreadable: usize,
    page: Page,
    worth: Worth,
}

/// What a page is worth as a proof.
#[derive(Clone, Copy, Debug, Default)]
struct Worth {
    /// It comes from a cache, is not a plain 200, or has errors beside its entries.
    is_no_proof: bool,
    /// When the server made it.
    date: Option<Timestamp>,
}

/// The answer to a request for a page.
struct Fetched<L> {
    list: L,
    worth: Worth,
}

fn read_page<L: DeserializeOwned>(
    answer: &Answer,
    redactor: Redactor<'_>,
) -> Result<Fetched<L>, LookupError> {
    let list = read(answer, redactor)?;
    let is_no_proof = answer.status != 200
        || answer.has_age
        || answer.has_warning
        || !answer.errors(redactor).is_empty();
    Ok(Fetched { list, worth: Worth { is_no_proof, date: answer.date } })
}

impl<T> Listing<T> {
    /// Reads pages by a request for a window, and by what a page holds of its answer.
    fn new<L>(
        client: &Client,
        first: PageWindow,
        request: impl Fn(&BaseUrl, &ApiKey, PageWindow) -> Request<NoBody> + Send + Sync + 'static,
        page: fn(L) -> RawPage<T>,
    ) -> Self
    where
        T: Serialize + DeserializeOwned + 'static,
        L: DeserializeOwned + Send + 'static,
    {
        let shared = Arc::clone(&client.shared);
        let (client, request) = (client.clone(), Arc::new(request));
        let fetch = move |window| -> Fetch<T> {
            let (client, request) = (client.clone(), Arc::clone(&request));
            Box::pin(async move {
                let request = |base: &_, key: &_| request(base, key, window);
                let fetched = get_with(&client, request, LIST_CAP, read_page::<L>).await?;
                Ok(RawPage { worth: fetched.worth, ..page(fetched.list) })
            })
        };
        Self {
            fetch: Box::new(fetch),
            under_way: Mutex::new(None),
            ready: VecDeque::new(),
            paging: Paging::new(first),
            shared,
            redact: redacted,
        }
    }

    /// Returns the next entry, `None` at the end, an error last.
    pub async fn next(&mut self) -> Option<Result<T, LookupError>> {
        poll_fn(|context| self.poll_entry(context)).await
    }

    /// Returns how many entries were passed over so far because they could not be read.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.paging.unreadable
    }

    /// Returns how many entries the whole list has, as the server last said.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.paging.total
    }

    /// Returns whether the list was read to its end and nothing of it was missed: all entries could be
    /// read, and they are as many as the server counts. A list without a total never is.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.paging.is_whole()
    }

    /// Reads pages that overlap by an entry, so that a border that moved shows: for a list that shall
    /// prove what is not in it.
    pub(crate) fn overlapping(mut self) -> Self {
        self.paging.overlap = 1;
        self
    }

    /// Returns whether every page was made by the server for this reading, as far as its answer tells.
    pub(crate) fn is_fresh(&self) -> bool {
        !self.paging.has_no_proof
    }

    /// The oldest date of a page. `None` if a page had none.
    pub(crate) fn oldest_page(&self) -> Option<Timestamp> {
        self.paging.oldest_page.filter(|_| !self.paging.has_undated)
    }

    /// Whether entries went away while the list was read, so that some may have been missed.
    pub(crate) fn has_shrunk(&self) -> bool {
        self.paging.has_shrunk
    }

    /// Whether the list changed while it was read.
    pub(crate) fn has_moved(&self) -> bool {
        self.paging.has_moved
    }

    /// What the next page holds that is new, each entry with its id, for callers that look at whole
    /// pages.
    pub(crate) async fn next_page(&mut self) -> Option<Result<Entries<T>, LookupError>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    fn poll_entry(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, LookupError>>> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Poll::Ready(Some((self.redact)(&self.shared, entry)));
            }
            match ready!(self.poll_page(context)) {
                Some(Ok(page)) => self.ready.extend(page.into_iter().map(|(_, entry)| entry)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    fn poll_page(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Entries<T>, LookupError>>> {
        if self.paging.ended {
            return Poll::Ready(None);
        }
        let under_way = self.under_way.get_mut().unwrap_or_else(PoisonError::into_inner);
        let fetch = under_way.get_or_insert_with(|| (self.fetch)(self.paging.window));
        let page = ready!(fetch.as_mut().poll(context));
        *under_way = None;
        let page = page.and_then(|page| self.paging.take(page).map_err(LookupError::from));
        self.paging.ended |= page.is_err();
        Poll::Ready(Some(page))
    }
}

impl<T: Unpin> Stream for Listing<T> {
    type Item = Result<T, LookupError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_entry(context)
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fetch: _, under_way: _, ready, paging, shared: _, redact: _ } = self;
        f.debug_struct("Listing")
            .field("ready", &ready.len())
            .field("read", &paging.seen.len())
            .field("total", &paging.total)
            .field("ended", &paging.ended)
            .finish()
    }
}

/// How far a list was read.
#[derive(Default)]
struct Paging {
    window: PageWindow,
    seen: HashSet<u64>,
    pages: u32,
    /// Pages since the last one with anything new.
    repeated_pages: u32,
    unreadable: usize,
    total: Option<u64>,
    /// Whether a page came without a total.
    lacks_total: bool,
    has_shrunk: bool,
    has_moved: bool,
    ended: bool,
    /// How many entries of a page the next one repeats.
    overlap: u64,
    /// How many entries at the beginning of the next page are known already.
    repeats: u64,
    has_no_proof: bool,
    oldest_page: Option<Timestamp>,
    has_undated: bool,
}

impl Paging {
    fn new(first: PageWindow) -> Self {
        Self { window: first, ..Self::default() }
    }

    /// Takes what is new on a page, and decides whether it was the last.
    fn take<T>(&mut self, page: RawPage<T>) -> Result<Entries<T>, Kind> {
        let RawPage { entries, unreadable, page, worth } = page;
        self.pages += 1;
        self.has_no_proof |= worth.is_no_proof;
        self.has_undated |= worth.date.is_none();
        self.oldest_page = match (self.oldest_page, worth.date) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.unreadable += unreadable;
        if entries.is_empty() && unreadable > 0 {
            return Err(Kind::Unreadable { answer: None });
        }
        let total_changed =
            self.total.is_some() && page.total.is_some() && page.total != self.total;
        self.has_moved |= total_changed;
        self.has_shrunk |= total_changed && page.total < self.total;
        self.lacks_total |= page.total.is_none();
        self.total = page.total.or(self.total);

        let length = (entries.len() + unreadable) as u64;
        let end = self.window.offset + length;
        let entries_read = entries.len();
        let repeats = self.repeats;
        // The first entry is the last of the page before, unless the border moved.
        let joins = entries.first().is_none_or(|(id, _)| self.seen.contains(id));
        self.has_moved |= repeats > 0 && !joins;
        let new: Vec<_> = entries.into_iter().filter(|(id, _)| self.seen.insert(*id)).collect();
        self.has_moved |= (new.len() as u64) < (entries_read as u64).saturating_sub(repeats);
        self.window.offset = end;
        self.repeated_pages = if new.is_empty() { self.repeated_pages + 1 } else { 0 };

        // Some servers give fewer entries a page than they are asked for, and say so.
        let asked = u64::from(self.window.limit);
        let given = page.limit.filter(|&limit| limit > 0).map_or(asked, |limit| limit.min(asked));
        self.ended = length == 0
            || self.repeated_pages == MAX_REPEATED_PAGES
            || match self.total {
                // A full page where the total is reached may be the first of more: a server may count
                // the entries of a page. If there are more than the total, it is wrong.
                Some(total) => self.window.offset == total && length < given,
                None => length < given,
            };
        // A page of one entry would repeat itself for ever.
        self.repeats = self.overlap.min(length.saturating_sub(1));
        self.window.offset -= self.repeats;
        if !self.ended && self.pages == MAX_PAGES {
            return Err(Kind::Endless);
        }
        Ok(new)
    }

    fn is_whole(&self) -> bool {
        let has_all = self.total.is_some_and(|total| self.seen.len() as u64 >= total);
        self.ended && has_all && self.unreadable == 0 && !self.lacks_total && !self.has_shrunk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: std::ops::Range<u64>, total: Option<u64>) -> RawPage<u64> {
        let mut page = Page::default();
        page.total = total;
        RawPage {
            entries: ids.map(|id| (id, id)).collect(),
            unreadable: 0,
            page,
            worth: Worth::default(),
        }
    }

    fn paging() -> Paging {
        Paging::new(PageWindow::default())
    }

    /// The ids on the pages that the list takes until it ends.
    fn read(pages: &[RawPage<u64>]) -> (Paging, Vec<u64>) {
        let mut paging = paging();
        let mut ids = Vec::new();
        for raw in pages {
            assert!(!paging.ended, "the list ended too soon");
            let raw = RawPage { entries: raw.entries.clone(), ..*raw };
            ids.extend(paging.take(raw).expect("readable").into_iter().map(|(id, _)| id));
        }
        (paging, ids)
    }

    #[test]
    fn a_list_ends_where_its_total_is_reached() {
        let (paging, ids) = read(&[page(0..100, Some(150)), page(100..150, Some(150))]);
        assert_eq!(ids, (0..150).collect::<Vec<_>>());
        assert!(paging.ended && paging.is_whole() && !paging.has_moved);
        assert_eq!(paging.window.offset, 150);
    }

    #[test]
    fn a_full_page_that_reaches_the_total_is_not_trusted_to_be_the_last() {
        let (paging, _) = read(&[page(0..100, Some(100)), page(0..0, Some(100))]);
        assert!(paging.ended && paging.is_whole());
        // The total is that of each page.
        let counted =
            [page(0..100, Some(100)), page(100..200, Some(100)), page(200..230, Some(30))];
        let (paging, ids) = read(&counted);
        assert!(ids.len() == 230 && !paging.is_whole());
    }

    #[test]
    fn a_list_without_a_total_ends_at_a_short_page_and_is_not_known_to_be_whole() {
        let (paging, _) = read(&[page(0..100, None), page(100..103, None)]);
        assert!(paging.ended && !paging.is_whole());
        let (paging, _) = read(&[page(0..100, None), page(0..0, None)]);
        assert!(paging.ended && !paging.is_whole());
        // The server gives 10 a page and says so.
        let short = |ids| {
            let mut page = page(ids, None);
            page.page.limit = Some(10);
            page
        };
        let (paging, _) = read(&[short(0..10), short(10..20), short(20..21)]);
        assert!(paging.ended);
    }

    #[test]
    fn a_list_without_entries_is_whole_if_it_says_so() {
        assert!(read(&[page(0..0, Some(0))]).0.is_whole());
        assert!(!read(&[page(0..0, None)]).0.is_whole());
        assert!(!read(&[page(0..0, Some(1))]).0.is_whole());
    }

    #[test]
    fn a_page_that_repeats_the_one_before_does_not_end_the_list() {
        let (paging, ids) = read(&[
            page(0..100, Some(250)),
            page(0..100, Some(350)),
            page(100..200, Some(350)),
            page(200..250, Some(350)),
        ]);
        assert!(ids.len() == 250 && paging.ended && !paging.is_whole() && paging.has_moved);
    }

    #[test]
    fn a_list_ends_although_the_server_ignores_the_offset() {
        let same = || page(0..100, Some(1_000));
        let (paging, ids) = read(&[same(), same(), same(), same()]);
        assert!(ids.len() == 100 && paging.ended && !paging.is_whole());
    }

    #[test]
    fn a_list_with_fewer_entries_than_its_total_is_not_whole() {
        let (paging, _) = read(&[page(0..3, Some(5)), page(0..0, Some(5))]);
        assert!(paging.ended && !paging.is_whole() && !paging.has_moved);
    }

    #[test]
    fn a_total_that_shrinks_ends_in_time_and_is_noted() {
        let pages = [page(0..100, Some(300)), page(100..200, Some(150)), page(0..0, Some(150))];
        let (paging, _) = read(&pages);
        assert!(paging.ended && paging.has_shrunk && !paging.is_whole());
    }

    #[test]
    fn entries_that_moved_to_the_next_page_come_once() {
        let (paging, ids) = read(&[page(0..100, Some(150)), page(98..152, Some(154))]);
        assert_eq!(ids, (0..152).collect::<Vec<_>>());
        assert!(paging.ended && paging.has_moved && !paging.is_whole(), "two are new at its top");
    }

    #[test]
    fn entries_that_cannot_be_read_are_counted() {
        let mut damaged = page(0..2, Some(3));
        damaged.unreadable = 1;
        let (paging, _) = read(&[damaged]);
        assert!(paging.ended && paging.unreadable == 1 && !paging.is_whole());
        let nothing = RawPage::<u64> {
            entries: Vec::new(),
            unreadable: 1,
            page: Page::default(),
            worth: Worth::default(),
        };
        assert!(paging_fails(nothing));
    }

    fn paging_fails(page: RawPage<u64>) -> bool {
        paging().take(page).is_err()
    }

    #[test]
    fn a_list_without_end_is_an_error() {
        let mut paging = paging();
        let full = |number: u64| page(number * 100..number * 100 + 100, None);
        let all: Result<Vec<_>, _> =
            (0..u64::from(MAX_PAGES)).map(|number| paging.take(full(number))).collect();
        assert_eq!(all.expect_err("endless"), Kind::Endless);
    }
}
