//! `certcentral preflight`: a line a check, and what it means for the exit code.

use certcentral_sandbox::scripted::{Script, ScriptedServer};
use certcentral_sandbox::{Balance, CustomField, Sandbox, SandboxBuilder, SignedDuration};
use serde_json::Value;

use crate::program::{KEY, Ran, at, certcentral};

async fn preflight(sandbox: &Sandbox, format: &str) -> Ran {
    at(sandbox, &["preflight", "--format", format]).run().await
}

/// What was found of each check.
fn findings(ran: &Ran) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    ran.json_lines().iter().map(|line| (text(&line["check"]), text(&line["result"]))).collect()
}

#[tokio::test]
async fn an_account_in_order_passes_every_check() {
    let sandbox = Sandbox::start().await.unwrap();
    let ran = preflight(&sandbox, "human").await.exits(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 5, "{ran:?}");
    assert!(lines.iter().all(|line| line.starts_with("ok ")), "{ran:?}");
    for text in ["Robin", "PKIo Professional", "10000.00 EUR", "agrees with"] {
        assert!(ran.stdout.contains(text), "{text}: {ran:?}");
    }
    let ran = preflight(&sandbox, "json").await.exits(0);
    let checks: Vec<String> = findings(&ran).into_iter().map(|(check, _)| check).collect();
    assert_eq!(checks, ["key", "product", "balance", "custom fields", "clock"]);
}

#[tokio::test]
async fn what_may_go_wrong_is_a_warning() {
    type Change = fn(SandboxBuilder) -> SandboxBuilder;
    let cases: [(Change, &str, &str); 5] = [
        (|it| it.balance(Balance::Amount("0.00".into())), "balance", "will be refused"),
        (|it| it.balance(Balance::Amount("-5.00".into())), "balance", "will be refused"),
        (
            |it| it.custom_field(CustomField::required("Cost centre")),
            "custom fields",
            "Cost centre",
        ),
        (|it| it.clock_offset(SignedDuration::from_mins(10)), "clock", "behind"),
        (|it| it.clock_offset(SignedDuration::from_mins(-10)), "clock", "ahead"),
    ];
    for (change, check, says) in cases {
        let sandbox = change(Sandbox::builder()).start().await.unwrap();
        let ran = preflight(&sandbox, "json").await.exits(0);
        for (name, result) in findings(&ran) {
            assert_eq!(result == "warning", name == check, "{ran:?}");
        }
        let ran = preflight(&sandbox, "human").await.exits(0);
        assert!(ran.stdout.lines().any(|it| it.starts_with("warning") && it.contains(says)));
    }
    // Of an account with orders, the newest one tells what an order costs.
    let sandbox = Sandbox::builder().balance(Balance::Amount("100.00".into()));
    let sandbox = sandbox.start().await.unwrap();
    assert!(
        preflight(&sandbox, "human").await.exits(0).stdout.lines().all(|it| it.starts_with("ok"))
    );
    sandbox.fill(1);
    let ran = preflight(&sandbox, "human").await.exits(0);
    assert!(ran.stdout.contains("the newest order cost 249: too little"), "{ran:?}");
}

#[tokio::test]
async fn a_key_or_a_product_that_is_refused_and_no_answer() {
    let sandbox = Sandbox::start().await.unwrap();
    let program = certcentral(["preflight", "--format", "json"]);
    let ran = program.at(sandbox.url()).run().await.exits(3);
    let first = &ran.json_lines()[0];
    assert_eq!((&first["check"], &first["result"]), (&"key".into(), &"refused".into()));
    assert_eq!(first["status"], 403);
    assert!(first["error"].is_string() && first["errors"].is_array(), "{first}");
    assert!(!ran.all().contains(KEY));

    // A key that is right for an account that does not have the product.
    let user = Script::new().read_request().respond(200, r#"{"id":1}"#);
    let none = Script::new().read_request().respond(404, "{}").repeat();
    let server = ScriptedServer::start([user, none]).await.unwrap();
    let ran = certcentral(["preflight", "--format", "json"]).at(server.url()).run().await.exits(3);
    assert_eq!(findings(&ran)[1], ("product".into(), "refused".into()));
    assert_eq!(findings(&ran)[2], ("balance".into(), "warning".into()));

    let html = Script::new().read_request().respond(200, "<html>").repeat();
    let server = ScriptedServer::start([html]).await.unwrap();
    let ran = certcentral(["preflight", "--format", "json"]).at(server.url()).run().await.exits(4);
    assert_eq!(findings(&ran), [("key".to_owned(), "unreadable".to_owned())]);
    let gone = ScriptedServer::start([]).await.unwrap().url();
    certcentral(["preflight"]).at(gone).run().await.exits(4);
}
