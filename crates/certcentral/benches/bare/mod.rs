//! The client that ours is compared with.

use std::time::Duration;

use reqwest::ClientBuilder;

/// Returns bare reqwest with a fresh connection for each request, and without time limits.
pub(super) fn without_limits() -> ClientBuilder {
    reqwest::Client::builder().http1_only().no_proxy().pool_max_idle_per_host(0)
}

/// Returns the same with the time limits of our own client.
pub(super) fn with_limits() -> ClientBuilder {
    without_limits().connect_timeout(Duration::from_secs(10)).timeout(Duration::from_secs(60))
}
