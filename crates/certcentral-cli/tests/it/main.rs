//! The program as its users meet it: exit codes, what is printed, what goes over the wire.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod batch;
mod batch_kills;
mod changes;
mod check;
mod documents;
mod downloads;
mod explain;
mod faults;
mod find;
mod interrupts;
mod key;
mod lists;
mod new;
mod order;
mod pages;
mod preflight;
mod program;
mod sandbox;
mod secrets;
mod shown;
mod status;
#[path = "../../../certcentral-transport/tests/it/times.rs"]
mod times;
mod usage;
mod watch;
