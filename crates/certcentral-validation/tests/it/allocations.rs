//! What is allocated, and what freed memory still holds.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Validated, check, check_json};
use serde_json::json;

use crate::memory::{allocations_of, freed_with};
use crate::orders::{TODAY, full, with};

#[test]
fn a_clean_order_is_checked_without_an_allocation() {
    let order: Order = serde_json::from_value(full()).unwrap();
    assert_eq!(allocations_of(|| check(&order, TODAY)), 0);
    let dated = with("/order_validity", json!({ "custom_expiration_date": "09 JUN 2027" }));
    let dated: Order = serde_json::from_value(dated).unwrap();
    assert_eq!(allocations_of(|| check(&dated, TODAY)), 0);
    // The counter works.
    let wrong: Order = serde_json::from_value(with("/csa_agreed_to", json!(false))).unwrap();
    assert_ne!(allocations_of(|| check(&wrong, TODAY)), 0);
}

#[test]
fn a_card_number_that_was_decoded_is_wiped() {
    // The text with the number is the caller's; only the decoded number is ours.
    let text = with("/credit_card/number", json!("NUMBER"))
        .to_string()
        .replace("NUMBER", r"\u00349168\u00302\u0037163");
    // Short enough to be in the first piece, were it decoded into memory that grows.
    let number = &["491680"];
    let [found, _] = freed_with(number, || {
        assert!(!check_json::<Order>(text.as_bytes(), TODAY).is_valid());
    });
    assert_eq!(found, 0);
    // The search works.
    assert_eq!(freed_with(number, || String::from("x4916802716x"))[0], 1);
}

#[test]
fn validating_moves_the_order_and_copies_nothing() {
    let order: Order = serde_json::from_value(full()).unwrap();
    assert_eq!(allocations_of(|| std::mem::forget(Validated::check(order, TODAY))), 0);
}
