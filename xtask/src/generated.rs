//! Writes generated files, or shows how those on disk differ.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use similar::TextDiff;

/// Whether to write files or to compare them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write what differs.
    Write,
    /// Write nothing, and fail if anything differs.
    Check,
}

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Its path from the workspace's root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// Files that one command writes.
#[derive(Debug)]
pub struct Output<'a> {
    /// The files.
    pub files: Vec<Generated>,
    /// Folders without other files: a file with another name there is a leftover.
    pub owns: &'a [&'a str],
    /// The command that writes them, `cargo xtask` and its arguments.
    pub command: &'a str,
}

impl Output<'_> {
    /// Writes the files below `root`, or compares them, and prints a summary.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written. In [`Mode::Check`]: every difference at once, with the
    /// command that writes the new files.
    pub fn bring_up_to_date(&self, root: &Path, mode: Mode) -> Result<()> {
        let mut differences = String::new();
        let mut differing = 0;
        let files = self.files.iter().map(|file| (file.path.clone(), Some(&*file.text)));
        let leftovers = self.leftovers(root)?.into_iter().map(|path| (path, None));
        for (path, new) in files.chain(leftovers) {
            let at = root.join(&path);
            let old = match fs::read_to_string(&at) {
                Ok(text) => Some(text),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => return Err(error).with_context(|| format!("reading {path}")),
            };
            if old.as_deref() == new {
                continue;
            }
            differing += 1;
            match (mode, new) {
                (Mode::Check, None) => {
                    differences.push_str(&format!("{path}: nothing uses this file\n"));
                }
                (Mode::Check, Some(new)) => {
                    let old = old.unwrap_or_default();
                    let diff = TextDiff::from_lines(&*old, new);
                    let (is, should) =
                        (format!("{path} as it is"), format!("{path} as it should be"));
                    differences.push_str(&diff.unified_diff().header(&is, &should).to_string());
                }
                (Mode::Write, None) => {
                    fs::remove_file(&at).with_context(|| format!("removing {path}"))?;
                    println!("removed {path}");
                }
                (Mode::Write, Some(new)) => {
                    if let Some(folder) = at.parent() {
                        fs::create_dir_all(folder)
                            .with_context(|| format!("creating the folder of {path}"))?;
                    }
                    fs::write(&at, new).with_context(|| format!("writing {path}"))?;
                    println!("wrote {path}");
                }
            }
        }
        let (name, all) = (self.command.split(' ').nth(2).unwrap_or_default(), self.files.len());
        if differences.is_empty() {
            match (mode, differing) {
                (_, 0) => println!("{name}: looked at {all} files: all are up to date"),
                _ => println!("{name}: looked at {all} files, wrote or removed {differing}"),
            }
            return Ok(());
        }
        bail!(
            "{differences}\n\
             {name}: looked at {all} files: {differing} differ; if that is meant, run `{}` and \
             commit what it writes",
            self.command
        )
    }

    fn leftovers(&self, root: &Path) -> Result<Vec<String>> {
        let known: BTreeSet<&str> = self.files.iter().map(|file| file.path.as_str()).collect();
        let mut leftovers = Vec::new();
        for directory in self.owns {
            let Ok(entries) = fs::read_dir(root.join(directory)) else { continue };
            for entry in entries {
                let name = entry.with_context(|| format!("listing {directory}"))?.file_name();
                let path = format!("{directory}/{}", name.to_string_lossy());
                if !known.contains(path.as_str()) {
                    leftovers.push(path);
                }
            }
        }
        leftovers.sort_unstable();
        Ok(leftovers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(text: &str) -> Output<'static> {
        Output {
            files: vec![Generated { path: "docs/schema/order.json".into(), text: text.into() }],
            owns: &["docs/schema"],
            command: "cargo xtask codegen",
        }
    }

    #[test]
    fn a_difference_is_shown_with_the_command_that_accepts_it() {
        let root = tempfile::tempdir().unwrap();
        output("one\ntwo\n").bring_up_to_date(root.path(), Mode::Write).unwrap();
        output("one\ntwo\n").bring_up_to_date(root.path(), Mode::Check).unwrap();

        let error = output("one\nthree\n").bring_up_to_date(root.path(), Mode::Check).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("-two\n+three\n"), "{text}");
        assert!(text.contains("run `cargo xtask codegen`"), "{text}");
        let kept = fs::read_to_string(root.path().join("docs/schema/order.json")).unwrap();
        assert_eq!(kept, "one\ntwo\n", "a check writes nothing");
    }

    #[test]
    fn all_differences_are_shown_at_once() {
        let root = tempfile::tempdir().unwrap();
        let mut output = output("one\n");
        output.files.push(Generated { path: "docs/other.md".into(), text: "two\n".into() });
        let text = output.bring_up_to_date(root.path(), Mode::Check).unwrap_err().to_string();
        assert!(text.contains("+one") && text.contains("+two"), "{text}");
        assert!(text.contains("codegen: looked at 2 files: 2 differ"), "{text}");
    }

    #[test]
    fn a_file_that_is_missing_is_out_of_date() {
        let root = tempfile::tempdir().unwrap();
        let error = output("one\n").bring_up_to_date(root.path(), Mode::Check).unwrap_err();
        assert!(error.to_string().contains("+one"), "{error}");
    }

    #[test]
    fn leftovers_are_named_and_cleared_away() {
        let root = tempfile::tempdir().unwrap();
        output("one\n").bring_up_to_date(root.path(), Mode::Write).unwrap();
        let leftover = root.path().join("docs/schema/old.json");
        fs::write(&leftover, "{}").unwrap();

        let error = output("one\n").bring_up_to_date(root.path(), Mode::Check).unwrap_err();
        assert!(error.to_string().contains("docs/schema/old.json"), "{error}");
        output("one\n").bring_up_to_date(root.path(), Mode::Write).unwrap();
        assert!(!leftover.exists());
    }
}
