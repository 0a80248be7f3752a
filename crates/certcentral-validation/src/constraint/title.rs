//! Titles and initials in names: the page wants a first name without "Dr." and the like, with the
//! initials in it.

/// Titles and forms of address that come before a name in Dutch and English, without the dot.
const TITLES: [&str; 16] = [
    "dr", "drs", "mr", "ir", "ing", "prof", "mrs", "ms", "dhr", "mw", "mevr", "mevrouw", "meester",
    "sir", "ds", "bc",
];

/// Whether a name is without a title: neither one with a dot anywhere, nor one without a dot that a
/// name follows. `Ing` alone is a name, and `Ing-Marie` is one too.
pub(crate) fn has_no_title(name: &str) -> bool {
    let mut rest = name.trim_ascii_start();
    let mut is_first = true;
    loop {
        let end = rest.bytes().position(|byte| byte == b' ' || byte == b'.');
        let (word, mark) = match end {
            Some(end) => (&rest[..end], Some(rest.as_bytes()[end])),
            None => (rest, None),
        };
        let counts = mark == Some(b'.') || (is_first && mark == Some(b' '));
        if counts && is_title(word) {
            return false;
        }
        let Some(end) = end else { return true };
        is_first = false;
        rest = &rest[end + 1..];
    }
}

fn is_title(word: &str) -> bool {
    (2..=7).contains(&word.len()) && TITLES.iter().any(|title| word.eq_ignore_ascii_case(title))
}

/// Whether a last name begins with an initial, such as `F. de Wit` or `F.A. de Wit`. The `v.` of `v. Dijk`
/// is none.
pub(crate) fn has_initial(name: &str) -> bool {
    let mut characters = name.trim_ascii_start().chars();
    characters.next().is_some_and(char::is_uppercase) && characters.next() == Some('.')
}
