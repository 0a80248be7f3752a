//! What is shown of a server's answer that cannot be read otherwise.

use certcentral::transport::Excerpt;

/// More characters than these tell nobody anything.
const SHOWN: usize = 500;

/// The beginning of an answer, on one line.
pub(crate) fn line(answer: &Excerpt) -> String {
    let words = answer.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().take(SHOWN).collect();
    let rest = if shown.len() < words.len() { " …" } else { "" };
    format!("{shown}{rest}")
}
