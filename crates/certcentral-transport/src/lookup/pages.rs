//! Lists, page by page, that always end: a server may count wrongly, repeat itself or go on for
//! ever, and entries move from page to page while they are read.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use certcentral_model::{OrderInfo, OrderList, RequestInfo, RequestList};
use futures_core::Stream;

use crate::client::Client;
use crate::http::answer::LIST_CAP;
use crate::lookup::error::{Kind, LookupError};
use crate::lookup::get;
use crate::lookup::query::{
    OrderQuery, PageWindow, RequestQuery, order_list_request, request_list_request,
};

/// More pages than any account has.
const MAX_PAGES: u32 = 10_000;

impl Client {
    /// The order list: `GET /order/certificate`, newest first, read page by page as it is asked
    /// for.
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
        let client = self.clone();
        let first = query.window;
        Listing::new(first, move |window| {
            let client = client.clone();
            let query = OrderQuery { window, ..query.clone() };
            Box::pin(async move {
                let shared = &client.shared;
                let request = || order_list_request(&shared.base, &shared.key, &query);
                let OrderList { orders, page, unreadable, .. } =
                    get(&client, request, LIST_CAP).await?;
                Ok(RawPage {
                    entries: orders.into_iter().map(|order| (order.id.get(), order)).collect(),
                    unreadable,
                    total: page.and_then(|page| page.total),
                })
            })
        })
    }

    /// The request list: `GET /request`, read page by page as it is asked for. An order that waits
    /// for an administrator may be here and not in the order list.
    pub fn list_requests(&self, query: RequestQuery) -> Listing<RequestInfo> {
        let client = self.clone();
        let first = query.window;
        Listing::new(first, move |window| {
            let client = client.clone();
            let query = RequestQuery { window, ..query.clone() };
            Box::pin(async move {
                let shared = &client.shared;
                let request = || request_list_request(&shared.base, &shared.key, &query);
                let RequestList { requests, page, unreadable, .. } =
                    get(&client, request, LIST_CAP).await?;
                Ok(RawPage {
                    entries: requests.into_iter().map(|entry| (entry.id.get(), entry)).collect(),
                    unreadable,
                    total: page.and_then(|page| page.total),
                })
            })
        })
    }
}

/// A list of CertCentral, read page by page: a [`Stream`], with a [`next`](Self::next) of its own.
///
/// Each entry comes once, although entries move from page to page when new ones are made. It always
/// ends: at an empty page, at a page that holds nothing new, where the server's total is reached,
/// and after an error.
#[must_use = "a list is read as it is asked for"]
pub struct Listing<T> {
    fetch: Box<dyn FnMut(PageWindow) -> Fetch<T> + Send + Sync>,
    // Only ever reached through `&mut`; the mutex is what makes a future `Sync`.
    under_way: Mutex<Option<Fetch<T>>>,
    ready: VecDeque<T>,
    paging: Paging,
}

type Fetch<T> = Pin<Box<dyn Future<Output = Result<RawPage<T>, LookupError>> + Send>>;

/// A page as it came, each entry with its id.
struct RawPage<T> {
    entries: Vec<(u64, T)>,
    unreadable: usize,
    total: Option<u64>,
}

impl<T> Listing<T> {
    fn new(
        first: PageWindow,
        fetch: impl FnMut(PageWindow) -> Fetch<T> + Send + Sync + 'static,
    ) -> Self {
        Self {
            fetch: Box::new(fetch),
            under_way: Mutex::new(None),
            ready: VecDeque::new(),
            paging: Paging::new(first),
        }
    }

    /// The next entry, `None` at the end, an error last.
    pub async fn next(&mut self) -> Option<Result<T, LookupError>> {
        poll_fn(|context| self.poll_entry(context)).await
    }

    /// How many entries were passed over so far because they could not be read.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.paging.unreadable
    }

    /// How many entries the whole list has, as the server last said.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.paging.total
    }

    /// Whether entries went away while the list was read, so that some may have been missed.
    pub(crate) fn shrank(&self) -> bool {
        self.paging.shrank
    }

    /// What the next page holds that is new. For who must look at whole pages.
    pub(crate) async fn next_page(&mut self) -> Option<Result<Vec<T>, LookupError>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    fn poll_entry(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, LookupError>>> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(entry)));
            }
            match ready!(self.poll_page(context)) {
                Some(Ok(page)) => self.ready.extend(page),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    fn poll_page(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Vec<T>, LookupError>>> {
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
        let Self { fetch: _, under_way: _, ready, paging } = self;
        f.debug_struct("Listing").field("ready", &ready.len()).field("paging", paging).finish()
    }
}

/// How far a list was read.
struct Paging {
    window: PageWindow,
    seen: HashSet<u64>,
    pages: u32,
    unreadable: usize,
    total: Option<u64>,
    shrank: bool,
    ended: bool,
}

impl Paging {
    fn new(first: PageWindow) -> Self {
        Self {
            window: first,
            seen: HashSet::new(),
            pages: 0,
            unreadable: 0,
            total: None,
            shrank: false,
            ended: false,
        }
    }

    /// Takes what is new on a page, and decides whether it was the last.
    fn take<T>(&mut self, page: RawPage<T>) -> Result<Vec<T>, Kind> {
        let RawPage { entries, unreadable, total } = page;
        self.pages += 1;
        self.unreadable += unreadable;
        self.shrank |= total.is_some() && total < self.total;
        self.total = total.or(self.total);
        if entries.is_empty() && unreadable > 0 {
            return Err(Kind::Unreadable { answer: None });
        }

        self.window.offset += (entries.len() + unreadable) as u64;
        let new: Vec<T> = entries
            .into_iter()
            .filter_map(|(id, entry)| self.seen.insert(id).then_some(entry))
            .collect();
        // More entries than the total says: it is wrong, and only an empty or repeated page ends
        // the list.
        self.ended = new.is_empty() || total == Some(self.window.offset);
        if !self.ended && self.pages == MAX_PAGES {
            return Err(Kind::Endless);
        }
        Ok(new)
    }
}

impl fmt::Debug for Paging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { window, seen, pages, unreadable, total, shrank, ended } = self;
        f.debug_struct("Paging")
            .field("window", window)
            .field("seen", &seen.len())
            .field("pages", pages)
            .field("unreadable", unreadable)
            .field("total", total)
            .field("shrank", shrank)
            .field("ended", ended)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: std::ops::Range<u64>, total: Option<u64>) -> RawPage<u64> {
        RawPage { entries: ids.map(|id| (id, id)).collect(), unreadable: 0, total }
    }

    fn paging() -> Paging {
        Paging::new(PageWindow::default())
    }

    #[test]
    fn a_list_ends_where_its_total_is_reached() {
        let mut paging = paging();
        assert_eq!(paging.take(page(0..100, Some(150))).expect("readable").len(), 100);
        assert!(!paging.ended);
        assert_eq!(paging.window.offset, 100);
        assert_eq!(paging.take(page(100..150, Some(150))).expect("readable").len(), 50);
        assert!(paging.ended && !paging.shrank);
    }

    #[test]
    fn a_list_without_a_total_ends_at_an_empty_page() {
        let mut paging = paging();
        paging.take(page(0..100, None)).expect("readable");
        paging.take(page(100..103, None)).expect("readable");
        assert!(!paging.ended);
        paging.take(page(0..0, None)).expect("readable");
        assert!(paging.ended);
    }

    #[test]
    fn a_page_that_repeats_ends_the_list() {
        let mut paging = paging();
        paging.take(page(0..100, Some(1000))).expect("readable");
        assert_eq!(paging.take(page(0..100, Some(1000))).expect("readable"), [0_u64; 0]);
        assert!(paging.ended);
    }

    #[test]
    fn a_total_that_shrinks_ends_in_time_and_is_noted() {
        let mut paging = paging();
        paging.take(page(0..100, Some(300))).expect("readable");
        paging.take(page(100..200, Some(150))).expect("readable");
        assert!(paging.shrank && !paging.ended, "there were more than the total says");
        paging.take(page(0..0, Some(150))).expect("readable");
        assert!(paging.ended);
    }

    #[test]
    fn entries_that_moved_to_the_next_page_come_once() {
        let mut paging = paging();
        paging.take(page(0..100, Some(150))).expect("readable");
        let moved = paging.take(page(98..152, Some(152))).expect("readable");
        assert_eq!(moved, (100..152).collect::<Vec<_>>());
    }

    #[test]
    fn a_page_that_cannot_be_read_is_an_error() {
        let unreadable = RawPage::<u64> { entries: Vec::new(), unreadable: 1, total: None };
        assert!(paging().take(unreadable).is_err());
    }

    #[test]
    fn a_list_without_end_is_an_error() {
        let mut paging = paging();
        let all: Result<Vec<_>, _> =
            (0..u64::from(MAX_PAGES)).map(|id| paging.take(page(id..id + 1, None))).collect();
        assert_eq!(all.expect_err("endless"), Kind::Endless);
    }
}
