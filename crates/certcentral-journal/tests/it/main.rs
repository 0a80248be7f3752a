//! The journal: its stores, what it promises, and what must not break the promise.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[cfg(unix)]
mod between;
#[cfg(unix)]
mod cluster;
mod model;
mod placing;
mod postgres;
mod sqlite;
