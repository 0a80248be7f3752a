//! Commands that change something after the order: sent once, and one of four outcomes.

use certcentral_sandbox::scripted::{Answer, Script, ScriptedServer};
use certcentral_sandbox::{Approval, Sandbox};
use serde_json::{Value, json};

use crate::program::{self, at, certcentral};

const COMMANDS: [&[&str]; 5] = [
    &["approve", "7", "--comment", "checked"],
    &["reject", "7"],
    &["cancel", "7", "--note", "wrong person"],
    &["revoke", "7", "--comment", "token lost", "--yes"],
    &["note", "7", "--text", "token handed over"],
];

/// Places an order, and gives its id and that of its request.
async fn placed(sandbox: &Sandbox) -> (String, String) {
    let json = program::placed(sandbox).await;
    (json["order_id"].to_string(), json["requests"][0]["id"].to_string())
}

#[tokio::test]
async fn each_ends_in_one_of_four_outcomes_and_is_sent_once() {
    let refusal = r#"{"errors":[{"code":"access_denied","message":"no"}]}"#;
    let answers = || {
        [
            (
                Script::new().read_request().respond_with(Answer::json(204, "")),
                0,
                "done",
                json!({}),
            ),
            (
                Script::new().read_request().respond(403, refusal),
                3,
                "rejected",
                json!({"status": 403, "errors": [{"code": "access_denied", "message": "no"}]}),
            ),
            (
                Script::new().read_request().respond_with(Answer::html(429, "<h1>busy</h1>")),
                3,
                "rejected",
                json!({"status": 429, "errors": [], "excerpt": "<h1>busy</h1>"}),
            ),
            (
                Script::new().read_request().close(),
                5,
                "unknown",
                json!({"reason": "connection_lost"}),
            ),
            (
                Script::new().read_request().respond(502, "bad gateway"),
                5,
                "unknown",
                json!({"reason": "server_error", "status": 502, "excerpt": "bad gateway"}),
            ),
        ]
    };
    for command in COMMANDS {
        for (script, code, outcome, mut expected) in answers() {
            let server = ScriptedServer::start([script.repeat()]).await.unwrap();
            let program = certcentral(command).args(["--format", "json"]).at(server.url());
            let mut json = program.run().await.exits(code).json();
            assert_eq!(server.requests().len(), 1, "{command:?} {outcome}");
            let object = json.as_object_mut().unwrap();
            for id in ["order_id", "request_id"] {
                assert!(object.remove(id).is_none_or(|id| id == 7));
            }
            // Its name is the transport's.
            let reason = object.remove("reason");
            let expected_reason = expected.as_object_mut().unwrap().remove("reason");
            assert_eq!(reason.is_some(), expected_reason.is_some(), "{command:?}");
            expected["outcome"] = outcome.into();
            expected["attempts"] = 1.into();
            assert_eq!(json, expected, "{command:?}");
        }
        let gone = ScriptedServer::start([]).await.unwrap().url();
        let program = certcentral(command).args(["--format", "json"]).at(&gone);
        let json = program.run().await.exits(4).json();
        assert_eq!(json["outcome"], "not_sent");
        assert!(json["reason"].is_string(), "{json}");
        let ran = certcentral(command).at(&gone).run().await.exits(4);
        assert!(ran.stdout.contains("Nothing was changed"), "{ran:?}");
        certcentral(command).run().await.exits(2).sentence();
    }
}

#[tokio::test]
async fn after_an_unknown_outcome_the_command_to_look_is_named() {
    for command in COMMANDS {
        let server = ScriptedServer::start([Script::new().read_request().close()]).await.unwrap();
        let ran = certcentral(command).at(server.url()).run().await.exits(5);
        assert!(ran.stdout.contains("may have been made"), "{ran:?}");
        let look = if command[1] == "7" && ["approve", "reject"].contains(&command[0]) {
            "certcentral requests --base-url"
        } else {
            "certcentral status --base-url"
        };
        assert!(ran.stdout.contains(look), "{ran:?}");
    }
}

#[tokio::test]
async fn a_blank_text_is_refused() {
    for command in [
        &["approve", "7", "--comment", " "][..],
        &["cancel", "7", "--note", ""],
        &["cancel", "7"],
        &["revoke", "7", "--comment", "\t", "--yes"],
        &["revoke", "7", "--yes"],
        &["note", "7", "--text", ""],
        &["note", "7"],
    ] {
        certcentral(command).at("http://127.0.0.1:1").run().await.exits(2);
    }
}

#[tokio::test]
async fn a_revocation_is_confirmed_by_the_orders_id() {
    let server = ScriptedServer::start([Script::new()
        .read_request()
        .respond(201, r#"{"id":9,"type":"revoke","status":"pending"}"#)
        .repeat()])
    .await
    .unwrap();
    let revoke = || certcentral(["revoke", "7", "--comment", "token lost"]).at(server.url());
    for answer in ["", "\n", "y\n", "yes\n", "77\n", "8\n7\n", "\u{1b}7\n"] {
        let ran = revoke().stdin(answer).run().await.exits(2);
        assert!(ran.stderr.contains("not confirmed"), "{ran:?}");
        assert_eq!(ran.stdout, "");
    }
    assert_eq!(server.requests().len(), 0);
    for answer in ["7\n", "7", " 7 \r\n"] {
        let ran = revoke().stdin(answer).run().await.exits(0);
        assert!(ran.stdout.contains("when request 9 is approved"), "{ran:?}");
    }
    assert_eq!(server.requests().len(), 3);
    let body: Value = serde_json::from_slice(server.requests()[0].body()).unwrap();
    assert_eq!(body, json!({"comments": "token lost"}));
    let ran = revoke().args(["--yes", "--format", "json"]).run().await.exits(0);
    assert_eq!(ran.json()["requests"], json!([{"id": 9, "status": "pending"}]));
}

#[tokio::test]
async fn the_books_show_what_was_done() {
    let sandbox = Sandbox::builder().approval(Approval::Submitted).start().await.unwrap();
    let (order, request) = placed(&sandbox).await;
    let books = sandbox.books();
    let status = |id: &str| books.order(id.parse().unwrap()).unwrap().status().to_string();

    let ran = at(&sandbox, &["status", &order]).run().await.exits(0);
    assert!(ran.stdout.contains(&format!("`certcentral approve {request}`")), "{ran:?}");
    at(&sandbox, &["approve", &request, "--comment", "checked"]).run().await.exits(0);
    assert_eq!(status(&order), "processing");
    let ran = at(&sandbox, &["approve", &request]).run().await.exits(3);
    assert!(ran.stdout.contains("invalid_request_status"), "{ran:?}");

    at(&sandbox, &["note", &order, "--text", "called the holder"]).run().await.exits(0);
    let ran = at(&sandbox, &["status", &order]).run().await.exits(0);
    assert!(ran.stdout.contains("called the holder"), "{ran:?}");
    at(&sandbox, &["cancel", &order, "--note", "not wanted"]).run().await.exits(0);
    assert_eq!(status(&order), "canceled");

    let (other, request) = placed(&sandbox).await;
    at(&sandbox, &["reject", &request]).run().await.exits(0);
    assert_eq!(status(&other), "rejected");
}

#[cfg(unix)]
#[tokio::test]
async fn the_first_interrupt_waits_for_the_answer_and_the_second_does_not() {
    use certcentral_sandbox::scripted::Cue;

    for command in COMMANDS {
        let answer_now = Cue::new();
        let script = Script::new().read_request().wait_for(&answer_now);
        let script = script.respond_with(Answer::json(204, ""));
        let server = ScriptedServer::start([script]).await.unwrap();
        let running = certcentral(command).at(server.url()).spawn();
        let mut running = running;
        server.wait_for_heads(1).await;
        running.signal("INT").await;
        running.says("waits for the answer").await;
        answer_now.give();
        running.end().await.exits(0);
    }
    let server = ScriptedServer::start([Script::new().read_request().hang()]).await.unwrap();
    let command = certcentral(COMMANDS[2]).args(["--format", "json"]).at(server.url());
    let mut running = command.spawn();
    server.wait_for_heads(1).await;
    running.signal("INT").await;
    running.says("waits for the answer").await;
    running.signal("INT").await;
    let json = running.end().await.exits(5).json();
    assert_eq!(json["outcome"], "unknown");
    assert_eq!(json["reason"], "interrupted");
    assert_eq!(server.requests().len(), 1);
}
