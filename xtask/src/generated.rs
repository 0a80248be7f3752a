//! The one place that writes generated files, or shows how they differ from what they should be.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use similar::TextDiff;

/// Whether to write files or to look whether they are up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write what has changed.
    Write,
    /// Write nothing and fail if something has changed.
    Check,
}

/// A file as a generator wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Where it belongs, from the workspace's root, with `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// Files that one command writes.
#[derive(Debug)]
pub struct Output<'a> {
    /// The files.
    pub files: Vec<Generated>,
    /// Directories that hold nothing else: a file of another name there is a leftover.
    pub owns: &'a [&'a str],
    /// The command that writes them, to be named when they are out of date.
    pub command: &'a str,
}

impl Output<'_> {
    /// Writes the files below `root`, or compares them.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written; in [`Mode::Check`] every difference, with the
    /// command that takes it away.
    pub fn bring_up_to_date(&self, root: &Path, mode: Mode) -> Result<()> {
        let mut differences = String::new();
        for file in &self.files {
            let path = root.join(&file.path);
            let old = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
                Err(error) => return Err(error).with_context(|| format!("reading {}", file.path)),
            };
            if old == file.text {
                continue;
            }
            match mode {
                Mode::Write => {
                    if let Some(directory) = path.parent() {
                        fs::create_dir_all(directory)
                            .with_context(|| format!("making the folder of {}", file.path))?;
                    }
                    fs::write(&path, &file.text)
                        .with_context(|| format!("writing {}", file.path))?;
                    println!("wrote {}", file.path);
                }
                Mode::Check => {
                    let diff = TextDiff::from_lines(old.as_str(), file.text.as_str());
                    let (old, new) = (
                        format!("{} as it is", file.path),
                        format!("{} as it should be", file.path),
                    );
                    differences.push_str(&diff.unified_diff().header(&old, &new).to_string());
                }
            }
        }
        for leftover in self.leftovers(root)? {
            match mode {
                Mode::Write => {
                    fs::remove_file(root.join(&leftover))
                        .with_context(|| format!("removing {leftover}"))?;
                    println!("removed {leftover}");
                }
                Mode::Check => {
                    differences.push_str(&format!("{leftover}: nothing writes this file\n"));
                }
            }
        }
        if differences.is_empty() {
            return Ok(());
        }
        bail!(
            "generated files are out of date:\n\n{differences}\n\
             if the change is meant, run `{}` and commit what it writes",
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
    fn what_is_out_of_date_is_shown_with_the_command_that_mends_it() {
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
