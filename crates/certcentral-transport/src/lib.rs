//! HTTP for DigiCert CertCentral Europe: orders that are sent once, and outcomes that say whether
//! an order exists.
//!
//! An order costs money and has no idempotency key: sent again after a lost answer, it is bought
//! twice. So [`Client::place_unchecked`] does not return an error in such a case but an [`Outcome`], one of
//! four, and each says whether the order exists and whether it may be sent again.
//!
//! ```no_run
//! use certcentral_model::pkio_professional::{Certificate, Individual, Order};
//! use certcentral_model::{CsaAgreement, Payment};
//! use certcentral_transport::{ApiKey, Client, Outcome};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder(ApiKey::new(std::env::var("CERTCENTRAL_API_KEY")?)?).build();
//! let order = Order::new(
//!     Certificate::new(Individual::existing(21)),
//!     CsaAgreement::Agreed,
//!     Payment::Balance,
//! );
//! match client.place_unchecked(&order).await {
//!     Outcome::Placed(placed) => println!("placed: {}", placed.order_id()),
//!     Outcome::Rejected(rejected) => println!("does not exist: {rejected}"),
//!     Outcome::NotSent(not_sent) => println!("does not exist: {not_sent}"),
//!     Outcome::Unknown(unknown) => println!("may exist: {unknown}"),
//! }
//! # Ok(()) }
//! ```
//!
//! # How it is known whether an order was sent
//!
//! Not from the kind of an error: no HTTP library can tell. The order's body sits behind a gate
//! which the HTTP engine must claim to get the bytes, and which the sender revokes to give up. Exactly
//! one of them wins. See [`NotSent`].
//!
//! # What goes where
//!
//! The API key goes to the configured [`BaseUrl`] and nowhere else: no redirects, no proxy for
//! plain HTTP, plain HTTP only to loopback addresses. Logs (`tracing`) hold method, path, status,
//! sizes and times. What a server sends back is redacted: card number, cvv and key.
//!
//! Building a request is apart from sending it ([`order_request`] and its like), so a test can look
//! at every byte without a socket.

#![forbid(unsafe_code)]

mod attempts;
mod change;
mod client;
mod http;
mod lookup;
mod order;
mod settings;

pub use self::change::outcome::{
    ChangeOutcome, DoneChange, RejectedChange, UnknownChange, UnsentChange,
};
pub use self::change::request::{
    add_note_request, cancel_order_request, request_decision_request, revoke_certificate_request,
    revoke_order_request,
};
pub use self::client::{Client, ClientBuilder, InvalidUserAgent};
pub use self::http::engine::InvalidRootCertificates;
pub use self::http::excerpt::Excerpt;
pub use self::http::proxy::InvalidProxy;
pub use self::http::request::{API_KEY_HEADER, NoBody};
pub use self::lookup::account::{
    balance_request, custom_field_list_request, product_info_request, product_list_request,
    user_request,
};
pub use self::lookup::download::{certificate_download_request, order_download_request};
pub use self::lookup::error::LookupError;
pub use self::lookup::filter::{DateRange, OrderSort};
pub use self::lookup::find::baseline::Baseline;
pub use self::lookup::find::holder_match::{NAME_PARTICLES, email_addresses, name_words};
pub use self::lookup::find::report::{Candidate, FindReport, Match, Verdict};
pub use self::lookup::find::search::OrderSearch;
pub use self::lookup::follow::{note_list_request, request_info_request, status_changes_request};
pub use self::lookup::pages::Listing;
pub use self::lookup::query::{
    OrderQuery, RequestQuery, order_info_request, order_list_request, request_list_request,
};
pub use self::order::body::OrderBody;
pub use self::order::classify::read_answer;
pub use self::order::observer::{EndedOrder, FailedAttempt, OrderEvent};
pub use self::order::outcome::{
    NotPlaced, NotSent, Outcome, OutcomeKind, Placed, Rejected, Unknown,
};
pub use self::order::reason::{NotSentReason, UnknownReason};
pub use self::order::request::{order_request, order_url};
pub use self::settings::api_key::{ApiKey, InvalidApiKey};
pub use self::settings::base_url::{BaseUrl, InvalidBaseUrl};
pub use self::settings::deadline::Deadline;
pub use self::settings::pacing::{Pacing, Turn};
pub use self::settings::retry::RetryPolicy;
pub use self::settings::stop::StopSwitch;

/// Types of other crates that appear in this one's signatures.
pub use {::http as http_types, jiff};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
