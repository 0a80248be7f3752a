//! The client that ours is compared with.

use std::time::Duration;

/// Returns bare reqwest with a fresh connection for each request, and the time limits that our own
/// client has.
pub(super) fn bare_client() -> reqwest::Client {
    reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap()
}
