//! What a client is set up with: whom it talks to, how it identifies itself, how often and how fast
//! it sends.

pub(crate) mod api_key;
pub(crate) mod base_url;
pub(crate) mod deadline;
pub(crate) mod pacing;
pub(crate) mod retry;
pub(crate) mod stop;
