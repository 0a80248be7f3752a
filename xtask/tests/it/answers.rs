//! The schemas of the answers accept what the model reads, and nothing else.

use certcentral_model::{
    AccessRole, Balance, CertificateInfo, ContainerInfo, CustomField, CustomFieldList,
    ErrorResponse, IndividualInfo, Note, NoteList, OrderInfo, OrderList, OrderResponse,
    OrganizationInfo, Page, ProductInfo, ProductList, RequestInfo, RequestList, RequestedOrder,
    SignatureHashType, SignatureHashTypes, StatusChange, StatusChangeList, UserInfo, ValidityInfo,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::contracts::document;

fn schema(name: &str) -> jsonschema::Validator {
    let schema = document(&format!("docs/schema/{name}.schema.json"));
    jsonschema::validator_for(&schema).unwrap()
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

/// Whether all of an answer was read: each member that is written is the same in the answer. Members
/// that are not described may be missing.
fn is_whole(answer: &Value, written: &Value) -> bool {
    match (answer, written) {
        (Value::Object(answer), Value::Object(written)) => {
            // An empty list counts as absent.
            let is_empty = |it: &Value| *it == json!([]);
            let mut written = written.iter();
            written.all(|(name, it)| answer.get(name).map_or(is_empty(it), |of| is_whole(of, it)))
        }
        (Value::Array(answer), Value::Array(written)) => {
            answer.len() == written.len()
                && answer.iter().zip(written).all(|(of, it)| is_whole(of, it))
        }
        // An amount is written as a string.
        (Value::Number(answer), Value::String(written)) => answer.to_string() == *written,
        _ => answer == written,
    }
}

/// Puts each value into each member. What the description allows is read whole, and what is read is
/// written as the description allows it. Returns how many answers were read whole.
fn judge_members<T: Serialize + DeserializeOwned>(openapi: &Value) -> usize {
    let name = std::any::type_name::<T>().rsplit("::").next().unwrap();
    let schema = &openapi["components"]["schemas"][name];
    let mut whole = schema.clone();
    whole["components"] = openapi["components"].clone();
    let validator = jsonschema::validator_for(&whole).unwrap();
    let mut least = json!({});
    for member in schema["required"].as_array().into_iter().flatten() {
        least[member.as_str().unwrap()] = json!(112_233);
    }
    let mut read_whole = 0;
    for member in schema["properties"].as_object().expect(name).keys() {
        for value in values() {
            let mut answer = least.clone();
            answer[member] = value;
            let written = serde_json::from_value::<T>(answer.clone())
                .ok()
                .map(|read| serde_json::to_value(read).unwrap());
            if validator.is_valid(&answer) {
                let mut written = written.expect(name);
                if answer[member] == json!([]) {
                    written[member] = json!([]);
                }
                assert!(written.get(member).is_some(), "{name} lost a member: {answer}");
                assert!(is_whole(&answer, &written), "{name}: {answer} is read as {written}");
                read_whole += 1;
            } else if let Some(written) = written {
                // A price as a string is read, too.
                let is_described = member == "price" || written != answer;
                assert!(is_described, "{name} is read whole and not described: {answer}");
                let mut without_price = written.clone();
                without_price.as_object_mut().unwrap().remove("price");
                assert!(validator.is_valid(&without_price), "{name}: {written}");
            }
        }
    }
    assert!(read_whole > 0, "{name}");
    read_whole
}

#[test]
fn every_look_up_is_read_as_it_is_described() {
    let openapi = document("docs/openapi.json");
    let judges: [fn(&Value) -> usize; 24] = [
        judge_members::<OrderInfo>,
        judge_members::<OrderList>,
        judge_members::<CertificateInfo>,
        judge_members::<ValidityInfo>,
        judge_members::<IndividualInfo>,
        judge_members::<OrganizationInfo>,
        judge_members::<ContainerInfo>,
        judge_members::<UserInfo>,
        judge_members::<AccessRole>,
        judge_members::<RequestInfo>,
        judge_members::<RequestList>,
        judge_members::<RequestedOrder>,
        judge_members::<StatusChange>,
        judge_members::<StatusChangeList>,
        judge_members::<Note>,
        judge_members::<NoteList>,
        judge_members::<ProductInfo>,
        judge_members::<ProductList>,
        judge_members::<SignatureHashTypes>,
        judge_members::<SignatureHashType>,
        judge_members::<Balance>,
        judge_members::<CustomField>,
        judge_members::<CustomFieldList>,
        judge_members::<Page>,
    ];
    let read: usize = judges.iter().map(|judge| judge(&openapi)).sum();
    assert!(read > 1_000, "{read}");
}
