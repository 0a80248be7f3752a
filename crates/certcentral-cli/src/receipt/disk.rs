//! Receipts on disk: never half written, never overwritten by a run that did not read them, and
//! synced before the first byte of an order leaves.
//!
//! A lock of the operating system on the receipt itself keeps runs apart. It is gone when its
//! process is, however that ended, so a run holds it as long as it is at work: a receipt that says
//! `sending` and is not locked is that of a run that was stopped.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use same_file::Handle;
use serde::Deserialize;

use crate::env::file;
use crate::receipt::record::{Receipt, State, VERSION};

/// A receipt is some kilobytes at most.
const LARGEST_RECEIPT: usize = 1024 * 1024;

/// How long to wait for another process that is changing the receipt, which takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why a receipt cannot be locked.
#[derive(Debug)]
pub(crate) enum LockError {
    /// The receipt does not exist.
    Missing,
    /// A run is at work on it.
    AtWork,
    /// The rest of a sentence about the file.
    Other(String),
}

/// What to do where there is no receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    Fail,
    /// Make an empty one, which is a receipt of nothing.
    Create,
}

/// The right to change a receipt. One process has it at a time.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    file: File,
    created: bool,
}

impl Lock {
    pub(crate) fn take(path: &Path, absent: Absent) -> Result<Self, LockError> {
        let begin = Instant::now();
        loop {
            let is_over = begin.elapsed() > PATIENCE;
            match open(path, absent) {
                Ok((file, created)) => {
                    let lock = Self { path: path.into(), file, created };
                    match lock.file.try_lock() {
                        // Somebody may have replaced it between the opening and the locking.
                        Ok(()) if lock.is_in_place() => return Ok(lock),
                        Ok(()) => {}
                        Err(TryLockError::WouldBlock) if is_over || is_sending(path) => {
                            return Err(LockError::AtWork);
                        }
                        Err(TryLockError::WouldBlock) => {}
                        Err(TryLockError::Error(error)) => {
                            return Err(LockError::Other(format!("cannot be locked: {error}")));
                        }
                    }
                }
                Err(error) => match (error.kind(), absent) {
                    (ErrorKind::NotFound, Absent::Fail) => return Err(LockError::Missing),
                    // Somebody made it, or took it away, just now.
                    (ErrorKind::AlreadyExists | ErrorKind::NotFound, Absent::Create)
                        if !is_over && folder(path).is_dir() => {}
                    _ => return Err(LockError::Other(reason(&error))),
                },
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether the file that is locked is still the receipt.
    pub(crate) fn is_in_place(&self) -> bool {
        let locked = self.file.try_clone().and_then(Handle::from_file);
        locked.is_ok_and(|locked| Handle::from_path(&self.path).is_ok_and(|it| it == locked))
    }

    /// Reads the receipt. The error is the rest of a sentence about the file.
    pub(crate) fn load(&self) -> Result<Option<Receipt>, String> {
        let length = self.file.metadata().and_then(|metadata| {
            (&self.file).rewind()?;
            Ok(metadata.len())
        });
        let length = length.map_err(|error| file::reason(&error))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        parse(&file::read_to_end(&self.file, length, LARGEST_RECEIPT)?)
    }

    /// Replaces the receipt in one step, so that there is the old one or the new one at any instant,
    /// and goes on to hold the lock of the new one.
    pub(crate) fn replace(&mut self, receipt: &Receipt) -> io::Result<()> {
        let name = with_ending(&self.path, ".new");
        // One that a run left behind that was stopped in here. The lock keeps any other away.
        match fs::remove_file(&name) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut new = tempfile::Builder::new()
            .prefix(name.file_name().unwrap_or(name.as_os_str()))
            .rand_bytes(0)
            .tempfile_in(folder(&self.path))?;
        serde_json::to_writer_pretty(&mut new, receipt)?;
        new.write_all(b"\n")?;
        new.as_file().sync_all()?;
        new.as_file().try_lock()?;
        self.file = new.persist(&self.path)?;
        sync_folder(folder(&self.path))
    }

    /// Leaves things as they were before an empty receipt was made to be locked.
    pub(crate) fn undo(mut self, before: Option<&Receipt>) {
        // What can be done about an error here is to say the first one, which the caller does.
        let _ = match before {
            Some(receipt) => self.replace(receipt),
            None if self.created => fs::remove_file(&self.path),
            None => Ok(()),
        };
    }
}

/// Reads a receipt, if there is one. The error is the rest of a sentence about the file.
pub(crate) fn load(path: &Path) -> Result<Option<Receipt>, String> {
    match expect_regular(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(reason(&error)),
        Ok(()) => parse(&file::read(path, LARGEST_RECEIPT)?),
    }
}

/// Whether a receipt could be written: tries it with a file that has no name.
pub(crate) fn try_to_write(path: &Path) -> io::Result<()> {
    let mut file = tempfile::tempfile_in(folder(path))?;
    file.write_all(&[b' '; 4096])?;
    file.sync_all()
}

fn parse(bytes: &[u8]) -> Result<Option<Receipt>, String> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }

    // It is synced before the first byte leaves, so nothing was sent under an empty one.
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    let damaged = |_| "is damaged, or not a receipt".to_owned();
    let Version { version } = serde_json::from_slice(bytes).map_err(damaged)?;
    if version != VERSION {
        return Err("is a receipt of another version of this program".into());
    }
    serde_json::from_slice(bytes).map(Some).map_err(damaged)
}

/// Refuses what would hang, such as a named pipe, and what stores nothing, such as a device.
fn expect_regular(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_file() {
        Ok(())
    } else if kind.is_dir() {
        Err(ErrorKind::IsADirectory.into())
    } else {
        Err(io::Error::other(if kind.is_symlink() {
            "is a link that leads nowhere"
        } else {
            "is not a regular file"
        }))
    }
}

/// Opens a receipt, and says whether it was made for that.
fn open(path: &Path, absent: Absent) -> io::Result<(File, bool)> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match expect_regular(path) {
        Err(error) if error.kind() == ErrorKind::NotFound && absent == Absent::Create => {
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            Ok((options.create_new(true).open(path)?, true))
        }
        checked => checked.and_then(|()| Ok((options.open(path)?, false))),
    }
}

fn is_sending(path: &Path) -> bool {
    let is = |receipt: Receipt| receipt.latest.state == State::Sending;
    load(path).is_ok_and(|receipt| receipt.is_some_and(is))
}

/// Why a file could not be written, as the rest of a sentence about it.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "would be in a folder that does not exist".into(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "is, or would be, where you may not write".into()
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "finds no room on the disk".into()
        }
        ErrorKind::Other => error.to_string(),
        _ => file::reason(error),
    }
}

/// Makes a new name last through a loss of power, where the system can.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        // Some file systems have nothing to sync in a folder.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {
            Ok(())
        }
        synced => synced,
    }
}

/// The folder that a file is in.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
