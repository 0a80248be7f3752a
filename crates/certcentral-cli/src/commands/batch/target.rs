//! Where the orders of a batch go: a server, or the sandbox inside this program.

use std::time::Duration;

use certcentral::{ApiKey, Client, Pacing};
use certcentral_sandbox::Sandbox;

use super::arguments::Arguments;
use super::journal::SANDBOX;
use crate::commands::sandbox;
use crate::env::runtime::Runtime;
use crate::env::server;
use crate::exit::Result;

/// Where the orders go.
pub(super) struct Target {
    pub(super) name: String,
    pub(super) client: Client,
    pub(super) key: ApiKey,
    pub(super) timeout: Duration,
    /// The server inside this program, which lives as long as this.
    _sandbox: Option<Sandbox>,
}

impl Target {
    pub(super) fn new(arguments: &Arguments, runtime: &Runtime) -> Result<Self> {
        let timeout = server::timeout(&arguments.server);
        let (name, base_url, key, sandbox) = if arguments.sandbox {
            let (sandbox, url, key) = sandbox::start_within(runtime)?;
            (SANDBOX.to_owned(), url, key, Some(sandbox))
        } else {
            let url = server::base_url(&arguments.server)?;
            (url.to_string(), url, server::api_key(&arguments.server)?, None)
        };
        server::warn_of_another_host("the orders", &base_url);
        let client = server::client(key.clone(), base_url, timeout);
        let client = if arguments.no_pacing || sandbox.is_some() {
            client.pacing(Pacing::unlimited())
        } else {
            client
        };
        Ok(Self { name, client: client.build(), key, timeout, _sandbox: sandbox })
    }
}
