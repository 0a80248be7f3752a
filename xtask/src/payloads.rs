//! `cargo xtask payloads`: the snapshots of what goes over the wire and of what users read.
//!
//! The snapshots are tests (`tests/it/payloads.rs`), so a plain `cargo test` checks them too, but stops
//! at the first difference of each test. This command shows all differences at once, and names every
//! snapshot that no test uses.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::generated::{Generated, Mode, Output};
use crate::process::{cargo, run as run_command};
use crate::workspace::root;

const FOLDER: &str = "xtask/tests/it/snapshots";

/// Compares the snapshots, or takes new ones.
///
/// # Errors
///
/// A snapshot differs, no test uses it, or a test fails for another reason.
pub fn run(mode: Mode) -> Result<()> {
    let root = root();
    let scratch = root.join("target").join("payloads");
    match fs::remove_dir_all(&scratch) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).context("emptying target/payloads");
        }
        _ => fs::create_dir_all(&scratch).context("creating target/payloads")?,
    }
    let (taken, used) = (scratch.join("new"), scratch.join("used"));

    let mut command =
        cargo(&["test", "--quiet", "--package", "xtask", "--test", "it", "--", "payloads::"]);
    // Every test runs to its end, and writes what differs to a folder.
    command.envs([("INSTA_FORCE_PASS", "1"), ("INSTA_UPDATE", "new"), ("INSTA_OUTPUT", "none")]);
    command.env("INSTA_PENDING_DIR", &taken).env("INSTA_SNAPSHOT_REFERENCES_FILE", &used);
    run_command(command)
        .context("a test of the payloads fails for another reason than a snapshot")?;

    let used = fs::read_to_string(&used).context("reading which snapshots the tests use")?;
    let names: BTreeSet<&str> =
        used.lines().filter_map(|path| Path::new(path).file_name()?.to_str()).collect();
    ensure!(!names.is_empty(), "no test has taken a snapshot");
    let mut files = Vec::new();
    for name in names {
        let path = format!("{FOLDER}/{name}");
        let new = taken.join(FOLDER).join(format!("{name}.new"));
        let text = if new.exists() {
            without_line(&fs::read_to_string(&new).with_context(|| format!("reading {name}.new"))?)
        } else {
            fs::read_to_string(root.join(&path)).with_context(|| format!("reading {path}"))?
        };
        files.push(Generated { path, text });
    }
    let output = Output { files, owns: &[FOLDER], command: "cargo xtask payloads --bless" };
    output.bring_up_to_date(&root, mode)
}

/// A snapshot without the line number that insta keeps until the snapshot is accepted.
fn without_line(snapshot: &str) -> String {
    let lines = snapshot.lines().filter(|line| !line.starts_with("assertion_line:"));
    lines.map(|line| format!("{line}\n")).collect()
}
