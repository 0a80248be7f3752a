//! Telephone numbers as the page writes them: a leading `+`, digits, and what people put between.

/// A `+`, then digits and any of the other printable characters of ASCII but letters and a second
/// `+`; one digit at least. That takes `+31(0)20 254 7999` and `+31-0-72 568 7878`, and asks for no
/// numbering plan.
pub(crate) const TELEPHONE_PATTERN: &str = "^\\+[ -*,-/:-@\\[-`{-~]*[0-9][ -*,-@\\[-`{-~]*$";

/// As many digits as a telephone number has at most (ITU-T E.164).
const MOST_DIGITS: usize = 15;

pub(crate) fn is_telephone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    rest.bytes()
        .all(|byte| matches!(byte, b' '..=b'~') && !byte.is_ascii_alphabetic() && byte != b'+')
        && rest.bytes().any(|byte| byte.is_ascii_digit())
}

/// Countries in which a number within the country begins with a 0 that is left out after the country
/// code, and the fewest digits that follow the code.
const TRUNK_ZERO: [(&str, usize); 9] = [
    ("31", 9),
    ("32", 8),
    ("33", 9),
    ("353", 7),
    ("41", 9),
    ("43", 4),
    ("44", 9),
    ("46", 7),
    ("49", 5),
];

/// The fewest digits of a number anywhere, country code included.
const FEWEST_DIGITS: usize = 7;

/// Whether a number has as many digits as its country wants. The page's examples write the 0 that is
/// left out as `-0-` and `(0)`: it does not count.
pub(crate) fn has_enough_digits(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    match of_trunk_zero(text) {
        Some((number, fewest)) => {
            digits(number.trim_start_matches(|c: char| c == '0' || !c.is_ascii_digit())) >= fewest
        }
        None => digits(text) >= if text.starts_with('1') { 11 } else { FEWEST_DIGITS },
    }
}

/// Whether a number has no 0 directly after its country code, or after a blank there.
pub(crate) fn has_no_trunk_zero(text: &str) -> bool {
    let number = text.strip_prefix('+').and_then(of_trunk_zero);
    number.is_none_or(|(number, _)| !number.trim_start().starts_with('0'))
}

/// What comes after the country code, and the fewest digits of that.
fn of_trunk_zero(text: &str) -> Option<(&str, usize)> {
    TRUNK_ZERO.iter().find_map(|(code, fewest)| Some((text.strip_prefix(code)?, *fewest)))
}

pub(crate) fn has_digits_of_telephone(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
}
