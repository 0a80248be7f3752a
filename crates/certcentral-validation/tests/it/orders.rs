//! Orders for the tests, as JSON that can be changed, and their reports.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Date, Report, check, check_json, read_json};
use serde_json::{Value, json};

/// The day on which all tests check, unless they say another.
pub(crate) const TODAY: Date = Date::constant(2026, 6, 9);

/// A clean order with every member that can be combined with the others.
pub(crate) fn full() -> Value {
    let mut order = every_member();
    remove(&mut order, "/certificate/individual/id");
    put(&mut order, "/order_validity", json!({ "years": 1 }));
    order
}

/// An order with every member. It breaks rules about members that exclude each other.
pub(crate) fn every_member() -> Value {
    serde_json::from_str(include_str!("../../../certcentral-model/tests/full-order.json")).unwrap()
}

/// An order for an individual whom CertCentral knows.
pub(crate) fn existing() -> Value {
    let mut order = full();
    put(&mut order, "/certificate/individual", json!({ "id": 21 }));
    order
}

/// Sets the member at a pointer, whether it is there or not.
pub(crate) fn put(order: &mut Value, path: &str, value: Value) {
    if path.is_empty() {
        *order = value;
        return;
    }
    let (object, name) = path.rsplit_once('/').unwrap();
    order.pointer_mut(object).unwrap().as_object_mut().unwrap().insert(name.into(), value);
}

/// Removes the member at a pointer.
pub(crate) fn remove(order: &mut Value, path: &str) -> Option<Value> {
    let (object, name) = path.rsplit_once('/')?;
    order.pointer_mut(object)?.as_object_mut()?.remove(name)
}

/// The order with one member changed.
pub(crate) fn with(path: &str, value: Value) -> Value {
    let mut order = full();
    put(&mut order, path, value);
    order
}

/// Checks the text of an order, and also the order itself if it can be read: both reports must be the
/// same.
pub(crate) fn report_on(order: &Value) -> Report {
    report_at(order, TODAY)
}

pub(crate) fn report_at(order: &Value, today: Date) -> Report {
    let text = serde_json::to_vec_pretty(order).unwrap();
    let report = check_json::<Order>(&text, today);
    if let (_, Some(order)) = read_json::<Order>(&text, today) {
        assert_eq!(found(&check(&order, today)), found(&report), "of the order, and of its text");
    }
    report
}

pub(crate) fn report_on_text(text: &str) -> Report {
    check_json::<Order>(text.as_bytes(), TODAY)
}

/// Path and code of each violation.
pub(crate) fn found(report: &Report) -> Vec<(String, &'static str)> {
    report.into_iter().map(|violation| (violation.path().into(), violation.code())).collect()
}

pub(crate) fn codes(report: &Report) -> Vec<&'static str> {
    report.into_iter().map(certcentral_validation::Violation::code).collect()
}
