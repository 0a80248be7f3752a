//! The rules that look at several members.

use crate::catalogue::rule::{CrossRule, Severity};
use crate::catalogue::values::Values;
use crate::constraint::address::is_postcode_of;
use crate::constraint::characters::is_blank;
use crate::constraint::custom_date::{days_until, real_date};
use crate::constraint::value::Value;
use crate::pkio_professional::rows::*;

const SHORT_VALIDITY: &str = "is less than 365 days, for which DigiCert uses the order's validity or \
                              the longest allowed one instead: give 365 days or more, or leave it out";
const SHORT_VALIDITY_REASON: &str = "The page: below 365 days the certificate gets the order's \
                                     validity or the longest one allowed, whichever is shorter.";

/// In years.
const LONGEST_LIFE_OF_CARD: i16 = 20;

/// A postal code and the country beside it.
macro_rules! postcode {
    ($path:literal, $country:ident, $zip:ident) => {
        CrossRule {
            code: "postcode",
            severity: Severity::Warning,
            path: $path,
            broken: |values, _| match (values.get($country), values.get($zip)) {
                (Value::Text(country), Value::Text(zip)) => {
                    !is_blank(zip) && !is_postcode_of(country, zip)
                }
                _ => false,
            },
            message: "is not a postal code of its country: a Dutch one is as 1015 AA; one of Germany, \
                      Spain, France, Italy or the United States has five digits, with its zeros in \
                      front",
            reason: "Inferred: a sheet that takes a postal code for a number loses the zeros in front.",
            schema: None,
        }
    };
}

pub(super) const CROSS_RULES: &[CrossRule] = &[
    CrossRule {
        code: "individual_id_or_details",
        severity: Severity::Error,
        path: "/certificate/individual",
        broken: |values, _| {
            matches!(values.get(INDIVIDUAL), Value::Object)
                && !values.get(ID).is_given()
                && !has_details(values)
        },
        message: "names nobody: give the id of an existing individual, or first_name, last_name, \
                  email, telephone, country, state and professional_title of a new one",
        reason: "The page: an id for an existing individual, else full details.",
        schema: Some(("/certificate/individual", r#"{"minProperties":1}"#)),
    },
    CrossRule {
        code: "individual_id_and_details",
        severity: Severity::Error,
        path: "/certificate/individual",
        broken: |values, _| values.get(ID).is_given() && has_details(values),
        message: "has an id together with details: give the id alone, or leave it out",
        reason: "The page: an id for an existing individual only; with details, no id.",
        schema: Some((
            "/certificate/individual",
            r#"{"if":{"required":["id"]},"then":{"maxProperties":1}}"#,
        )),
    },
    postcode!("/certificate/individual/zip", INDIVIDUAL_COUNTRY, INDIVIDUAL_ZIP),
    CrossRule {
        code: "qscd_without_ship_info",
        severity: Severity::Warning,
        path: "/ship_info",
        broken: |values, _| {
            values.get(PROVISIONING_METHOD).is_text("qscd") && values.get(SHIP_INFO).is_absent()
        },
        message: "is missing, so no token is shipped: add the shipping address, unless that is meant",
        reason: "The page: shipping details must be included to receive the QSCD.",
        schema: None,
    },
    postcode!("/ship_info/zip", SHIP_COUNTRY, SHIP_ZIP),
    CrossRule {
        code: "date_overrides_validity",
        severity: Severity::Warning,
        path: "/order_validity/custom_expiration_date",
        broken: |values, _| {
            values.get(CUSTOM_EXPIRATION_DATE).is_given()
                && (values.get(DAYS).is_given() || values.get(YEARS).is_given())
        },
        message: "wins over days and years, which are given too: keep the one that is meant",
        reason: "The page: the custom date overrides days and years.",
        schema: None,
    },
    CrossRule {
        code: "days_override_years",
        severity: Severity::Warning,
        path: "/order_validity/days",
        broken: |values, _| {
            !values.get(CUSTOM_EXPIRATION_DATE).is_given()
                && values.get(DAYS).is_given()
                && values.get(YEARS).is_given()
        },
        message: "wins over years, which is given too: keep the one that is meant",
        reason: "The page: days override years.",
        schema: None,
    },
    CrossRule {
        code: "short_validity",
        severity: Severity::Warning,
        path: "/order_validity/days",
        broken: |values, _| {
            !values.get(CUSTOM_EXPIRATION_DATE).is_given()
                && matches!(values.get(DAYS), Value::Integer(1..365))
        },
        message: SHORT_VALIDITY,
        reason: SHORT_VALIDITY_REASON,
        schema: None,
    },
    CrossRule {
        code: "short_validity",
        severity: Severity::Warning,
        path: "/order_validity/custom_expiration_date",
        broken: |values, today| match values.get(CUSTOM_EXPIRATION_DATE) {
            // Today and the day before are in doubt already.
            Value::Text(date) => {
                real_date(date).is_some_and(|date| (1..365).contains(&days_until(date, today)))
            }
            _ => false,
        },
        message: SHORT_VALIDITY,
        reason: SHORT_VALIDITY_REASON,
        schema: None,
    },
    CrossRule {
        code: "credit_card_not_used",
        severity: Severity::Warning,
        path: "/credit_card",
        broken: |values, _| is_paid_otherwise(values) && values.get(CREDIT_CARD).is_given(),
        message: "is given although payment_method is not card: leave it out, or pay by card",
        reason: "Inferred: card details that are not needed should not be sent.",
        schema: None,
    },
    CrossRule {
        code: "card_expired",
        severity: Severity::Warning,
        path: "/credit_card/expiration_year",
        broken: |values, today| {
            card_expiry(values).is_some_and(|(year, month)| {
                (year, month) < (today.year(), i16::from(today.month()))
            })
        },
        message: "says, with expiration_month, that the card has expired: use another card",
        reason: "Inferred: an expired card is not charged.",
        schema: None,
    },
    CrossRule {
        code: "card_expiry_far",
        severity: Severity::Warning,
        path: "/credit_card/expiration_year",
        broken: |values, today| {
            card_expiry(values).is_some_and(|(year, month)| {
                (year, month) > (today.year() + LONGEST_LIFE_OF_CARD, i16::from(today.month()))
            })
        },
        message: "is more than 20 years away: check it on the card",
        reason: "Inferred: no card is valid for so long.",
        schema: None,
    },
    CrossRule {
        code: "billing_address_not_used",
        severity: Severity::Warning,
        path: "/billing_address",
        broken: |values, _| is_paid_otherwise(values) && values.get(BILLING_ADDRESS).is_given(),
        message: "is given although payment_method is not card: leave it out, or pay by card",
        reason: "Inferred: an address that is not needed should not be sent.",
        schema: None,
    },
    postcode!("/billing_address/zip", BILLING_COUNTRY, BILLING_ZIP),
];

/// By a method that is known and is not `card`.
fn is_paid_otherwise(values: &Values<'_>) -> bool {
    let method = values.get(PAYMENT_METHOD);
    method.is_text("balance") || method.is_text("profile")
}

/// Year and month in which the card expires.
fn card_expiry(values: &Values<'_>) -> Option<(i16, i16)> {
    let (Value::Text(month), Value::Text(year)) =
        (values.get(EXPIRATION_MONTH), values.get(EXPIRATION_YEAR))
    else {
        return None;
    };
    let month = number::<2>(month).filter(|month| (1..=12).contains(month))?;
    Some((number::<4>(year)?, month))
}

/// The number that is written in this many digits.
fn number<const DIGITS: usize>(text: &str) -> Option<i16> {
    let digits: &[u8; DIGITS] = text.as_bytes().try_into().ok()?;
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| 10 * number + i16::from(digit - b'0'))
    })
}
