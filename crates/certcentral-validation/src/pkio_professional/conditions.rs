//! What the rows and the rules between them ask of an order.

use jiff::civil::Date;

use super::rows::*;
use crate::{Value, Values};

const INDIVIDUAL_DETAILS: [usize; 9] = [
    FIRST_NAME,
    LAST_NAME,
    EMAIL,
    TELEPHONE,
    INDIVIDUAL_COUNTRY,
    INDIVIDUAL_STATE,
    INDIVIDUAL_CITY,
    INDIVIDUAL_ZIP,
    PROFESSIONAL_TITLE,
];

pub(super) fn is_paid_by_card(values: &Values<'_>) -> bool {
    values.get(PAYMENT_METHOD).is_text("card")
}

/// By a method that is known and is not `card`.
pub(super) fn is_paid_otherwise(values: &Values<'_>) -> bool {
    let method = values.get(PAYMENT_METHOD);
    method.is_text("balance") || method.is_text("profile")
}

/// With nothing at all there is one violation, of `individual_id_or_details`, and not seven.
pub(super) fn is_new_individual(values: &Values<'_>) -> bool {
    !values.get(ID).is_given() && has_details(values)
}

pub(super) fn has_details(values: &Values<'_>) -> bool {
    INDIVIDUAL_DETAILS.iter().any(|&row| values.get(row).is_given())
}

pub(super) fn is_card_expired(values: &Values<'_>, today: Date) -> bool {
    let (Value::Text(month), Value::Text(year)) =
        (values.get(EXPIRATION_MONTH), values.get(EXPIRATION_YEAR))
    else {
        return false;
    };
    match (number::<4>(year), number::<2>(month)) {
        (Some(year), Some(month @ 1..=12)) => {
            (year, month) < (today.year(), i16::from(today.month()))
        }
        _ => false,
    }
}

/// The number that so many digits write.
fn number<const DIGITS: usize>(text: &str) -> Option<i16> {
    let digits: &[u8; DIGITS] = text.as_bytes().try_into().ok()?;
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| 10 * number + i16::from(digit - b'0'))
    })
}
