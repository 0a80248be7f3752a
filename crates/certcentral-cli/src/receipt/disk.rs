//! Receipts on disk: never half written, never overwritten by a run that did not read them, and
//! synced before the first byte of an order leaves.
//!
//! Whoever changes a receipt holds its lock, a file beside it that only one run can create, for the
//! few milliseconds of the change. It is not held while an order is under way: what keeps a second
//! run from sending is the state `sending` in the receipt.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use certcentral::pkio_professional::Order;

use super::{Place, Receipt, Repeat, Run, VERSION};
use crate::env::file;
use crate::exit::{Failure, Result};
use crate::show::terminal;

/// A receipt is some kilobytes at most.
const LARGEST_RECEIPT: usize = 1024 * 1024;

/// Another run holds the lock for milliseconds. After this it is taken for dead.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long to wait for the lock once the order was sent: longer, for there is more to lose.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(10);

/// A receipt that says `sending`, to be brought up to date when the outcome is known.
#[derive(Debug)]
pub(crate) struct OpenReceipt {
    path: PathBuf,
    run: Run,
}

impl OpenReceipt {
    /// Writes down that an order is about to be sent. After this the order may be sent; on an error
    /// it may not.
    pub(crate) fn begin(place: &Place, order: &Order, run: Run, repeat: Repeat) -> Result<Self> {
        let path = &place.path;
        let cannot = |error: &io::Error| {
            Failure::usage(format!(
                "nothing was sent, because its receipt cannot be written: {} {}. Name another \
                 place with --receipt PATH",
                terminal::path(path),
                reason(error)
            ))
        };
        let _lock = Lock::take(path, PATIENCE).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::usage(format!(
                "nothing was sent: another run is at work on {}. If there is none, delete {} and \
                 try again",
                terminal::path(path),
                terminal::path(&Lock::path(path))
            )),
            _ => cannot(&error),
        })?;
        let earlier = load(path).map_err(|reason| {
            Failure::usage(format!(
                "nothing was sent: {} {reason}. Look at it, move it away if it is no receipt, or \
                 name another place with --receipt PATH",
                terminal::path(path)
            ))
        })?;
        match earlier {
            Some(earlier) => {
                earlier.allows(order, repeat, place)?;
                replace(path, &earlier.with(run.clone())).map_err(|error| cannot(&error))?;
            }
            None => create(path, &Receipt::new(run.clone(), Vec::new()))
                .map_err(|error| cannot(&error))?,
        }
        Ok(Self { path: path.clone(), run })
    }

    /// Writes down how it ended. The run is looked up again: another one, told to order again, may
    /// have written in between.
    pub(crate) fn end(mut self, change: impl FnOnce(&mut Run)) -> Result<()> {
        change(&mut self.run);
        let cannot = |reason: &str| {
            Failure::usage(format!(
                "the receipt {} could not be brought up to date and still says that the order is \
                 being sent: it {reason}",
                terminal::path(&self.path)
            ))
        };
        let _lock =
            Lock::take(&self.path, PATIENCE_AT_THE_END).map_err(|error| cannot(&reason(&error)))?;
        let mut receipt = load(&self.path)
            .map_err(|reason| cannot(&reason))?
            .unwrap_or_else(|| Receipt::new(self.run.clone(), Vec::new()));
        let Receipt { latest, earlier, .. } = &mut receipt;
        match std::iter::once(latest).chain(earlier).find(|run| run.digest == self.run.digest) {
            Some(run) => *run = self.run,
            None => return Err(cannot("is the receipt of another order by now")),
        }
        replace(&self.path, &receipt).map_err(|error| cannot(&reason(&error)))
    }
}

/// Reads a receipt, if there is one. The error is the rest of a sentence about the file.
pub(crate) fn load(path: &Path) -> Result<Option<Receipt>, String> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    let bytes = file::read(path, LARGEST_RECEIPT)?;
    match serde_json::from_slice::<Receipt>(&bytes) {
        Ok(receipt) if receipt.version == VERSION => Ok(Some(receipt)),
        Ok(_) => Err("is a receipt of another version of this program".into()),
        Err(_) => Err("is no receipt, or a damaged one".into()),
    }
}

fn create(path: &Path, receipt: &Receipt) -> io::Result<()> {
    write_new(path, receipt)?;
    sync_folder(path)
}

/// Replaces a receipt in one step, so that there is the old one or the new one at any instant.
fn replace(path: &Path, receipt: &Receipt) -> io::Result<()> {
    let new = with_ending(path, ".new");
    // One that a run left behind that was stopped in here. The lock keeps any other away.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write_new(&new, receipt)?;
    fs::rename(&new, path)?;
    sync_folder(path)
}

fn write_new(path: &Path, receipt: &Receipt) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(receipt)?;
    text.push(b'\n');
    let mut file = for_owner_only().open(path)?;
    file.write_all(&text)?;
    file.sync_all()
}

/// A file that must not be there yet, and that others may not read.
fn for_owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Why a file could not be written, as the rest of a sentence about it.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "would be in a folder that does not exist".into(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "would be in a folder that may not be written to".into()
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "finds no room on the disk".into(),
        _ => file::reason(error),
    }
}

/// Makes a new name last through a loss of power, where the system can.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match File::open(folder)?.sync_all() {
        // Some file systems have nothing to sync in a folder.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {
            Ok(())
        }
        synced => synced,
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The right to change a receipt.
#[derive(Debug)]
struct Lock {
    path: PathBuf,
}

impl Lock {
    fn path(receipt: &Path) -> PathBuf {
        with_ending(receipt, ".lock")
    }

    fn take(receipt: &Path, patience: Duration) -> io::Result<Self> {
        let path = Self::path(receipt);
        let begin = Instant::now();
        loop {
            match for_owner_only().open(&path) {
                Ok(_) => return Ok(Self { path }),
                Err(error)
                    if error.kind() == ErrorKind::AlreadyExists && begin.elapsed() < patience =>
                {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
