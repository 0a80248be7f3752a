//! Telephone numbers as the page writes them: a leading `+`, digits, and what people put between.

/// A `+`, then digits and any of the other printable characters of ASCII but letters; one digit at
/// least. That takes `+31(0)20 254 7999` and `+31-0-72 568 7878`, and asks for no numbering plan.
pub(crate) const TELEPHONE_PATTERN: &str = "^\\+[ -/:-@\\[-`{-~]*[0-9][ -@\\[-`{-~]*$";

#[inline(never)]
pub(crate) fn is_telephone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    let mut has_digit = false;
    for byte in rest.bytes() {
        match byte {
            b'0'..=b'9' => has_digit = true,
            b'A'..=b'Z' | b'a'..=b'z' => return false,
            b' '..=b'~' => {}
            _ => return false,
        }
    }
    has_digit
}
