//! A stand-in for DigiCert CertCentral Europe on loopback, for tests.
//!
//! DigiCert documents no sandbox: every order that its API accepts is real and paid. A [`Sandbox`]
//! is an HTTP server that behaves in memory as CertCentral is known to. It checks the key and the
//! order, answers in each documented shape, lists orders and requests, and keeps [`Books`] for a
//! test to compare with. It also fails on purpose, in all the ways in which a server or a gateway
//! before it can: see [`FaultKind`].
//!
//! ```
//! use certcentral_sandbox::{FaultKind, Sandbox};
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! # use tokio::net::TcpStream;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//!
//! // Give your client sandbox.url() and sandbox.api_key(), and order:
//! # let body = r#"{"certificate":{"signature_hash":"sha256","profile_option":"nonrepudiation",
//! #     "individual":{"id":21}},"csa_agreed_to":true,"provisioning_method":"qscd",
//! #     "payment_method":"balance"}"#;
//! # let request = format!("POST /services/v2/order/certificate/\
//! #     pkio_qualified_organisation_person_prof HTTP/1.1\r\nHost: localhost\r\n\
//! #     X-DC-DEVKEY: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
//! #     Connection: close\r\n\r\n{body}", sandbox.api_key(), body.len());
//! # let place = async || -> std::io::Result<String> {
//! #     let mut client = TcpStream::connect(sandbox.address()).await?;
//! #     client.write_all(request.as_bytes()).await?;
//! #     let mut answer = String::new();
//! #     client.read_to_string(&mut answer).await?;
//! #     Ok(answer)
//! # };
//! # let answer = place().await?;
//! # assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
//! // Then see what arrived:
//! let order = &sandbox.books().orders()[0];
//! assert_eq!(order.individual().id, Some(21));
//!
//! // An order whose answer is lost, although it was placed: does your code order twice?
//! sandbox.fail_next_order("close-before-answer:placed".parse::<certcentral_sandbox::Fault>()?);
//! # assert_eq!(place().await?, "");
//! assert_eq!(sandbox.books().order_count(), 2);
//! assert_eq!(sandbox.books().fault_counts()[&FaultKind::CloseBeforeAnswer], 1);
//! # Ok(())
//! # }
//! ```
//!
//! * [`Sandbox::builder`] has the settings: shapes of the answers, clock, faults with a
//!   probability and a seed.
//! * [`scripted`] is a raw TCP server that plays a script of bytes, for cases that need exact bytes.
//!
//! # What it answers
//!
//! All paths are below `/services/v2`:
//!
//! | | |
//! |---|---|
//! | `POST order/certificate/pkio_qualified_organisation_person_prof` | places an order |
//! | `GET order/certificate`, `…/{order_id}`, `…/status-changes` | orders: a list with the documented filters, one (its serial number or thumbprint also works), what changed |
//! | `PUT order/certificate/{order_id}/status` | cancels: `canceled` in lower case, with a note |
//! | `PUT order/certificate/{order_id}/revoke`, `PUT certificate/{certificate_id}/revoke` | revokes, or creates a request to revoke |
//! | `GET` and `POST order/certificate/{order_id}/note`, `POST …/custom-field` | notes, custom fields |
//! | `GET order/alternate/{id}`, `GET report/order/expiring`, `GET report/request` | orders by alternative id (always none), counts |
//! | `GET request`, `GET request/{request_id}`, `PUT request/{request_id}/status` | requests: a list, one, approving and rejecting |
//! | `GET certificate/download/order/{order_id}/format/{format}`, `GET certificate/{certificate_id}/download/format/{format}` | the certificate, once it is issued |
//! | `GET product`, `product/{name_id}`, `finance/balance`, `user/me`, `authorization`, `key/api-roles`, `account/metadata` | the account |
//!
//! The documented traps are there: empty bodies, `{}` for an empty list of changes or fields, a
//! `page.limit` of 0, amounts as texts, a date that is not ISO 8601.
//!
//! An order changes when a request asks for it, when a test does ([`Sandbox::advance`],
//! [`issue`](Sandbox::issue), [`expire`](Sandbox::expire), [`set_status`](Sandbox::set_status)), after
//! a time ([`issue_after`](SandboxBuilder::issue_after)), or when its certificate expires by the
//! sandbox's clock. [`Sandbox::fill`] adds thousands of orders at once.
//!
//! ```
//! use certcentral_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//! sandbox.fill(1000);
//! let order = sandbox.books().orders()[0].id();
//! assert_eq!(sandbox.books().order(order).unwrap().status().as_str(), "pending");
//! assert!(sandbox.issue(order));
//! assert_eq!(sandbox.books().order(order).unwrap().status().as_str(), "issued");
//! # Ok(())
//! # }
//! ```
//!
//! # What it does not do
//!
//! It knows what the API's pages and public recordings show; codes of errors that no page names are
//! invented. It has no money: no balance runs out and no card is charged. It accepts any individual's
//! id. Every order gets the same test certificate, which no real authority has signed. It has no
//! webhooks, and none of the endpoints for TLS certificates (reissues, duplicates, domains). TLS is
//! available in [`scripted`] only, with the feature `tls`. It listens on loopback only.

#![forbid(unsafe_code)]

mod answer;
mod books;
mod clock;
mod fault;
mod sandbox;
pub mod scripted;
mod server;
mod settings;

pub use jiff::{SignedDuration, Timestamp};

pub use self::books::{Books, InjectedFault, KeyCheck, PlacedOrder, ReceivedRequest};
pub use self::fault::{Effect, Fault, FaultKind, FaultRule, InvalidFault, Placing};
pub use self::sandbox::{Sandbox, StartError};
pub use self::settings::{Approval, Balance, CustomField, SandboxBuilder, SubmittedOrders};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
