//! `cargo xtask payloads`: the snapshots of what goes over the wire and of what users see.
//!
//! They are tests (`tests/it/payloads.rs`), so that a plain `cargo test` guards them too. This
//! runs them alone, and takes new snapshots when it is asked to.

use anyhow::{Context, Result};

use crate::generated::Mode;
use crate::process::{cargo, run as run_command};

/// Compares the snapshots, or takes new ones.
///
/// # Errors
///
/// A snapshot differs; the difference stands above.
pub fn run(mode: Mode) -> Result<()> {
    let mut command =
        cargo(&["test", "--quiet", "--package", "xtask", "--test", "it", "--", "payloads::"]);
    command.env(
        "INSTA_UPDATE",
        match mode {
            Mode::Write => "always",
            Mode::Check => "no",
        },
    );
    // One new snapshot must not hide the others.
    command.env("INSTA_FORCE_PASS", if mode == Mode::Write { "1" } else { "0" });
    run_command(command).context(
        "snapshots differ: if the change is meant, run `cargo xtask payloads --bless` and commit \
         what it writes",
    )
}
