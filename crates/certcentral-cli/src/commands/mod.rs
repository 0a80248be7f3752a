//! The commands, one module each: `run` takes what was typed and says how the program ends.

pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod explain;
mod failed_read;
pub(crate) mod find;
pub(crate) mod man;
pub(crate) mod new;
pub(crate) mod order;
pub(crate) mod resolve;
pub(crate) mod results;
pub(crate) mod sandbox;
pub(crate) mod schema;
pub(crate) mod status;
