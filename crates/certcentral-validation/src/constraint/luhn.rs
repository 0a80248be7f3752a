//! The check digit of card numbers.

/// Twice a digit, with the digits of the result added up.
const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];

/// Whether the last digit is right for those before it (ISO/IEC 7812-1, annex B).
#[inline(never)]
pub(crate) fn passes_luhn(digits: &str) -> bool {
    let mut sum = 0;
    for (place, byte) in digits.bytes().rev().enumerate() {
        let digit = usize::from(byte.wrapping_sub(b'0'));
        let Some(&doubled) = DOUBLED.get(digit) else { return false };
        sum += if place % 2 == 0 { digit as u32 } else { doubled };
    }
    sum.is_multiple_of(10)
}
