//! Where this workspace is, and which packages it has.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{MetadataCommand, Package};

/// The workspace's root.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The workspace's packages, sorted by name.
///
/// # Errors
///
/// Cargo cannot read a manifest.
pub fn packages() -> Result<Vec<Package>> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .context("asking cargo for the workspace's packages")?;
    let mut packages = metadata.packages;
    packages.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}
