//! The file of a journal: what may lie at its place and beside it, and how it comes to be there.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::error::{StoreError, StoreErrorKind};

type Result<T> = std::result::Result<T, StoreError>;

/// What SQLite's rollback files begin with.
const ROLLBACK_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// Where the header of a database has the name that a journal was given when it was made, and where what
/// kind of file it is.
const NAME_AT: usize = 60;
const KIND_AT: usize = 68;

/// How long a journal that was just made may have two names.
const MAKING: Duration = Duration::from_secs(1);

/// Where a journal is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl Place {
    /// The place of a journal that is there, and beside which nothing lies that does not belong there.
    pub(super) fn existing(path: &Path) -> Result<Self> {
        expect_nothing_foreign(path)?;
        let metadata = match path.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if beside(path, "-journal").symlink_metadata().is_ok() {
                    let left = beside(path, "-journal");
                    return Err(StoreError::new(StoreErrorKind::ForeignFile).about(format!(
                        "{} is left of a journal that is gone: restore the journal; if it is meant \
                         to be gone, remove that file, too",
                        name_of(&left)
                    )));
                }
                return Err(StoreError::new(StoreErrorKind::NotFound).about(name_of(path)));
            }
            Err(error) => return Err(access(path, error)),
        };
        if !metadata.is_file() {
            return Err(StoreError::new(StoreErrorKind::NotAJournal).about(name_of(path)));
        }
        if metadata.len() == 0 {
            return Err(StoreError::new(StoreErrorKind::Empty).about(name_of(path)));
        }
        // Links are resolved: SQLite names its rollback file after the path. What it is given can mean
        // nothing but a file: it is absolute.
        let path = path.canonicalize().map_err(|error| access(path, error))?;
        expect_nothing_foreign(&path)?;
        expect_one_name(&path)?;
        let place = Self { identity: identity(&metadata), path };
        place.expect_own_rollback_file()?;
        Ok(place)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the file, for messages.
    pub(super) fn name(&self) -> String {
        name_of(&self.path)
    }

    /// Where a run writes what it knows of a journal that was taken away.
    pub(super) fn rescued(&self) -> PathBuf {
        beside(&self.path, ".rescued")
    }

    /// Whether a process that was killed may have left something half done.
    pub(super) fn has_journal_left(&self) -> bool {
        beside(&self.path, "-journal").metadata().is_ok_and(|left| left.len() > 0)
    }

    /// Checks that the path still leads to the file that is open. The file itself is not opened for that:
    /// closing it again would drop SQLite's locks.
    pub(super) fn expect_unmoved(&self) -> Result<()> {
        match self.path.metadata() {
            Ok(metadata) if identity(&metadata) == self.identity => Ok(()),
            Ok(_) => Err(StoreError::new(StoreErrorKind::Moved).about(self.name())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(StoreError::new(StoreErrorKind::Moved).about(self.name()))
            }
            Err(error) => Err(access(&self.path, error)),
        }
    }

    /// Checks that a rollback file beside the journal is its own. SQLite would play that of another file
    /// into this one.
    fn expect_own_rollback_file(&self) -> Result<()> {
        let path = beside(&self.path, "-journal");
        let foreign = || {
            Err(StoreError::new(StoreErrorKind::ForeignFile)
                .about(format!("{} is not this journal's", name_of(&path))))
        };
        let Ok(mut rollback) = File::open(&path) else { return Ok(()) };
        let mut header = Vec::new();
        let read = rollback.by_ref().take(28).read_to_end(&mut header);
        read.map_err(|error| access(&path, error))?;
        // Empty after each transaction; without its first mark until it is whole, and then SQLite passes
        // over it.
        if header.iter().take(ROLLBACK_MAGIC.len()).all(|&byte| byte == 0) {
            return Ok(());
        }
        if !header.starts_with(&ROLLBACK_MAGIC) {
            return foreign();
        }
        let [.., s1, s2, s3, s4, _, _, _, _] = header[..] else { return Ok(()) };
        let sector = u32::from_be_bytes([s1, s2, s3, s4]);
        // The first page of each transaction of ours is the first of the file.
        let mut page = Vec::new();
        let from = SeekFrom::Start(u64::from(sector));
        let read = rollback.seek(from).and_then(|_| rollback.take(4 + 100).read_to_end(&mut page));
        read.map_err(|error| access(&path, error))?;
        let mut own = [0; 100];
        let read = File::open(&self.path).and_then(|mut file| file.read_exact(&mut own));
        match (page.split_at_checked(4), read) {
            (Some((number, copy)), Ok(())) if copy.len() == 100 => {
                let is_own = number == 1_u32.to_be_bytes()
                    && copy[NAME_AT..NAME_AT + 4] == own[NAME_AT..NAME_AT + 4]
                    && copy[KIND_AT..KIND_AT + 4] == own[KIND_AT..KIND_AT + 4];
                if is_own { Ok(()) } else { foreign() }
            }
            // Nothing was written to the journal yet.
            _ => Ok(()),
        }
    }
}

fn expect_nothing_foreign(path: &Path) -> Result<()> {
    for suffix in ["-wal", "-shm"] {
        let other = beside(path, suffix);
        if other.symlink_metadata().is_ok() {
            let name = name_of(&other);
            return Err(StoreError::new(StoreErrorKind::ForeignFile).about(name));
        }
    }
    let rescued = beside(path, ".rescued");
    if rescued.symlink_metadata().is_ok() {
        return Err(StoreError::new(StoreErrorKind::Rescued).about(name_of(&rescued)));
    }
    Ok(())
}

/// A file with two names would have two rollback files.
#[cfg(unix)]
fn expect_one_name(path: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let began = std::time::Instant::now();
    loop {
        let metadata = path.metadata().map_err(|error| access(path, error))?;
        if metadata.nlink() <= 1 {
            return Ok(());
        }
        // For a moment a new journal has its old name, too.
        if began.elapsed() >= MAKING {
            let detail = format!("{} has several names (hard links)", name_of(path));
            return Err(StoreError::new(StoreErrorKind::Access).about(detail));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(not(unix))]
fn expect_one_name(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "not every system tells")]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// The time at which it was made, since nothing else of a file is told here.
#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    let since = metadata.created().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some((since.as_secs(), u64::from(since.subsec_nanos())))
}

/// Makes a file at a path, whole or not at all, by a function that fills it under another name. Returns
/// false if somebody else was faster.
pub(super) fn create(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<bool> {
    let path = std::path::absolute(path).map_err(|error| access(path, error))?;
    let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
    make_folder(&folder).map_err(|error| access(&folder, error))?;
    let mut random = [0; 8];
    getrandom::fill(&mut random)
        .map_err(|error| StoreError::new(StoreErrorKind::Failed).caused_by(error))?;
    let draft = beside(&path, &format!(".new-{:016x}", u64::from_ne_bytes(random)));
    let made = make_at(&draft, &path, &folder, fill);
    let _ = fs::remove_file(&draft);
    let _ = fs::remove_file(beside(&draft, "-journal"));
    made
}

fn make_at(
    draft: &Path,
    path: &Path,
    folder: &Path,
    fill: impl FnOnce(&Path) -> Result<()>,
) -> Result<bool> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(draft).map_err(|error| access(path, error))?;
    fill(draft)?;
    let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
    if cfg!(unix) {
        sync(draft).map_err(|error| access(path, error))?;
    }
    // A link is made only where nothing is, unlike a move.
    match fs::hard_link(draft, path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(access(path, error)),
    }
    let _ = fs::remove_file(draft);
    if cfg!(unix) {
        sync(folder).map_err(|error| access(folder, error))?;
    }
    Ok(true)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Lets nobody but its owner read a file.
pub(super) fn keep_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// The path of a file that belongs to another one.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn access(path: &Path, error: io::Error) -> StoreError {
    let detail = format!("{}: {error}", name_of(path));
    StoreError::new(StoreErrorKind::Access).about(detail).caused_by(error)
}
