//! What a template or a program leaves where a value should be.

/// Whether a text has the marks of a template in it, or is what programs write for no value. `Null`
/// is not asked about: it is a surname.
pub(crate) fn is_leftover(text: &str) -> bool {
    let has_mark =
        || ["{{", "}}", "{%", "${", "<%", "[object Object]"].iter().any(|mark| text.contains(mark));
    // Few texts have one of these.
    (text.contains(['{', '}', '<', '[']) && has_mark())
        || matches!(text.trim(), "undefined" | "NaN")
}
