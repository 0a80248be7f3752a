//! The answers to valid orders.

use certcentral_sandbox::{Approval, FaultKind, Sandbox};
use serde_json::{Value, json};

use crate::http::{ORDER_PATH, exchange, order, place, request};

async fn answer_with(approval: Approval, fault: Option<FaultKind>) -> Value {
    let sandbox = Sandbox::builder().approval(approval).start().await.unwrap();
    if let Some(fault) = fault {
        sandbox.fail_next_order(fault);
    }
    let answer = place(&sandbox, &order()).await;
    assert_eq!(answer.status, 201);
    assert!(answer.header("date").is_some());
    answer.json()
}

/// The answer with its ids replaced, once they were seen to be of the type.
fn shape(mut answer: Value, is_id: fn(&Value) -> bool) -> Value {
    for pointer in ["/id", "/certificate_id", "/requests/0/id"] {
        if let Some(id) = answer.pointer_mut(pointer) {
            assert!(is_id(id), "{pointer} is {id}");
            *id = "ID".into();
        }
    }
    answer
}

#[tokio::test]
async fn answers_in_the_four_documented_shapes() {
    for (approval, expected) in [
        (Approval::Pending, json!({"id": "ID", "requests": [{"id": "ID", "status": "pending"}]})),
        (
            Approval::Submitted,
            json!({"id": "ID", "requests": [{"id": "ID", "status": "submitted"}]}),
        ),
        (
            Approval::Approved,
            json!({
                "id": "ID",
                "certificate_id": "ID",
                "requests": [{"id": "ID", "status": "approved"}]
            }),
        ),
        (Approval::WithoutRequest, json!({"id": "ID", "certificate_id": "ID"})),
    ] {
        let integers = answer_with(approval, None).await;
        assert_eq!(shape(integers, Value::is_u64), expected, "{approval:?}");
        let strings = answer_with(approval, Some(FaultKind::StringId)).await;
        assert_eq!(shape(strings, Value::is_string), expected, "{approval:?}");
    }
}

#[tokio::test]
async fn answers_in_turn_if_asked_to() {
    let sandbox = Sandbox::builder().approval(Approval::InTurn).start().await.unwrap();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let answer = place(&sandbox, &order()).await.json();
        statuses.push(answer["requests"][0]["status"].as_str().map(str::to_owned));
    }
    let expected = [Some("pending"), Some("submitted"), Some("approved"), None, Some("pending")];
    assert_eq!(statuses.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_content_type_may_have_parameters_and_any_case() {
    let sandbox = Sandbox::start().await.unwrap();
    for content_type in ["application/json; charset=utf-8", "Application/JSON"] {
        let headers = [("x-dc-devkey", sandbox.api_key()), ("content-type", content_type)];
        let request = request("POST", ORDER_PATH, &headers, &order().to_string());
        assert_eq!(exchange(sandbox.address(), &request).await.answer().status, 201);
    }
}
