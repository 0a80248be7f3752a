//! What the program makes of each outcome: the exit code, JSON, text and journal. Which fault leads
//! to which outcome is tested where that is decided, in the transport.

use certcentral_sandbox::scripted::{Answer, Script, ScriptedServer, Tls};
use serde_json::{Value, json};

use crate::program::{Desk, certcentral, desk_and_server};

/// Runs both forms of the program, each against a server of its own, and gives the JSON.
async fn order(
    scripts: impl IntoIterator<Item = Script> + Clone,
    exit: i32,
    state: &str,
    texts: [&str; 2],
) -> Value {
    let run = async |format: &str| {
        let (desk, server) = desk_and_server(scripts.clone()).await;
        let program = certcentral(["order", "--format", format]).at(server.url());
        let ran = program.arg(desk.order()).run().await.exits(exit);
        assert_eq!(server.posts(), scripts.clone().into_iter().count(), "{ran:#?}");
        assert_eq!(desk.attempt().await["state"], state);
        ran
    };
    let (people, json) = tokio::join!(run("human"), run("json"));
    for text in texts {
        assert!(people.stdout.contains(text), "{people:#?}");
    }
    json.json()
}

fn answering(answer: Answer) -> Script {
    Script::new().read_request().respond_with(answer)
}

#[tokio::test]
async fn placed() {
    let busy = answering(Answer::json(429, "{}").header("Retry-After", "0"));
    let body = r#"{"id":5,"certificate_id":7,"requests":[{"id":6,"status":"approved"}]}"#;
    let scripts = [busy, answering(Answer::json(201, body))];
    let outcome = order(scripts, 0, "placed", ["placed: order 5 (2 attempts)", "status "]).await;
    assert_eq!(
        outcome,
        json!({
            "outcome": "placed", "order_id": 5, "certificate_id": 7,
            "requests": [{"id": 6, "status": "approved"}], "attempts": 2
        })
    );
}

#[tokio::test]
async fn placed_with_errors_beside_the_id() {
    let body = r#"{"id":5,"errors":[{"code":"a","message":"M"}]}"#;
    let texts = ["placed: order 5", "the answer has an error, too: a"];
    let outcome = order([answering(Answer::json(201, body))], 0, "placed", texts).await;
    assert_eq!(outcome["errors"], json!([{"code": "a", "message": "M"}]));
}

#[tokio::test]
async fn rejected() {
    let body = r#"{"errors":[{"code":"a|b","message":"M"},{"code":"c","message":"N"}]}"#;
    let texts = ["rejected: the server refused the order with HTTP status 400", "No order exists."];
    let outcome = order([answering(Answer::json(400, body))], 3, "rejected", texts).await;
    let errors = json!([{"code": "a|b", "message": "M"}, {"code": "c", "message": "N"}]);
    assert_eq!(
        outcome,
        json!({"outcome": "rejected", "status": 400, "errors": errors, "attempts": 1})
    );

    let texts = ["the answer: <h1>no</h1>", "Check the API key"];
    let html = answering(Answer::html(403, "<h1>no</h1>"));
    let outcome = order([html], 3, "rejected", texts).await;
    assert_eq!(
        outcome,
        json!({
            "outcome": "rejected", "status": 403, "errors": [], "attempts": 1,
            "excerpt": "<h1>no</h1>"
        })
    );
}

#[tokio::test]
async fn not_sent() {
    let nobody = ScriptedServer::start([]).await.unwrap().url();
    let tls = Tls::self_signed(["http/1.1"]).unwrap();
    let untrusted = ScriptedServer::start_tls(&tls, []).await.unwrap();
    for (url, reason, attempts) in [(nobody, "not_connected", 4), (untrusted.url(), "tls", 1)] {
        let desk = Desk::new();
        let run =
            |format| certcentral(["order", "--format", format]).at(&url).arg(desk.order()).run();
        let outcome = run("json").await.exits(4).json();
        assert_eq!(outcome, json!({"outcome": "not_sent", "reason": reason, "attempts": attempts}));
        assert_eq!(desk.attempt().await["state"], "not_sent");
        let people = run("human").await.exits(4);
        assert!(people.stdout.starts_with("not sent: "), "{people:?}");
        assert!(people.stdout.contains("No order exists."), "{people:?}");
    }
    assert_eq!(untrusted.heads(), 0);
}

#[tokio::test]
async fn unknown() {
    let texts = ["unknown: ", "The order may have been placed. Do not send it again before"];
    let lost = Script::new().read_request().close();
    let outcome = order([lost], 5, "unknown", texts).await;
    assert_eq!(outcome, json!({"outcome": "unknown", "reason": outcome["reason"], "attempts": 1}));
    assert!(outcome["reason"].is_string());

    let page = "<h1>Bad \u{1b}[31mgateway 4111111111111111</h1>";
    let texts = ["HTTP status 502", "gateway"];
    let outcome = order([answering(Answer::html(502, page))], 5, "unknown", texts).await;
    assert_eq!((&outcome["status"], &outcome["attempts"]), (&json!(502), &json!(1)));
    let excerpt = outcome["excerpt"].as_str().unwrap();
    assert!(excerpt.contains("gateway") && !excerpt.contains("4111111111111111"), "{excerpt}");
}

#[tokio::test]
async fn a_proxy_in_the_environment_never_hears_of_a_local_order() {
    let proxy = ScriptedServer::start([answering(Answer::json(201, r#"{"id":666}"#))]).await;
    let proxy = proxy.unwrap();
    let (desk, server) = desk_and_server([answering(Answer::json(201, r#"{"id":1}"#))]).await;
    let mut program = certcentral(["order"]).at(server.url()).arg(desk.order());
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
    {
        program = program.env(name, proxy.origin());
    }
    program.run().await.exits(0);
    assert_eq!((proxy.connections(), server.posts()), (0, 1));
}

#[tokio::test]
#[cfg(unix)]
async fn too_few_open_files_are_a_sentence() {
    for limit in (3..40).step_by(2) {
        let (desk, server) = desk_and_server([answering(Answer::json(201, r#"{"id":1}"#))]).await;
        let limits = format!("ulimit -n {limit}");
        let program = crate::program::certcentral_under(&limits, ["order", "--timeout", "5"]);
        let ran = program.at(server.url()).arg(desk.order()).run().await;
        let expected = match ran.code {
            // The program was not even loaded.
            Some(127) => continue,
            Some(0) => 1,
            Some(2 | 4) => 0,
            _ => panic!("{limit}: {ran:?}"),
        };
        assert!(!ran.all().contains("panicked"), "{limit}: {ran:?}");
        assert_eq!(server.posts(), expected, "{limit}: {ran:?}");
    }
}
