//! Where the orders of a batch go: a server, or the sandbox inside this program.

use std::time::Duration;

use certcentral::{ApiKey, BaseUrl, Client, Pacing};
use certcentral_sandbox::Sandbox;

use super::arguments::Arguments;
use super::journal::SANDBOX;
use crate::commands::sandbox;
use crate::env::runtime::Runtime;
use crate::env::server;
use crate::exit::{Failure, Result};
use crate::show::terminal::warn;

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
            let sandbox = runtime.block_on(Sandbox::start());
            let sandbox = sandbox.map_err(|error| sandbox::not_started(&error))?;
            let broken = |error: &dyn std::fmt::Display| {
                Failure::usage(format!("the sandbox is broken: {error}"))
            };
            let url: BaseUrl = sandbox.url().parse().map_err(|error| broken(&error))?;
            let key = ApiKey::new(sandbox.api_key()).map_err(|error| broken(&error))?;
            (SANDBOX.to_owned(), url, key, Some(sandbox))
        } else {
            let url = server::base_url(&arguments.server)?;
            (url.to_string(), url, server::api_key(&arguments.server)?, None)
        };
        if sandbox.is_none() && !base_url.is_digicert() && !base_url.is_loopback() {
            warn(format_args!(
                "the orders and the API key go to {}, which is not DigiCert's",
                base_url.host()
            ));
        }
        let client = server::client(key.clone(), base_url, timeout);
        let client = if arguments.no_pacing || sandbox.is_some() {
            client.pacing(Pacing::unlimited())
        } else {
            client
        };
        Ok(Self { name, client: client.build(), key, timeout, _sandbox: sandbox })
    }
}
