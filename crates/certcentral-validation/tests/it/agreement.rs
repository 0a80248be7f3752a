//! The readers agree: with each other, and with serde about what can be read at all.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Rules, check, check_json, read_json};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::orders::{TODAY, existing, found, full, put, remove};

/// One thing done to an order.
#[derive(Clone, Debug)]
enum Damage {
    Remove(usize),
    Put(usize, Value),
    Unknown(usize),
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|boolean| json!(boolean)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        (0..400_u64).prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(|text| json!(text)),
        prop::sample::select(vec![
            "",
            " ",
            "card",
            "balance",
            "qscd",
            "Notaris",
            "NL",
            "UK",
            "09 JUN 2026",
            "31 JUN 2026",
            "+31 20",
            "a@b.nl",
            "4111111111111111",
            "\u{1f600}\"\\\n",
        ])
        .prop_map(|text| json!(text)),
        Just(json!({})),
        Just(json!({ "id": 21 })),
    ]
}

fn damage() -> impl Strategy<Value = Damage> {
    let rows = Order::CATALOGUE.rows().len();
    prop_oneof![
        (1..rows).prop_map(Damage::Remove),
        (0..rows, values()).prop_map(|(row, value)| Damage::Put(row, value)),
        (0..rows).prop_map(Damage::Unknown),
    ]
}

fn damaged(mut order: Value, all: &[Damage]) -> Value {
    let rows = Order::CATALOGUE.rows();
    for damage in all {
        match damage {
            Damage::Remove(row) => drop(remove(&mut order, rows[*row].path)),
            Damage::Put(row, value) => {
                let object = rows[*row].path.rsplit_once('/').map_or("", |(object, _)| object);
                if order.pointer(object).is_some_and(Value::is_object) {
                    put(&mut order, rows[*row].path, value.clone());
                }
            }
            Damage::Unknown(row) => {
                if let Some(Value::Object(members)) = order.pointer_mut(rows[*row].path) {
                    members.insert("unknown".into(), json!({}));
                }
            }
        }
    }
    order
}

/// What must hold of every text whatsoever, but that serde reads arrays as structs, and we do not.
fn readers_agree(text: &[u8]) {
    let (report, order) = read_json::<Order>(text, TODAY);
    assert_eq!(report, check_json::<Order>(text, TODAY));
    let serde = serde_json::from_slice::<Order>(text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text));
    assert_eq!(order.is_some(), serde.is_ok(), "{report}\n{}", String::from_utf8_lossy(text));
    assert_eq!(order.is_some(), !report.into_iter().any(|violation| violation.is_structural()));
    if let (Some(order), Ok(serde)) = (order, serde) {
        assert!(order == serde);
        assert_eq!(found(&check(&order, TODAY)), found(&report));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_damaged_orders(
        is_existing: bool,
        all in prop::collection::vec(damage(), 0..6),
        is_pretty: bool,
        has_mark: bool,
    ) {
        let order = damaged(if is_existing { existing() } else { full() }, &all);
        let mut text = if has_mark { b"\xEF\xBB\xBF".to_vec() } else { Vec::new() };
        text.extend(if is_pretty { serde_json::to_vec_pretty(&order).unwrap() } else { serde_json::to_vec(&order).unwrap() });
        readers_agree(&text);
    }

    #[test]
    fn on_texts_with_a_byte_changed(at: usize, byte: u8, is_printable: bool) {
        let mut text = serde_json::to_vec(&full()).unwrap();
        let at = at % text.len();
        text[at] = if is_printable { byte % 95 + 32 } else { byte };
        readers_agree(&text);
    }

    #[test]
    fn on_texts_cut_and_joined(at: usize, length in 0..40_usize) {
        let text = serde_json::to_vec(&full()).unwrap();
        let at = at % text.len();
        let end = (at + length).min(text.len());
        readers_agree(&text[..at]);
        // A piece taken out, and a piece said twice: doubled members among them.
        readers_agree(&[&text[..at], &text[end..]].concat());
        readers_agree(&[&text[..end], &text[at..]].concat());
    }

    #[test]
    fn on_any_bytes(text: Vec<u8>) {
        readers_agree(&text);
    }
}

/// A row that `fill` forgets would be a rule that never fires on an order of the model.
#[test]
fn every_row_is_filled() {
    use certcentral_validation::catalogue::{Value, Values};
    let mut seen = vec![false; Order::CATALOGUE.rows().len()];
    let mut all = full();
    put(&mut all, "/certificate/individual/id", json!(21));
    put(&mut all, "/order_validity/days", json!(1));
    put(&mut all, "/order_validity/custom_expiration_date", json!("x"));
    let order: Order = serde_json::from_value(all).unwrap();
    let mut values = Values::new();
    order.fill(&mut values);
    for (row, seen) in seen.iter_mut().enumerate() {
        *seen = !matches!(values.get(row), Value::Absent);
    }
    assert!(seen.iter().all(|seen| *seen), "{seen:?}");
}
