//! The check digit of card numbers.

/// Whether the last digit is right for those before it (ISO/IEC 7812-1, annex B).
pub(crate) fn passes_luhn(digits: &str) -> bool {
    let mut sum: u32 = 0;
    for (place, byte) in digits.bytes().rev().enumerate() {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        if digit > 9 {
            return false;
        }
        sum += match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit @ 0..=4) => 2 * digit,
            (_, digit) => 2 * digit - 9,
        };
    }
    sum.is_multiple_of(10)
}
