//! What `cargo xtask` does, as a library, so that its own tests can ask the same questions.

#![forbid(unsafe_code)]

pub mod ci;
pub mod codegen;
pub mod damage;
pub mod damaged_orders;
pub mod generated;
pub mod payloads;
pub mod process;
pub mod public_api;
pub mod tidy;

use std::path::{Path, PathBuf};

/// The workspace's root.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
