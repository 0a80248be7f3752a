//! `certcentral status`: an order as CertCentral shows it, and what is said when it does not.

use certcentral_sandbox::scripted::{Answer, Script, ScriptedServer};

use serde_json::json;

use crate::program::{KEY, certcentral};

const ORDER: &str = r#"{
    "id": 4711, "status": "pending", "date_created": "2026-01-31T09:30:00+00:00",
    "certificate": {"id": 12, "common_name": "Fenna de Wit"},
    "product": {"name_id": "pkio_qualified_organisation_person_prof", "name": "PKIo Professional"},
    "requests": [{"id": 3, "status": "submitted"}], "price": 99.5, "news": [1]
}"#;

#[tokio::test]
async fn an_order_is_shown() {
    let script = Script::new().read_request().respond(200, ORDER).repeat();
    let server = ScriptedServer::start([script]).await.unwrap();
    let ran = certcentral(["status", "4711"]).at(server.url()).run().await.exits(0);
    assert!(ran.stdout.starts_with("order 4711: pending\n"), "{ran:?}");
    for text in ["Fenna de Wit", "PKIo Professional", "3: submitted", "99.5"] {
        assert!(ran.stdout.contains(text), "{ran:?}");
    }
    let ran = certcentral(["status", "--format", "json", "4711"]).at(server.url()).run().await;
    let json = ran.exits(0).json();
    assert_eq!(json["id"], 4711);
    assert_eq!(json["requests"][0]["status"], "submitted");
    let request = &server.requests()[0];
    assert_eq!(request.target(), "/services/v2/order/certificate/4711");
    assert_eq!(request.header("X-DC-DEVKEY"), Some(KEY));
}

#[tokio::test]
async fn a_look_up_that_fails() {
    let refusal = r#"{"errors":[{"code":"not_found|order","message":"no"}]}"#;
    for (answer, code, says) in [
        (Answer::json(404, refusal), 3, "not_found|order"),
        (Answer::json(403, "{}"), 3, "check the API key"),
        (Answer::json(200, "[]"), 4, "not what was asked for"),
        (Answer::html(200, "<h1>Log in</h1>"), 4, "not what was asked for"),
    ] {
        let script = Script::new().read_request().respond_with(answer);
        let server = ScriptedServer::start([script]).await.unwrap();
        let ran = certcentral(["status", "4711"]).at(server.url()).run().await.exits(code);
        assert!(ran.sentence().contains(says), "{ran:?}");
    }
    for (answer, code, expected) in [
        (
            Answer::json(404, refusal),
            3,
            json!({"status": 404, "errors": [{"code": "not_found|order", "message": "no"}]}),
        ),
        (
            Answer::html(403, "<h1>no</h1>"),
            3,
            json!({"status": 403, "errors": [], "excerpt": "<h1>no</h1>"}),
        ),
        (
            Answer::html(200, "<h1>Log in</h1>"),
            4,
            json!({"reason": "unreadable", "excerpt": "<h1>Log in</h1>"}),
        ),
        (Answer::json(200, r#"{"id":4712}"#), 4, json!({"reason": "other_order"})),
    ] {
        let script = Script::new().read_request().respond_with(answer).repeat();
        let server = ScriptedServer::start([script]).await.unwrap();
        let status = certcentral(["status", "--format", "json", "4711"]).at(server.url());
        let mut json = status.run().await.exits(code).json();
        let error = json.as_object_mut().unwrap().remove("error").unwrap();
        assert!(error.is_string(), "{error}");
        assert_eq!(json, expected);
    }
    let gone = ScriptedServer::start([]).await.unwrap().url();
    certcentral(["status", "4711"]).at(gone).run().await.exits(4).sentence();
    certcentral(["status", "4711"]).run().await.exits(2).sentence();
}
