//! What a user of the transport would notice, most of it against servers that misbehave.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod caller;
mod cancel;
mod card;
mod changes;
mod deadline;
mod find;
mod follow;
mod fuzzing;
mod intermediaries;
mod leak;
mod look_before;
mod lookup;
mod memory;
mod outcomes;
mod props;
mod renewals;
mod repeat;
mod retry;
mod runtime;
mod stop;
mod surface;
mod times;
mod wire;
