//! `cargo xtask tidy`: the invariants of how this workspace is built.
//!
//! Each check takes the facts and gives sentences, one for each fault, that say what to do. Its
//! tests break it on purpose.

mod dependencies;
mod facts;
mod files;

use anyhow::{Result, bail};

use self::facts::Facts;

/// One invariant: the sentences that it has to say about a workspace.
type Check = fn(&Facts) -> Vec<String>;

/// All invariants.
const CHECKS: [Check; 13] = [
    dependencies::edges,
    dependencies::http_client,
    dependencies::model_third_parties,
    dependencies::validation_has_no_clock_and_no_io,
    dependencies::features_reachable_from_the_facade,
    dependencies::from_the_public_registry,
    files::top_level,
    files::lints_inherited,
    files::unsafe_forbidden,
    files::one_test_binary,
    files::self_contained,
    files::no_machine_paths,
    files::public_items_documented,
];

/// Checks this workspace.
///
/// # Errors
///
/// All that is not as it should be, a sentence each.
pub fn run() -> Result<()> {
    let faults = faults(&Facts::gather()?);
    if faults.is_empty() {
        return Ok(());
    }
    bail!("the house is not tidy:\n- {}", faults.join("\n- "))
}

fn faults(facts: &Facts) -> Vec<String> {
    CHECKS.iter().flat_map(|check| check(facts)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_is_tidy() {
        assert_eq!(faults(&Facts::gather().unwrap()), [""; 0]);
    }

    #[test]
    fn the_sample_that_the_other_tests_break_is_tidy() {
        assert_eq!(faults(&Facts::sample()), [""; 0]);
    }
}
