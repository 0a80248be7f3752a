//! The schemas of the answers accept what the model reads, and nothing else.

use certcentral_model::{ErrorResponse, OrderResponse};
use serde_json::{Value, json};

fn schema(name: &str) -> jsonschema::Validator {
    let path = format!("docs/schema/{name}.schema.json");
    let files = xtask::codegen::output().unwrap().files;
    let file = files.into_iter().find(|file| file.path == path).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&file.text).unwrap()).unwrap()
}

/// Values that servers write in place of an id, a text, a list or an object.
fn values() -> Vec<Value> {
    let mut values = vec![
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!([null]),
        json!([8]),
        json!(1.5),
        json!("pending"),
        json!([{ "id": 8, "status": "pending" }]),
        json!([{ "id": "8" }, { "status": "pending" }]),
        json!({ "id": 8 }),
    ];
    let bound = i64::MAX as u64;
    values.extend([0, 1, 112_233, bound - 1, bound, bound + 1, u64::MAX].map(Value::from));
    values.extend([-1, i64::MIN].map(Value::from));
    let texts = ["", "0", "000", "1", "0112233", "+1", "-1", "1.0", "0x1", " 1", "1 ", "1\n", "٣"];
    values.extend(texts.map(Value::from));
    for digits in ["9223372036854775807", "9223372036854775808", "18446744073709551616"] {
        values.extend([json!(digits), json!(format!("00{digits}"))]);
    }
    // Each digit of the bound, one more and one less.
    let bound = bound.to_string();
    for at in 0..bound.len() {
        for digit in '0'..='9' {
            values.push(json!(format!("{}{digit}{}", &bound[..at], &bound[at + 1..])));
        }
    }
    values
}

#[test]
fn an_answer_with_a_readable_id_is_an_order_that_was_placed() {
    let schema = schema("order-response");
    let mut placed = 0;
    let mut judge = |answer: Value| {
        let read = serde_json::from_value::<OrderResponse>(answer.clone()).is_ok()
            // serde's derive also reads the members in a row, without their names.
            && !answer.is_array();
        assert_eq!(schema.is_valid(&answer), read, "{answer}");
        placed += usize::from(read);
    };
    judge(json!({}));
    judge(json!({ "order_id": 112_233 }));
    for value in values() {
        judge(value.clone());
        judge(json!({ "id": value }));
        judge(json!({ "id": 112_233, "certificate_id": value }));
        judge(json!({ "id": 112_233, "requests": value }));
        judge(json!({ "id": 112_233, "requests": [{ "id": value }] }));
        judge(json!({ "id": 112_233, "requests": [{ "id": 8, "status": value }] }));
        judge(json!({ "id": 112_233, "errors": value }));
        judge(json!({ "requests": value }));
    }
    assert!(placed > 500, "{placed}");
}

#[test]
fn an_answer_with_a_readable_error_is_a_refusal() {
    let schema = schema("error-response");
    let (mut refused, mut unreadable) = (0, 0);
    let mut judge = |answer: Value| {
        let read = serde_json::from_value::<ErrorResponse>(answer.clone());
        let read = read.is_ok_and(|answer| !answer.errors.is_empty());
        assert_eq!(schema.is_valid(&answer), read, "{answer}");
        *if read { &mut refused } else { &mut unreadable } += 1;
    };
    let error = json!({ "code": "not_found|order", "message": "Not found." });
    judge(json!({}));
    judge(json!({ "error": error, "errors": [] }));
    for value in values() {
        judge(value.clone());
        judge(json!({ "message": value }));
        for entry in [
            value.clone(),
            json!({ "code": value }),
            json!({ "message": value }),
            json!({ "description": value }),
            json!({ "code": "not_found", "message": value }),
            json!({ "code": value, "description": "Not found." }),
        ] {
            judge(json!({ "error": entry }));
            judge(json!({ "errors": entry }));
            judge(json!({ "errors": [entry] }));
            judge(json!({ "errors": [entry, error] }));
            judge(json!({ "errors": [], "error": entry }));
        }
    }
    assert!(refused > 500 && unreadable > 100, "{refused} refused, {unreadable} not");
}
