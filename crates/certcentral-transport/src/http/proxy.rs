//! Which proxy leads to the server. Only `https` goes through one: plain HTTP stays on this machine.
//!
//! The HTTP library reads the same environment variables, and ignores a setting that it does not
//! understand, so that the order would go out directly. So the variables are read here.

use std::env;
use std::fmt;

use url::Url;

/// The variables for `https` URLs, in the order in which they are looked at.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The URL of an HTTP proxy, perhaps with a user name and a password in it.
#[derive(Clone)]
pub(crate) struct ProxyUrl(Url);

impl ProxyUrl {
    /// Reads `http://proxy.example.com:8080`, also without `http://`.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidProxy> {
        let text = text.trim();
        // The parser would pass over these.
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(InvalidProxy(()));
        }
        let url = match text.split_once("://") {
            Some((_, rest)) if rest.starts_with('/') => return Err(InvalidProxy(())),
            Some(_) => Url::parse(text),
            None => Url::parse(&format!("http://{text}")),
        };
        let url = url.map_err(|_| InvalidProxy(()))?;
        let is_proxy = matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none();
        if is_proxy { Ok(Self(url)) } else { Err(InvalidProxy(())) }
    }

    /// Returns the proxy that the environment names, or the name of the variable whose value is not
    /// understood. An empty variable counts as none.
    pub(crate) fn from_environment() -> Result<Option<Self>, &'static str> {
        for variable in VARIABLES {
            let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else {
                continue;
            };
            let proxy = value.to_str().and_then(|text| Self::parse(text).ok());
            return proxy.map(Some).ok_or(variable);
        }
        Ok(None)
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(url) = self;
        write!(f, "{}://{}", url.scheme(), url.host_str().unwrap_or_default())
    }
}

/// The text is not the URL of an HTTP proxy. The message does not repeat it, since it may hold a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the proxy is not the URL of an HTTP proxy; write it like http://proxy.example.com:8080 (other \
     kinds, such as SOCKS, are not supported)"
)]
pub struct InvalidProxy(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_http_url_of_a_host_alone() {
        for (text, url) in [
            ("http://proxy.example.com:8080", "http://proxy.example.com:8080/"),
            (" http://proxy.example.com:8080/ ", "http://proxy.example.com:8080/"),
            ("https://proxy.example.com", "https://proxy.example.com/"),
            ("HTTP://Proxy.example.com", "http://proxy.example.com/"),
            ("proxy.example.com:8080", "http://proxy.example.com:8080/"),
            ("http://user:s3cret@192.0.2.1:3128", "http://user:s3cret@192.0.2.1:3128/"),
            ("user:s3cret@proxy:3128", "http://user:s3cret@proxy:3128/"),
            ("http://[::1]:3128", "http://[::1]:3128/"),
        ] {
            assert_eq!(ProxyUrl::parse(text).expect(text).as_str(), url);
        }
    }

    #[test]
    fn anything_else_is_an_error_that_does_not_repeat_it() {
        for text in [
            "",
            "http://",
            "http:///proxy:8080",
            "http//proxy:8080",
            "http:/s3cret:8080",
            "htp://s3cret:8080",
            "socks5://user:s3cret@proxy:1080",
            "http://proxy:s3cret",
            "http://proxy:99999",
            "http://proxy.example.com/s3cret",
            "http://proxy.example.com?s3cret",
            "http://two words:8080",
            "http://proxy\n.example.com",
            "http:\\\\proxy:8080",
            "s3cret/proxy.pac",
        ] {
            let error = ProxyUrl::parse(text).expect_err(text);
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let proxy = ProxyUrl::parse("http://user:s3cret@proxy:3128").expect("a proxy");
        assert_eq!(format!("{proxy:?}"), "http://proxy");
    }
}
