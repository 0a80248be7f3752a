//! `certcentral order` where all goes well, and what it shows before anything leaves.

use serde_json::{Value, json};

#[cfg(unix)]
use crate::program::shell;
use crate::program::{Desk, KEY, certcentral, desk_and_server, example, example_text, placing};

#[tokio::test]
async fn every_good_example_is_placed_in_the_sandbox() {
    for name in ["new-professional.json", "existing-professional.json", "card-payment.json"] {
        let ran = certcentral(["order", "--sandbox"]).arg(example(name)).run().await.exits(0);
        assert!(ran.stdout.starts_with("placed: order "), "{ran:?}");
        assert!(ran.stdout.contains("nothing was ordered at DigiCert"), "{ran:?}");

        let ran = certcentral(["order", "--sandbox", "--format", "json"]).arg(example(name));
        let placed = ran.run().await.exits(0).json();
        let members: Vec<&String> = placed.as_object().unwrap().keys().collect();
        assert_eq!(members, ["attempts", "certificate_id", "order_id", "outcome", "requests"]);
        assert_eq!(placed["outcome"], "placed");
        assert_eq!(placed["attempts"], 1);
        assert!(placed["order_id"].is_u64());
    }
}

#[tokio::test]
async fn a_faulty_order_is_refused_and_nothing_is_sent() {
    let (desk, server) = desk_and_server([placing(1)]).await;
    let order = desk.write("faulty.json", example_text("faulty.json"));
    let ran = certcentral(["order"]).at(server.url()).arg(&order).run().await.exits(1);
    assert!(ran.stdout.contains("Nothing was sent."), "{ran:?}");
    assert!(ran.stdout.matches("error[").count() >= 8);

    let ran = certcentral(["order", "--format", "json"]).at(server.url()).arg(&order).run().await;
    let invalid = ran.exits(1).json();
    assert_eq!(invalid["outcome"], "invalid");
    assert!(invalid["violations"].as_array().unwrap().len() >= 8);
    assert_eq!((server.connections(), server.bytes_read()), (0, 0));
    assert_eq!(desk.names(), ["faulty.json", "order.json"]);
}

#[tokio::test]
async fn no_check_lifts_rules_and_not_structure() {
    let script = placing(1);
    let (desk, server) = desk_and_server([script]).await;
    let broken_rule = example_text("new-professional.json").replace("397", "500");
    let order = desk.write("rule.json", broken_rule);
    certcentral(["order"]).at(server.url()).arg(&order).run().await.exits(1);
    let ran =
        certcentral(["order", "--no-check"]).at(server.url()).arg(&order).run().await.exits(0);
    assert!(ran.stderr.contains("error[days_range]"), "what is wrong is still said: {ran:?}");
    assert_eq!(server.posts(), 1);

    let broken_structure = example_text("new-professional.json").replace("\"city\"", "\"ciity\"");
    let order = desk.write("structure.json", broken_structure);
    certcentral(["order", "--no-check"]).at(server.url()).arg(&order).run().await.exits(1);
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn warnings_go_to_standard_error() {
    let desk = Desk::new();
    let text = example_text("new-professional.json").replace("\"Fenna\"", "\"Dr. Fenna\"");
    let order = desk.write("warning.json", text);
    let ran = certcentral(["order", "--sandbox", "--format", "json"]).arg(order).run().await;
    let ran = ran.exits(0);
    assert_eq!(ran.json()["outcome"], "placed");
    assert!(ran.stderr.contains("warning[title_in_name]"), "{ran:?}");
}

#[tokio::test]
async fn what_is_sent_is_what_is_in_the_file() {
    let (desk, server) = desk_and_server([placing(1)]).await;
    certcentral(["order"]).at(server.url()).arg(desk.order()).run().await.exits(0);
    let requests = server.requests();
    let request = requests.iter().find(|request| request.method() == "POST").unwrap();
    assert_eq!(
        request.target(),
        "/services/v2/order/certificate/pkio_qualified_organisation_person_prof"
    );
    assert_eq!(request.header("X-DC-DEVKEY"), Some(KEY));
    assert_eq!(request.header("Content-Type"), Some("application/json"));
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    let meant: Value = serde_json::from_str(&example_text("card-payment.json")).unwrap();
    assert_eq!(sent, meant);
}

#[tokio::test]
async fn an_order_comes_from_standard_input_too() {
    let (desk, server) = desk_and_server([placing(1)]).await;
    certcentral(["order", "-", "--journal"])
        .arg(desk.path("my journal"))
        .at(server.url())
        .stdin(example_text("card-payment.json"))
        .run()
        .await
        .exits(0);
    assert_eq!(desk.names(), ["my journal", "my journal-journal", "order.json"]);
    certcentral(["order", "--sandbox", "-"])
        .stdin(example_text("card-payment.json"))
        .run()
        .await
        .exits(0);
}

#[tokio::test]
async fn a_dry_run_shows_the_request_and_sends_nothing() {
    let (desk, server) = desk_and_server([]).await;
    // No key is needed, and one that is there is not shown.
    for key in ["", KEY] {
        let dry = |format: &str| {
            certcentral(["order", "--dry-run", "--base-url", &server.url(), "--format", format])
                .env("CERTCENTRAL_API_KEY", key)
                .arg(desk.order())
        };
        let shown = dry("json").run().await.exits(0).json();
        let members: Vec<&String> = shown.as_object().unwrap().keys().collect();
        assert_eq!(members, ["body", "method", "outcome", "url"]);
        assert_eq!(shown["outcome"], "dry_run");
        assert_eq!(shown["method"], "POST");
        let url = shown["url"].as_str().unwrap();
        assert!(url.starts_with(&server.url()) && url.ends_with("person_prof"), "{url}");
        let mut meant: Value = serde_json::from_str(&example_text("card-payment.json")).unwrap();
        meant["credit_card"]["number"] = json!("[redacted]");
        meant["credit_card"]["cvv"] = json!("[redacted]");
        assert_eq!(shown["body"], meant);

        let human = dry("human").run().await.exits(0);
        assert!(human.stdout.starts_with("POST http://127.0.0.1:"), "{human:?}");
        assert!(human.stdout.contains("127.0.0.1 is not DigiCert's host"), "{human:?}");
        assert!(human.stdout.contains("Nothing was sent."), "{human:?}");
        for secret in ["4111111111111111", "\"123\"", KEY] {
            assert!(!human.all().contains(secret), "{human:?}");
        }
    }
    assert_eq!(server.connections(), 0);
    assert_eq!(desk.names(), ["order.json"]);

    // Where an order goes that names no server.
    let ran = certcentral(["order", "--dry-run"]).arg(desk.order()).run().await.exits(0);
    assert!(ran.stdout.starts_with(
        "POST https://certcentral.digicert.eu/services/v2/order/certificate/\
         pkio_qualified_organisation_person_prof\n"
    ));
    assert!(!ran.stdout.contains("not DigiCert's host"));
    certcentral(["order", "--dry-run"]).arg(example("faulty.json")).run().await.exits(1);
    certcentral(["order", "--dry-run", "--sandbox"]).arg(desk.order()).run().await.exits(0);
}

#[tokio::test]
async fn the_server_can_come_from_the_environment() {
    let (desk, server) = desk_and_server([placing(7)]).await;
    let ran = certcentral(["order", "--no-journal"])
        .env("CERTCENTRAL_BASE_URL", server.origin())
        .env("CERTCENTRAL_API_KEY", KEY)
        .arg(desk.order())
        .run()
        .await
        .exits(0);
    assert!(ran.stdout.starts_with("placed: order 7 (1 attempt)\n"), "{ran:?}");
    assert_eq!(desk.names(), ["order.json"]);
}

#[tokio::test]
async fn a_host_that_is_not_digicerts_is_named() {
    let desk = Desk::new();
    // The name does not resolve anywhere, so nothing is sent.
    let ran = certcentral(["order", "--no-journal"])
        .at("https://certcentral.digicert.eu.invalid")
        .arg(desk.order())
        .run()
        .await
        .exits(4);
    assert!(ran.stderr.contains("certcentral.digicert.eu.invalid, which is not DigiCert's"));
    assert!(ran.stdout.contains("No order exists"), "{ran:?}");
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_full_disk_does_not_hide_the_outcome() {
    let script = format!(
        "'{}' order --sandbox '{}' > /dev/full",
        env!("CARGO_BIN_EXE_certcentral"),
        example("new-professional.json").display(),
    );
    let output = shell(&script).output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("placed: order "), "{said}");
}
