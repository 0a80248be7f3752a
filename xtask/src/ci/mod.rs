//! `cargo xtask ci`: everything that CI runs, step by step. A failure hides no later step.

pub mod step;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::generated::Mode;
use crate::process::{cargo, cargo_of, output, run as run_command, succeeds};
use crate::workspace::{packages, root};
use crate::{codegen, payloads, public_api, tidy};

use self::step::{Step, StepResult, passed};

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

/// Runs all steps but those in `leave_out`, and prints a summary.
///
/// # Errors
///
/// Names the steps that failed.
pub fn run(leave_out: &[String]) -> Result<()> {
    let mut summary = String::new();
    let mut failed = Vec::new();
    let mut skipped = Vec::new();
    for step in STEPS {
        let started = Instant::now();
        let result = if leave_out.iter().any(|name| name == step.name) {
            Ok(StepResult::Skipped("left out with --skip".into()))
        } else {
            println!("\n== {} ==", step.name);
            (step.run)()
        };
        let word = match result {
            Ok(StepResult::Passed) => "passed".to_owned(),
            Ok(StepResult::Skipped(reason)) => {
                skipped.push(step.name);
                format!("SKIPPED: {reason}")
            }
            Err(error) => {
                eprintln!("error: {error:#}");
                failed.push(step.name);
                "FAILED".to_owned()
            }
        };
        summary.push_str(&summary_line(step.name, started.elapsed(), &word));
    }
    println!("\n== summary ==\n{summary}");
    println!(
        "ci: {} steps, {} failed, {} skipped{}",
        STEPS.len(),
        failed.len(),
        skipped.len(),
        if skipped.is_empty() { String::new() } else { format!(" ({})", skipped.join(", ")) },
    );
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

fn summary_line(name: &str, took: Duration, word: &str) -> String {
    format!("{name:<12}{:>5} s  {word}\n", took.as_secs())
}

fn fmt() -> Result<StepResult> {
    passed(run_command(cargo(&["fmt", "--all", "--check"])))
}

/// Twice: code that a feature replaces is compiled only without the feature.
fn clippy() -> Result<StepResult> {
    for features in [&[][..], &["--all-features"]] {
        let mut command = cargo(&["clippy", "--quiet", "--workspace", "--all-targets"]);
        command.args(features).args(["--", "--deny", "warnings"]);
        run_command(command)?;
    }
    Ok(StepResult::Passed)
}

/// Includes the documentation tests.
fn test() -> Result<StepResult> {
    passed(run_command(cargo(&["test", "--quiet", "--workspace"])))
}

/// Libraries only: the documentation of the program `certcentral` would overwrite that of the
/// library of the same name.
fn docs() -> Result<StepResult> {
    let mut command =
        cargo(&["doc", "--quiet", "--workspace", "--lib", "--no-deps", "--all-features"]);
    command.env("RUSTDOCFLAGS", "--deny warnings");
    passed(run_command(command))
}

/// Checks every package alone with each combination of its features, because a build of the whole
/// workspace turns on for one package what only another asks for.
fn features() -> Result<StepResult> {
    let mut checked = 0;
    for package in packages()? {
        let mut names: Vec<&String> =
            package.features.keys().filter(|name| *name != "default").collect();
        names.sort_unstable();
        for combination in combinations(&names) {
            let mut command = cargo(&["check", "--quiet", "--no-default-features", "--package"]);
            command.args([package.name.as_str(), "--features", &combination]);
            run_command(command)?;
            checked += 1;
        }
    }
    println!("features: checked {checked} combinations");
    // Some tests of the model need its features to be off; a build of the whole workspace turns
    // them on.
    let model = ["test", "--quiet", "--package", "certcentral-model"];
    run_command(cargo(&model))?;
    // Any crate of a build can turn this on, and prices must survive it.
    let mut precise = cargo(&model);
    precise.args(["--features", "serde_json/arbitrary_precision"]);
    passed(run_command(precise))
}

/// All subsets of a few names, each joined with commas.
fn combinations(names: &[&String]) -> Vec<String> {
    (0..1_usize << names.len())
        .map(|subset| {
            let chosen = names.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1);
            chosen.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(",")
        })
        .collect()
}

/// Only a target without an operating system proves that nothing of `std` is used.
fn no_std() -> Result<StepResult> {
    build_for(
        "x86_64-unknown-none",
        &[
            &["--package", "certcentral-model"],
            &["--package", "certcentral-model", "--features", "zeroize"],
        ],
    )
}

fn wasm() -> Result<StepResult> {
    build_for(
        "wasm32-unknown-unknown",
        &[
            &["--package", "certcentral-model", "--all-features"],
            &["--package", "certcentral-validation"],
        ],
    )
}

fn build_for(target: &str, builds: &[&[&str]]) -> Result<StepResult> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--print", "target-libdir", "--target", target]).current_dir(root());
    if !output(rustc).is_ok_and(|folder| Path::new(folder.trim()).exists()) {
        return Ok(StepResult::Skipped(format!("run `rustup target add {target}`")));
    }
    for arguments in builds {
        let mut command = cargo(&["build", "--quiet", "--target", target]);
        command.args(*arguments);
        run_command(command)?;
    }
    Ok(StepResult::Passed)
}

/// Checks with the oldest compiler that is promised, if it is installed. Tests may need a newer
/// one.
fn msrv() -> Result<StepResult> {
    let oldest = packages()?
        .iter()
        .find_map(|package| package.rust_version.clone())
        .context("no package says `rust-version`")?;
    let toolchain = format!("{}.{}", oldest.major, oldest.minor);
    if !succeeds(cargo_of(&toolchain, &["--version"])) {
        return Ok(StepResult::Skipped(format!(
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
    fn the_summary_has_name_time_and_result() {
        let line = summary_line("public-api", Duration::from_millis(61_900), "SKIPPED: why");
        assert_eq!(line, "public-api     61 s  SKIPPED: why\n");
    }

    #[test]
    fn every_combination_of_features_is_checked_once() {
        let names = ["a".to_owned(), "b".to_owned()];
        let names: Vec<&String> = names.iter().collect();
        assert_eq!(combinations(&names), ["", "a", "b", "a,b"]);
        assert_eq!(combinations(&[]), [""]);
    }
}
