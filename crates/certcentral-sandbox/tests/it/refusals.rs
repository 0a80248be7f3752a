//! What is refused, and how: always JSON in the documented shape.

use certcentral_sandbox::{KeyCheck, Sandbox};
use serde_json::json;

use crate::http::{Answer, ORDER_PATH, exchange, get, order, place, request, send};

/// Posts to where orders go.
async fn post_with(sandbox: &Sandbox, headers: &[(&str, &str)], body: &str) -> Answer {
    exchange(sandbox.address(), &request("POST", ORDER_PATH, headers, body)).await.answer()
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_403_on_every_path() {
    let sandbox = Sandbox::start().await.unwrap();
    let wrong = format!("{}x", sandbox.api_key());
    for (method, path) in [
        ("POST", ORDER_PATH),
        ("GET", "/services/v2/order/certificate"),
        ("GET", "/services/v2/order/certificate/1"),
        ("GET", "/services/v2/request"),
        ("GET", "/services/v2/request/1"),
    ] {
        for headers in [&[][..], &[("X-DC-DEVKEY", wrong.as_str())][..]] {
            let request = request(method, path, headers, "");
            let answer = exchange(sandbox.address(), &request).await.answer();
            assert_eq!(answer.status, 403, "{method} {path}");
            assert!(answer.codes()[0].starts_with("access_denied|"));
        }
    }
    let keys: Vec<_> = sandbox.books().requests().iter().map(|it| it.key()).collect();
    assert_eq!(keys[..2], [KeyCheck::Missing, KeyCheck::Wrong]);
}

#[tokio::test]
async fn another_content_type_is_415() {
    let sandbox = Sandbox::start().await.unwrap();
    let key = ("X-DC-DEVKEY", sandbox.api_key());
    let body = order().to_string();
    let form = [key, ("Content-Type", "application/x-www-form-urlencoded")];
    for headers in [&form[..1], &form] {
        let answer = post_with(&sandbox, headers, &body).await;
        assert_eq!(answer.status, 415);
        assert_eq!(answer.codes(), ["invalid_content_type"]);
    }
    assert_eq!(sandbox.books().order_count(), 0);
}

#[tokio::test]
async fn anything_but_a_json_object_is_a_bad_request_format() {
    let sandbox = Sandbox::start().await.unwrap();
    let headers = [("X-DC-DEVKEY", sandbox.api_key()), ("Content-Type", "application/json")];
    for body in ["", "{", "[]", "null", "\"order\"", "{\"a\":1,}"] {
        let answer = post_with(&sandbox, &headers, body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.codes(), ["bad_request_format"], "{body}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_at_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut faulty = order();
    faulty["certificate"]["signature_hash"] = "sha1".into();
    faulty["certificate"]["individual"]["email"] = "nobody".into();
    faulty["certificate"]["individual"]["last_name"] = " ".into();
    faulty["order_validity"] = json!({ "years": 4 });
    faulty["ship_info"].as_object_mut().unwrap().remove("zip");
    faulty["csa_agreed_to"] = "yes".into();
    faulty["colour"] = "red".into();
    faulty.as_object_mut().unwrap().remove("payment_method");

    let answer = place(&sandbox, &faulty).await;
    assert_eq!(answer.status, 400);
    let mut codes = answer.codes();
    codes.sort();
    assert_eq!(
        codes,
        [
            "invalid_value:certificate.individual.email",
            "invalid_value:certificate.signature_hash",
            "invalid_value:colour",
            "invalid_value:csa_agreed_to",
            "invalid_value:order_validity.years",
            "required_param:certificate.individual.last_name",
            "required_param:payment_method",
            "required_param:ship_info.zip",
        ]
    );
    assert_eq!(sandbox.books().order_count(), 0);
    assert_eq!(sandbox.books().post_count(), 1);
}

#[tokio::test]
async fn warnings_refuse_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut order = order();
    order["certificate"]["is_rsassa_pss"] = true.into();
    order["csa_agreed_to"] = false.into();
    assert_eq!(place(&sandbox, &order).await.status, 201);
}

#[tokio::test]
async fn an_unknown_path_or_product_is_404() {
    let sandbox = Sandbox::start().await.unwrap();
    for (method, path, code) in [
        ("GET", "", "not_found|route"),
        ("GET", "/order", "not_found|route"),
        ("GET", "/services/v2/request", "not_found|route"),
        ("POST", "/order/certificate/x/y", "not_found|route"),
        ("POST", "/order/certificate/pkio_private_person", "not_found|product"),
        ("POST", "/order/certificate/ssl-plus", "not_found|product"),
        ("GET", "/order/certificate/1", "not_found|order"),
        ("GET", "/order/certificate/one", "not_found|order"),
        ("GET", "/order/certificate/0", "not_found|order"),
        ("GET", "/request/1", "not_found|request"),
    ] {
        let answer = send(&sandbox, method, path, "").await;
        assert_eq!(answer.status, 404, "{method} {path}");
        assert_eq!(answer.codes(), [code], "{method} {path}");
    }
    for path in ["/", "/order/certificate/x"] {
        let outside = exchange(sandbox.address(), &request("POST", path, &[], "")).await.answer();
        assert_eq!((outside.status, outside.codes()), (404, vec!["not_found|route".to_owned()]));
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_and_says_what_is_allowed() {
    let sandbox = Sandbox::start().await.unwrap();
    let order = ORDER_PATH.strip_prefix("/services/v2").unwrap();
    for (method, path, allowed) in [
        ("GET", order, "POST"),
        ("PUT", order, "POST"),
        ("TRACE", order, "POST"),
        ("POST", "/order/certificate", "GET,HEAD"),
        ("DELETE", "/order/certificate/1", "GET,HEAD"),
        ("POST", "/order/certificate/1", "GET,HEAD"),
        ("POST", "/order/certificate/status-changes", "GET,HEAD"),
        ("POST", "/order/alternate/x", "GET,HEAD"),
        ("POST", "/order/certificate/1/status", "PUT"),
        ("POST", "/product/ssl_plus", "GET,HEAD"),
        ("PATCH", "/request", "GET,HEAD"),
        ("OPTIONS", "/request/1", "GET,HEAD"),
    ] {
        let answer = send(&sandbox, method, path, "").await;
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
        assert_eq!(answer.codes(), ["method_not_allowed"]);
    }
}

#[tokio::test]
async fn an_order_of_megabytes_is_413() {
    let sandbox = Sandbox::start().await.unwrap();
    let headers = [("X-DC-DEVKEY", sandbox.api_key()), ("Content-Type", "application/json")];
    // Only the length is sent: the answer comes before the body.
    let mut huge = request("POST", ORDER_PATH, &headers, "");
    let text = String::from_utf8(huge).unwrap().replace("Length: 0", "Length: 3000000");
    huge = text.into_bytes();
    huge.extend(vec![b' '; 1024 * 1024 + 1]);
    let heard = exchange(sandbox.address(), &huge).await;
    let answer = heard.answer();
    assert_eq!(answer.status, 413);
    assert_eq!(answer.codes(), ["request_too_large"]);
    assert_eq!(sandbox.books().post_count(), 0);
}

#[tokio::test]
async fn faults_of_the_query_are_400() {
    let sandbox = Sandbox::start().await.unwrap();
    for (query, parameter) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=", "limit"),
        ("limit=ten", "limit"),
        ("limit=%2B1", "limit"),
        ("limit=1&limit=2", "limit"),
        ("offset=-1", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("sort=price", "sort"),
        ("filters[colour]=red", "filters[colour]"),
        ("filters%5Bdate_created%5D=yesterday", "filters[date_created]"),
        ("filters[date_created]=2026-01-01...", "filters[date_created]"),
        ("filters[valid_till]=%3E", "filters[valid_till]"),
        ("filters[id]=one", "filters[id]"),
        ("filters[certificate_id]=-1", "filters[certificate_id]"),
        ("filters[user_id]=AAA", "filters[user_id]"),
        ("filters[container_id]=", "filters[container_id]"),
        ("filters[organization_id]=1.5", "filters[organization_id]"),
        ("filters[metadata_id]=a", "filters[metadata_id]"),
        ("filters[is_renewed]=no", "filters[is_renewed]"),
        ("filters[disable_renewal_notifications]=2", "filters[disable_renewal_notifications]"),
        ("filters[origin]=elsewhere", "filters[origin]"),
    ] {
        let answer = get(&sandbox, &format!("/order/certificate?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(answer.codes(), [format!("invalid_value:{parameter}")], "{query}");
    }
    for name in ["container_id", "metadata_id", "colour"] {
        let answer = get(&sandbox, &format!("/request?filters[{name}]=AAA")).await;
        assert_eq!(answer.codes(), [format!("invalid_value:filters[{name}]")]);
    }
}
