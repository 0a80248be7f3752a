//! An answer before it is on its way, so that a fault can still lay hands on it.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use certcentral_model::{ErrorResponse, ServerError};
use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use jiff::Timestamp;
use serde::Serialize;

use crate::clock::http_date;
use crate::scripted::Answer;

#[derive(Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Reply {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new() }
    }

    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        // What is answered here has string keys and finite numbers only, so it can be written.
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self::empty(status).header("Content-Type", "application/json").with_body(body)
    }

    pub(crate) fn html(status: u16, body: String) -> Self {
        Self::empty(status).header("Content-Type", "text/html; charset=utf-8").with_body(body)
    }

    /// A refusal in the documented shape.
    pub(crate) fn errors(status: u16, errors: impl IntoIterator<Item = (String, String)>) -> Self {
        let errors = errors.into_iter().map(|(code, message)| ServerError::new(code, message));
        Self::json(status, &ErrorResponse::new(errors.collect()))
    }

    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::errors(status, [(code.to_owned(), message.to_owned())])
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets a header in place of one of that name.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.header(name, value)
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn body(&self) -> &Bytes {
        &self.body
    }

    /// The answer as bytes can be made of it.
    pub(crate) fn to_answer(&self, now: Timestamp) -> Answer {
        let answer = Answer::new(self.status).header("Date", http_date(now));
        self.headers
            .iter()
            .fold(answer, |answer, (name, value)| answer.header(name, value))
            .body(self.body.clone())
    }

    /// Takes an answer back that a route has given already.
    pub(crate) async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .filter(|(name, _)| *name != hyper::header::CONTENT_LENGTH)
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        // The bodies here are in memory: reading them cannot fail.
        let body =
            response.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Self { status, headers, body }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
