//! The rules for orders at DigiCert CertCentral Europe: one catalogue, which checks an order,
//! checks a JSON text, and writes the JSON Schema.
//!
//! * [`check`] takes an order of the model and gives a [`Report`] of everything that is wrong with
//!   it, in the page's order. [`Validated`] is an order that passed.
//! * [`check_json`] takes a text, and reports its structure and the rules together, with line and
//!   column. [`read_json`] gives the order too.
//! * [`check_member`] checks one value, for a form that is being filled in. A violation has its limits
//!   as [data](Violation::params) and its text in [English and Dutch](Violation::text), and a report
//!   becomes a [problem document](Report::to_problem).
//! * [`Rules::CATALOGUE`] is the catalogue: every member and every rule as data.
//!
//! ```
//! use certcentral_model::pkio_professional::{Certificate, Individual, Order};
//! use certcentral_model::{CsaAgreement, OrderValidity, Payment};
//! use certcentral_validation::{Date, Validated};
//!
//! let certificate = Certificate::new(Individual::existing(21));
//! let order = Order::new(certificate, CsaAgreement::Agreed, Payment::Balance);
//! let today = Date::constant(2026, 6, 9);
//! assert!(Validated::check(order.clone(), today).is_ok());
//!
//! let too_long = order.order_validity(OrderValidity::years(4));
//! let report = Validated::check(too_long, today).unwrap_err();
//! let error = report.errors().next().unwrap();
//! assert_eq!(error.path(), "/order_validity/years");
//! assert_eq!(error.code(), "years_range");
//! assert_eq!(error.message(), "must be 1, 2 or 3");
//! ```
//!
//! # Errors and warnings
//!
//! An [error](Severity::Error) means that DigiCert's page says so, or that the value cannot be
//! right. A [warning](Severity::Warning) is what we infer. Rules are advice:
//! [`Validated::bypassing_rules`] overrides them by name, for the day on which DigiCert lifts a
//! limit before this crate hears of it.
//!
//! A report never has a rejected value in it, except for closed sets, countries and the names of
//! unknown members, and there never a run of digits that could be part of a card number.
//!
//! There is no clock in this crate: the caller gives the day, as the [`Date`] of [`jiff`].
//!
//! # Features
//!
//! * `validator`, on by default: `OnDay` implements the trait of the crate `validator`, which is
//!   re-exported. Without the feature the crate needs neither regex nor url nor icu.

#![forbid(unsafe_code)]

pub mod catalogue;
mod check;
mod constraint;
mod json;
mod message;
mod params;
mod pkio_professional;
mod report;
mod validated;
#[cfg(feature = "validator")]
mod validator_bridge;

pub use jiff;
pub use jiff::civil::Date;
#[cfg(feature = "validator")]
pub use validator;

pub use self::catalogue::Rules;
pub use self::catalogue::rule::Severity;
pub use self::check::check;
pub use self::constraint::card_number::holds_card_number;
pub use self::json::{check_json, check_member, read_json, secret_spans};
pub use self::params::Params;
pub use self::report::{Language, Position, Report, Violation};
pub use self::validated::Validated;
#[cfg(feature = "validator")]
pub use self::validator_bridge::OnDay;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
