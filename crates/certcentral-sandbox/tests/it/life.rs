//! The life of an order after it was placed, over HTTP and by the handle.

use certcentral_model::{OrderId, OrderStatus};
use certcentral_sandbox::{
    Approval, Balance, CustomField, FaultKind, Sandbox, SignedDuration, Timestamp,
};
use serde_json::{Value, json};

use crate::http::{Answer, exchange, get, order, order_for, place, place_for, request, send};

async fn put(sandbox: &Sandbox, path: &str, body: Value) -> Answer {
    send(sandbox, "PUT", path, &body.to_string()).await
}

async fn status(sandbox: &Sandbox, id: u64) -> String {
    let info = get(sandbox, &format!("/order/certificate/{id}")).await.json();
    info["status"].as_str().unwrap().to_owned()
}

/// An order that was issued.
async fn issued(sandbox: &Sandbox) -> u64 {
    let id = place_for(sandbox, "anna@example.com").await;
    assert!(sandbox.issue(OrderId::new(id).unwrap()));
    id
}

#[tokio::test]
async fn an_order_is_approved_issued_and_downloaded() {
    let sandbox = Sandbox::builder().approval(Approval::Submitted).start().await.unwrap();
    let placed = place(&sandbox, &order()).await.json();
    let (id, request) = (placed["id"].as_u64().unwrap(), &placed["requests"][0]["id"]);
    assert_eq!(status(&sandbox, id).await, "needs_approval");
    let download = format!("/certificate/download/order/{id}/format/pem_all");
    assert_eq!(get(&sandbox, &download).await.codes(), ["not_found|certificate"]);

    let decide = format!("/request/{request}/status");
    let approval = json!({ "status": "approved", "processor_comment": "checked" });
    let answer = put(&sandbox, &decide, approval).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(status(&sandbox, id).await, "processing");
    let info = get(&sandbox, &format!("/request/{request}")).await.json();
    assert_eq!(info["status"], "approved");
    assert_eq!(info["processor_comment"], "checked");
    assert!(info["date_processed"].is_string());
    // Only once.
    let again = put(&sandbox, &decide, json!({ "status": "rejected" })).await;
    assert_eq!((again.status, status(&sandbox, id).await), (400, "processing".to_owned()));

    let order = OrderId::new(id).unwrap();
    for expected in ["waiting_pickup", "issued", "issued"] {
        assert!(sandbox.advance(order));
        assert_eq!(status(&sandbox, id).await, expected);
    }
    let info = get(&sandbox, &format!("/order/certificate/{id}")).await.json();
    let certificate = &info["certificate"];
    assert_eq!(certificate["days_remaining"].as_i64().unwrap() / 365, 1);
    for member in ["date_issued", "valid_from", "valid_till", "serial_number", "thumbprint"] {
        assert!(certificate[member].is_string(), "{member}: {certificate}");
    }
    for member in ["serial_number", "thumbprint"] {
        let name = certificate[member].as_str().unwrap();
        let same = get(&sandbox, &format!("/order/certificate/{name}")).await.json();
        assert_eq!(same["id"], id);
    }

    let pem = get(&sandbox, &download).await;
    assert_eq!((pem.status, pem.header("content-type")), (200, Some("application/x-pem-file")));
    let pem = String::from_utf8(pem.body).unwrap();
    assert_eq!(pem.matches("-----BEGIN CERTIFICATE-----").count(), 3);
    let by_certificate = format!("/certificate/{}/download/format", certificate["id"]);
    for (format, begins) in [
        ("pem_noroot", &b"-----BEGIN CERT"[..]),
        ("pem_nointermediate", b"-----BEGIN CERT"),
        ("p7b", b"-----BEGIN PKCS7"),
        ("cer", b"\x30\x82"),
    ] {
        let answer = get(&sandbox, &format!("{by_certificate}/{format}")).await;
        assert_eq!(answer.status, 200, "{format}");
        assert!(answer.body.starts_with(begins), "{format}");
    }
    let unknown = get(&sandbox, &format!("{by_certificate}/pfx")).await;
    assert_eq!(unknown.codes(), ["invalid_value:format_type"]);
}

#[tokio::test]
async fn a_rejected_request_ends_the_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let placed = place(&sandbox, &order()).await.json();
    let decide = format!("/request/{}/status", placed["requests"][0]["id"]);
    for (body, code) in [
        (json!({}), "required_param:status"),
        (json!({ "status": "canceled" }), "invalid_value:status"),
        (json!({ "status": "Rejected" }), "invalid_value:status"),
        (json!({ "status": 7 }), "invalid_value:status"),
    ] {
        assert_eq!(put(&sandbox, &decide, body).await.codes(), [code]);
    }
    assert_eq!(put(&sandbox, &decide, json!({ "status": "rejected" })).await.status, 204);
    assert_eq!(status(&sandbox, placed["id"].as_u64().unwrap()).await, "rejected");
    let nothing = put(&sandbox, "/request/1/status", json!({ "status": "approved" })).await;
    assert_eq!((nothing.status, nothing.codes()), (404, vec!["not_found|request".to_owned()]));
}

#[tokio::test]
async fn a_member_that_is_null_counts_as_left_out() {
    let sandbox = Sandbox::start().await.unwrap();
    let placed = place(&sandbox, &order()).await.json();
    let request = format!("/request/{}", placed["requests"][0]["id"]);
    let decide = format!("{request}/status");
    let missing = put(&sandbox, &decide, json!({ "status": null })).await;
    assert_eq!(missing.codes(), ["required_param:status"]);
    let approval = json!({ "status": "approved", "processor_comment": null });
    assert_eq!(put(&sandbox, &decide, approval).await.status, 204);
    let info = get(&sandbox, &request).await.json();
    assert_eq!((&info["status"], info.get("processor_comment")), (&json!("approved"), None));

    let id = issued(&sandbox).await;
    let revocation = json!({ "comments": null, "comment": null, "skip_approval": null });
    let asked = put(&sandbox, &format!("/order/certificate/{id}/revoke"), revocation).await;
    assert_eq!((asked.status, asked.json().get("comments")), (201, None));
    let notes = format!("/order/certificate/{id}/note");
    let note = send(&sandbox, "POST", &notes, r#"{"text":null}"#).await;
    assert_eq!(note.codes(), ["required_param:text"]);
}

#[tokio::test]
async fn cancelling_needs_the_exact_word_and_a_note() {
    let sandbox = Sandbox::start().await.unwrap();
    let placed = place(&sandbox, &order()).await.json();
    let id = placed["id"].as_u64().unwrap();
    let cancel = format!("/order/certificate/{id}/status");
    for (body, code) in [
        (json!({ "status": "CANCELED", "note": "x" }), "invalid_value:status"),
        (json!({ "status": "cancelled", "note": "x" }), "invalid_value:status"),
        (json!({ "status": "canceled" }), "required_param:note"),
        (json!({ "status": "canceled", "note": " " }), "required_param:note"),
    ] {
        let answer = put(&sandbox, &cancel, body).await;
        assert_eq!((answer.status, answer.codes()), (400, vec![code.to_owned()]));
    }
    let wanted = json!({ "status": "canceled", "note": "ordered by mistake" });
    let answer = put(&sandbox, &cancel, wanted.clone()).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(status(&sandbox, id).await, "canceled");
    let request = get(&sandbox, &format!("/request/{}", placed["requests"][0]["id"])).await.json();
    assert_eq!(request["status"], "rejected");
    assert_eq!(request["processor_comment"], "ordered by mistake");
    assert_eq!(put(&sandbox, &cancel, wanted).await.codes(), ["invalid_order_status"]);
}

#[tokio::test]
async fn revoking_an_order_asks_an_administrator() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = issued(&sandbox).await;
    let revoke = format!("/order/certificate/{id}/revoke");
    let asked = put(&sandbox, &revoke, json!({ "comments": "left the firm" })).await;
    assert_eq!(asked.status, 201);
    let asked = asked.json();
    assert_eq!((&asked["type"], &asked["status"]), (&json!("revoke"), &json!("pending")));
    assert_eq!(asked["comments"], "left the firm");
    assert_eq!(status(&sandbox, id).await, "issued");
    let listed = get(&sandbox, "/request?filters[type]=revoke").await.json();
    assert_eq!(listed["requests"][0]["id"], asked["id"]);
    assert_eq!(put(&sandbox, &revoke, json!({})).await.codes(), ["request_already_exists"]);

    let decide = format!("/request/{}/status", asked["id"]);
    assert_eq!(put(&sandbox, &decide, json!({ "status": "approved" })).await.status, 204);
    assert_eq!(status(&sandbox, id).await, "revoked");
    assert_eq!(put(&sandbox, &revoke, json!({})).await.codes(), ["invalid_order_status"]);
}

#[tokio::test]
async fn revoking_without_approval_has_an_empty_answer() {
    let sandbox = Sandbox::start().await.unwrap();
    let waits = place_for(&sandbox, "bram@example.com").await;
    let revoke = |id: u64| format!("/order/certificate/{id}/revoke");
    let skip = json!({ "skip_approval": true, "comments": "gone" });
    assert_eq!(put(&sandbox, &revoke(waits), skip.clone()).await.codes(), ["invalid_order_status"]);

    let id = issued(&sandbox).await;
    let answer = put(&sandbox, &revoke(id), skip.clone()).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(status(&sandbox, id).await, "revoked");

    // The certificate alone: the order remains.
    let id = issued(&sandbox).await;
    let info = get(&sandbox, &format!("/order/certificate/{id}")).await.json();
    let certificate = info["certificate"]["serial_number"].as_str().unwrap();
    let revoke = format!("/certificate/{certificate}/revoke");
    // An empty body will do, and then somebody has to approve.
    assert_eq!(send(&sandbox, "PUT", &revoke, "").await.status, 201);
    let pending = get(&sandbox, "/request?filters[type]=revoke").await.json();
    let decide = format!("/request/{}/status", pending["requests"][0]["id"]);
    put(&sandbox, &decide, json!({ "status": "rejected" })).await;
    assert_eq!(put(&sandbox, &revoke, skip).await.status, 204);
    assert_eq!(status(&sandbox, id).await, "issued");
    assert_eq!(put(&sandbox, &revoke, json!({})).await.codes(), ["invalid_order_status"]);
}

#[tokio::test]
async fn notes_are_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = place_for(&sandbox, "anna@example.com").await;
    let notes = format!("/order/certificate/{id}/note");
    assert_eq!(get(&sandbox, &notes).await.json(), json!({ "notes": [] }));
    let answer = send(&sandbox, "POST", &notes, r#"{"text":"batch 7, row 3"}"#).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["text"], "batch 7, row 3");
    assert_eq!(get(&sandbox, &notes).await.json()["notes"][0], answer.json());
    assert_eq!(send(&sandbox, "POST", &notes, "{}").await.codes(), ["required_param:text"]);
    assert_eq!(send(&sandbox, "POST", &notes, "[]").await.codes(), ["bad_request_format"]);
    let nowhere = send(&sandbox, "POST", "/order/certificate/1/note", r#"{"text":"x"}"#).await;
    assert_eq!(nowhere.status, 404);
    assert_eq!(sandbox.books().orders_noted("batch 7, row 3")[0].id().get(), id);
}

#[tokio::test]
async fn the_feed_of_changes_looks_back_as_far_as_asked() {
    let sandbox =
        Sandbox::builder().clock_offset(SignedDuration::from_hours(-2)).start().await.unwrap();
    let feed = async |query: &str| {
        get(&sandbox, &format!("/order/certificate/status-changes?{query}")).await
    };
    assert_eq!(feed("minutes=60").await.json(), json!({}));
    let id = place_for(&sandbox, "anna@example.com").await;
    let entry = |status: &str| json!({ "order_id": id, "status": status });
    assert_eq!(feed("minutes=60").await.json()["orders"], json!([entry("pending")]));

    sandbox.set_clock_offset(SignedDuration::ZERO);
    assert_eq!(feed("minutes=60").await.json(), json!({}));
    assert_eq!(feed("minutes=125").await.json()["orders"], json!([entry("pending")]));
    assert!(sandbox.set_status(OrderId::new(id).unwrap(), OrderStatus::Rejected));
    assert_eq!(feed("seconds=60").await.json()["orders"], json!([entry("rejected")]));
    assert!(
        feed("filters[status_last_updated]=2020-01-01...2099-01-01").await.json()["orders"]
            .is_array()
    );
    for query in ["", "minutes=10081", "seconds=604801", "filters[status_last_updated]=x"] {
        assert_eq!(feed(query).await.status, 400, "{query}");
    }
}

#[tokio::test(start_paused = true)]
async fn orders_are_issued_by_themselves_and_expire_with_the_clock() {
    let hour = std::time::Duration::from_secs(3600);
    let sandbox = Sandbox::builder().issue_after(hour).start().await.unwrap();
    let id = place_for(&sandbox, "anna@example.com").await;
    tokio::time::advance(hour / 2).await;
    assert_eq!(status(&sandbox, id).await, "pending");
    tokio::time::advance(hour / 2).await;
    assert_eq!(status(&sandbox, id).await, "issued");
    sandbox.set_clock_offset(SignedDuration::from_hours(366 * 24));
    assert_eq!(status(&sandbox, id).await, "expired");
    // The filter counts it among the issued ones.
    let issued = get(&sandbox, "/order/certificate?filters[status]=issued").await.json();
    assert_eq!(issued["page"]["total"], 1);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_an_administrator_is_not_issued_by_itself() {
    let sandbox = Sandbox::builder()
        .approval(Approval::Submitted)
        .issue_after(std::time::Duration::from_secs(60))
        .start()
        .await
        .unwrap();
    let placed = place(&sandbox, &order()).await.json();
    let id = placed["id"].as_u64().unwrap();
    tokio::time::advance(std::time::Duration::from_secs(600)).await;
    assert_eq!(status(&sandbox, id).await, "needs_approval");
    let decide = format!("/request/{}/status", placed["requests"][0]["id"]);
    put(&sandbox, &decide, json!({ "status": "approved" })).await;
    tokio::time::advance(std::time::Duration::from_secs(60)).await;
    assert_eq!(status(&sandbox, id).await, "issued");
}

#[tokio::test]
async fn the_validity_is_the_one_that_was_ordered() {
    let sandbox = Sandbox::start().await.unwrap();
    let today = Timestamp::now();
    let soon = today + SignedDuration::from_hours(400 * 24 - 40 * 24);
    for (validity, days) in [
        (json!({ "years": 1 }), 365),
        (json!({ "years": 3, "days": 30 }), 30),
        (
            json!({ "days": 9, "custom_expiration_date": soon.strftime("%d %b %Y").to_string() }),
            360,
        ),
    ] {
        let mut order = order_for("anna@example.com");
        order["order_validity"] = validity.clone();
        let id = place(&sandbox, &order).await.json()["id"].as_u64().unwrap();
        assert!(sandbox.issue(OrderId::new(id).unwrap()));
        let info = get(&sandbox, &format!("/order/certificate/{id}")).await.json();
        let remaining = info["certificate"]["days_remaining"].as_i64().unwrap();
        assert!((days..=days + 1).contains(&remaining), "{validity}: {remaining}");
    }
}

#[tokio::test]
async fn an_order_can_be_made_to_expire() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = issued(&sandbox).await;
    assert!(sandbox.expire(OrderId::new(id).unwrap()));
    let info = get(&sandbox, &format!("/order/certificate/{id}")).await.json();
    assert_eq!(
        (&info["status"], &info["certificate"]["days_remaining"]),
        (&json!("expired"), &json!(-1))
    );
    assert!(!sandbox.expire(OrderId::new(1).unwrap()));
    let counts = get(&sandbox, "/report/order/expiring").await.json();
    assert_eq!(counts["expiring_orders"][3], json!({ "days_expiring": -7, "order_count": 1 }));
    let counts = get(&sandbox, "/report/order/expiring?include_expiring_certs=true").await.json();
    assert_eq!(counts["expiring_orders"][3], json!({ "days_expiring": -7, "count": 1 }));
}

#[tokio::test]
async fn a_change_can_be_lost_or_only_seem_to_happen() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = place_for(&sandbox, "anna@example.com").await;
    let cancel = format!("/order/certificate/{id}/status");
    let body = json!({ "status": "canceled", "note": "x" });

    let lost = async |fault: &str| {
        sandbox.fail_next_change(fault.parse::<certcentral_sandbox::Fault>().unwrap()).unwrap();
        let headers = [("X-DC-DEVKEY", sandbox.api_key()), ("Content-Type", "application/json")];
        let path = format!("/services/v2{cancel}");
        exchange(sandbox.address(), &request("PUT", &path, &headers, &body.to_string())).await.bytes
    };
    assert_eq!(lost("close-before-answer:unplaced").await, b"");
    assert_eq!(status(&sandbox, id).await, "pending");
    assert_eq!(lost("close-before-answer:placed").await, b"");
    assert_eq!(status(&sandbox, id).await, "canceled");
    sandbox.fail_next_change(FaultKind::Status(429)).unwrap();
    assert_eq!(put(&sandbox, &cancel, body.clone()).await.status, 429);
    assert!(sandbox.fail_next_change(FaultKind::NoId).is_err());

    // A request to revoke that only seemed to be made does not stay either.
    let id = issued(&sandbox).await;
    let unplaced: certcentral_sandbox::Fault = "wrong-length:unplaced".parse().unwrap();
    sandbox.fail_next_change(unplaced).unwrap();
    send(&sandbox, "PUT", &format!("/order/certificate/{id}/revoke"), "{}").await;
    assert_eq!(get(&sandbox, "/request?filters[type]=revoke").await.json()["page"]["total"], 0);
    assert_eq!(sandbox.books().order_count(), 2);
}

#[tokio::test]
async fn the_account_says_what_it_is() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(get(&sandbox, "/account/metadata").await.json(), json!({}));
    let balance = get(&sandbox, "/finance/balance").await.json();
    assert!(balance["balance"].is_string() && balance["total_available_funds"].is_string());
    let product = "/product/pkio_qualified_organisation_person_prof";
    assert_eq!(get(&sandbox, product).await.json()["allowed_validity_years"], json!([1, 2, 3]));
    assert_eq!(get(&sandbox, "/product/ssl_plus").await.status, 404);
    let products = get(&sandbox, "/product").await.json();
    assert_eq!(products["products"].as_array().unwrap().len(), 1);
    let me = get(&sandbox, "/user/me").await.json();
    assert_eq!(get(&sandbox, &format!("/user/{}", me["id"])).await.json(), me);
    assert!(!me["last_login_date"].as_str().unwrap().contains('T'), "it is not ISO 8601");
    assert!(get(&sandbox, "/authorization").await.json()["authorizations"].is_array());
    assert!(get(&sandbox, "/key/api-roles").await.json()["access_roles"].is_array());
    assert_eq!(get(&sandbox, "/order/alternate/x").await.json()["orders"], json!([]));

    let sandbox = Sandbox::builder()
        .balance(Balance::Unlimited)
        .custom_field(CustomField::required("Cost centre"))
        .start()
        .await
        .unwrap();
    let fields = get(&sandbox, "/account/metadata").await.json();
    assert_eq!(fields["metadata"][0]["is_required"], true);
    let balance = get(&sandbox, "/finance/balance").await.json();
    assert!(balance.get("total_available_funds").is_none());
    let id = place_for(&sandbox, "anna@example.com").await;
    let field = format!("/order/certificate/{id}/custom-field");
    assert_eq!(
        send(&sandbox, "POST", &field, r#"{"metadata_id":1,"value":"7"}"#).await.status,
        204
    );
    let wrong = send(&sandbox, "POST", &field, r#"{"metadata_id":1}"#).await;
    assert_eq!(wrong.codes(), ["invalid_custom_field_value"]);
}

#[tokio::test]
async fn the_request_list_shows_no_limit_that_nobody_asked_for() {
    let sandbox = Sandbox::start().await.unwrap();
    place(&sandbox, &order()).await;
    let list = get(&sandbox, "/request").await.json();
    assert_eq!(list["page"], json!({ "total": 1, "limit": 0, "offset": 0 }));
    let list = get(&sandbox, "/request?limit=5").await.json();
    assert_eq!(list["page"]["limit"], 5);
    let counts = get(&sandbox, "/report/request").await.json();
    assert_eq!(counts["request"]["types"], json!([{ "type": "new_request", "request_count": 1 }]));
}

#[tokio::test]
async fn orders_that_were_filled_in_are_listed_by_the_day_on_which_they_end() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fill(25_000);
    let books = sandbox.books();
    assert_eq!((books.orders().len(), books.order_count()), (25_000, 0), "nobody placed them");
    let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
    let day: jiff::civil::Date = today.parse().unwrap();
    let end = books.orders().iter().filter(|it| it.valid_till().is_some_and(|it| it > day)).count();
    assert!(end > 10_000, "{end}");

    let path = format!(
        "/order/certificate?filters[status]=issued&filters[valid_till]=%3E{today}&sort=valid_till"
    );
    let page = get(&sandbox, &path).await.json();
    assert_eq!(page["page"]["total"], end);
    let rows = page["orders"].as_array().unwrap().iter();
    let days: Vec<_> =
        rows.map(|row| row["certificate"]["valid_till"].as_str().unwrap().to_owned()).collect();
    assert!(days.len() == 1000 && days.is_sorted() && days[0] > today, "{days:?}");
}
