//! What became of an order since: changes of status, requests, notes.

use std::time::Duration;

use certcentral_model::{
    Note, NoteList, OrderId, RequestId, RequestInfo, StatusChange, StatusChangeList,
};
use http::Request;

use crate::client::Client;
use crate::http::answer::{LIST_CAP, ORDER_CAP};
use crate::http::request::{NoBody, get as get_request};
use crate::lookup::error::{Kind, LookupError};
use crate::lookup::get_redacted;
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;

/// The longest time that the API looks back for changes of status: a week.
const LONGEST_LOOK_BACK: u64 = 7 * 24 * 60;

/// Returns the request for the orders whose status changed within a time, which is rounded up to
/// whole minutes, from 1 to 10080 (a week):
/// `GET {base}/order/certificate/status-changes?minutes=N`.
#[must_use]
pub fn status_changes_request(base: &BaseUrl, key: &ApiKey, within: Duration) -> Request<NoBody> {
    let minutes = within.as_secs().div_ceil(60).clamp(1, LONGEST_LOOK_BACK);
    get_request(format!("{base}/order/certificate/status-changes?minutes={minutes}"), key)
}

/// Returns the request for a request: `GET {base}/request/{request_id}`.
#[must_use]
pub fn request_info_request(base: &BaseUrl, key: &ApiKey, id: RequestId) -> Request<NoBody> {
    get_request(format!("{base}/request/{id}"), key)
}

/// Returns the request for the notes on an order:
/// `GET {base}/order/certificate/{order_id}/note`.
#[must_use]
pub fn note_list_request(base: &BaseUrl, key: &ApiKey, id: OrderId) -> Request<NoBody> {
    get_request(format!("{base}/order/certificate/{id}/note"), key)
}

impl Client {
    /// Lists the orders whose status changed within a time, a week at most:
    /// `GET /order/certificate/status-changes`. DigiCert recommends this over looking at each order.
    pub async fn list_status_changes(
        &self,
        within: Duration,
    ) -> Result<Vec<StatusChange>, LookupError> {
        let request = |base: &_, key: &_| status_changes_request(base, key, within);
        Ok(get_redacted::<StatusChangeList, _>(self, request, LIST_CAP).await?.orders)
    }

    /// Looks a request up: `GET /request/{request_id}`.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if there is no such request. An
    /// answer about another request is an error, too.
    pub async fn get_request(&self, id: RequestId) -> Result<RequestInfo, LookupError> {
        let request = |base: &_, key: &_| request_info_request(base, key, id);
        let info: RequestInfo = get_redacted(self, request, ORDER_CAP).await?;
        if info.id == id { Ok(info) } else { Err(Kind::OtherId.into()) }
    }

    /// Lists the notes on an order: `GET /order/certificate/{order_id}/note`.
    pub async fn list_notes(&self, id: OrderId) -> Result<Vec<Note>, LookupError> {
        let request = |base: &_, key: &_| note_list_request(base, key, id);
        Ok(get_redacted::<NoteList, _>(self, request, ORDER_CAP).await?.notes)
    }
}
