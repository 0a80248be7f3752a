//! `cargo xtask codegen`: the files of docs/ that are written from the types and the catalogue.

use anyhow::Result;

use crate::generated::{Mode, Output};
use crate::root;

/// The command, as it is named to people.
const COMMAND: &str = "cargo xtask codegen";

/// Writes the generated files, or compares them.
///
/// # Errors
///
/// See [`Output::bring_up_to_date`].
pub fn run(mode: Mode) -> Result<()> {
    output().bring_up_to_date(&root(), mode)
}

/// All that is generated.
#[must_use]
pub fn output() -> Output<'static> {
    Output { files: Vec::new(), owns: &[], command: COMMAND }
}
