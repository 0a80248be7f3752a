//! What a run takes from the world around it: files, the server and its key, signals, the runtime,
//! the log.

pub(crate) mod file;
pub(crate) mod interrupt;
pub(crate) mod journal;
pub(crate) mod key;
pub(crate) mod log;
pub(crate) mod old_records;
pub(crate) mod runtime;
pub(crate) mod server;
