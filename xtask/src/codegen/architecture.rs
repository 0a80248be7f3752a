//! The trees of docs/architecture.md: every file of every crate, with the first sentence of its
//! documentation.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::{packages, root};

const PATH: &str = "docs/architecture.md";
const BEGIN: &str = "<!-- The trees are written by `cargo xtask codegen`. -->\n";
const END: &str = "<!-- End of the trees. -->\n";

/// The page with its trees as the folders are now.
pub(super) fn page() -> Result<String> {
    let page = fs::read_to_string(root().join(PATH)).with_context(|| format!("reading {PATH}"))?;
    let split =
        page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = split.with_context(|| format!("{PATH} has no place for the trees"))?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", trees()?))
}

fn trees() -> Result<String> {
    let root = root();
    let mut text = String::new();
    for package in packages()? {
        let folder = package.manifest_path.as_std_path().with_file_name("src");
        let shown = folder.strip_prefix(&root).unwrap_or(&folder).to_string_lossy().into_owned();
        text.push_str(&format!("\n**`{}/`**\n\n```\n", shown.replace('\\', "/")));
        let mut lines = Vec::new();
        tree(&folder, 0, &mut lines)?;
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        for (name, sentence) in lines {
            text.push_str(format!("{name:width$}  {sentence}").trim_end());
            text.push('\n');
        }
        text.push_str("```\n");
    }
    text.push('\n');
    Ok(text)
}

/// Adds a folder's files and then its folders, each with its sentence.
fn tree(folder: &Path, depth: usize, lines: &mut Vec<(String, String)>) -> Result<()> {
    let indent = "  ".repeat(depth);
    let entries = fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    // The crate's root first, then files, then folders.
    paths.sort_by_key(|path| (path.is_dir(), !is_root(path), path.clone()));
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            lines.push((format!("{indent}{name}/"), sentence(&path.join("mod.rs"))?));
            tree(&path, depth + 1, lines)?;
        } else if name.ends_with(".rs") && name != "mod.rs" {
            lines.push((format!("{indent}{name}"), sentence(&path)?));
        }
    }
    Ok(())
}

fn is_root(path: &Path) -> bool {
    path.ends_with("lib.rs") || path.ends_with("main.rs")
}

/// The first sentence of a file's documentation.
fn sentence(path: &Path) -> Result<String> {
    if !path.exists() {
        return Ok(String::new());
    }
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(first_sentence(&text))
}

fn first_sentence(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let paragraph: Vec<&str> = lines.map(str::trim).take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    let end = paragraph.match_indices(". ").map(|(at, _)| at).next();
    let sentence = &paragraph[..end.unwrap_or(paragraph.len())];
    sentence
        .trim_start_matches('#')
        .trim()
        .trim_end_matches(['.', ':'])
        .replace("[`", "`")
        .replace("`]", "`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_shown_with_its_first_sentence() {
        let text =
            "//! The gate: `a.b` or\n//! [`Gate`]. More.\n//!\n//! And more.\nuse std::fs;\n";
        assert_eq!(first_sentence(text), "The gate: `a.b` or `Gate`");
        assert_eq!(first_sentence("use std::fs;\n"), "");
        assert_eq!(first_sentence("//! One.\n"), "One");
    }
}
