use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::answer::read::{Lenient, member, text};

/// The errors in an answer that refuses a request.
///
/// It reads every known shape: `errors` as a list or as one object, a singular `error` as
/// an object or a plain string, and `description` for `message`. It writes the documented shape,
/// `{"errors":[{"code","message"}]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The errors, in the server's order.
    pub errors: Vec<ServerError>,
}

impl ErrorResponse {
    /// Creates an answer with these errors.
    #[must_use]
    pub fn new(errors: Vec<ServerError>) -> Self {
        Self { errors }
    }
}

impl<'de> Deserialize<'de> for ErrorResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Entries {
            List(Vec<Lenient<Entry>>),
            One(Entry),
        }

        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Entry {
            Object {
                #[serde(default, deserialize_with = "text")]
                code: Option<String>,
                #[serde(default, deserialize_with = "text")]
                message: Option<String>,
                #[serde(default, deserialize_with = "text")]
                description: Option<String>,
            },
            Text(String),
        }

        #[derive(Deserialize)]
        struct Shapes {
            #[serde(default, deserialize_with = "member")]
            errors: Option<Entries>,
            #[serde(default, deserialize_with = "member")]
            error: Option<Entries>,
        }

        fn read(entry: Entry) -> Option<ServerError> {
            let error = match entry {
                Entry::Object { code, message, description } => ServerError {
                    code: ErrorCode(code.unwrap_or_default()),
                    message: message.or(description).unwrap_or_default(),
                },
                Entry::Text(message) => ServerError { code: ErrorCode::default(), message },
            };
            (error != ServerError::default()).then_some(error)
        }

        let Shapes { errors, error } = Shapes::deserialize(deserializer)?;
        let errors = [errors, error]
            .into_iter()
            .flatten()
            .flat_map(|entries| match entries {
                Entries::List(list) => list.into_iter().filter_map(Lenient::expected).collect(),
                Entries::One(entry) => vec![entry],
            })
            .filter_map(read)
            .collect();
        Ok(Self { errors })
    }
}

/// One error as the server states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ServerError {
    /// The code, raw and in parts. Empty if the server gave none.
    pub code: ErrorCode,
    /// The server's message. Empty if it gave none.
    pub message: String,
}

impl ServerError {
    /// Creates an error with a code and a message.
    #[must_use]
    pub fn new(code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

/// Shows `code: message`, or the one of the two that the server gave.
impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code.as_str(), self.message.as_str()) {
            ("", message) => f.write_str(message),
            (code, "") => f.write_str(code),
            (code, message) => write!(f, "{code}: {message}"),
        }
    }
}

/// A code as the server gives it: `name`, `name|detail` or `name:parameter.path`.
///
/// ```
/// use certcentral_model::ErrorCode;
///
/// let code = ErrorCode::from("required_param:certificate.signature_hash");
/// assert_eq!(code.name(), "required_param");
/// assert_eq!(code.detail(), Some("certificate.signature_hash"));
/// assert_eq!(ErrorCode::from("request_limit_exceeded").detail(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline))]
#[serde(transparent)]
pub struct ErrorCode(String);

impl ErrorCode {
    /// Returns the code as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what comes before the first `|` or `:`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split_once(['|', ':']).map_or(&*self.0, |(name, _)| name)
    }

    /// Returns what comes after the first `|` or `:`: a detail, or the path of a parameter.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.split_once(['|', ':']).map(|(_, detail)| detail)
    }
}

impl From<&str> for ErrorCode {
    fn from(code: &str) -> Self {
        Self(code.into())
    }
}

impl From<String> for ErrorCode {
    fn from(code: String) -> Self {
        Self(code)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
