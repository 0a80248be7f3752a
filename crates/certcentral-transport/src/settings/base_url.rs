//! Where requests go. The API key and the card travel there, so what a base URL may be is narrow.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

const EUROPE: &str = "certcentral.digicert.eu";
const API_PATH: &str = "/services/v2";
const MAX_LEN: usize = 2048;

/// The address of the API: `https://certcentral.digicert.eu/services/v2`, or a stand-in for it.
///
/// It is read from a text with or without `/services/v2` and a trailing slash, and always holds
/// both right. Plain `http` is for loopback addresses only (`127.0.0.0/8`, `[::1]`, and
/// `localhost`, which is pinned to them); this is decided on the parsed host, so that a lookalike
/// such as `127.0.0.1.example.com` is not one.
///
/// ```
/// use certcentral_transport::BaseUrl;
///
/// let base: BaseUrl = "https://certcentral.digicert.eu/".parse()?;
/// assert_eq!(base, BaseUrl::europe());
/// assert_eq!(base.to_string(), "https://certcentral.digicert.eu/services/v2");
///
/// assert!("http://certcentral.digicert.eu".parse::<BaseUrl>().is_err());
/// # Ok::<(), certcentral_transport::InvalidBaseUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    // Without a trailing slash, ends in `/services/v2`.
    url: Url,
}

impl BaseUrl {
    /// Returns DigiCert CertCentral Europe, the one place where the EU products are sold.
    #[must_use]
    #[allow(clippy::expect_used, reason = "a constant, and a test parses it")]
    pub fn europe() -> Self {
        "https://certcentral.digicert.eu".parse().expect("a valid base URL")
    }

    /// Returns the URL, which ends in `/services/v2`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Returns the host as it was parsed: `2130706433` reads `127.0.0.1`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Returns whether requests stay on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.url.host().is_some_and(|host| is_loopback(&host))
    }

    /// Returns whether this is DigiCert's own host for Europe. If not, somebody named another one, and
    /// the sender of an order should be shown it.
    #[must_use]
    pub fn is_digicert(&self) -> bool {
        self.url.scheme() == "https"
            && self.url.host_str() == Some(EUROPE)
            && self.url.port_or_known_default() == Some(443)
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidBaseUrl(Problem::Empty));
        }
        if text.len() > MAX_LEN {
            return Err(InvalidBaseUrl(Problem::NotAUrl));
        }
        // The parser would drop line breaks and read backslashes as slashes.
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(InvalidBaseUrl(Problem::Characters));
        }
        let mut url = Url::parse(text).map_err(|error| {
            InvalidBaseUrl(match error {
                url::ParseError::RelativeUrlWithoutBase => Problem::Scheme,
                _ => Problem::NotAUrl,
            })
        })?;
        check(&url).map_err(InvalidBaseUrl)?;
        // The parser finds a host behind any number of slashes: `https:///services/v2`, with the
        // host left out, would be the host `services`.
        let rest = text.get(url.scheme().len()..).and_then(|rest| rest.strip_prefix("://"));
        if rest.is_none_or(|rest| rest.starts_with('/')) {
            return Err(InvalidBaseUrl(Problem::NotAUrl));
        }

        let path = url.path().trim_end_matches('/');
        let prefix = path.strip_suffix(API_PATH).unwrap_or(path);
        let with_api = path.len() != prefix.len();
        // A prefix is for gateways. Without `/services/v2` behind it, it is rather a mistake.
        let prefix_is_odd =
            prefix.contains("//") || prefix.ends_with('/') || prefix.contains("/services");
        if prefix_is_odd || (!prefix.is_empty() && !with_api) {
            return Err(InvalidBaseUrl(Problem::Path));
        }
        let path = format!("{prefix}{API_PATH}");
        url.set_path(&path);
        // The two crates that will read it again disagree on odd characters in a host.
        if http::Uri::try_from(url.as_str()).is_err() {
            return Err(InvalidBaseUrl(Problem::NotAUrl));
        }
        Ok(Self { url })
    }
}

fn check(url: &Url) -> Result<(), Problem> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Problem::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Problem::UserInfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Problem::QueryOrFragment);
    }
    let host = url.host().ok_or(Problem::NotAUrl)?;
    match &host {
        Host::Domain(name) => {
            if name.ends_with('.') {
                return Err(Problem::TrailingDot);
            }
            if name.ends_with(".localhost") {
                return Err(Problem::LoopbackLookalike);
            }
            if matches!(*name, "digicert.com" | "www.digicert.com") {
                return Err(Problem::UnitedStates);
            }
        }
        Host::Ipv4(address) if address.is_unspecified() => return Err(Problem::LoopbackLookalike),
        Host::Ipv6(address) if address.is_unspecified() || address.to_ipv4_mapped().is_some() => {
            return Err(Problem::LoopbackLookalike);
        }
        Host::Ipv4(_) | Host::Ipv6(_) => {}
    }
    if url.scheme() == "http" && !is_loopback(&host) {
        return Err(Problem::PlainHttp);
    }
    Ok(())
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.as_str())
    }
}

/// The text is not a base URL. The message says why and what to write instead; it does not repeat the
/// text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidBaseUrl(Problem);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("the base URL is empty; leave it out for {EUROPE}, or write one like https://{EUROPE}")]
    Empty,
    #[error(
        "the base URL has a blank, a control character or a backslash in it; write it like \
         https://{EUROPE}"
    )]
    Characters,
    #[error("the base URL must start with https://, or with http:// for a loopback address")]
    Scheme,
    #[error("the base URL cannot be read; write it like https://{EUROPE}")]
    NotAUrl,
    #[error(
        "the base URL has a user name or password in it; remove it, the API key is given separately"
    )]
    UserInfo,
    #[error("the base URL has a query or a fragment; end it before the `?` or `#`")]
    QueryOrFragment,
    #[error("the base URL's path must be empty or end in {API_PATH}; remove the rest")]
    Path,
    #[error("the base URL's host ends in a dot; remove the dot")]
    TrailingDot,
    #[error(
        "the base URL's host only looks like a loopback address; write localhost, 127.0.0.1 or \
         [::1]"
    )]
    LoopbackLookalike,
    #[error(
        "the base URL is plain http, which would show the API key and the order to everybody on \
         the way; write https:// (http:// is for loopback addresses only)"
    )]
    PlainHttp,
    #[error(
        "the base URL is CertCentral's host for the United States, where the EU products are not \
         sold; write https://{EUROPE}"
    )]
    UnitedStates,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Problem {
        text.parse::<BaseUrl>().expect_err(text).0
    }

    #[test]
    fn every_way_to_write_europe_is_the_same() {
        for text in [
            "https://certcentral.digicert.eu",
            "https://certcentral.digicert.eu/",
            "https://certcentral.digicert.eu/services/v2",
            "https://certcentral.digicert.eu/services/v2/",
            "https://certcentral.digicert.eu/services/v2//",
            "HTTPS://CertCentral.DigiCert.EU:443/services/v2",
            "  https://certcentral.digicert.eu\n",
        ] {
            let base: BaseUrl = text.parse().expect(text);
            assert_eq!(base, BaseUrl::europe(), "{text}");
            assert_eq!(base.as_str(), "https://certcentral.digicert.eu/services/v2");
            assert!(base.is_digicert() && !base.is_loopback());
        }
    }

    #[test]
    fn loopback_is_judged_on_the_parsed_host() {
        for (text, host) in [
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://127.9.8.7", "127.9.8.7"),
            ("http://127.1:80/services/v2", "127.0.0.1"),
            ("http://0x7f.1", "127.0.0.1"),
            ("http://2130706433", "127.0.0.1"),
            ("http://[::1]:9", "[::1]"),
            ("http://localhost:9", "localhost"),
            ("http://LOCALHOST:9", "localhost"),
            ("https://localhost:9", "localhost"),
        ] {
            let base: BaseUrl = text.parse().expect(text);
            assert!(base.is_loopback() && !base.is_digicert(), "{text}");
            assert_eq!(base.host(), host);
        }
    }

    #[test]
    fn plain_http_elsewhere_is_refused() {
        for text in [
            "http://certcentral.digicert.eu",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "http://128.0.0.1",
            "http://[::2]",
            "http://[::127.0.0.1]",
        ] {
            assert_eq!(problem(text), Problem::PlainHttp, "{text}");
        }
    }

    #[test]
    fn lookalikes_of_loopback_are_refused_even_with_tls() {
        for text in [
            "http://x.localhost",
            "https://x.localhost",
            "http://[::ffff:127.0.0.1]",
            "https://[::ffff:127.0.0.1]",
            "http://0.0.0.0",
            "http://0",
            "http://[::]",
        ] {
            assert_eq!(problem(text), Problem::LoopbackLookalike, "{text}");
        }
        assert_eq!(problem("http://localhost."), Problem::TrailingDot);
        assert_eq!(problem("http://x.localhost."), Problem::TrailingDot);
        assert_eq!(problem("https://certcentral.digicert.eu."), Problem::TrailingDot);
    }

    #[test]
    fn what_else_is_refused() {
        for (text, expected) in [
            ("", Problem::Empty),
            (" \n", Problem::Empty),
            ("https://exa\nmple.com", Problem::Characters),
            ("https:\\\\example.com", Problem::Characters),
            ("certcentral.digicert.eu", Problem::Scheme),
            ("localhost:8080", Problem::Scheme),
            ("ftp://example.com", Problem::Scheme),
            ("file:///etc/hosts", Problem::Scheme),
            ("https://", Problem::NotAUrl),
            ("https:///services/v2", Problem::NotAUrl),
            ("https:certcentral.digicert.eu", Problem::NotAUrl),
            ("https:/example.com://", Problem::NotAUrl),
            ("https://exa%mple.com", Problem::NotAUrl),
            ("https://example.com:99999", Problem::NotAUrl),
            ("https://exa\"mple.com", Problem::NotAUrl),
            ("https://exa{mple.com", Problem::NotAUrl),
            ("https://user@example.com", Problem::UserInfo),
            ("https://user:secret@example.com", Problem::UserInfo),
            ("https://certcentral.digicert.eu@example.com", Problem::UserInfo),
            ("https://example.com?x=1", Problem::QueryOrFragment),
            ("https://example.com/services/v2#top", Problem::QueryOrFragment),
            ("https://example.com/services", Problem::Path),
            ("https://example.com/services/v1", Problem::Path),
            ("https://example.com/gateway", Problem::Path),
            ("https://example.com/services/v2/services/v2", Problem::Path),
            ("https://example.com/services/v2/order/certificate", Problem::Path),
            ("https://example.com//services/v2", Problem::Path),
            ("https://www.digicert.com", Problem::UnitedStates),
            ("https://www.digicert.com/services/v2", Problem::UnitedStates),
        ] {
            assert_eq!(problem(text), expected, "{text}");
        }
    }

    #[test]
    fn a_gateway_may_put_a_path_before_the_api() {
        let base: BaseUrl = "https://gateway.example.com/eu/services/v2/".parse().expect("valid");
        assert_eq!(base.as_str(), "https://gateway.example.com/eu/services/v2");
        assert!(!base.is_digicert());
    }

    #[test]
    fn other_ports_and_hosts_are_not_digicert() {
        for text in [
            "https://certcentral.digicert.eu:8443",
            "https://certcentral.digicert.eu.example.com",
            "https://digicert.eu",
        ] {
            assert!(!text.parse::<BaseUrl>().expect(text).is_digicert(), "{text}");
        }
    }

    #[test]
    fn a_message_never_repeats_a_password() {
        let error = "https://user:hunter2@example.com".parse::<BaseUrl>().expect_err("user info");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
