//! What rows may be called.

const LONGEST_REFERENCE: usize = 100;

/// What is wrong with a reference, if something is.
pub(super) fn reference_fault(reference: &str) -> Option<(&'static str, &'static str)> {
    if reference.trim().is_empty() {
        Some(("blank", "must not be blank: leave it out to use the number of the row"))
    } else if reference.chars().count() > LONGEST_REFERENCE {
        Some(("reference_length", "must have 100 characters at most"))
    } else if reference.chars().any(char::is_control) {
        Some(("control_character", "must not have line breaks or control characters"))
    } else if looks_like_a_card_number(reference) {
        Some(("reference_card_number", "looks like a card number: choose another reference"))
    } else {
        None
    }
}

/// References are kept in the journal and printed, so none of them may hold a card number.
fn looks_like_a_card_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && c != ' ' && c != '-').any(|run| {
        let digits: Vec<u32> = run.chars().filter_map(|c| c.to_digit(10)).collect();
        let doubled = |(place, &digit): (usize, &u32)| match place % 2 {
            0 => digit,
            _ => digit * 2 % 10 + digit / 5,
        };
        let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
        (13..=19).contains(&digits.len()) && matches!(digits[0], 2..=6) && sum.is_multiple_of(10)
    })
}
