//! One order, the order list, one request, the request list.

use certcentral_model::{OrderId, OrderStatus};
use certcentral_sandbox::{Approval, Sandbox, SignedDuration, SubmittedOrders};
use serde_json::{Value, json};

use crate::http::{get, order, place, place_for};

async fn ids(sandbox: &Sandbox, path: &str) -> Vec<u64> {
    let answer = get(sandbox, path).await;
    assert_eq!(answer.status, 200, "{path}");
    let list = answer.json();
    let entries = list.get("orders").or_else(|| list.get("requests")).expect("a list");
    entries.as_array().unwrap().iter().map(|entry| entry["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn an_order_is_shown_as_documented() {
    let sandbox = Sandbox::builder().approval(Approval::Approved).start().await.unwrap();
    let placed = place(&sandbox, &order()).await.json();
    let id = &placed["id"];

    let mut info = get(&sandbox, &format!("/order/certificate/{id}")).await.json();
    let date = info["date_created"].clone();
    assert!(date.as_str().unwrap().ends_with("+00:00"));
    for (pointer, value) in [
        ("/id", id.clone()),
        ("/status", "processing".into()),
        ("/certificate/id", placed["certificate_id"].clone()),
        ("/certificate/common_name", "Fenna de Wit".into()),
        ("/certificate/emails", json!(["fenna.dewit@example.com"])),
        ("/certificate/signature_hash", "sha256".into()),
        ("/certificate/cert_validity", json!({ "years": 1 })),
        ("/product/name_id", "pkio_qualified_organisation_person_prof".into()),
        ("/requests/0/id", placed["requests"][0]["id"].clone()),
        ("/requests/0/date", date),
        ("/requests/0/type", "new_request".into()),
        ("/requests/0/status", "approved".into()),
        ("/payment_method", "balance".into()),
        ("/notes", json!([])),
    ] {
        assert_eq!(info.pointer(pointer), Some(&value), "{pointer}");
    }
    // Nothing of a certificate that is not issued yet.
    let certificate = info["certificate"].as_object_mut().unwrap();
    for member in ["date_issued", "valid_from", "valid_till", "serial_number", "thumbprint"] {
        assert!(!certificate.contains_key(member), "{member}");
    }
}

#[tokio::test]
async fn an_individual_of_whom_only_the_id_is_known_is_shown_by_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut existing = order();
    existing["certificate"]["individual"] = json!({ "id": 21 });
    let id = place(&sandbox, &existing).await.json()["id"].as_u64().unwrap();
    let info = get(&sandbox, &format!("/order/certificate/{id}")).await.json();
    assert_eq!(info["individual"], json!({ "id": 21 }));
    assert_eq!(info["certificate"]["common_name"], Value::Null);
}

#[tokio::test]
async fn the_order_list_comes_in_pages_that_end() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut placed = Vec::new();
    for index in 0..5 {
        placed.push(place_for(&sandbox, &format!("p{index}@example.com")).await);
    }
    let newest_first: Vec<u64> = placed.iter().rev().copied().collect();
    let list = "/order/certificate";

    assert_eq!(ids(&sandbox, list).await, placed);
    assert_eq!(ids(&sandbox, &format!("{list}?sort=-date_created")).await, newest_first);
    assert_eq!(ids(&sandbox, &format!("{list}?sort=-order_id&limit=2")).await, newest_first[..2]);
    let last = format!("{list}?sort=-date_created&limit=2&offset=4");
    assert_eq!(ids(&sandbox, &last).await, newest_first[4..]);
    assert!(ids(&sandbox, &format!("{list}?offset=5")).await.is_empty());
    assert!(ids(&sandbox, &format!("{list}?offset=9223372036854775807")).await.is_empty());

    let page = get(&sandbox, &format!("{list}?limit=2&offset=4")).await.json();
    assert_eq!(page["page"], json!({ "total": 5, "limit": 2, "offset": 4 }));
}

#[tokio::test]
async fn the_order_list_can_be_filtered() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = place_for(&sandbox, "anna@example.com").await;
    let second = place_for(&sandbox, "bram@example.com").await;
    assert!(sandbox.set_status(OrderId::new(second).unwrap(), OrderStatus::Issued));
    let found =
        async |filter: &str| ids(&sandbox, &format!("/order/certificate?filters%5B{filter}")).await;

    assert_eq!(found("status%5D=pending").await, [first]);
    assert_eq!(found("status%5D=issued").await, [second]);
    assert!(found("status%5D=revoked").await.is_empty());
    let product = "product_name_id%5D=pkio_qualified_organisation_person_prof";
    assert_eq!(found(product).await, [first, second]);
    assert!(found("product_name_id%5D=ssl_plus").await.is_empty());
    assert_eq!(found("email%5D=Bram%40example.com").await, [second]);
    assert!(found("email%5D=example.com").await.is_empty());
    assert_eq!(found("search%5D=ANNA@example.com").await, [first]);
    assert_eq!(found("search%5D=%25anna").await, [first]);
    assert_eq!(found("search%5D=%25de+wit").await, [first, second]);
    assert!(found("search%5D=de+wit").await.is_empty());
    assert_eq!(found(&format!("id%5D={second}")).await, [second]);
    assert_eq!(found("is_renewed%5D=0&filters[origin]=certcentral").await, [first, second]);
    assert!(found("is_renewed%5D=1").await.is_empty());
    assert!(found("user_id%5D=1").await.is_empty());
    assert_eq!(found("status%5D=issued&filters[email]=anna@example.com").await, [0_u64; 0]);
}

#[tokio::test]
async fn the_order_list_can_be_filtered_by_time() {
    let sandbox = Sandbox::start().await.unwrap();
    let now = certcentral_sandbox::Timestamp::now();
    let to = |text: &str| -> SignedDuration {
        text.parse::<certcentral_sandbox::Timestamp>().unwrap().duration_since(now)
    };
    let mut placed = Vec::new();
    for time in ["2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z", "2026-11-24T12:00:00Z"] {
        sandbox.set_clock_offset(to(time));
        placed.push(place_for(&sandbox, "anna@example.com").await);
    }
    let found = async |filter: &str| {
        let path = format!("/order/certificate?filters[date_created]={filter}");
        ids(&sandbox, &path).await
    };

    assert_eq!(found("%3E2026-11-23T10:00:00Z").await, placed[1..]);
    assert_eq!(found("%3E2026-11-23T11:00:00%2B01:00").await, placed[1..]);
    assert_eq!(found("%3C2026-11-23T10:00:00").await, placed[..1]);
    assert_eq!(found("2026-11-22T13:00:00Z...2026-11-23T13:00:00Z").await, placed[1..2]);
    // Days are whole days.
    assert_eq!(found("2026-11-23").await, placed[1..2]);
    assert_eq!(found("%3E2026-11-23").await, placed[2..]);
    assert_eq!(found("%3C2026-11-23").await, placed[..1]);
    assert_eq!(found("2026-11-22...2026-11-23").await, placed[..2]);
}

#[tokio::test]
async fn a_clock_that_was_set_back_sorts_by_time_and_not_by_id() {
    let sandbox = Sandbox::start().await.unwrap();
    let late = place_for(&sandbox, "anna@example.com").await;
    sandbox.set_clock_offset(SignedDuration::from_hours(-1));
    let early = place_for(&sandbox, "bram@example.com").await;
    let list = "/order/certificate";
    assert_eq!(ids(&sandbox, &format!("{list}?sort=-date_created")).await, [late, early]);
    assert_eq!(ids(&sandbox, &format!("{list}?sort=-order_id")).await, [early, late]);
}

#[tokio::test]
async fn an_order_that_waits_for_approval_is_in_the_request_list_alone() {
    for (setting, listed) in
        [(SubmittedOrders::InRequestList, false), (SubmittedOrders::InBothLists, true)]
    {
        let sandbox = Sandbox::builder()
            .approval(Approval::Submitted)
            .submitted_orders(setting)
            .start()
            .await
            .unwrap();
        let placed = place(&sandbox, &order()).await.json();
        let request = placed["requests"][0]["id"].as_u64().unwrap();

        assert_eq!(ids(&sandbox, "/order/certificate").await.len(), usize::from(listed));
        assert_eq!(ids(&sandbox, "/request?sort=-date").await, [request]);
        assert_eq!(ids(&sandbox, "/request?filters[status]=submitted").await, [request]);
        assert!(ids(&sandbox, "/request?filters[status]=approved").await.is_empty());

        let info = get(&sandbox, &format!("/request/{request}")).await.json();
        assert_eq!(info["status"], "submitted");
        assert_eq!(info["order"]["id"], placed["id"]);
        assert_eq!(info["order"]["certificate"]["common_name"], "Fenna de Wit");
        let product = "pkio_qualified_organisation_person_prof";
        assert_eq!(info["order"]["product"]["name_id"], product);
    }
}

#[tokio::test]
async fn an_order_without_a_request_is_not_in_the_request_list() {
    let sandbox = Sandbox::builder().approval(Approval::WithoutRequest).start().await.unwrap();
    place_for(&sandbox, "anna@example.com").await;
    assert!(ids(&sandbox, "/request").await.is_empty());
    assert_eq!(ids(&sandbox, "/order/certificate").await.len(), 1);
}
