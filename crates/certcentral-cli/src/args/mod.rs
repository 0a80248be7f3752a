//! What can be typed: how it is read, and the options that commands share.
//!
//! No option takes an API key for DigiCert: what is typed ends up in the shell's history and in the
//! list of processes.

pub(crate) mod options;
pub(crate) mod usage;
