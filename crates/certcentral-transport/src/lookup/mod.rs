//! Looking things up: one order, the order list, the request list. All of it can be repeated
//! without harm, so it is tried again after any passing trouble.

pub(crate) mod find;
pub(crate) mod pages;

use certcentral_model::{OrderId, OrderInfo, OrderStatus, RequestStatus, ServerError};
use http::Request;
use serde::de::DeserializeOwned;
use std::fmt;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::debug;

use crate::answer::{Answer, End, ORDER_CAP};
use crate::client::Shared;
use crate::fault::Fault;
use crate::request::write_pair;
use crate::scrub::Scrubber;
use crate::{Client, Excerpt, NoBody, NotSentReason, UnknownReason, order_info_request};

impl Client {
    /// Looks an order up: `GET /order/certificate/{order_id}`.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if there is no such order.
    pub async fn order_info(&self, id: OrderId) -> Result<OrderInfo, LookupError> {
        let shared = &self.shared;
        let request = || order_info_request(&shared.base, &shared.key, id);
        get(shared, request, ORDER_CAP).await
    }
}

/// Sends a look-up until it is answered, as far as the retry policy allows.
pub(crate) async fn get<T: DeserializeOwned>(
    shared: &Shared,
    request: impl Fn() -> Request<NoBody>,
    cap: usize,
) -> Result<T, LookupError> {
    Handle::try_current().map_err(|_| Kind::NotSent(NotSentReason::NoRuntime))?;
    let engine = shared.engine().map_err(|_| Kind::NotSent(NotSentReason::ClientSetup))?;
    let mut attempts = 0;
    let mut began = None;
    let mut last: Option<LookupError> = None;
    loop {
        let mut slot = match (&shared.pacer, deadline(shared, began)) {
            (None, _) => None,
            (Some(pacer), None) => Some(pacer.slot().await),
            (Some(pacer), Some(deadline)) => match timeout_at(deadline, pacer.slot()).await {
                Ok(slot) => Some(slot),
                Err(_) => return Err(last.unwrap_or(Kind::Lost(UnknownReason::Timeout).into())),
            },
        };
        let began = *began.get_or_insert_with(Instant::now);
        attempts += 1;
        let request = request();
        debug!(attempt = attempts, path = request.uri().path(), "looking up");
        if let Some(slot) = &mut slot {
            slot.sending(Instant::now(), None);
        }
        let (retry_after, error) = match engine.look_up(request, cap).await {
            Err(fault) => (None, Kind::failed(fault)),
            Ok(answer) => {
                shared.note_clock(answer.clock_offset);
                if let Some(slot) = slot.take() {
                    slot.answered(Instant::now(), answer.status, answer.retry_after);
                }
                debug!(
                    attempt = attempts,
                    status = answer.status,
                    bytes = answer.body.len(),
                    "the server answered"
                );
                let scrubber = Scrubber { key: &shared.key_secrets, card: None };
                match read(&answer, scrubber) {
                    Ok(found) => return Ok(found),
                    Err(error) => (answer.retry_after, error),
                }
            }
        };
        drop(slot);
        let is_temporary = error.is_temporary();
        let error = LookupError::from(error);
        if !is_temporary {
            return Err(error);
        }
        let wait = shared.retry.wait(attempts, began.elapsed(), retry_after, fastrand::f64());
        let Some(wait) = wait else { return Err(error) };
        last = Some(error);
        sleep(wait).await;
    }
}

fn deadline(shared: &Shared, began: Option<Instant>) -> Option<Instant> {
    began.and_then(|began| began.checked_add(shared.retry.total_time()))
}

fn read<T: DeserializeOwned>(answer: &Answer, scrubber: Scrubber<'_>) -> Result<T, Kind> {
    match (answer.status, answer.end) {
        (200..=299, End::Whole) => answer
            .json(scrubber)
            .ok_or_else(|| Kind::Unreadable { answer: answer.excerpt(scrubber) }),
        (200..=299, End::TooLong) => Err(Kind::TooLong),
        (200..=299, End::Cut(fault)) => Err(Kind::Lost(match fault {
            Fault::Timeout => UnknownReason::Timeout,
            _ => UnknownReason::AnswerCut,
        })),
        (status, _) => {
            let errors = answer.errors(scrubber);
            let answer = if errors.is_empty() { answer.excerpt(scrubber) } else { None };
            Err(Kind::Refused { status, errors, answer })
        }
    }
}

/// A look-up failed. It can be repeated at any time: looking changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupError(Box<Kind>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It never reached the server, as far as can be told.
    NotSent(NotSentReason),
    /// No whole answer came.
    Lost(UnknownReason),
    /// The server refused, or failed.
    Refused { status: u16, errors: Vec<ServerError>, answer: Option<Excerpt> },
    /// The answer is not what was asked for.
    Unreadable { answer: Option<Excerpt> },
    /// The answer is longer than is read.
    TooLong,
    /// A list that does not end.
    Endless,
    /// A list that changed each time that it was read.
    Unsettled,
}

impl Kind {
    fn failed(fault: Fault) -> Self {
        match fault {
            Fault::Timeout | Fault::Lost | Fault::NotHttp => Self::Lost(fault.after_sending()),
            _ => Self::NotSent(fault.before_sending()),
        }
    }

    fn is_temporary(&self) -> bool {
        match self {
            Self::NotSent(reason) => reason.is_temporary(),
            Self::Lost(_) => true,
            Self::Refused { status, .. } => matches!(status, 429 | 500..=599),
            Self::Unreadable { .. } | Self::TooLong | Self::Endless | Self::Unsettled => false,
        }
    }
}

impl From<Kind> for LookupError {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

impl LookupError {
    /// Whether the server says that there is no such thing (status 404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether the same look-up may do later: the network, too many requests, a failing server.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.0.is_temporary() || *self.0 == Kind::Unsettled
    }

    /// The HTTP status, if the server refused or failed.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &*self.0 {
            Kind::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What the server gave as reasons, scrubbed.
    #[must_use]
    pub fn errors(&self) -> &[ServerError] {
        match &*self.0 {
            Kind::Refused { errors, .. } => errors,
            _ => &[],
        }
    }

    /// The beginning of an answer that could not be read otherwise.
    #[must_use]
    pub fn answer(&self) -> Option<&Excerpt> {
        match &*self.0 {
            Kind::Refused { answer, .. } | Kind::Unreadable { answer } => answer.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the look-up failed: ")?;
        match &*self.0 {
            Kind::NotSent(reason) => reason.fmt(f),
            Kind::Lost(reason) => write!(f, "{reason}; try again"),
            Kind::Refused { status, errors, .. } => {
                write!(f, "the server answered with HTTP status {status}")?;
                for (index, error) in errors.iter().enumerate() {
                    write!(f, "{} {error}", if index == 0 { ":" } else { ";" })?;
                }
                match status {
                    401 | 403 => f.write_str("; check the API key and its permissions"),
                    404 => f.write_str("; check the id, and that the API key may see it"),
                    429 | 500..=599 => f.write_str("; try again later"),
                    _ => Ok(()),
                }
            }
            Kind::Unreadable { .. } => {
                f.write_str("the answer is not what was asked for; check the base URL")
            }
            Kind::TooLong => f.write_str("the answer is far too long; check the base URL"),
            Kind::Endless => f.write_str("the list does not end; check the base URL"),
            Kind::Unsettled => {
                f.write_str("the list changed each time that it was read; try again in a moment")
            }
        }
    }
}

impl std::error::Error for LookupError {}

/// Which part of the order list to read. The default is all of it, newest first.
///
/// ```
/// use certcentral_model::OrderStatus;
/// use certcentral_transport::OrderQuery;
///
/// let pending = OrderQuery::new()
///     .status(OrderStatus::Pending)
///     .product_name_id("pkio_qualified_organisation_person_prof");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderQuery {
    pub(crate) status: Option<OrderStatus>,
    pub(crate) product_name_id: Option<String>,
    pub(crate) window: PageWindow,
}

impl OrderQuery {
    /// All orders.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only orders that stand so (`filters[status]`).
    #[must_use]
    pub fn status(mut self, status: OrderStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Only orders for a product (`filters[product_name_id]`).
    #[must_use]
    pub fn product_name_id(mut self, name_id: impl Into<String>) -> Self {
        self.product_name_id = Some(name_id.into());
        self
    }

    /// How many entries to ask for at a time: 1 to 1000, 100 by default.
    #[must_use]
    pub fn page_size(mut self, entries: u32) -> Self {
        self.window = self.window.with_limit(entries);
        self
    }

    pub(crate) fn write_to(&self, url: &mut String) {
        self.window.write_to(url);
        write_pair(url, "sort", "-date_created");
        if let Some(status) = &self.status {
            write_pair(url, "filters[status]", status.as_str());
        }
        if let Some(name_id) = &self.product_name_id {
            write_pair(url, "filters[product_name_id]", name_id);
        }
    }
}

/// Which part of the request list to read. The default is all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestQuery {
    pub(crate) status: Option<RequestStatus>,
    pub(crate) window: PageWindow,
}

impl RequestQuery {
    /// All requests.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only requests that stand so (`filters[status]`).
    #[must_use]
    pub fn status(mut self, status: RequestStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// How many entries to ask for at a time: 1 to 1000, 100 by default.
    #[must_use]
    pub fn page_size(mut self, entries: u32) -> Self {
        self.window = self.window.with_limit(entries);
        self
    }

    pub(crate) fn write_to(&self, url: &mut String) {
        self.window.write_to(url);
        write_pair(url, "sort", "-date");
        if let Some(status) = &self.status {
            write_pair(url, "filters[status]", status.as_str());
        }
    }
}

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageWindow {
    /// Entries a page.
    pub(crate) limit: u32,
    /// Entries before it.
    pub(crate) offset: u64,
}

impl Default for PageWindow {
    fn default() -> Self {
        Self { limit: 100, offset: 0 }
    }
}

impl PageWindow {
    /// So many entries a page, as far as the API allows.
    fn with_limit(self, entries: u32) -> Self {
        Self { limit: entries.clamp(1, 1000), ..self }
    }

    fn write_to(self, url: &mut String) {
        write_pair(url, "limit", &self.limit.to_string());
        write_pair(url, "offset", &self.offset.to_string());
    }
}
