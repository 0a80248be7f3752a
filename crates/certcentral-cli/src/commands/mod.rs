//! The commands, one module each: `run` takes what was typed and says how the program ends.

pub(crate) mod check;
mod failed_read;
pub(crate) mod find;
pub(crate) mod order;
pub(crate) mod sandbox;
pub(crate) mod schema;
pub(crate) mod status;
