//! `cargo xtask ci`: all that CI runs, step by step, none hidden by the failure of another.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::generated::Mode;
use crate::process::{cargo, cargo_of, run as run_command, succeeds};
use crate::{codegen, payloads, public_api, root, tidy};

/// How a step ended that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was done, and all is well.
    Passed,
    /// It could not be done here, and this is why.
    Skipped(String),
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// By this it is named and left out.
    pub name: &'static str,
    run: fn() -> Result<Verdict>,
}

/// The steps, the quick ones first.
pub const STEPS: [Step; 12] = [
    Step { name: "fmt", run: fmt },
    Step { name: "tidy", run: || passed(tidy::run()) },
    Step { name: "codegen", run: || passed(codegen::run(Mode::Check)) },
    Step { name: "clippy", run: clippy },
    Step { name: "test", run: test },
    Step { name: "payloads", run: || passed(payloads::run(Mode::Check)) },
    Step { name: "docs", run: docs },
    Step { name: "features", run: features },
    Step { name: "no-std", run: no_std },
    Step { name: "wasm", run: wasm },
    Step { name: "msrv", run: msrv },
    Step { name: "public-api", run: || public_api::compare(Mode::Check) },
];

/// Runs the steps but those to be left out.
///
/// # Errors
///
/// A step failed; which ones is said at the end.
pub fn run(leave_out: &[String]) -> Result<()> {
    let mut summary = String::new();
    let mut failed = Vec::new();
    for step in STEPS {
        let started = Instant::now();
        let verdict = if leave_out.iter().any(|name| name == step.name) {
            Ok(Verdict::Skipped("left out with --skip".into()))
        } else {
            println!("\n== {} ==", step.name);
            (step.run)()
        };
        let word = match verdict {
            Ok(Verdict::Passed) => "passed".to_owned(),
            Ok(Verdict::Skipped(reason)) => format!("SKIPPED: {reason}"),
            Err(error) => {
                eprintln!("error: {error:#}");
                failed.push(step.name);
                "FAILED".to_owned()
            }
        };
        summary.push_str(&summary_line(step.name, started.elapsed(), &word));
    }
    println!("\n== summary ==\n{summary}");
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

fn summary_line(name: &str, took: Duration, word: &str) -> String {
    format!("{name:<12}{:>5} s  {word}\n", took.as_secs())
}

fn passed(result: Result<()>) -> Result<Verdict> {
    result.map(|()| Verdict::Passed)
}

fn fmt() -> Result<Verdict> {
    passed(run_command(cargo(&["fmt", "--all", "--check"])))
}

/// Twice, since code that a feature takes away is only seen without it.
fn clippy() -> Result<Verdict> {
    let warnings = ["--", "--deny", "warnings"];
    for features in [&[][..], &["--all-features"]] {
        let mut command = cargo(&["clippy", "--quiet", "--workspace", "--all-targets"]);
        command.args(features).args(warnings);
        run_command(command)?;
    }
    Ok(Verdict::Passed)
}

/// Documentation tests are among them.
fn test() -> Result<Verdict> {
    passed(run_command(cargo(&["test", "--quiet", "--workspace"])))
}

/// Libraries only: the documentation of the program would lie where that of the library
/// `certcentral` does.
fn docs() -> Result<Verdict> {
    let mut command =
        cargo(&["doc", "--quiet", "--workspace", "--lib", "--no-deps", "--all-features"]);
    command.env("RUSTDOCFLAGS", "--deny warnings");
    passed(run_command(command))
}

/// Every package alone: with its default features, without, and with each single one. A build of
/// the whole workspace turns on for one what only another asks for.
fn features() -> Result<Verdict> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .context("asking cargo for the workspace's packages")?;
    for package in metadata.workspace_packages() {
        let check = |arguments: &[&str]| {
            let mut command = cargo(&["check", "--quiet", "--package", package.name.as_str()]);
            command.args(arguments);
            run_command(command)
        };
        check(&[])?;
        let mut names: Vec<&String> =
            package.features.keys().filter(|name| *name != "default").collect();
        names.sort_unstable();
        if !package.features.is_empty() {
            check(&["--no-default-features"])?;
        }
        for name in names {
            check(&["--no-default-features", "--features", name])?;
        }
    }
    // The one crate whose tests say something else without features; a build of the whole
    // workspace turns them all on.
    passed(run_command(cargo(&["test", "--quiet", "--package", "certcentral-model"])))
}

/// Only a target without an operating system proves that nothing of `std` is used.
fn no_std() -> Result<Verdict> {
    build_for(
        "x86_64-unknown-none",
        &[
            &["--package", "certcentral-model"],
            &["--package", "certcentral-model", "--features", "zeroize"],
        ],
    )
}

fn wasm() -> Result<Verdict> {
    build_for(
        "wasm32-unknown-unknown",
        &[
            &["--package", "certcentral-model", "--all-features"],
            &["--package", "certcentral-validation"],
        ],
    )
}

fn build_for(target: &str, builds: &[&[&str]]) -> Result<Verdict> {
    let installed =
        crate::process::output(rustc(&["--print", "target-libdir", "--target", target]));
    if !installed.is_ok_and(|folder| std::path::Path::new(folder.trim()).exists()) {
        return Ok(Verdict::Skipped(format!("run `rustup target add {target}`")));
    }
    for arguments in builds {
        let mut command = cargo(&["build", "--quiet", "--target", target]);
        command.args(*arguments);
        run_command(command)?;
    }
    Ok(Verdict::Passed)
}

fn rustc(arguments: &[&str]) -> std::process::Command {
    let mut command =
        std::process::Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(arguments).current_dir(root());
    command
}

/// The oldest compiler that is promised, if it is installed. Tests may want a newer one.
fn msrv() -> Result<Verdict> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .context("asking cargo for the workspace's packages")?;
    let oldest = metadata
        .workspace_packages()
        .iter()
        .find_map(|package| package.rust_version.clone())
        .context("no package says `rust-version`")?;
    let toolchain = format!("{}.{}", oldest.major, oldest.minor);
    if !succeeds(cargo_of(&toolchain, &["--version"])) {
        return Ok(Verdict::Skipped(format!(
            "run `rustup toolchain install {toolchain} --profile minimal`"
        )));
    }
    passed(run_command(cargo_of(
        &toolchain,
        &["check", "--quiet", "--workspace", "--exclude", "xtask", "--target-dir", "target/msrv"],
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_name_time_and_verdict() {
        let line = summary_line("public-api", Duration::from_millis(61_900), "SKIPPED: why");
        assert_eq!(line, "public-api     61 s  SKIPPED: why\n");
    }
}
