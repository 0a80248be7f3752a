//! An API key as it is given. A text that was copied from a shell, a settings file or a template
//! together with what surrounds the key is refused with a sentence: the server would only say that
//! the key is wrong.

use certcentral::ApiKey;
use zeroize::Zeroizing;

/// Takes a key. The error is a sentence about it that never repeats it.
pub(crate) fn parse(text: impl Into<String>) -> Result<ApiKey, String> {
    let text = Zeroizing::new(text.into());
    if let Some(problem) = problem(text.trim()) {
        return Err(format!("this is not the API key alone: {problem}"));
    }
    ApiKey::new(text.as_str()).map_err(|error| error.to_string())
}

fn problem(key: &str) -> Option<&'static str> {
    let quote = |c: char| "\"'`´‘’‚‛“”„‟«»‹›".contains(c);
    if is_assignment(key) {
        Some("it begins with a name and an equals sign; give what comes after that")
    } else if key.contains(quote) {
        Some("there are quotes around it or in it; leave them out")
    } else if key.contains(['{', '}', '<', '>', '[', ']', '$', '%']) {
        Some(
            "it has brackets or a $ or % in it, like a placeholder; put the key itself in its place",
        )
    } else if key.contains(char::is_whitespace) {
        Some("there is a blank or a line break in it; give the key and nothing else")
    } else {
        None
    }
}

/// Whether this is `NAME=value`, with or without `export` before it. An `=` at the end is padding.
fn is_assignment(text: &str) -> bool {
    let Some((name, value)) = text.split_once('=') else { return false };
    let name = name.strip_prefix("export ").or(name.strip_prefix("set ")).unwrap_or(name).trim();
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !value.trim_start_matches('=').is_empty()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn keys_are_taken_without_what_is_around_them() {
        for key in ["K3Y", "k-3_y.~+/", "QUJDRA==", " K3Y\r\n"] {
            assert_eq!(parse(key).unwrap().expose(), key.trim());
        }
    }

    #[test]
    fn what_came_with_a_key_is_named() {
        for (text, says) in [
            ("\"K3Y\"", "quotes"),
            ("'K3Y'", "quotes"),
            ("“K3Y”", "quotes"),
            ("`K3Y`", "quotes"),
            ("K3Y\"", "quotes"),
            ("{{ K3Y }}", "placeholder"),
            ("${K3Y}", "placeholder"),
            ("<K3Y>", "placeholder"),
            ("%K3Y%", "placeholder"),
            ("{\"key\":1}", "quotes"),
            ("K3Y K3Y", "blank"),
            ("K3Y\u{a0}K3Y", "blank"),
            ("X-DC-DEVKEY: K3Y", "blank"),
            ("CERTCENTRAL_API_KEY=K3Y", "equals sign"),
            ("export CERTCENTRAL_API_KEY=\"K3Y\"", "equals sign"),
            ("CERTCENTRAL_API_KEY = K3Y", "equals sign"),
        ] {
            let sentence = parse(text).unwrap_err();
            assert!(sentence.contains(says), "{text}: {sentence}");
            assert!(!sentence.contains("K3Y"), "{sentence}");
        }
        assert!(parse("").unwrap_err().contains("is empty"));
    }
}
