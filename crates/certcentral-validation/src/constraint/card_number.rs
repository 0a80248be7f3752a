//! Card numbers: their check digit, and what looks like one in a text.

/// Twice a digit, with the digits of the result added up.
const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];

/// How card numbers are printed in groups.
const GROUPS: [&[usize]; 3] = [&[4, 4, 4, 4], &[4, 6, 5], &[4, 4, 4, 4, 3]];

const LONGEST: usize = 19;

/// Whether the last digit is right for those before it (ISO/IEC 7812-1, annex B).
///
/// Zeros alone pass the formula, and are not a number.
pub(crate) fn has_check_digit(digits: &str) -> bool {
    passes_luhn(digits.as_bytes()) && digits.bytes().any(|digit| digit != b'0')
}

fn passes_luhn(digits: &[u8]) -> bool {
    let mut sum = 0;
    for (place, byte) in digits.iter().rev().enumerate() {
        let digit = usize::from(byte.wrapping_sub(b'0'));
        let Some(&doubled) = DOUBLED.get(digit) else { return false };
        sum += if place % 2 == 0 { digit as u32 } else { doubled };
    }
    sum.is_multiple_of(10)
}

/// Whether a text holds what looks like a card number: 13 to 19 digits, the first from 2 to 6, that
/// pass the check, with single blanks or hyphens between them or not.
///
/// It is the one finder of card numbers: for texts of a caller's own that will be stored or shown, such
/// as the reference of an order.
///
/// ```
/// use certcentral_validation::holds_card_number;
///
/// assert!(holds_card_number("case 4111 1111 1111 1111"));
/// assert!(!holds_card_number("case 4111 1111 1111 1112"));
/// ```
#[must_use]
pub fn holds_card_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len()).any(|start| is_group_start(bytes, start) && begins_card_number(bytes, start))
}

/// Whether a card number begins at this group of digits, and ends with it or a later one: with the
/// last of the run, or where the groups are those of a printed card.
fn begins_card_number(bytes: &[u8], start: usize) -> bool {
    let mut digits = [0; LONGEST];
    let mut groups = [0; LONGEST];
    let (mut count, mut group, mut at) = (0, 0, start);
    if !(b'2'..=b'6').contains(&bytes[start]) {
        return false;
    }
    let is_first_of_run = start == 0 || !continues_before(bytes, start);
    loop {
        while let Some(&digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
            if count == LONGEST {
                return false;
            }
            digits[count] = digit;
            groups[group] += 1;
            count += 1;
            at += 1;
        }
        let goes_on = matches!(bytes.get(at..at + 2), Some([b' ' | b'-', b'0'..=b'9']));
        let is_whole =
            (is_first_of_run && !goes_on) || group == 0 || GROUPS.contains(&&groups[..=group]);
        if (13..=LONGEST).contains(&count) && is_whole && passes_luhn(&digits[..count]) {
            return true;
        }
        if !goes_on {
            return false;
        }
        group += 1;
        at += 1;
    }
}

fn is_group_start(bytes: &[u8], at: usize) -> bool {
    bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_digit())
}

/// Whether digits come before these, with a single blank or hyphen between.
fn continues_before(bytes: &[u8], start: usize) -> bool {
    matches!(bytes[..start], [.., b'0'..=b'9', b' ' | b'-'])
}

#[cfg(test)]
mod tests {
    use super::holds_card_number;

    #[test]
    fn a_card_number_is_found_in_any_of_its_forms() {
        for text in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "card: 4111111111111111.",
            "3782 822463 10005",
            "378282246310005",
            "1015 4111 1111 1111 1111",
            "4111 1111 1111 1111 12/30",
            "6304000000000000",
            "1 4111111111111111 2",
        ] {
            assert!(holds_card_number(text), "{text}");
        }
    }

    #[test]
    fn other_runs_of_digits_are_not() {
        for text in [
            "",
            "4",
            "411111111116",
            "4111111111111112",
            "1111111111111117",
            "41111111111111111111",
            "4111  1111 1111 1111",
            "4111.1111.1111.1111",
            "NL91 ABNA 0417 1643 00",
            "1015 AA",
            "+31-0-72 568 7878",
        ] {
            assert!(!holds_card_number(text), "{text}");
        }
    }
}
