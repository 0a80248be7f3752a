//! A stand-in for DigiCert CertCentral Europe on loopback, for tests.
//!
//! DigiCert documents no sandbox: every order that its API accepts is real and paid. A [`Sandbox`]
//! is a real HTTP server that behaves as CertCentral is known to, in memory: it checks the key and
//! the order, answers in each of the documented shapes, lists what was ordered, and keeps
//! [`Books`] that a test can ask. And it fails, on purpose, in all the ways in which a server, or
//! what stands before it, can: see [`FaultKind`].
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
//! * [`Sandbox::builder`] has the settings: shapes of the answers, clock, faults by chance with a
//!   seed.
//! * [`scripted`] is a raw TCP server that plays a script of bytes, for cases that need them
//!   exact.
//!
//! # What it does not do
//!
//! It knows what the API's pages, and recordings of others, show. It knows no money: no balance
//! runs out, no card is charged, and any individual's id is taken. Nothing happens by itself to an
//! order once it is placed; [`Sandbox::set_order_status`] lets it. There is no TLS; for that there
//! is [`scripted`] with the feature `tls`. And it listens on loopback only.

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
pub use self::sandbox::{Sandbox, SandboxBuilder, StartError};
pub use self::settings::{Approval, Balance, CustomField, SubmittedOrders};
