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
            differing += 1;
            match mode {
                Mode::Write => {
                    if let Some(directory) = path.parent() {
                        fs::create_dir_all(directory)
                            .with_context(|| format!("creating the folder of {}", file.path))?;
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
            differing += 1;
            match mode {
                Mode::Write => {
                    fs::remove_file(root.join(&leftover))
                        .with_context(|| format!("removing {leftover}"))?;
                    println!("removed {leftover}");
                }
                Mode::Check => {
                    differences.push_str(&format!("{leftover}: nothing uses this file\n"));
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
