//! The certificate itself, as the bytes of a file.

use certcentral_model::{CertificateFormat, CertificateId, OrderId};
use http::Request;

use crate::client::Client;
use crate::http::answer::{Answer, End, ORDER_CAP};
use crate::http::redact::Redactor;
use crate::http::request::{NoBody, get as get_request};
use crate::lookup::error::{Kind, LookupError};
use crate::lookup::{get_with, read_failure};
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;

/// Returns the request for the active certificate of an order:
/// `GET {base}/certificate/download/order/{order_id}/format/{format}`.
#[must_use]
pub fn order_download_request(
    base: &BaseUrl,
    key: &ApiKey,
    id: OrderId,
    format: &CertificateFormat,
) -> Request<NoBody> {
    download(format!("{base}/certificate/download/order/{id}/format/"), key, format)
}

/// Returns the request for a certificate:
/// `GET {base}/certificate/{certificate_id}/download/format/{format}`.
#[must_use]
pub fn certificate_download_request(
    base: &BaseUrl,
    key: &ApiKey,
    id: CertificateId,
    format: &CertificateFormat,
) -> Request<NoBody> {
    download(format!("{base}/certificate/{id}/download/format/"), key, format)
}

fn download(mut url: String, key: &ApiKey, format: &CertificateFormat) -> Request<NoBody> {
    url.extend(url::form_urlencoded::byte_serialize(format.as_str().as_bytes()));
    let mut request = get_request(url, key);
    // A file, of whatever type its format has.
    request.headers_mut().insert(http::header::ACCEPT, http::HeaderValue::from_static("*/*"));
    request
}

impl Client {
    /// Downloads the active certificate of an order, as the bytes of a file:
    /// `GET /certificate/download/order/{order_id}/format/{format}`.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if there is no such order, or no
    /// certificate yet.
    pub async fn download_order_certificate(
        &self,
        id: OrderId,
        format: &CertificateFormat,
    ) -> Result<Vec<u8>, LookupError> {
        let request = |base: &_, key: &_| order_download_request(base, key, id, format);
        get_with(self, request, ORDER_CAP, file).await
    }

    /// Downloads a certificate, as the bytes of a file:
    /// `GET /certificate/{certificate_id}/download/format/{format}`.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if there is no such certificate.
    pub async fn download_certificate(
        &self,
        id: CertificateId,
        format: &CertificateFormat,
    ) -> Result<Vec<u8>, LookupError> {
        let request = |base: &_, key: &_| certificate_download_request(base, key, id, format);
        get_with(self, request, ORDER_CAP, file).await
    }
}

/// Reads a file: a whole answer that is not empty, and neither a web page nor a JSON object, which a
/// gateway or the API would send instead of one.
fn file(answer: &Answer, redactor: Redactor<'_>) -> Result<Vec<u8>, LookupError> {
    let is_whole = matches!((answer.status, answer.end), (200..=299, End::Whole));
    if !is_whole || answer.coding.is_some() {
        return Err(read_failure(answer, redactor));
    }
    match answer.body.trim_ascii_start().first() {
        None | Some(b'<' | b'{') => {
            Err(Kind::Unreadable { answer: answer.excerpt(redactor) }.into())
        }
        Some(_) => Ok(answer.body.clone()),
    }
}
