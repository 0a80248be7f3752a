//! The sandbox and the scripted server, seen from the other end of a bare TCP connection.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod books;
mod clock;
mod fault_text;
mod faults;
mod http;
mod life;
mod lookup_faults;
mod lookups;
mod orders;
mod refusals;
mod scripted;
#[cfg(feature = "tls")]
mod scripted_tls;
mod start;
