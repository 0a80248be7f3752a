//! The SDK for ordering qualified signing certificates for licensed Dutch professionals (notaries,
//! advocates, accountants, bailiffs) at DigiCert CertCentral Europe: the product
//! "PKIo Professional - Signing".
//!
//! An order is a legal declaration, costs money, ships a hardware token, may carry a credit card,
//! and has no idempotency key. So [`Client::place_order`] sends only what passes the rules, never sends
//! twice what may have been placed, and ends in an [`Outcome`] that says whether the order exists.
//!
//! ```no_run
//! use certcentral::pkio_professional::Order;
//! use certcentral::{Client, Outcome, Validated, today};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let order = Validated::<Order>::from_json(&std::fs::read("order.json")?, today())?;
//!
//! let client = Client::from_env()?; // CERTCENTRAL_API_KEY
//! match client.place_order(&order).await {
//!     Outcome::Placed(placed) => println!("order {}", placed.order_id()),
//!     Outcome::Rejected(rejected) => println!("no order exists: {rejected}"),
//!     Outcome::NotSent(not_sent) => println!("no order exists, try again: {not_sent}"),
//!     Outcome::Unknown(unknown) => println!("an order may exist, look it up: {unknown}"),
//! }
//! # Ok(()) }
//! ```
//!
//! # The crates below
//!
//! This crate joins three others and adds no logic of its own:
//!
//! * [`model`]: the API's JSON as types, usable alone, without `std`;
//! * [`validation`]: the catalogue of rules, for orders and for JSON texts;
//! * [`transport`]: HTTP, outcomes, retries, pacing, look-ups.
//!
//! `certcentral-sandbox` is a stand-in for CertCentral for your own tests.
//!
//! # Features
//!
//! * `http` (default): the client. Without it this crate is the model and the rules, and depends on
//!   neither reqwest nor tokio.
//! * `blocking`: [`blocking`], the same client for programs without async.
//! * `schema`: `schemars::JsonSchema` for the types of the model.
//! * `validator`: `validator::Validate` over the rules.

#![forbid(unsafe_code)]

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "http")]
mod client;
#[cfg(feature = "http")]
mod environment;
mod today;

pub use certcentral_model as model;
#[cfg(feature = "http")]
pub use certcentral_transport as transport;
pub use certcentral_validation as validation;

#[doc(no_inline)]
pub use certcentral_model::{OrderId, Payment, Secret, pkio_professional};
#[cfg(feature = "http")]
#[doc(no_inline)]
pub use certcentral_transport::{
    ApiKey, BaseUrl, Baseline, ChangeOutcome, DateRange, Deadline, EndedOrder, FailedAttempt,
    FindReport, HolderOrder, HolderOrders, Listing, LookBefore, LookupError, NotPlaced, NotSent,
    NotSentReason, OrderEvent, OrderQuery, OrderSearch, Outcome, OutcomeKind, Pacing, Placed,
    Rejected, RequestQuery, RetryPolicy, StopSwitch, Unknown, UnknownReason, Verdict,
};
#[doc(no_inline)]
pub use certcentral_validation::{
    Date, Report, Severity, Validated, Violation, check, check_json, read_json,
};

#[cfg(feature = "http")]
pub use self::client::{Client, ClientBuilder};
#[cfg(feature = "http")]
pub use self::environment::InvalidEnvironment;
pub use self::today::today;

#[cfg(all(doctest, feature = "http"))]
mod readmes {
    #[doc = include_str!("../../../README.md")]
    struct Workspace;
    #[doc = include_str!("../README.md")]
    struct Facade;
}
