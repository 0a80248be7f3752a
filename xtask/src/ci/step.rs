//! One step of CI, and how it ends.

use anyhow::Result;

/// How a step ended that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepResult {
    /// The step ran, and all is well.
    Passed,
    /// The step could not run here. The text says why, and what to install.
    Skipped(String),
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The name that the summary and `--skip` use.
    pub name: &'static str,
    /// What the step does.
    pub run: fn() -> Result<StepResult>,
}

/// The result of a step that either passes or fails.
pub(super) fn passed(result: Result<()>) -> Result<StepResult> {
    result.map(|()| StepResult::Passed)
}
