//! Addresses: postal codes that their country does not have, and boxes to which no courier delivers.

/// Whether a text can be a postal code of this country. Asked are the Netherlands, whose codes have a
/// form of their own, and countries whose codes lose a zero in front when a sheet takes them for
/// numbers. Elsewhere anything goes.
pub(crate) fn is_postcode_of(country: &str, text: &str) -> bool {
    let text = text.trim();
    if country.eq_ignore_ascii_case("NL") {
        return is_dutch_postcode(text);
    }
    let loses_zero =
        ["DE", "ES", "FR", "IT", "US"].iter().any(|code| country.eq_ignore_ascii_case(code));
    // The code of the United States may go on after a hyphen.
    let (number, _) = text.split_once('-').unwrap_or((text, ""));
    !(loses_zero
        && (3..=4).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Four digits, the first of which is not 0, and two letters, with a blank between them or not.
fn is_dutch_postcode(text: &str) -> bool {
    let Some((digits, letters)) = text.split_at_checked(4) else { return false };
    let letters = letters.trim_start();
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
        && letters.len() == 2
        && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a line of an address names a box at a post office.
pub(crate) fn is_post_box(text: &str) -> bool {
    let mut before = ["", ""];
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).any(|word| {
        let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
        let [first, second] = before;
        before = [second, word];
        ["postbus", "antwoordnummer", "postfach", "pobox"].iter().any(|name| is(word, name))
            || (is(word, "box") && (is(second, "po") || (is(first, "p") && is(second, "o"))))
    })
}
