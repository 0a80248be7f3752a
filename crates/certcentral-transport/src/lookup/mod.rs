//! Looking things up: one order, the order list, the request list. All of it can be repeated
//! without harm, so it is retried after any temporary failure.

pub(crate) mod account;
pub(crate) mod download;
pub(crate) mod error;
pub(crate) mod filter;
pub(crate) mod find;
pub(crate) mod follow;
pub(crate) mod pages;
pub(crate) mod query;

use certcentral_model::{OrderId, OrderInfo};
use http::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::debug;

use crate::attempts::{self, Repeat, Retried};
use crate::client::{Client, Shared};
use crate::http::answer::{Answer, End, ORDER_CAP};
use crate::http::failure::Failure;
use crate::http::redact::Redactor;
use crate::http::request::NoBody;
use crate::lookup::error::{Kind, LookupError};
use crate::lookup::query::order_info_request;
use crate::order::reason::UnknownReason;
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;
use crate::settings::pacing::Slot;

impl Client {
    /// Looks an order up: `GET /order/certificate/{order_id}`.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if there is no such order. An
    /// answer about another order is an error, too.
    pub async fn get_order(&self, id: OrderId) -> Result<OrderInfo, LookupError> {
        let info: OrderInfo =
            get(self, |base, key| order_info_request(base, key, id), ORDER_CAP).await?;
        if info.id == id { redacted(&self.shared, info) } else { Err(Kind::OtherId.into()) }
    }
}

/// Takes the key out of what is handed to a caller. What is only compared with an order is compared
/// as it came.
pub(crate) fn redacted<T>(shared: &Shared, found: T) -> Result<T, LookupError>
where
    T: Serialize + DeserializeOwned,
{
    let redactor = Redactor { key: &shared.key_secrets, card: None };
    redactor.value(found).ok_or_else(|| Kind::Unreadable { answer: None }.into())
}

/// Sends a look-up until it is answered, as far as the retry policy allows. What is found is not
/// redacted yet.
pub(crate) async fn get<T, F>(client: &Client, request: F, cap: usize) -> Result<T, LookupError>
where
    T: DeserializeOwned + Send,
    F: Fn(&BaseUrl, &ApiKey) -> Request<NoBody> + Send + Sync,
{
    get_with(client, request, cap, read).await
}

/// Sends a look-up whose answer is handed to the caller: without the key.
pub(crate) async fn get_redacted<T, F>(
    client: &Client,
    request: F,
    cap: usize,
) -> Result<T, LookupError>
where
    T: Serialize + DeserializeOwned + Send,
    F: Fn(&BaseUrl, &ApiKey) -> Request<NoBody> + Send + Sync,
{
    redacted(&client.shared, get(client, request, cap).await?)
}

/// Sends a look-up whose answer is read in a way of its own.
pub(crate) async fn get_with<T, F>(
    client: &Client,
    request: F,
    cap: usize,
    read: Read<T>,
) -> Result<T, LookupError>
where
    T: Send,
    F: Fn(&BaseUrl, &ApiKey) -> Request<NoBody> + Send + Sync,
{
    let shared = &*client.shared;
    let mut look_up = LookUp { shared, request, cap, read };
    let ended = attempts::run(client, None, &mut look_up).await;
    ended.map_err(Kind::NotSent)?.0
}

/// Reads an answer.
type Read<T> = fn(&Answer, Redactor<'_>) -> Result<T, LookupError>;

/// Sends a look-up once, without regard to the pacing and without any effect on it. The runtime
/// must be usable.
pub(crate) async fn get_once<T, F>(
    shared: &Shared,
    request: F,
    cap: usize,
) -> Result<T, LookupError>
where
    T: DeserializeOwned + Send,
    F: Fn(&BaseUrl, &ApiKey) -> Request<NoBody> + Send + Sync,
{
    LookUp { shared, request, cap, read }.attempt(1, None).await.0
}

/// A look-up that is retried.
struct LookUp<'a, T, F> {
    shared: &'a Shared,
    request: F,
    cap: usize,
    read: Read<T>,
}

impl<T, F> Retried for LookUp<'_, T, F>
where
    T: Send,
    F: Fn(&BaseUrl, &ApiKey) -> Request<NoBody> + Send + Sync,
{
    /// What was found, or why not; and how long the server asks to wait.
    type End = (Result<T, LookupError>, Option<std::time::Duration>);

    async fn attempt(&mut self, number: u32, mut slot: Option<Slot>) -> Self::End {
        let shared = self.shared;
        let request = (self.request)(&shared.base, &shared.key);
        debug!(attempt = number, path = request.uri().path(), "looking up");
        if let Some(slot) = &mut slot {
            slot.sending(Instant::now());
        }
        let answer = match shared.engine.get(request, self.cap).await {
            Ok(answer) => answer,
            Err(failure) => return (Err(Kind::failed(failure).into()), None),
        };
        shared.note_clock(answer.clock_offset);
        if let Some(slot) = slot {
            slot.answered(Instant::now(), answer.status, answer.retry_after);
        }
        debug!(
            attempt = number,
            status = answer.status,
            bytes = answer.body.len(),
            "the server answered"
        );
        let found = (self.read)(&answer, Redactor { key: &shared.key_secrets, card: None });
        (found, answer.retry_after)
    }

    fn repeat(&self, (found, retry_after): &Self::End) -> Repeat {
        match found {
            Err(error) if error.may_pass() => Repeat::After(*retry_after),
            _ => Repeat::Never,
        }
    }
}

fn read<T: DeserializeOwned>(answer: &Answer, redactor: Redactor<'_>) -> Result<T, LookupError> {
    let is_whole = matches!((answer.status, answer.end), (200..=299, End::Whole));
    let found = if is_whole { answer.json() } else { None };
    found.ok_or_else(|| read_failure(answer, redactor))
}

/// Says what is wrong with an answer that cannot be read.
pub(crate) fn read_failure(answer: &Answer, redactor: Redactor<'_>) -> LookupError {
    let error = match (answer.status, answer.end) {
        (200..=299, End::Whole) => match answer.coding {
            Some(coding) => Kind::Lost(UnknownReason::EncodedAnswer { coding }),
            None => Kind::Unreadable { answer: answer.excerpt(redactor) },
        },
        (200..=299, End::TooLong) => Kind::TooLong,
        (200..=299, End::Cut(Failure::Timeout)) => Kind::Lost(UnknownReason::Timeout),
        (200..=299, End::Cut(_)) => Kind::Lost(UnknownReason::AnswerCut),
        (status, _) => {
            let (errors, answer) = answer.refusal(redactor);
            Kind::Refused { status, errors, answer }
        }
    };
    error.into()
}
