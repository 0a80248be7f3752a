//! `Validated`.

use std::error::Error as _;

use certcentral_model::pkio_professional::Order;
use certcentral_validation::Validated;
use serde_json::{Value, json};

use crate::orders::{TODAY, codes, full, with};

fn order(value: Value) -> Order {
    serde_json::from_value(value).unwrap()
}

#[test]
fn an_order_that_breaks_no_rule_is_validated() {
    let validated = Validated::check(order(full()), TODAY).unwrap();
    assert!(validated.warnings().is_clean());
    assert!(*validated.order() == order(full()));
    assert!(validated.into_order() == order(full()));
}

#[test]
fn a_validated_order_has_its_warnings() {
    let validated = Validated::check(order(with("/csa_agreed_to", json!(false))), TODAY).unwrap();
    assert_eq!(codes(validated.warnings()), ["csa_not_agreed"]);
}

#[test]
fn of_an_invalid_order_the_report_alone_is_shown() {
    let wrong = with("/credit_card/number", json!("4111111111111112"));
    let report = Validated::check(order(wrong), TODAY).unwrap_err();
    assert_eq!(codes(&report), ["card_number_check_digit"]);
    for said in [report.to_string(), format!("{report:?}"), format!("{report:#?}")] {
        assert!(said.contains("card_number_check_digit"));
        assert!(!said.contains("4111") && !said.contains("Fenna"), "{said}");
    }
    assert!(report.source().is_none() && !report.is_valid());
}

#[test]
fn rules_can_be_bypassed_by_name() {
    let validated = Validated::bypassing_rules(order(with("/order_validity", json!({"years": 4}))));
    assert!(validated.warnings().is_clean());
    assert_eq!(validated.as_ref().order_validity.as_ref().unwrap().years, Some(4));
}

#[test]
fn debug_of_a_validated_order_shows_no_personal_data() {
    let said = format!("{:?}", Validated::check(order(full()), TODAY).unwrap());
    assert!(!said.contains("Fenna") && !said.contains("4111"), "{said}");
}
