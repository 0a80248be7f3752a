//! `cargo xtask public-api`: the public API of every library as text, so that a review sees when
//! it changes.
//!
//! The text is made from rustdoc's JSON. Only a nightly toolchain writes that, in a format that
//! changes. Without a matching toolchain nothing is compared, and the command says so.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::ci::step::StepResult;
use crate::generated::{Generated, Mode, Output};
use crate::process::{cargo_of, run as run_command, succeeds};
use crate::workspace::{packages, root};

/// The toolchain whose JSON the crate `public-api` reads, and one that may write the same.
const TOOLCHAINS: [&str; 2] = ["nightly-2026-05-20", "nightly"];

/// Compares docs/api, or writes it.
///
/// # Errors
///
/// The API differs. In [`Mode::Write`] also: no toolchain matches.
pub fn run(mode: Mode) -> Result<()> {
    match compare(mode)? {
        StepResult::Skipped(reason) if mode == Mode::Write => bail!("{reason}"),
        StepResult::Skipped(reason) => println!("SKIPPED: {reason}"),
        StepResult::Passed => {}
    }
    Ok(())
}

/// Compares docs/api, or writes it, if a toolchain matches.
///
/// # Errors
///
/// The API differs, or a library cannot be documented.
pub fn compare(mode: Mode) -> Result<StepResult> {
    let is_installed = |toolchain: &&&str| succeeds(cargo_of(toolchain, &["--version"]));
    let Some(toolchain) = TOOLCHAINS.iter().find(is_installed) else {
        return Ok(skipped("no nightly toolchain is installed"));
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
            Err(error) => {
                return Ok(skipped(&format!("{toolchain} writes another format: {error}")));
            }
        };
        files.push(Generated { path: format!("docs/api/{library}.txt"), text: api.to_string() });
    }
    let output = Output { files, owns: &["docs/api"], command: "cargo xtask public-api --bless" };
    output.bring_up_to_date(&root(), mode)?;
    Ok(StepResult::Passed)
}

fn skipped(why: &str) -> StepResult {
    StepResult::Skipped(format!(
        "the public API was not compared, because {why}; run `rustup toolchain install {} \
         --profile minimal`",
        TOOLCHAINS[0]
    ))
}

/// The packages that others can depend on.
fn libraries() -> Result<Vec<String>> {
    let is_published =
        |publish: &Option<Vec<String>>| publish.as_ref().is_none_or(|to| !to.is_empty());
    let packages = packages()?.into_iter();
    let libraries = packages
        .filter(|package| is_published(&package.publish))
        .filter(|package| package.targets.iter().any(|target| target.is_lib()));
    Ok(libraries.map(|package| package.name.to_string()).collect())
}

fn rustdoc_json(toolchain: &str, library: &str) -> Result<PathBuf> {
    // A folder of its own: another compiler would replace what the usual one has built.
    let target = root().join("target").join("public-api");
    let mut command = cargo_of(toolchain, &["rustdoc", "--quiet", "--lib", "--all-features"]);
    command.args(["--package", library, "--target-dir"]).arg(&target);
    command.args(["--", "-Z", "unstable-options", "--output-format", "json"]);
    command.args(["--cap-lints", "allow"]);
    run_command(command).with_context(|| format!("documenting {library} as JSON"))?;
    Ok(target.join("doc").join(format!("{}.json", library.replace('-', "_"))))
}
