//! Where a journal is kept: what an implementation must do, and the two that are here.

use std::fmt;

use certcentral::transport::Baseline;
use jiff::Timestamp;

use crate::claim::Refusal;
use crate::digest::{PersonPrints, Salt};
use crate::record::{AttemptNumber, LookNumber, NewAttempt, Record, Token};
use crate::transition::{Transited, Transition};

/// The result of asking for an order to be claimed.
pub type Claim = Result<Box<Record>, Refusal>;

/// Keeps a journal. It is open to databases other than the two that are here;
/// `conformance` (feature `testing`) proves an implementation.
///
/// Every method is atomic: it happens as a whole or not at all, beside whatever other processes do.
/// What a method returned as done survives a power failure.
pub trait Store: Send + Sync + 'static {
    /// Returns the salt of this journal, which never changes.
    fn salt(&self) -> Salt;

    /// Returns the time by the clock that all times of this journal are by: one clock for all
    /// processes that share it.
    fn now(&self) -> impl Future<Output = Result<Timestamp, StoreError>> + Send;

    /// Stores what was listed before orders are sent.
    fn add_look(
        &self,
        listed: &Baseline,
    ) -> impl Future<Output = Result<LookNumber, StoreError>> + Send;

    /// Returns what was listed at a look.
    fn look(&self, number: LookNumber)
    -> impl Future<Output = Result<Baseline, StoreError>> + Send;

    /// Claims an order: in one transaction, in which no other claim comes between, reads the attempts
    /// that [`claim::decide`](crate::claim::decide) asks for, decides with it, takes the place from
    /// those that give it up, and adds the attempt in state `sending`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: it is not known whether the attempt was claimed. Nothing may be sent;
    /// [`disown`](Self::disown) takes it back.
    fn claim(&self, new: &NewAttempt) -> impl Future<Output = Result<Claim, StoreError>> + Send;

    /// Marks the attempt of a call as not sent, if there is one: its claim was not confirmed, so
    /// nothing was sent.
    fn disown(&self, token: &Token) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Makes a transition of an attempt: in one transaction reads the attempt and the owner of the
    /// order, [applies](crate::transition::apply) the transition, and writes the result over the very
    /// state that was read.
    fn transit(
        &self,
        attempt: AttemptNumber,
        transition: &Transition,
    ) -> impl Future<Output = Result<Transited, StoreError>> + Send;

    /// Returns attempts in the order of their numbers: `most` at most, those after a number.
    fn records(
        &self,
        wanted: &Wanted<'_>,
        after: Option<AttemptNumber>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send;

    /// Empties the digests of all attempts with a reference at a server, and returns how many there
    /// were. References, states and ids stay: the promise needs them. A live attempt keeps blocking its
    /// reference, and its person no longer.
    fn forget(
        &self,
        server: &str,
        reference: &str,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
}

/// Which attempts are wanted.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Wanted<'a> {
    /// All.
    All,
    /// Those at a server whose order may exist: recorded as sending or unknown.
    Open {
        /// The base URL.
        server: &'a str,
    },
    /// Those at a server that are placed.
    Placed {
        /// The base URL.
        server: &'a str,
    },
    /// Those at a server with a reference.
    Reference {
        /// The base URL.
        server: &'a str,
        /// The reference.
        reference: &'a str,
    },
    /// Those at a server that may be for a person, for any product.
    Person {
        /// The base URL.
        server: &'a str,
        /// The digests of the person.
        person: &'a PersonPrints,
    },
}

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
