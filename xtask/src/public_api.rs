//! `cargo xtask public-api`: the public API of every library as text, so that a change of it is
//! seen in review.
//!
//! The text is made from rustdoc's JSON, which only a nightly toolchain writes, in a format that
//! changes. Where no fitting toolchain can be had, this says so loudly and compares nothing.

use std::path::PathBuf;

use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;

use crate::ci::Verdict;
use crate::generated::{Generated, Mode, Output};
use crate::process::{cargo_of, run as run_command, succeeds};
use crate::root;

/// The toolchain whose JSON the crate `public-api` reads, and what may stand in for it.
const TOOLCHAINS: [&str; 2] = ["nightly-2026-05-20", "nightly"];

const COMMAND: &str = "cargo xtask public-api --bless";

/// Compares docs/api, or writes it, and fails where that cannot be done at all.
///
/// # Errors
///
/// The API differs. In [`Mode::Write`] also: there is no fitting toolchain.
pub fn run(mode: Mode) -> Result<()> {
    match compare(mode)? {
        Verdict::Skipped(reason) if mode == Mode::Write => anyhow::bail!("{reason}"),
        Verdict::Skipped(reason) => println!("SKIPPED: {reason}"),
        Verdict::Passed => {}
    }
    Ok(())
}

/// Compares docs/api, or writes it, if a fitting toolchain is there.
///
/// # Errors
///
/// The API differs, or a library cannot be documented.
pub fn compare(mode: Mode) -> Result<Verdict> {
    let is_there = |toolchain: &&&str| succeeds(cargo_of(toolchain, &["--version"]));
    let Some(toolchain) = TOOLCHAINS.iter().find(is_there) else {
        return Ok(skipped("there is no nightly toolchain"));
    };
    let mut files = Vec::new();
    for library in libraries()? {
        let json = rustdoc_json(toolchain, &library)?;
        let api = match public_api::Builder::from_rustdoc_json(&json)
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .omit_auto_derived_impls(true)
            .build()
        {
            Ok(api) => api,
            Err(error) => return Ok(skipped(&format!("{toolchain} writes another form: {error}"))),
        };
        files.push(Generated { path: format!("docs/api/{library}.txt"), text: api.to_string() });
    }
    Output { files, owns: &["docs/api"], command: COMMAND }.bring_up_to_date(&root(), mode)?;
    Ok(Verdict::Passed)
}

fn skipped(why: &str) -> Verdict {
    Verdict::Skipped(format!(
        "the public API was not compared, {why}; run `rustup toolchain install {} --profile minimal`",
        TOOLCHAINS[0]
    ))
}

/// The packages that others can depend on.
fn libraries() -> Result<Vec<String>> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .context("asking cargo for the workspace's packages")?;
    let mut libraries: Vec<String> = metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| package.publish.as_ref().is_none_or(|places| !places.is_empty()))
        .filter(|package| package.targets.iter().any(|target| target.is_lib()))
        .map(|package| package.name.to_string())
        .collect();
    libraries.sort_unstable();
    Ok(libraries)
}

fn rustdoc_json(toolchain: &str, library: &str) -> Result<PathBuf> {
    // A folder of its own: another compiler's output would throw the usual one out.
    let target = root().join("target").join("public-api");
    let mut command = cargo_of(toolchain, &["rustdoc", "--quiet", "--lib", "--all-features"]);
    command.args(["--package", library, "--target-dir"]).arg(&target);
    command.args([
        "--",
        "-Z",
        "unstable-options",
        "--output-format",
        "json",
        "--cap-lints",
        "allow",
    ]);
    run_command(command).with_context(|| format!("documenting {library} as JSON"))?;
    Ok(target.join("doc").join(format!("{}.json", library.replace('-', "_"))))
}
