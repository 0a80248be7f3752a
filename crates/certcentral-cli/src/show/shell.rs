//! Commands to go on with, written so that they can be copied into a terminal.

use std::path::{Path, PathBuf};

use certcentral::model::OrderId;

use crate::args::options::Server;
use crate::show::text::is_printable;

/// The commands that belong to one order, with the options of this run.
#[derive(Clone, Debug)]
pub(crate) struct Commands {
    file: PathBuf,
    journal: Option<PathBuf>,
    server: String,
}

impl Commands {
    pub(crate) fn new(file: &Path, journal: Option<&Path>, server: &Server) -> Self {
        let server = server_options(server);
        Self { file: file.into(), journal: journal.map(Path::to_path_buf), server }
    }

    /// Looks for the order.
    pub(crate) fn find(&self) -> String {
        self.on_file("find")
    }

    /// Shows the status of an order.
    pub(crate) fn status(&self, id: OrderId) -> String {
        format!("certcentral status{} {id}", self.server)
    }

    /// A command on the order's file, with its own options: `order --besides 7`.
    pub(crate) fn on_file(&self, command: &str) -> String {
        let journal = self.journal.as_ref().map(|path| format!(" --journal {}", quote(path)));
        format!(
            "certcentral {command}{}{} {}",
            self.server,
            journal.unwrap_or_default(),
            quote(&self.file)
        )
    }
}

/// The options that lead to the same server.
pub(crate) fn server_options(server: &Server) -> String {
    let mut options = String::new();
    if let Some(url) = &server.base_url {
        options.push_str(&format!(" --base-url {}", quote(url.as_ref())));
    }
    if let Some(key) = &server.api_key_file {
        options.push_str(&format!(" --api-key-file {}", quote(key)));
    }
    options
}

/// A path as a POSIX shell reads it back, without a character that a terminal would obey.
pub(crate) fn quote(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    // What begins with a hyphen would be read as an option.
    let before = if bytes.starts_with(b"-") && bytes != b"-" { "./" } else { "" };
    match path.to_str() {
        Some(text) if text.chars().all(is_printable) => {
            let plain = |c: char| {
                c.is_ascii_alphanumeric()
                    || "-_./+:@%,=".contains(c)
                    || (cfg!(windows) && c == '\\')
            };
            if !text.is_empty() && text.chars().all(plain) {
                format!("{before}{text}")
            } else {
                format!("{before}'{}'", text.replace('\'', r"'\''"))
            }
        }
        _ => format!("{before}{}", by_printf(bytes)),
    }
}

/// Lets the shell put the bytes together from their numbers.
fn by_printf(bytes: &[u8]) -> String {
    // The shell drops line breaks at the end of what a command prints: one at the end of a name is
    // left to its search for files.
    let end = bytes.iter().rev().take_while(|byte| **byte == b'\n').count();
    let mut text = String::from("\"$(printf '");
    for byte in &bytes[..bytes.len() - end] {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' | b'/' | b' ' => {
                text.push(char::from(*byte));
            }
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text.push_str("')\"");
    text + &"?".repeat(end)
}

#[cfg(test)]
mod tests {
    use super::{Commands, is_printable, quote};
    use crate::args::options::Server;

    #[test]
    fn quotes_what_a_shell_would_take_apart() {
        for (path, quoted) in [
            ("docs/order-1.json", "docs/order-1.json"),
            ("my order.json", "'my order.json'"),
            ("it's.json", r"'it'\''s.json'"),
            ("$(rm).json", "'$(rm).json'"),
            ("", "''"),
            ("-x.json", "./-x.json"),
            ("-x y.json", "./'-x y.json'"),
            ("-", "-"),
            ("a\tb.json", r#""$(printf 'a\011b.json')""#),
            ("\u{202e}%\n", r#""$(printf '\342\200\256\045')"?"#),
        ] {
            assert_eq!(quote(path.as_ref()), quoted);
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_shell_reads_back_every_name() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        use std::process::Command;

        let folder = tempfile::TempDir::new().unwrap();
        let names: [&[u8]; 14] = [
            b"-x.json",
            b"--help",
            b"a b",
            b"it's",
            b"a\tb",
            b"a\nb",
            b"end\n",
            b"\n\n",
            b"$(false)",
            b"`false`",
            b"a\"b\\",
            "\u{202e}\u{7f}%d%".as_bytes(),
            b"\xff\xfe",
            "Zo\u{eb}*?".as_bytes(),
        ];
        for name in names {
            let path = folder.path().join(OsStr::from_bytes(name));
            std::fs::write(&path, "").unwrap();
            let quoted = quote(OsStr::from_bytes(name).as_ref());
            assert!(quoted.chars().all(is_printable), "{quoted:?}");
            // The program to be called must not take the name for an option, either.
            let script = format!("ls -d {quoted} >&2 && printf '%s/' {quoted}");
            let read =
                Command::new("sh").args(["-c", &script]).current_dir(&folder).output().unwrap();
            let expected =
                [if name.starts_with(b"-") { "./" } else { "" }.as_bytes(), name, b"/"].concat();
            assert_eq!(read.stdout, expected, "{quoted}");
        }
    }

    #[test]
    fn commands_have_the_options_of_this_run() {
        let plain = Server { base_url: None, api_key_file: None, timeout: None };
        let commands = Commands::new("my order.json".as_ref(), None, &plain);
        assert_eq!(commands.find(), "certcentral find 'my order.json'");

        let server = Server {
            base_url: Some("http://127.0.0.1:8080".into()),
            api_key_file: Some("key".into()),
            timeout: None,
        };
        let commands = Commands::new("a.json".as_ref(), Some("b.db".as_ref()), &server);
        assert_eq!(
            commands.on_file("order --besides 7"),
            "certcentral order --besides 7 --base-url http://127.0.0.1:8080 --api-key-file key \
             --journal b.db a.json"
        );
        assert_eq!(
            commands.status("7".parse().unwrap()),
            "certcentral status --base-url http://127.0.0.1:8080 --api-key-file key 7"
        );
    }
}
