//! Why a journal cannot be used, in sentences.

use std::fmt;
use std::io;

use rusqlite::ErrorCode;

/// What can fail for a reason of the journal.
pub(super) type Result<T> = std::result::Result<T, JournalError>;

/// A salted digest.
pub(crate) type Digest256 = [u8; 32];

/// A journal cannot be used. Nothing was sent that it does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalError {
    kind: JournalErrorKind,
    detail: Option<String>,
}

/// What is wrong with a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JournalErrorKind {
    /// It does not exist.
    NotFound,
    /// Another process has it open.
    InUse,
    /// It is something else than a journal of this program.
    NotAJournal,
    /// It is a folder, a pipe or a device.
    NotAFile,
    /// The file has a second name, and SQLite keeps a second file beside each.
    SeveralNames,
    /// A newer version of the program wrote it.
    Newer,
    /// It is damaged.
    Damaged,
    /// The file beside it, which holds what came last, is missing.
    WalMissing,
    /// The disk is full.
    Full,
    /// It, or its folder, cannot be written to.
    ReadOnly,
    /// It is about another server.
    OtherServer,
    /// The file of orders is another one than when the journal began.
    OtherFile,
    /// A row cannot be treated as was asked.
    Refused,
    /// The system or SQLite says why.
    Failed,
}

impl JournalError {
    pub(crate) const fn new(kind: JournalErrorKind) -> Self {
        Self { kind, detail: None }
    }

    pub(crate) fn with(kind: JournalErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: Some(detail.into()) }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> JournalErrorKind {
        self.kind
    }

    pub(crate) fn of_file(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => {
                Self::with(JournalErrorKind::NotFound, "there is no such folder")
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::new(JournalErrorKind::ReadOnly)
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::new(JournalErrorKind::Full)
            }
            _ => Self::with(JournalErrorKind::Failed, error.to_string()),
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            JournalErrorKind::NotFound => "does not exist",
            JournalErrorKind::InUse => {
                "is in use: another process works with this journal. Wait until it has ended"
            }
            JournalErrorKind::NotAJournal => {
                "is not a journal of a batch, or it is damaged. If it was one, orders may exist: \
                 look at CertCentral before ordering again. Otherwise choose another name"
            }
            JournalErrorKind::NotAFile => "is not a regular file: choose another name",
            JournalErrorKind::SeveralNames => {
                "has more than one name (hard links), which would take the journal apart: copy it, \
                 or remove the other name"
            }
            JournalErrorKind::Newer => {
                "was written by a newer version of this program: use that version"
            }
            JournalErrorKind::Damaged => {
                "is damaged, and orders may exist that it no longer shows: restore it from a copy, \
                 or look at CertCentral before ordering again"
            }
            JournalErrorKind::WalMissing => {
                "was not closed, and the file beside it whose name ends in -wal is missing: what \
                 was ordered last is in that file. Put it back; without it look at CertCentral \
                 before ordering again"
            }
            JournalErrorKind::Full => "cannot be written: the disk is full",
            JournalErrorKind::ReadOnly => {
                "cannot be written: check the permissions of the file and of its folder"
            }
            JournalErrorKind::OtherServer => "is about orders at another server",
            JournalErrorKind::OtherFile => "began with another file of orders",
            JournalErrorKind::Refused => "refuses",
            JournalErrorKind::Failed => "cannot be used",
        })?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for JournalError {}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalErrorKind::InUse,
            Some(ErrorCode::NotADatabase) => JournalErrorKind::NotAJournal,
            Some(ErrorCode::DatabaseCorrupt) => JournalErrorKind::Damaged,
            Some(ErrorCode::DiskFull) => JournalErrorKind::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                JournalErrorKind::ReadOnly
            }
            _ => return Self::with(JournalErrorKind::Failed, error.to_string()),
        };
        Self::new(kind)
    }
}
