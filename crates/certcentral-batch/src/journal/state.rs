//! The states of a row.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;

/// The state of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "a caller must know what each state means")]
pub enum RowState {
    /// Not sent yet.
    Ready,
    /// On its way.
    Sending,
    /// The order exists.
    Placed,
    /// CertCentral refused it. It does not exist.
    Rejected,
    /// It never left. It does not exist.
    NotSent,
    /// It may exist. Look it up before it is sent again.
    Unknown,
    /// It breaks a rule and was skipped.
    Invalid,
}

impl RowState {
    const ALL: [Self; 7] = [
        Self::Ready,
        Self::Sending,
        Self::Placed,
        Self::Rejected,
        Self::NotSent,
        Self::Unknown,
        Self::Invalid,
    ];

    /// The state as the journal and the program write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Placed => "placed",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::Invalid => "invalid",
        }
    }
}

impl fmt::Display for RowState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromSql for RowState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for RowState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}
