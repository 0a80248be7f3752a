//! A PostgreSQL server of a test's own: Debian's package `postgresql` has the programs.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output};

use certcentral_journal::{PostgresStore, StoreError};
use tempfile::TempDir;

/// A server that listens on a socket in a folder of its own, until it is dropped.
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    as_root: bool,
}

impl Cluster {
    /// Starts one, or says loudly that there is none here. With `CERTCENTRAL_DENY_SKIPS` that is a failure.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(std::env::var_os("CERTCENTRAL_DENY_SKIPS").is_none(), "{MISSING}");
            // Past the harness, which keeps what a test that passes prints.
            std::io::stderr().write_all(format!("SKIPPED: {MISSING}\n").as_bytes()).unwrap();
            return None;
        };
        let folder = TempDir::new().unwrap();
        let cluster = Self { folder, programs, as_root: is_root() };
        if cluster.as_root {
            done(
                &Command::new("chown").arg("postgres").arg(cluster.folder.path()).output().unwrap(),
            );
        }
        cluster.run("initdb", "-N -A trust -U orders --no-instructions -D DATA");
        cluster.start_again("");
        Some(cluster)
    }

    /// Runs a program of PostgreSQL, which refuses to be run by root.
    fn run(&self, program: &str, arguments: &str) {
        let program = self.programs.join(program);
        let mut command = if self.as_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let data = self.folder.path().join("data").display().to_string();
        let log = self.folder.path().join("log").display().to_string();
        let folder = self.folder.path().display().to_string();
        command.env("LC_ALL", "C").current_dir(self.folder.path());
        for argument in arguments.split(' ').filter(|it| !it.is_empty()) {
            command.arg(argument.replace("DATA", &data).replace("LOG", &log));
        }
        if program_starts(arguments) {
            command.arg(format!("-o-c listen_addresses= -k {folder}"));
        }
        // Not captured: the server, which keeps running, holds the pipes open.
        let status = command.stdout(std::process::Stdio::null()).status().unwrap();
        assert!(status.success(), "{command:?}: {}", fs::read_to_string(log).unwrap_or_default());
    }

    /// Starts the server after it was stopped.
    pub(crate) fn start_again(&self, settings: &str) {
        if !settings.is_empty() {
            let path = self.folder.path().join("data/postgresql.auto.conf");
            fs::write(path, settings).unwrap();
        }
        self.run("pg_ctl", "start -w -s -l LOG -D DATA");
    }

    /// Stops the server as a power failure does: nothing is written any more.
    pub(crate) fn crash(&self) {
        self.run("pg_ctl", "stop -s -m immediate -D DATA");
    }

    /// Where a client connects.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join(".s.PGSQL.5432")
    }

    /// How a client connects.
    pub(crate) fn address(&self) -> String {
        format!("host={} user=orders dbname=postgres", self.folder.path().display())
    }

    /// The journal, as another process would open it.
    pub(crate) async fn store(&self) -> Result<PostgresStore, StoreError> {
        open(self.address()).await
    }

    /// A connection of somebody else.
    pub(crate) async fn client(&self) -> tokio_postgres::Client {
        connect(&self.address()).await.unwrap()
    }
}

fn program_starts(arguments: &str) -> bool {
    arguments.starts_with("start ")
}

/// Opens a journal, and makes it if there is none.
pub(crate) async fn open(address: String) -> Result<PostgresStore, StoreError> {
    PostgresStore::open_or_create(move || {
        let address = address.clone();
        async move { connect(&address).await }
    })
    .await
}

async fn connect(address: &str) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

const MISSING: &str =
    "PostgreSQL is not installed, so its store was not tried: apt install postgresql";

fn programs() -> Option<PathBuf> {
    let asked = Command::new("pg_config").arg("--bindir").output().ok();
    let asked = asked.map(|it| PathBuf::from(String::from_utf8_lossy(&it.stdout).trim()));
    let versions = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin"));
    asked.into_iter().chain(found).find(|it| it.join("initdb").is_file())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|it| it.stdout.trim_ascii() == b"0")
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.crash();
        } else {
            let data = self.folder.path().join("data/postmaster.pid");
            let pid = fs::read_to_string(data).unwrap_or_default();
            let pid = pid.lines().next().unwrap_or_default().to_owned();
            drop(Command::new("kill").args(["-QUIT", &pid]).status());
        }
    }
}
