//! The rules as a user of the crate sees them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod agreement;
mod allocations;
mod catalogue;
#[allow(unreachable_pub, reason = "xtask includes it as a public module")]
mod damage;
mod forms;
mod fuzzing;
mod languages;
#[path = "../../../certcentral-model/tests/memory/mod.rs"]
mod memory;
mod messages;
mod orders;
mod places;
mod report;
mod rules;
mod secrets;
mod structure;
mod validated;
#[cfg(feature = "validator")]
mod validator_bridge;
