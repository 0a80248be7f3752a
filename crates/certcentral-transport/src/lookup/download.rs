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

/// Reads a file: a whole answer with status 200 that is nothing but certificates in PEM form. A web page,
/// a JSON object, or a private key is none.
fn file(answer: &Answer, redactor: Redactor<'_>) -> Result<Vec<u8>, LookupError> {
    if (answer.status, answer.end) != (200, End::Whole) || answer.coding.is_some() {
        return Err(read_failure(answer, redactor));
    }
    if is_certificates(&answer.body) {
        Ok(answer.body.clone())
    } else {
        Err(Kind::Unreadable { answer: answer.excerpt(redactor) }.into())
    }
}

/// Whether a text is one or more whole certificates in PEM form, and nothing else but blank lines.
fn is_certificates(body: &[u8]) -> bool {
    let mut found = false;
    let mut base64: Option<Vec<u8>> = None;
    for line in body.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
        match (line, &mut base64) {
            (b"", _) => {}
            (b"-----BEGIN CERTIFICATE-----", None) => base64 = Some(Vec::new()),
            (b"-----END CERTIFICATE-----", Some(text)) if is_der_in_base64(text) => {
                found = true;
                base64 = None;
            }
            (line, Some(text)) => text.extend_from_slice(line),
            (_, None) => return false,
        }
    }
    found && base64.is_none()
}

/// Whether a text is base64 of something that begins as a certificate does, with a long DER sequence.
fn is_der_in_base64(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|&&byte| byte == b'=').count();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.starts_with(b"MI")
        && text.len().is_multiple_of(4)
        && padding <= 2
        && text[..text.len() - padding].iter().all(is_digit)
}
