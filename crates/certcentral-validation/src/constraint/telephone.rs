//! Telephone numbers as the page writes them: a leading `+`, digits, and what people put between.

/// A `+`, then digits and any of the other printable characters of ASCII but letters and a second
/// `+`; one digit at least. That takes `+31(0)20 254 7999` and `+31-0-72 568 7878`, and asks for no
/// numbering plan.
pub(crate) const TELEPHONE_PATTERN: &str = "^\\+[ -*,-/:-@\\[-`{-~]*[0-9][ -*,-@\\[-`{-~]*$";

/// As many digits as a telephone number has at most (ITU-T E.164).
const MOST_DIGITS: usize = 15;

pub(crate) fn is_telephone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    rest.bytes().all(|byte| IS_FIT[usize::from(byte)])
        && rest.bytes().any(|byte| byte.is_ascii_digit())
}

/// The bytes that may come after the first `+`.
static IS_FIT: [bool; 256] = {
    let mut fit = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        fit[byte as usize] = !byte.is_ascii_alphabetic() && byte != b'+';
        byte += 1;
    }
    fit
};

pub(crate) fn has_digits_of_telephone(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
}
