//! Which server is asked, and with which key: options, environment variables, and what is said when
//! they are wrong. Neither a key nor a text that may be one is ever repeated.

use std::env;
use std::path::Path;
use std::time::Duration;

use certcentral::{ApiKey, BaseUrl, Client, ClientBuilder};

use crate::args::options::Server;
use crate::env::{file, key};
use crate::exit::{Failure, Result};
use crate::show::terminal::{path, warn};

const BASE_URL: &str = "CERTCENTRAL_BASE_URL";
const API_KEY: &str = "CERTCENTRAL_API_KEY";

/// A key has less than a hundred characters.
const LARGEST_KEY: usize = 4 * 1024;

/// The base URL: the option, else the environment, else DigiCert's for Europe.
pub(crate) fn base_url(server: &Server) -> Result<BaseUrl> {
    if let Some(text) = &server.base_url {
        return text.parse().map_err(|error| Failure::usage(format!("--base-url: {error}")));
    }
    let Some(text) = env::var_os(BASE_URL) else { return Ok(BaseUrl::europe()) };
    // An empty one is more likely a mistake in a script than a wish for the default: it is refused.
    text.to_str()
        .ok_or_else(|| Failure::usage(format!("{BASE_URL} is not text that can be read")))?
        .parse()
        .map_err(|error| Failure::usage(format!("{BASE_URL}: {error}")))
}

/// The API key: the named file, else the environment.
pub(crate) fn api_key(server: &Server) -> Result<ApiKey> {
    if let Some(file) = &server.api_key_file {
        return key_from_file(file);
    }
    let Some(key) = env::var_os(API_KEY) else {
        return Err(Failure::usage(format!(
            "there is no API key: put it into the environment variable {API_KEY}, or into a file \
             and give --api-key-file PATH"
        )));
    };
    let key = key
        .into_string()
        .map_err(|_| Failure::usage(format!("{API_KEY} has characters that cannot be in a key")))?;
    key::parse(key).map_err(|error| Failure::usage(format!("{API_KEY}: {error}")))
}

/// How long one attempt may take.
pub(crate) fn timeout(server: &Server) -> Duration {
    server.timeout.unwrap_or(Duration::from_secs(60))
}

/// A client for the server and with the key of the options, not built yet.
pub(crate) fn connect(server: &Server) -> Result<ClientBuilder> {
    let base_url = base_url(server)?;
    Ok(client(api_key(server)?, base_url, timeout(server)))
}

/// Warns where an order and the key go to another host than DigiCert's.
pub(crate) fn warn_of_another_host(what: &str, base_url: &BaseUrl) {
    if !base_url.is_digicert() && !base_url.is_loopback() {
        let host = base_url.host();
        warn(format_args!("{what} and the API key go to {host}, which is not DigiCert's"));
    }
}

/// Says so if orders went to this machine.
pub(crate) fn nothing_was_bought(base_url: &BaseUrl) -> Option<String> {
    let note = || format!("{} is this machine: nothing was bought at DigiCert.", base_url.host());
    base_url.is_loopback().then(note)
}

/// A client that is not built yet.
pub(crate) fn client(key: ApiKey, base_url: BaseUrl, timeout: Duration) -> ClientBuilder {
    Client::builder(key).base_url(base_url).attempt_timeout(timeout)
}

fn key_from_file(file: &Path) -> Result<ApiKey> {
    // If there is no such file, its "name" may be the key itself.
    if !file::is_stdin(file) && file.symlink_metadata().is_err() {
        return Err(Failure::usage(
            "--api-key-file: there is no file with this name; the option takes the name of a file \
             that holds the API key, not the key",
        ));
    }
    let wrong = |reason: &str| Failure::usage(format!("--api-key-file: {} {reason}", path(file)));
    let bytes = file::read(file, LARGEST_KEY).map_err(|reason| wrong(&reason))?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if text.trim_ascii().is_empty() {
        return Err(wrong("is empty; it should hold the API key"));
    }
    let text = str::from_utf8(text)
        .map_err(|_| wrong("is not a text file; it should hold the API key and nothing else"))?;
    if text.trim().lines().nth(1).is_some() {
        return Err(wrong("has several lines; it should hold the API key and nothing else"));
    }
    let key = key::parse(text)
        .map_err(|error| Failure::usage(format!("--api-key-file: {}: {error}", path(file))))?;
    warn_if_others_can_read(file);
    Ok(key)
}

#[cfg(unix)]
fn warn_if_others_can_read(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let readable = |metadata: std::fs::Metadata| metadata.permissions().mode() & 0o044 != 0;
    if !file::is_stdin(file) && file.metadata().is_ok_and(readable) {
        warn(format_args!(
            "others on this machine can read the API key in {}; `chmod 600` keeps it to you",
            path(file)
        ));
    }
}

#[cfg(not(unix))]
fn warn_if_others_can_read(_: &Path) {}
