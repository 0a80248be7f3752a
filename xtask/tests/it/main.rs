//! What `cargo xtask` checks, as plain tests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod api_page;
mod contracts;
mod docs;
mod freshness;
mod law;
mod payloads;
