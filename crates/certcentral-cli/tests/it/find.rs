//! `certcentral find`: what the lists say of an order whose outcome is unknown.

use std::time::SystemTime;

use certcentral_sandbox::scripted::{Answer, ReceivedRequest, Script, ScriptedServer};
use serde_json::{Value, json};

use crate::program::{Desk, Program, certcentral, example_text};

/// A server that loses an order, and then shows lists with these entries.
async fn server(orders: Value, requests: Value) -> ScriptedServer {
    let lost = Script::new().read_request().close();
    let lists = move |request: &ReceivedRequest| {
        let page = json!({"total": 1, "limit": 100, "offset": 0});
        let body = if request.target().starts_with("/services/v2/request") {
            json!({"requests": requests, "page": page})
        } else {
            json!({"orders": orders, "page": page})
        };
        let now = httpdate(SystemTime::now());
        Answer::json(200, body.to_string()).header("Date", now)
    };
    ScriptedServer::start([lost, Script::new().read_request().respond_by(lists).repeat()])
        .await
        .unwrap()
}

/// A time as the header `Date` has it.
fn httpdate(time: SystemTime) -> String {
    let time = jiff::Timestamp::try_from(time).unwrap();
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap()
}

fn the_order() -> Value {
    json!([{
        "id": 4711, "status": "pending", "date_created": jiff::Timestamp::now().to_string(),
        "certificate": {"common_name": "Sanne Janssen III", "emails": ["s.janssen@advocaten.example.com"]},
        "product": {"name_id": "pkio_qualified_organisation_person_prof"},
    }])
}

async fn lose(desk: &Desk, server: &ScriptedServer) {
    certcentral(["order"]).at(server.url()).arg(desk.order()).run().await.exits(5);
}

fn find(desk: &Desk, server: &ScriptedServer) -> Program {
    certcentral(["find"]).at(server.url()).arg(desk.order())
}

#[tokio::test]
async fn an_order_that_was_placed_is_found() {
    let desk = Desk::new();
    let server = server(the_order(), json!([])).await;
    lose(&desk, &server).await;
    let ran = find(&desk, &server).args(["--format", "json"]).run().await.exits(0);
    let found = ran.json();
    let members: Vec<&String> = found.as_object().unwrap().keys().collect();
    assert_eq!(members, ["candidates", "order_id", "verdict"]);
    assert_eq!((&found["verdict"], &found["order_id"]), (&json!("found"), &json!(4711)));
    assert_eq!(found["candidates"][0]["order_id"], 4711);

    let ran = find(&desk, &server).run().await.exits(0);
    assert!(ran.stdout.starts_with("found: order 4711, it was placed\n"), "{ran:?}");
    assert!(ran.stdout.contains("certcentral status "), "{ran:?}");
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn an_order_that_is_in_no_list() {
    let desk = Desk::new();
    let server = server(json!([]), json!([])).await;
    lose(&desk, &server).await;
    let early = find(&desk, &server).args(["--format", "json"]).run().await.exits(6).json();
    assert_eq!(early, json!({"verdict": "too_early", "order_id": null, "candidates": []}));
    let ran = find(&desk, &server).run().await.exits(6);
    assert!(ran.stdout.contains("Do not send it again."), "{ran:?}");

    let settled = find(&desk, &server).args(["--settle", "0", "--format", "json"]).run().await;
    assert_eq!(
        settled.exits(6).json(),
        json!({"verdict": "not_found", "order_id": null, "candidates": []})
    );
    let ran = find(&desk, &server).args(["--settle", "0"]).run().await.exits(6);
    assert!(ran.stdout.contains("certcentral order --again "), "{ran:?}");
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn several_that_may_be_it_are_for_somebody_to_look_at() {
    let desk = Desk::new();
    let mut orders = the_order();
    let mut second = orders[0].clone();
    second["id"] = 4712.into();
    orders.as_array_mut().unwrap().push(second);
    let server = server(orders, json!([])).await;
    lose(&desk, &server).await;
    let found = find(&desk, &server).args(["--format", "json"]).run().await.exits(6).json();
    assert_eq!((&found["verdict"], &found["order_id"]), (&json!("ambiguous"), &json!(null)));
    assert_eq!(found["candidates"].as_array().unwrap().len(), 2);
    let ran = find(&desk, &server).run().await.exits(6);
    assert!(ran.stdout.contains("order 4711") && ran.stdout.contains("order 4712"), "{ran:?}");
}

#[tokio::test]
async fn what_the_receipt_knows_needs_no_server() {
    for (answer, verdict, id, code) in [
        (Answer::json(201, r#"{"id":5}"#), "found", json!(5), 0),
        (Answer::json(400, "{}"), "not_found", json!(null), 6),
    ] {
        let desk = Desk::new();
        let server = ScriptedServer::start([Script::new().read_request().respond_with(answer)])
            .await
            .unwrap();
        certcentral(["order"]).at(server.url()).arg(desk.order()).run().await;
        // No key, no server.
        let ran = certcentral(["find", "--format", "json"]).arg(desk.order()).run().await;
        assert_eq!(
            ran.exits(code).json(),
            json!({"verdict": verdict, "order_id": id, "candidates": []})
        );
        certcentral(["find"]).arg(desk.order()).run().await.exits(code);
        assert_eq!(server.heads(), 1);
    }
}

#[tokio::test]
async fn a_look_up_that_fails_says_nothing_of_the_order() {
    let desk = Desk::new();
    let lost = Script::new().read_request().close();
    let forbidden = Script::new().read_request().respond(403, "{}");
    let server = ScriptedServer::start([lost, forbidden]).await.unwrap();
    lose(&desk, &server).await;
    let ran = find(&desk, &server).run().await.exits(6);
    assert!(ran.sentence().contains("nothing is known yet"), "{ran:?}");
}

#[tokio::test]
async fn what_cannot_be_looked_for() {
    let desk = Desk::new();
    let server = server(the_order(), json!([])).await;
    let ran = find(&desk, &server).run().await.exits(2);
    assert!(ran.sentence().contains("there is no receipt"), "{ran:?}");
    lose(&desk, &server).await;

    // The key goes where the user says, and not where a receipt says.
    let ran = certcentral(["find"])
        .env("CERTCENTRAL_API_KEY", "key")
        .arg(desk.order())
        .run()
        .await
        .exits(2);
    assert!(ran.sentence().contains(&format!("give --base-url {}", server.url())), "{ran:?}");

    let ran = certcentral(["find"]).arg(desk.path("none.json")).run().await.exits(2);
    assert!(ran.sentence().contains("does not exist"), "{ran:?}");

    desk.write("order.json", example_text("new-professional.json"));
    let ran = find(&desk, &server).run().await.exits(2);
    assert!(ran.sentence().contains("this file was changed since"), "{ran:?}");
    desk.write("order.json", "{}");
    let ran = find(&desk, &server).run().await.exits(2);
    assert!(ran.sentence().contains("certcentral check "), "{ran:?}");

    desk.write("order.json", example_text("card-payment.json"));
    desk.write("order.json.receipt.json", "{}");
    let ran = find(&desk, &server).run().await.exits(2);
    assert!(ran.sentence().contains("is damaged"), "{ran:?}");
    assert!(ran.sentence().contains("an order may exist"), "{ran:?}");
    assert_eq!(server.heads(), 1);
}

#[tokio::test]
#[cfg(unix)]
async fn a_run_that_was_killed_is_looked_for_too() {
    let desk = Desk::new();
    let orders = the_order();
    let lists = move |request: &ReceivedRequest| {
        let body = if request.target().starts_with("/services/v2/request") {
            json!({"requests": []})
        } else {
            json!({"orders": orders})
        };
        Answer::json(200, body.to_string()).header("Date", httpdate(SystemTime::now()))
    };
    let server = ScriptedServer::start([
        Script::new().read_request().hang(),
        Script::new().read_request().respond_by(lists).repeat(),
    ])
    .await
    .unwrap();
    let running = certcentral(["order"]).at(server.url()).arg(desk.order()).spawn();
    server.wait_for_posts(1).await;
    running.signal("KILL").await;
    running.end().await;
    let found = find(&desk, &server).args(["--format", "json"]).run().await.exits(0).json();
    assert_eq!(found["order_id"], 4711);
}
