//! `cargo xtask tidy`: checks how the crates and modules of this workspace depend on each other.
//!
//! Each check returns one sentence for each fault, which says what to do.

mod crates;
mod modules;

use std::fs;

use anyhow::{Context, Result, bail};
use cargo_metadata::Package;

use crate::workspace::{packages, root};

/// Checks this workspace, and prints what was looked at.
///
/// # Errors
///
/// Every fault, a sentence each.
pub fn run() -> Result<()> {
    let packages = packages()?;
    let (faults, modules) = faults(&packages)?;
    if !faults.is_empty() {
        bail!("{} faults:\n- {}", faults.len(), faults.join("\n- "));
    }
    println!("tidy: looked at {} crates and their {modules} modules: no fault", packages.len());
    Ok(())
}

/// The faults, and how many modules were looked at.
fn faults(packages: &[Package]) -> Result<(Vec<String>, usize)> {
    let mut faults = crates::edges(packages);
    faults.extend(crates::third_parties(packages));
    faults.extend(crates::model_dependencies(packages));
    faults.extend(crates::features_reachable_from_the_facade(packages));
    for (name, text) in public_apis()? {
        faults.extend(crates::engine_in_signatures(&name, &text));
    }
    let mut modules = 0;
    for package in packages {
        let source = modules::Source::read(package)?;
        modules += source.len();
        faults.extend(source.circles());
        faults.extend(source.imports_from_the_root());
    }
    Ok((faults, modules))
}

/// The texts of docs/api, by the names of their files.
fn public_apis() -> Result<Vec<(String, String)>> {
    let folder = root().join("docs/api");
    let mut texts = Vec::new();
    for entry in fs::read_dir(&folder).context("listing docs/api")? {
        let entry = entry.context("listing docs/api")?;
        let name = format!("docs/api/{}", entry.file_name().to_string_lossy());
        let text = fs::read_to_string(entry.path()).with_context(|| format!("reading {name}"))?;
        texts.push((name, text));
    }
    texts.sort_unstable();
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_is_tidy() {
        let (faults, modules) = faults(&packages().unwrap()).unwrap();
        assert_eq!(faults, [""; 0]);
        assert!(modules > 100, "{modules}");
    }
}
