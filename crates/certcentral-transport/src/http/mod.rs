//! HTTP: what is sent, what comes back, and why it does not.

pub(crate) mod answer;
pub(crate) mod engine;
pub(crate) mod excerpt;
pub(crate) mod failure;
pub(crate) mod proxy;
pub(crate) mod redact;
pub(crate) mod request;
pub(crate) mod runtime;
pub(crate) mod server_clock;
