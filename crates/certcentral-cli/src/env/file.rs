//! Reading files that may hold secrets: into one buffer that is wiped, up to a limit, and with an
//! error that says in plain words what is wrong with the file.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::show::terminal::say;
use crate::show::text;

/// An order has a few hundred bytes. A file over this is something else.
pub(crate) const LARGEST_ORDER: usize = 1024 * 1024;

/// The bytes of a file, wiped when they are dropped.
pub(crate) type Bytes = Zeroizing<Vec<u8>>;

/// Whether a path means standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What a file is called in a message. A name that may be a key is not repeated.
pub(crate) fn name(path: &Path) -> String {
    if is_stdin(path) {
        return "standard input".into();
    }
    if may_be_key(path) {
        return "the file that was named (it may be a key, so it is not shown)".into();
    }
    text::path(path)
}

/// Whether a path names no file, and may be a key or a card number instead.
pub(crate) fn may_be_key(path: &Path) -> bool {
    let name = path.to_string_lossy();
    text::may_be_secret(&name) && !name.contains(['.', '/', '\\']) && !path.exists()
}

/// Reads a file, or standard input for `-`. The error is the rest of a sentence about the file.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Bytes, String> {
    if is_stdin(path) {
        if io::stdin().is_terminal() {
            say("Reading from the terminal, until Ctrl-D.");
        }
        return read_to_end(stdin().map_err(|error| reason(&error))?, 0, limit);
    }
    let file = File::open(path).map_err(|error| reason(&error))?;
    let metadata = file.metadata().map_err(|error| reason(&error))?;
    if metadata.is_dir() {
        return Err("is a directory, not a file".into());
    }
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    read_to_end(file, length, limit)
}

/// Standard input without the buffer of the standard library, which is not wiped.
fn stdin() -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
    }
    #[cfg(windows)]
    {
        use std::os::windows::io::AsHandle;
        Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
    }
}

/// Reads all there is. `length` is the expected length: if it is right, there is one buffer; if it
/// is not (the length of a pipe is unknown), outgrown buffers are wiped.
pub(crate) fn read_to_end(
    mut file: impl Read,
    length: usize,
    limit: usize,
) -> Result<Bytes, String> {
    let too_large = || format!("is larger than {}, too large for what it should be", size(limit));
    if length > limit {
        return Err(too_large());
    }
    // One byte more than expected, so that the end of the file is seen without growing.
    let mut bytes = Zeroizing::new(vec![0; if length == 0 { 8192 } else { length + 1 }]);
    let mut filled = 0;
    loop {
        if filled == bytes.len() {
            let mut larger = Zeroizing::new(vec![0; bytes.len() * 2]);
            larger[..filled].copy_from_slice(&bytes);
            bytes = larger;
        }
        match file.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(reason(&error)),
        }
        if filled > limit {
            return Err(too_large());
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// What went wrong, in plain words.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "does not exist".into(),
        ErrorKind::PermissionDenied => "may not be opened by you: its permissions forbid it".into(),
        ErrorKind::IsADirectory => "is a directory, not a file".into(),
        ErrorKind::NotADirectory => "is below something that is not a directory".into(),
        ErrorKind::InvalidInput | ErrorKind::InvalidFilename => {
            "is not a valid name of a file".into()
        }
        _ => format!("cannot be read: {error}"),
    }
}

fn size(bytes: usize) -> String {
    if bytes >= 1024 * 1024 {
        format!("{} MiB", bytes / (1024 * 1024))
    } else {
        format!("{} KiB", bytes / 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::read_to_end;

    #[test]
    fn reads_more_than_was_expected() {
        let text = vec![b'x'; 50_000];
        assert_eq!(*read_to_end(&text[..], 0, 100_000).unwrap(), text);
        assert_eq!(*read_to_end(&text[..], 10, 100_000).unwrap(), text);
        assert_eq!(*read_to_end(&text[..], 50_000, 50_000).unwrap(), text);
    }

    #[test]
    fn stops_at_the_limit() {
        assert!(read_to_end(std::io::repeat(1), 0, 4096).unwrap_err().contains("4 KiB"));
        assert!(read_to_end(std::io::empty(), 4097, 4096).is_err());
    }
}
