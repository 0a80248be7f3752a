//! The journal: its stores, what it promises, and what must not break the promise.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

mod model;
mod placing;
#[cfg(unix)]
mod postgres;
mod sqlite;
