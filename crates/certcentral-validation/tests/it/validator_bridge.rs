//! The bridge to the crate `validator`.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::validator::{Validate, ValidationErrors};
use certcentral_validation::{OnDay, Report, check};
use serde_json::{Value, json};

use crate::orders::{TODAY, full, put, with};

fn order(value: Value) -> Order {
    serde_json::from_value(value).unwrap()
}

#[test]
fn validator_gets_errors_without_values() {
    let mut wrong = full();
    put(&mut wrong, "/credit_card/number", json!("4111111111111112"));
    put(&mut wrong, "/certificate/individual/email", json!("fenna"));
    put(&mut wrong, "/certificate/individual/id", json!(0));
    put(&mut wrong, "/csa_agreed_to", json!(false));
    let errors = OnDay::new(&order(wrong), TODAY).validate().unwrap_err();

    let json = serde_json::to_value(&errors).unwrap();
    let code = |path: &str| json.pointer(path).and_then(|entry| entry["code"].as_str());
    assert_eq!(code("/credit_card/number/0"), Some("card_number_check_digit"));
    assert_eq!(code("/certificate/individual/email/0"), Some("email"));
    assert_eq!(code("/certificate/individual/id/0"), Some("id_range"));
    // The object itself, beside its members.
    assert_eq!(code("/certificate/individual/__all__/0"), Some("individual_id_and_details"));
    // A warning is not an error.
    assert!(json.get("csa_agreed_to").is_none());

    for said in [errors.to_string(), format!("{errors:?}"), json.to_string()] {
        assert!(!said.contains("4111") && !said.contains("fenna"), "{said}");
    }
}

#[test]
fn validator_accepts_an_order_with_warnings_only() {
    assert!(OnDay::new(&order(full()), TODAY).validate().is_ok());
    assert!(OnDay::new(&order(with("/csa_agreed_to", json!(false))), TODAY).validate().is_ok());
}

#[test]
fn a_missing_object_is_an_error_of_its_name() {
    let mut wrong = full();
    crate::orders::remove(&mut wrong, "/billing_address").unwrap();
    let errors = ValidationErrors::from(&check(&order(wrong), TODAY));
    assert_eq!(errors.field_errors()["billing_address"][0].code, "required");
    assert!(ValidationErrors::from(&Report::default()).is_empty());
}
