//! Commands to go on with, written so that they can be copied into a terminal.

use std::path::{Path, PathBuf};

use certcentral::model::OrderId;

use crate::args::Server;
use crate::show::terminal;

/// The commands that belong to one order, with the options of this run.
#[derive(Clone, Debug)]
pub(crate) struct Commands {
    file: PathBuf,
    receipt: Option<PathBuf>,
    server: String,
}

impl Commands {
    pub(crate) fn new(file: &Path, receipt: Option<&Path>, server: &Server) -> Self {
        let mut options = String::new();
        if let Some(url) = &server.base_url {
            options.push_str(&format!(" --base-url {}", quote(url.as_ref())));
        }
        if let Some(key) = &server.api_key_file {
            options.push_str(&format!(" --api-key-file {}", quote(key)));
        }
        Self { file: file.into(), receipt: receipt.map(Path::to_path_buf), server: options }
    }

    /// Looks for the order.
    pub(crate) fn find(&self) -> String {
        self.with_file("find")
    }

    /// Places the order.
    pub(crate) fn order(&self) -> String {
        self.with_file("order")
    }

    /// Places the order although it may have been placed.
    pub(crate) fn order_again(&self) -> String {
        self.with_file("order --again")
    }

    /// Shows where an order stands.
    pub(crate) fn status(&self, id: OrderId) -> String {
        format!("certcentral status{} {id}", self.server)
    }

    fn with_file(&self, command: &str) -> String {
        let receipt = self.receipt.as_ref().map(|path| format!(" --receipt {}", quote(path)));
        format!(
            "certcentral {command}{}{} {}",
            self.server,
            receipt.unwrap_or_default(),
            quote(&self.file)
        )
    }
}

/// A path as a shell reads it back.
pub(crate) fn quote(path: &Path) -> String {
    let text = terminal::path(path);
    let plain =
        |c: char| c.is_alphanumeric() || "-_./+:@%,=".contains(c) || (cfg!(windows) && c == '\\');
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Commands, quote};
    use crate::args::Server;

    #[test]
    fn quotes_what_a_shell_would_take_apart() {
        for (path, quoted) in [
            ("docs/order-1.json", "docs/order-1.json"),
            ("my order.json", "'my order.json'"),
            ("it's.json", r"'it'\''s.json'"),
            ("$(rm).json", "'$(rm).json'"),
            ("", "''"),
        ] {
            assert_eq!(quote(path.as_ref()), quoted);
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
        let commands = Commands::new("a.json".as_ref(), Some("b.json".as_ref()), &server);
        assert_eq!(
            commands.order_again(),
            "certcentral order --again --base-url http://127.0.0.1:8080 --api-key-file key \
             --receipt b.json a.json"
        );
        assert_eq!(
            commands.status("7".parse().unwrap()),
            "certcentral status --base-url http://127.0.0.1:8080 --api-key-file key 7"
        );
    }
}
