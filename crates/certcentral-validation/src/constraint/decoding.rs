//! Texts that were read in another encoding than they were written in.

/// Whether a text looks wrongly decoded: `Ã«` for `ë`, the replacement character, `&#39;` for an
/// apostrophe, `\u00eb`, `=C3=AB` or `%C3%AB`.
pub(crate) fn is_wrongly_decoded(text: &str) -> bool {
    text.contains(['\u{fffd}'])
        || text.match_indices('&').any(|(at, _)| is_entity(&text[at + 1..]))
        || text.match_indices("\\u").any(|(at, _)| is_hex(&text[at + 2..], 4))
        || ["=C3=", "%C3%", "%c3%"].iter().any(|escape| text.contains(escape))
        || text.chars().zip(text.chars().skip(1)).any(|(first, second)| is_torn(first, second))
}

/// What comes after the `&` of an entity of HTML.
fn is_entity(rest: &str) -> bool {
    let Some((name, _)) = rest.split_once(';') else { return false };
    (2..=8).contains(&name.len())
        && name.strip_prefix('#').unwrap_or(name).bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_hex(rest: &str, digits: usize) -> bool {
    rest.get(..digits).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether two characters are the bytes of one in UTF-8, read as Latin-1 or Windows-1252.
fn is_torn(first: char, second: char) -> bool {
    match first {
        'Â'..='Å' => {
            matches!(second, '\u{80}'..='\u{bf}') || "€‚ƒ„†‡ˆ‰Š‹ŒŽ˜™š›œžŸ".contains(second)
        }
        'â' => second == '€' || second == '\u{80}',
        'ð' => second == 'Ÿ' || second == '\u{9f}',
        _ => false,
    }
}
