//! The readers agree about orders that are damaged, and the model and the catalogue about members.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::Rules;
use certcentral_validation::damage::{Damage, damages};
use proptest::prelude::*;
use serde_json::Value;

use crate::orders::{TODAY, every_member, existing, full};

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
