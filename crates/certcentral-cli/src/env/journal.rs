//! The journal of this user: where it is, and how it is opened.

use std::env;
use std::path::{Path, PathBuf};

use certcentral_journal::{SqliteStore, StoreError, StoreErrorKind};
use tempfile::TempDir;

use crate::env::file;
use crate::exit::{Failure, Result};
use crate::show::terminal::{path, printable, say};

const JOURNAL: &str = "CERTCENTRAL_JOURNAL";

/// Where a journal is.
#[derive(Debug)]
pub(crate) struct JournalPlace {
    path: PathBuf,
    /// The folder of a journal that is not kept: it is gone when this is dropped.
    temporary: Option<TempDir>,
}

impl JournalPlace {
    /// The place of the option, else of the environment, else in the state folder of this user.
    pub(crate) fn new(option: Option<&Path>) -> Result<Self> {
        let from_environment = env::var_os(JOURNAL).filter(|place| !place.is_empty());
        let named = option.map(Path::to_owned).or_else(|| from_environment.map(PathBuf::from));
        if let Some(named) = named {
            if named.to_str().is_some_and(|text| text.starts_with("postgres")) {
                return Err(Failure::usage(
                    "a journal in PostgreSQL is for services, by the library; this program keeps its \
                     journal in a file",
                ));
            }
            return Ok(Self { path: named, temporary: None });
        }
        let folder = state_folder().ok_or_else(|| {
            Failure::usage(
                "there is no place for the journal: HOME is not set; name a file with --journal PATH",
            )
        })?;
        Ok(Self { path: folder.join("certcentral").join("journal.db"), temporary: None })
    }

    /// A journal of its own for a run that shall leave none.
    pub(crate) fn temporary() -> Result<Self> {
        let folder = TempDir::new()
            .map_err(|error| Failure::usage(format!("no temporary file can be made: {error}")))?;
        Ok(Self { path: folder.path().join("journal.db"), temporary: Some(folder) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the journal, and makes it if it is not there. A new one that is kept is announced: it knows
    /// nothing of what was ordered before.
    pub(crate) fn open_or_create(&self) -> Result<SqliteStore> {
        let store =
            SqliteStore::open_or_create(&self.path).map_err(|error| self.unusable(&error))?;
        if store.is_new() && self.temporary.is_none() {
            say(format_args!(
                "A new journal was made, {}: it keeps this machine from ordering twice.",
                path(&self.path)
            ));
        }
        Ok(store)
    }

    /// Opens the journal to write to it.
    pub(crate) fn open(&self) -> Result<SqliteStore> {
        SqliteStore::open(&self.path).map_err(|error| self.unusable(&error))
    }

    /// Opens the journal to read it. `None` if there is none yet.
    pub(crate) fn read(&self) -> Result<Option<SqliteStore>> {
        match SqliteStore::open_read_only(&self.path) {
            Ok(store) => Ok(Some(store)),
            Err(error) if error.kind() == StoreErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.unusable(&error)),
        }
    }

    /// Refuses a file that is the journal itself: it would be overwritten, or read as orders.
    pub(crate) fn refuse_as_file(&self, other: &Path) -> Result<()> {
        let is_same = !file::is_stdin(other)
            && same_file::is_same_file(&self.path, other).unwrap_or_default();
        if is_same {
            let name = file::name(other);
            return Err(Failure::usage(format!("{name} is the journal itself; nothing was done")));
        }
        Ok(())
    }

    /// Refuses to write results into the journal: standard output leads there.
    pub(crate) fn refuse_as_output(&self) -> Result<()> {
        let is_output = same_file::Handle::stdout()
            .and_then(|output| Ok(output == same_file::Handle::from_path(&self.path)?));
        if is_output.unwrap_or_default() {
            return Err(Failure::usage(
                "standard output is the journal itself; send it elsewhere. Nothing was done",
            ));
        }
        Ok(())
    }

    /// Why the journal cannot be used.
    pub(crate) fn unusable(&self, error: &StoreError) -> Failure {
        let text = error.to_string();
        Failure::usage(format!(
            "the journal {} cannot be used, and nothing was sent: {}",
            path(&self.path),
            printable(&text)
        ))
    }
}

/// Where this system keeps what programs must remember.
fn state_folder() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        Some(variable("HOME")?.join("Library").join("Application Support"))
    } else {
        // A relative path is ignored, by the XDG Base Directory Specification.
        variable("XDG_STATE_HOME")
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(variable("HOME")?.join(".local").join("state")))
    }
}
