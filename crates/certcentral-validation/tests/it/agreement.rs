//! The readers agree about orders that are damaged, and the model and the catalogue about members.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::{Kind, Row, Value as MemberValue};
use certcentral_validation::{Rules, Severity, Violation, check};
use proptest::prelude::*;
use serde_json::Value;

use crate::damage::{Damage, damages};
use crate::orders::{TODAY, every_member, existing, full, put};

fn damaged(mut order: Value, damages: &[Damage]) -> Value {
    for damage in damages {
        damage.apply(&mut order);
    }
    order
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_damaged_orders(
        is_existing: bool,
        all in prop::collection::vec(prop::sample::select(damages(Order::CATALOGUE, TODAY)), 0..6),
        is_pretty: bool,
        has_mark: bool,
    ) {
        let order = damaged(if is_existing { existing() } else { full() }, &all);
        let mut text = if has_mark { b"\xEF\xBB\xBF".to_vec() } else { Vec::new() };
        text.extend(if is_pretty { serde_json::to_vec_pretty(&order).unwrap() } else { serde_json::to_vec(&order).unwrap() });
        crate::fuzzing::order(&text);
    }

    #[test]
    fn on_texts_with_a_byte_changed(at: usize, byte: u8, is_printable: bool) {
        let mut text = serde_json::to_vec(&full()).unwrap();
        let at = at % text.len();
        text[at] = if is_printable { byte % 95 + 32 } else { byte };
        crate::fuzzing::order(&text);
    }
}

fn rows_of_texts() -> Vec<&'static Row> {
    Order::CATALOGUE.rows().iter().filter(|row| row.kind == Kind::Text).collect()
}

/// A report says of a text what each rule of its row says when it is asked alone.
fn judged_by_each_rule(row: &Row, text: &str) {
    let mut order = every_member();
    put(&mut order, row.path, text.into());
    let report = check(&serde_json::from_value::<Order>(order).unwrap(), TODAY);
    let of_row = |it: &&Violation| {
        it.path() == row.path && row.rules.iter().any(|rule| rule.code == it.code())
    };
    let reported: Vec<&str> = report.into_iter().filter(of_row).map(Violation::code).collect();
    if report.into_iter().any(|it| it.path() == row.path && it.code() == "placeholder") {
        return;
    }
    let mut expected = Vec::new();
    for rule in row.rules {
        if !rule.constraint.holds(MemberValue::Text(text), TODAY) {
            expected.push(rule.code);
            if rule.severity == Severity::Error {
                break;
            }
        }
    }
    assert_eq!(reported, expected, "{text:?} at {}", row.path);
}

#[test]
fn every_rule_of_a_text_is_asked_at_its_boundaries() {
    let rows = rows_of_texts();
    for damage in damages(Order::CATALOGUE, TODAY) {
        if let Damage::Set(path, Value::String(text)) = &damage
            && let Some(row) = rows.iter().find(|row| row.path == path)
        {
            judged_by_each_rule(row, text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_rule_of_a_text_is_asked(
        row in prop::sample::select(rows_of_texts()),
        text in prop_oneof![
            r"[ -~]{0,30}|[\PC\t\n\x00-\x1f\u{80}-\u{a0}]{0,12}|[a-z&;\\=%#\u{c3}\u{a9}]{0,12}|.{60,70}",
            r"[a-z ]{0,14}([2-6][0-9]{3}[ -]?([0-9]{4}[ -]?){2,3}[0-9]{1,4}|([0-9][ -]?){11,20})[a-z ]{0,14}",
        ],
    ) {
        judged_by_each_rule(row, &text);
    }
}

/// The members that the model's types have, as the schema that they derive says.
fn members_of_the_model() -> Vec<String> {
    fn walk(schema: &Value, object: &Value, path: &str, into: &mut Vec<String>) {
        for (name, member) in object["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}/{name}");
            let reference = member["$ref"].as_str().or(member["allOf"][0]["$ref"].as_str());
            if let Some(object) =
                reference.and_then(|at| schema.pointer(at.trim_start_matches('#')))
            {
                walk(schema, object, &path, into);
            }
            into.push(path);
        }
    }
    let schema = schemars::schema_for!(Order).to_value();
    let mut members = Vec::new();
    walk(&schema, &schema, "", &mut members);
    members
}

#[test]
fn the_model_and_the_catalogue_have_the_same_members() {
    let members = members_of_the_model();
    let rows: Vec<&str> = Order::CATALOGUE.rows().iter().skip(1).map(|row| row.path).collect();
    for member in &members {
        assert!(
            rows.contains(&member.as_str()),
            "the model has a member {member} and the catalogue has no row for it: add one to \
             certcentral-validation/src/pkio_professional/rows.rs"
        );
    }
    for row in &rows {
        assert!(
            members.iter().any(|member| member == row),
            "the catalogue has a row {row} and the model no member for it: add a field to \
             certcentral-model/src/pkio_professional.rs or to a file in its src/request"
        );
    }
    assert_eq!(members.len(), rows.len());
}

/// The rules of a row that `fill` forgets would not be checked for an order of the model.
#[test]
fn every_row_is_filled() {
    use certcentral_validation::catalogue::{Value, Values};
    let order: Order = serde_json::from_value(every_member()).unwrap();
    let mut values = Values::new();
    order.fill(&mut values);
    for (index, row) in Order::CATALOGUE.rows().iter().enumerate() {
        assert!(
            !matches!(values.get(index), Value::Absent),
            "the member {} of an order is not looked at: enter it in `fill` in \
             certcentral-validation/src/pkio_professional/mod.rs",
            row.path
        );
    }
}
