//! The answer to an order, in every shape that is documented or is sent by other APIs of DigiCert.

use certcentral_model::{
    CertificateId, OrderId, OrderResponse, PlacedRequest, RequestId, RequestStatus,
};
use serde_json::{Value, json};

fn read(value: &Value) -> OrderResponse {
    serde_json::from_str(&value.to_string()).unwrap_or_else(|e| panic!("{value}: {e}"))
}

fn order_id() -> OrderId {
    OrderId::new(112_233).unwrap()
}

fn request(status: RequestStatus) -> Vec<PlacedRequest> {
    vec![PlacedRequest::new(RequestId::new(8).unwrap(), status)]
}

#[test]
fn the_four_documented_shapes_are_read_and_written() {
    for (status, typed) in
        [("pending", RequestStatus::Pending), ("submitted", RequestStatus::Submitted)]
    {
        let wire = json!({ "id": 112233, "requests": [{ "id": 8, "status": status }] });
        let response = read(&wire);
        assert_eq!(response.id, order_id());
        assert_eq!(response.certificate_id, None);
        assert_eq!(response.requests, request(typed));
        assert_eq!(serde_json::to_value(&response).unwrap(), wire);
    }

    let approved = json!({
        "id": 112233,
        "requests": [{ "id": 8, "status": "approved" }],
        "certificate_id": 445566
    });
    let response = read(&approved);
    assert_eq!(response.certificate_id, CertificateId::new(445_566).ok());
    assert_eq!(response.requests, request(RequestStatus::Approved));
    assert_eq!(serde_json::to_value(&response).unwrap(), approved);

    let without_requests = json!({ "id": 112233, "certificate_id": 445566 });
    let response = read(&without_requests);
    assert_eq!(response.certificate_id, CertificateId::new(445_566).ok());
    assert_eq!(response.requests, []);
    assert_eq!(serde_json::to_value(&response).unwrap(), without_requests);
}

#[test]
fn ids_as_texts_are_read_and_unknown_members_ignored() {
    let response = read(&json!({
        "id": "112233",
        "certificate_id": "445566",
        "requests": [{ "id": "8", "status": "pending", "note": "new in 2031" }],
        "links": [{ "href": "https://example.com" }],
        "voucher": null
    }));
    assert_eq!(response.id, order_id());
    assert_eq!(response.certificate_id, CertificateId::new(445_566).ok());
    assert_eq!(response.requests, request(RequestStatus::Pending));
}

#[test]
fn an_unknown_status_is_kept() {
    let wire = json!({ "id": 112233, "requests": [{ "id": 8, "status": "on_hold" }] });
    let response = read(&wire);
    let status = response.requests[0].status.as_ref().unwrap();
    assert!(!status.is_known());
    assert_eq!(status.as_str(), "on_hold");
    assert_eq!(serde_json::to_value(&response).unwrap(), wire);
}

#[test]
fn with_a_readable_id_nothing_else_can_spoil_the_answer() {
    for spoilt in [
        json!({ "id": 112233, "requests": null, "certificate_id": null }),
        json!({ "id": 112233, "requests": "none", "certificate_id": "soon" }),
        json!({ "id": 112233, "requests": {}, "certificate_id": 0 }),
        json!({ "id": 112233, "requests": [null, 7, {}, { "id": "x" }], "certificate_id": [] }),
        json!({ "requests": true, "certificate_id": true, "id": 112233 }),
        json!({ "requests": -1, "certificate_id": -1, "id": 112233 }),
        json!({ "requests": u64::MAX, "certificate_id": 1.5, "id": 112233 }),
        json!({ "requests": 1.5, "certificate_id": {}, "id": 112233 }),
        json!({ "requests": { "0": { "id": 8 } }, "certificate_id": [7], "id": 112233 }),
    ] {
        assert_eq!(read(&spoilt), OrderResponse::new(order_id()), "{spoilt}");
    }
    let response = read(&json!({ "id": 112233, "requests": [{}, { "id": 8, "status": 7 }] }));
    assert_eq!(response.requests.len(), 1, "only the readable entry is kept");
    assert_eq!(response.requests[0].status, None);
}

#[test]
fn an_answer_without_a_readable_id_is_refused() {
    for wire in [
        r#"{}"#,
        r#"{"certificate_id":445566}"#,
        r#"{"id":null}"#,
        r#"{"id":0}"#,
        r#"{"id":-1}"#,
        r#"{"id":"abc"}"#,
        r#"{"id":1,"id":2}"#,
        r#"{"id":112233"#,
        "[]",
        "",
    ] {
        assert!(serde_json::from_str::<OrderResponse>(wire).is_err(), "{wire}");
    }
}
