//! What the types promise about the JSON that they read and write.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod changes;
mod errors;
mod fields;
mod ids;
mod lookups;
mod order;
mod page;
mod public_types;
mod redaction;
mod samples;
mod secret;
