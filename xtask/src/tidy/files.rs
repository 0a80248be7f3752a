//! What lies where, and what must stand in it.

use std::collections::BTreeSet;

use super::facts::{Facts, File};

/// All that may lie at the top, besides files whose name begins with a dot.
const TOP_LEVEL: [&str; 10] = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates",
    "docs",
    "xtask",
];

/// The top level stays readable at a glance.
pub(super) fn top_level(facts: &Facts) -> Vec<String> {
    let names: BTreeSet<&str> =
        facts.files.iter().filter_map(|file| file.path.split('/').next()).collect();
    names
        .into_iter()
        .filter(|name| !name.starts_with('.') && !TOP_LEVEL.contains(name))
        .map(|name| {
            format!(
                "{name} must not lie at the top level: move it below crates, xtask or docs, or \
                 make it a dot-file if it is a tool's setting"
            )
        })
        .collect()
}

/// Lints are said once, in the root's Cargo.toml.
pub(super) fn lints_inherited(facts: &Facts) -> Vec<String> {
    facts
        .packages
        .iter()
        .map(|package| format!("{}/Cargo.toml", package.folder))
        .filter(|path| {
            facts.file(path).is_none_or(|file| !file.text.contains("[lints]\nworkspace = true"))
        })
        .map(|path| format!("{path} must inherit the lints: add `[lints]` and `workspace = true`"))
        .collect()
}

/// Whoever uses a library can see at its top that it has no unsafe code.
pub(super) fn unsafe_forbidden(facts: &Facts) -> Vec<String> {
    facts
        .packages
        .iter()
        .filter_map(|package| facts.file(&format!("{}/src/lib.rs", package.folder)))
        .filter(|file| !file.text.contains("#![forbid(unsafe_code)]"))
        .map(|file| format!("{} must say `#![forbid(unsafe_code)]`", file.path))
        .collect()
}

/// Each further test binary is linked anew. One with an allocator of its own has to be apart.
pub(super) fn one_test_binary(facts: &Facts) -> Vec<String> {
    facts
        .files
        .iter()
        .filter(|file| {
            let parts: Vec<&str> = file.path.split('/').collect();
            let at_tests = matches!(parts[..], ["crates", _, "tests", _] | ["xtask", "tests", _]);
            at_tests && file.path.ends_with(".rs") && !file.text.contains("\n#[global_allocator]\n")
        })
        .map(|file| {
            format!(
                "{} would be a test binary of its own: make it a module of tests/it/main.rs",
                file.path
            )
        })
        .collect()
}

/// What a clone refers to is in the clone.
pub(super) fn self_contained(facts: &Facts) -> Vec<String> {
    let outside = ["..", "shared"].join("/");
    facts
        .files
        .iter()
        .filter(|file| file.text.contains(&outside))
        .map(|file| format!("{} must not name {outside}: say here what it says there", file.path))
        .collect()
}

/// Nothing is true on one machine only.
pub(super) fn no_machine_paths(facts: &Facts) -> Vec<String> {
    facts
        .files
        .iter()
        .filter_map(|file| machine_path(file).map(|path| (file, path)))
        .map(|(file, path)| {
            format!(
                "{} must not name a folder of somebody's machine ({path}): write it relative to \
                 the workspace's root",
                file.path
            )
        })
        .collect()
}

/// The first folder of somebody's machine that a file names.
fn machine_path(file: &File) -> Option<String> {
    const OF_PEOPLE: [&str; 5] = ["home", "Users", "root", "work", "tmp/brief"];
    OF_PEOPLE.iter().find_map(|name| {
        let folder = format!("/{name}/");
        let named = file.text.match_indices(&folder).any(|(at, _)| {
            // Not in the middle of a longer path or of a URL.
            let before = file.text[..at].chars().next_back();
            !before.is_some_and(|it| it.is_alphanumeric() || "_-.)}>*".contains(it))
        });
        named.then_some(folder)
    })
}

/// The lint sees to it that every public item has docs, unless somebody tells it not to.
pub(super) fn public_items_documented(facts: &Facts) -> Vec<String> {
    let silenced = ["allow(", "missing_docs"].concat();
    facts
        .files
        .iter()
        .filter(|file| file.path.ends_with(".rs") && file.text.contains(&silenced))
        .map(|file| format!("{} must not silence missing_docs: write the docs", file.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::facts::said;

    #[test]
    fn a_stray_file_or_folder_at_the_top() {
        let sentence = said(top_level, |facts| facts.add_file("scripts/build.sh", ""));
        assert!(sentence.starts_with("scripts must not lie at the top level"), "{sentence}");
        said(top_level, |facts| facts.add_file("rustfmt.toml", ""));
    }

    #[test]
    fn a_crate_with_lints_of_its_own() {
        let manifest = "crates/certcentral/Cargo.toml";
        let sentence = said(lints_inherited, |facts| facts.file_mut(manifest).text.clear());
        assert!(sentence.contains("must inherit the lints"), "{sentence}");
    }

    #[test]
    fn a_library_that_does_not_forbid_unsafe_code() {
        let library = "crates/certcentral/src/lib.rs";
        let sentence = said(unsafe_forbidden, |facts| facts.file_mut(library).text.clear());
        assert_eq!(sentence, format!("{library} must say `#![forbid(unsafe_code)]`"));
    }

    #[test]
    fn a_second_test_binary() {
        let sentence =
            said(one_test_binary, |facts| facts.add_file("crates/certcentral/tests/more.rs", ""));
        assert!(sentence.contains("a module of tests/it/main.rs"), "{sentence}");
        let mut facts = Facts::sample();
        facts.add_file("crates/certcentral/tests/it/main.rs", "");
        let allocator = "//! Wiping.\n\n#[global_allocator]\nstatic A: B = B;\n";
        facts.add_file("crates/certcentral/tests/wipe.rs", allocator);
        assert_eq!(one_test_binary(&facts), [""; 0]);
    }

    #[test]
    fn a_reference_to_what_is_not_in_the_clone() {
        let text = ["see ..", "shared", "design.md"].join("/");
        let sentence = said(self_contained, |facts| facts.add_file("docs/a.md", &text));
        assert!(sentence.contains("say here what it says there"), "{sentence}");
    }

    #[test]
    fn a_folder_of_somebodys_machine() {
        for name in ["home", "Users", "root", "work"] {
            let text = format!("run it in /{name}/someone");
            let sentence = said(no_machine_paths, |facts| facts.add_file("docs/a.md", &text));
            assert!(sentence.contains("relative to the workspace's root"), "{sentence}");
        }
        for fine in ["https://example.com/home/", "crates/work/x", "../root/"] {
            let mut facts = Facts::sample();
            facts.add_file("docs/a.md", fine);
            assert_eq!(no_machine_paths(&facts), [""; 0], "{fine}");
        }
    }

    #[test]
    fn docs_that_are_silenced() {
        let text = ["#![allow(", "missing_docs)]"].concat();
        let sentence =
            said(public_items_documented, |facts| facts.add_file("crates/x/src/lib.rs", &text));
        assert!(sentence.contains("write the docs"), "{sentence}");
    }
}
