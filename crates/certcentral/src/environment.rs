//! A client from the environment variables that the program reads, too.

use std::env;

use certcentral_transport::{ApiKey, BaseUrl, InvalidApiKey, InvalidBaseUrl};

/// Where the API key is.
const API_KEY: &str = "CERTCENTRAL_API_KEY";
/// Where the base URL is, if it is not CertCentral Europe.
const BASE_URL: &str = "CERTCENTRAL_BASE_URL";

/// The environment has no usable API key or base URL. The message names the variable, and never its
/// value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidEnvironment(Problem);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    NoApiKey,
    NotText(&'static str),
    ApiKey(InvalidApiKey),
    BaseUrl(InvalidBaseUrl),
}

impl std::fmt::Display for InvalidEnvironment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Problem::NoApiKey => write!(f, "there is no API key: set the variable {API_KEY}"),
            Problem::NotText(name) => write!(f, "{name} is not readable as text"),
            Problem::ApiKey(error) => write!(f, "{API_KEY}: {error}"),
            Problem::BaseUrl(error) => write!(f, "{BASE_URL}: {error}"),
        }
    }
}

impl std::error::Error for InvalidEnvironment {}

/// Reads the API key and the base URL.
pub(crate) fn read() -> Result<(ApiKey, BaseUrl), InvalidEnvironment> {
    let key = text(API_KEY)?.ok_or(InvalidEnvironment(Problem::NoApiKey))?;
    let key = ApiKey::new(key).map_err(|error| InvalidEnvironment(Problem::ApiKey(error)))?;
    let base = match text(BASE_URL)? {
        // An empty one is more likely a mistake in a script than a wish for the default: refused.
        Some(base) => base.parse().map_err(|error| InvalidEnvironment(Problem::BaseUrl(error)))?,
        None => BaseUrl::europe(),
    };
    Ok((key, base))
}

fn text(name: &'static str) -> Result<Option<String>, InvalidEnvironment> {
    env::var_os(name)
        .map(|value| value.into_string().map_err(|_| InvalidEnvironment(Problem::NotText(name))))
        .transpose()
}
