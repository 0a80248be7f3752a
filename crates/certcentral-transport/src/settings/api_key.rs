//! The API key: checked once, kept in one buffer that wipes itself, never shown.

use std::fmt;

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

/// The most characters that a key may have. Keys are far shorter; a longer text is another file.
const MAX_LEN: usize = 1024;

/// A CertCentral API key. It is all that is needed to order in the account's name.
///
/// `Debug` prints `[redacted]` and there is no `Display`. All clones share one buffer, which is
/// wiped when the last of them is dropped.
///
/// ```
/// use certcentral_transport::ApiKey;
///
/// let key = ApiKey::new("ABCD-1234-EFGH-5678\n")?; // as read from a file
/// assert_eq!(key.expose(), "ABCD-1234-EFGH-5678");
/// assert_eq!(format!("{key:?}"), "ApiKey([redacted])");
/// # Ok::<(), certcentral_transport::InvalidApiKey>(())
/// ```
#[derive(Clone)]
pub struct ApiKey {
    // The bytes as they go into the header, marked sensitive.
    header: HeaderValue,
}

impl ApiKey {
    /// Takes a key into custody, without blanks and line breaks around it. An owned `String` is
    /// wiped; of a borrowed one the caller keeps a copy.
    ///
    /// # Errors
    ///
    /// [`InvalidApiKey`] if nothing is left, or anything but visible ASCII, or over 1024
    /// characters. The message does not repeat the key.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidApiKey> {
        let text = Zeroizing::new(key.into());
        let key = text.trim();
        if key.is_empty() {
            return Err(InvalidApiKey(Problem::Empty));
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidApiKey(Problem::Characters));
        }
        if key.len() > MAX_LEN {
            return Err(InvalidApiKey(Problem::TooLong));
        }
        let owned = Zeroizing::new(key.as_bytes().to_vec());
        let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(owned))
            .map_err(|_| InvalidApiKey(Problem::Characters))?;
        header.set_sensitive(true);
        Ok(Self { header })
    }

    /// Returns the key itself. The caller is responsible for where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.header.to_str().unwrap_or_default()
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { header: _ } = self;
        f.write_str("ApiKey([redacted])")
    }
}

/// The text is not an API key. The message says why, without the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidApiKey(Problem);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("the API key is empty; create one in CertCentral under Automation, API Keys")]
    Empty,
    #[error(
        "the API key has a character in it that no key has; give the key alone, without quotes, \
         blanks or line breaks in it"
    )]
    Characters,
    #[error("the API key is longer than {MAX_LEN} characters; is this the right file?")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_a_key_are_taken_off() {
        for text in ["k3y", " k3y ", "k3y\n", "k3y\r\n", "\t k3y"] {
            assert_eq!(ApiKey::new(text).expect(text).expose(), "k3y");
        }
    }

    #[test]
    fn texts_that_are_not_keys() {
        for (text, problem) in [
            ("", Problem::Empty),
            (" \r\n", Problem::Empty),
            ("two words", Problem::Characters),
            ("line\nline", Problem::Characters),
            ("kéy", Problem::Characters),
            ("k\u{7f}y", Problem::Characters),
            ("k\0y", Problem::Characters),
        ] {
            assert_eq!(ApiKey::new(text).expect_err(text).0, problem, "{text:?}");
        }
        assert!(ApiKey::new("k".repeat(1024)).is_ok());
        assert_eq!(ApiKey::new("k".repeat(1025)).expect_err("too long").0, Problem::TooLong);
    }

    #[test]
    fn neither_key_nor_error_shows_it() {
        let key = ApiKey::new("s3cret-key").expect("valid");
        assert!(!format!("{key:?} {:?}", key.header()).contains("s3cret"));
        let error = ApiKey::new("s3cret key").expect_err("blank");
        assert!(!format!("{error:?} {error}").contains("s3cret"));
    }
}
