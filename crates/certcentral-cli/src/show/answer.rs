//! What is shown of an answer that is not in the expected form.

use certcentral::transport::Excerpt;

/// How many characters are shown at most. More do not help.
const SHOWN: usize = 500;

/// The beginning of an answer, on one line.
pub(crate) fn line(answer: &Excerpt) -> String {
    let words = answer.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().take(SHOWN).collect();
    let rest = if shown.len() < words.len() { " …" } else { "" };
    format!("{shown}{rest}")
}
