//! Runs the program and looks at what it did.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU8, Ordering};

use certcentral_sandbox::Sandbox;
use certcentral_sandbox::scripted::{Script, ScriptedServer};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

/// The key that the tests give. It must be in nothing that is printed.
pub(crate) const KEY: &str = "test-key-0123456789-abcdefghijklmnop";

/// The state folder of the program beside the order of a test, or its own.
const STATE: &str = "state";

/// The path of an example of the documentation.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples").join(name)
}

/// The text of an example.
pub(crate) fn example_text(name: &str) -> String {
    fs::read_to_string(example(name)).unwrap()
}

/// A folder of its own for a test, with a valid order in it.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self { folder: TempDir::new().unwrap() };
        desk.write("order.json", example_text("card-payment.json"));
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn order(&self) -> PathBuf {
        self.path("order.json")
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// The last attempt that the journal knows, as `history` shows it.
    pub(crate) async fn attempt(&self) -> Value {
        let history = certcentral(["history", "--format", "json"]);
        let history = history.env("XDG_STATE_HOME", self.path(STATE)).run().await.exits(0);
        history.json_lines().pop().expect("an attempt")
    }

    /// What is in the folder, but for the journal.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != STATE)
            .collect();
        names.sort();
        names
    }
}

/// A server that plays these scripts for orders, and has empty lists for look-ups.
pub(crate) async fn serving(orders: impl IntoIterator<Item = Script>) -> ScriptedServer {
    let empty = Script::new().read_request().respond(200, "{}");
    ScriptedServer::start_with_look_ups(empty, orders).await.unwrap()
}

/// The program at a sandbox.
pub(crate) fn at(sandbox: &Sandbox, arguments: &[&str]) -> Program {
    let program = certcentral(arguments).env("CERTCENTRAL_BASE_URL", sandbox.url());
    program.env("CERTCENTRAL_API_KEY", sandbox.api_key())
}

/// Places an order for somebody new in a sandbox, and gives what is printed of it.
pub(crate) async fn placed(sandbox: &Sandbox) -> Value {
    static PERSONS: AtomicU8 = AtomicU8::new(b'a');
    let letter = char::from(PERSONS.fetch_add(1, Ordering::SeqCst));
    let desk = Desk::new();
    let mut order: Value = serde_json::from_str(&example_text("card-payment.json")).unwrap();
    let individual = &mut order["certificate"]["individual"];
    individual["last_name"] = format!("Voorbeeld{letter}").into();
    individual["email"] = format!("{letter}@example.com").into();
    desk.write("order.json", order.to_string());
    let order = at(sandbox, &["order", "--format", "json"]).arg(desk.order());
    order.run().await.exits(0).json()
}

/// What a shell makes of a script.
#[cfg(unix)]
pub(crate) fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).env_remove("CERTCENTRAL_LOG");
    command
}

/// Places every order under this id.
pub(crate) fn placing(id: u32) -> Script {
    Script::new().read_request().respond(201, format!(r#"{{"id":{id}}}"#)).repeat()
}

/// A desk for the order, and a server that plays these scripts for it.
pub(crate) async fn desk_and_server(
    orders: impl IntoIterator<Item = Script>,
) -> (Desk, ScriptedServer) {
    (Desk::new(), serving(orders).await)
}

/// The program with arguments, and without anything from the environment of the tests.
pub(crate) struct Program {
    command: Command,
    stdin: Vec<u8>,
    /// A state folder of its own, where nothing was ordered.
    _state: TempDir,
}

pub(crate) fn certcentral<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certcentral"));
    command.args(arguments).kill_on_drop(true);
    for name in ["BASE_URL", "API_KEY", "LOG"] {
        command.env_remove(format!("CERTCENTRAL_{name}"));
    }
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
    {
        command.env_remove(name);
    }
    command.env_remove("CERTCENTRAL_JOURNAL");
    let state = TempDir::new().unwrap();
    command.env("XDG_STATE_HOME", state.path());
    Program { command, stdin: Vec::new(), _state: state }
}

/// The program under limits that the shell sets first, such as `ulimit -n 8`.
#[cfg(unix)]
pub(crate) fn certcentral_under<A: AsRef<OsStr>>(
    limits: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Program {
    let mut command = shell(&format!("{limits}; exec \"$0\" \"$@\""));
    command.arg(env!("CARGO_BIN_EXE_certcentral")).args(arguments);
    certcentral::<&str>([]).by(command)
}

impl Program {
    /// With an argument. With a file of a test the journal is beside that.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        let path = Path::new(argument.as_ref());
        if path.is_absolute() && path.starts_with(std::env::temp_dir()) {
            self.command.env("XDG_STATE_HOME", path.parent().unwrap().join(STATE));
        }
        self.command.arg(argument);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The same, run by another command.
    #[cfg(unix)]
    fn by(mut self, mut command: Command) -> Self {
        for (name, value) in self.command.as_std().get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.kill_on_drop(true);
        self.command = command;
        self
    }

    /// The same on a terminal, which shows what would go to standard output and standard error.
    #[cfg(target_os = "linux")]
    pub(crate) fn on_a_terminal(self) -> Self {
        let quoted = |text: &OsStr| format!("'{}' ", text.to_str().unwrap().replace('\'', r"'\''"));
        let typed = self.command.as_std();
        let typed: String =
            std::iter::once(typed.get_program()).chain(typed.get_args()).map(quoted).collect();
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &typed, "/dev/null"]);
        self.by(command)
    }

    /// With a key and a server.
    pub(crate) fn at(self, url: impl AsRef<OsStr>) -> Self {
        self.env("CERTCENTRAL_API_KEY", KEY).arg("--base-url").arg(url)
    }

    pub(crate) fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self
    }

    /// Runs it to its end.
    pub(crate) async fn run(mut self) -> Ran {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that does not read its input closes it: no fault of the test.
        let _ = stdin.write_all(&self.stdin).await;
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs it, and asserts that it refuses with one sentence that says this.
    pub(crate) async fn refuses(self, says: impl AsRef<str>) {
        let (ran, says) = (self.run().await.exits(2), says.as_ref());
        assert!(ran.sentence().contains(says), "{says:?}: {ran:?}");
    }

    /// Lets it run.
    pub(crate) fn spawn(mut self) -> Running {
        let mut child = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap()).lines();
        Running { child, stderr, said: String::new() }
    }
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Asserts the exit code, and that the program did not panic.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for text in [&self.stdout, &self.stderr] {
            assert!(!text.contains("panicked") && !text.contains("RUST_BACKTRACE"), "{self:#?}");
        }
        self
    }

    /// The one JSON value on standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:#?}");
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The JSON values on standard output, one a line.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Asserts that there is one sentence on standard error and nothing on standard output, and
    /// gives the sentence.
    #[track_caller]
    pub(crate) fn sentence(&self) -> &str {
        assert_eq!(self.stdout, "", "{self:#?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:#?}");
        self.stderr.trim()
    }

    /// Everything that was printed.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// A program at work.
pub(crate) struct Running {
    child: Child,
    stderr: Lines<BufReader<ChildStderr>>,
    said: String,
}

impl Running {
    /// Waits until it says something on standard error.
    pub(crate) async fn says(&mut self, text: &str) {
        loop {
            let line = self.stderr.next_line().await.unwrap();
            let line =
                line.unwrap_or_else(|| panic!("ended without saying {text:?}: {}", self.said));
            self.said.push_str(&line);
            self.said.push('\n');
            if line.contains(text) {
                return;
            }
        }
    }

    /// The next line on standard output.
    pub(crate) async fn prints(&mut self) -> String {
        let stdout = self.child.stdout.as_mut().unwrap();
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            line.push(stdout.read_u8().await.unwrap());
        }
        String::from_utf8(line).unwrap()
    }

    /// Sends a signal: `INT`, `TERM`, `KILL`.
    #[cfg(unix)]
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().await.unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(crate) async fn end(mut self) -> Ran {
        while let Some(line) = self.stderr.next_line().await.unwrap() {
            self.said.push_str(&line);
            self.said.push('\n');
        }
        let output = self.child.wait_with_output().await.unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: self.said,
        }
    }
}
