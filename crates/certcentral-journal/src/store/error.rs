//! Why a store failed.

use std::fmt;

/// A store failed.
pub struct StoreError {
    kind: StoreErrorKind,
    detail: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Why a store failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// There is no journal at that place.
    NotFound,
    /// The file is empty: it is no journal, or was one.
    Empty,
    /// What is there is no journal.
    NotAJournal,
    /// The journal is of a newer version of this program.
    Newer,
    /// The journal is damaged.
    Damaged,
    /// Files of another program, or of another journal, lie beside it.
    ForeignFile,
    /// A run lost this journal earlier, and left what it knew in a file beside it.
    Rescued,
    /// The journal is not where it was opened any more: it was moved, replaced or removed.
    Moved,
    /// It cannot be read, or be written to.
    Access,
    /// Another process kept it busy for too long.
    Busy,
    /// The database does not keep what it confirms.
    NotDurable,
    /// The connection to the database is lost.
    Disconnected,
    /// Anything else.
    Failed,
}

impl StoreErrorKind {
    const fn sentence(self) -> &'static str {
        match self {
            Self::NotFound => "there is no journal here",
            Self::Empty => {
                "the file is empty: it is not a journal, or lost what it held; remove it if it \
                 never was one, else restore it"
            }
            Self::NotAJournal => "this is not a journal; name another file",
            Self::Newer => "this journal is of a newer version of this program; update the program",
            Self::Damaged => {
                "the journal is damaged; restore it, and look at what is listed at \
                              CertCentral before anything is ordered"
            }
            Self::ForeignFile => {
                "a file of another program, or of another journal, lies beside the journal; move it \
                 away after making sure where it belongs"
            }
            Self::Rescued => {
                "an earlier run lost this journal while it was sending, and left what it knew in a \
                 file beside it; put that file in the journal's place"
            }
            Self::Moved => {
                "the journal is not where it was opened any more: it was moved, replaced or removed"
            }
            Self::Access => "the journal cannot be used",
            Self::Busy => "another process keeps the journal busy; try again in a moment",
            Self::NotDurable => {
                "the journal cannot be kept safely here: what is written may be lost in a power \
                 failure; choose another place"
            }
            Self::Disconnected => "the connection to the journal's database is lost",
            Self::Failed => "the journal failed",
        }
    }
}

impl StoreError {
    /// Makes an error of a kind.
    #[must_use]
    pub fn new(kind: StoreErrorKind) -> Self {
        Self { kind, detail: None, source: None }
    }

    /// Adds what it is about, without personal data: a file, an SQL state.
    #[must_use]
    pub fn about(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds what caused it.
    #[must_use]
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns why it failed.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.sentence())?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, detail, source: _ } = self;
        f.debug_struct("StoreError").field("kind", kind).field("detail", detail).finish()
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
