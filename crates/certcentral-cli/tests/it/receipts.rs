//! Receipts: arrow-up and Enter must not buy twice, whatever happened in between.

use std::fs;

use certcentral_sandbox::scripted::{Script, ScriptedServer};
use serde_json::Value;

use crate::program::{Desk, Program, certcentral, example_text};

fn placing(id: u32) -> Script {
    Script::new().read_request().respond(201, format!(r#"{{"id":{id}}}"#)).repeat()
}

fn order(desk: &Desk, server: &ScriptedServer) -> Program {
    certcentral(["order"]).at(server.url()).arg(desk.order())
}

#[tokio::test]
async fn a_placed_order_is_not_placed_again() {
    let server = ScriptedServer::start([placing(4711)]).await.unwrap();
    let desk = Desk::new();
    let ran = order(&desk, &server).run().await.exits(0);
    assert!(ran.stdout.contains("order.json.receipt.json"), "{ran:?}");
    let receipt = desk.receipt();
    assert_eq!(receipt["state"], "placed");
    assert_eq!(receipt["order_id"], 4711);
    assert_eq!(receipt["attempts"], 1);
    assert_eq!(receipt["host"], server.url());
    assert_eq!(receipt["product"], "pkio_qualified_organisation_person_prof");
    assert!(receipt["time"].is_string() && receipt["digest"].is_string());

    for _ in 0..2 {
        let ran = order(&desk, &server).run().await.exits(2);
        let sentence = ran.sentence();
        assert!(sentence.contains("nothing was sent"), "{sentence}");
        let status = format!("`certcentral status --base-url {} 4711`", server.url());
        assert!(sentence.contains(&status), "{sentence}");
        assert!(sentence.contains("--again"), "{sentence}");
    }
    assert_eq!(server.posts(), 1);
    assert_eq!(desk.receipt(), receipt);
    assert_eq!(desk.names(), ["order.json", "order.json.receipt.json"], "nothing else is left");
}

#[tokio::test]
async fn an_unknown_order_is_not_sent_again() {
    let lost = Script::new().read_request().close();
    let server = ScriptedServer::start([lost, placing(1)]).await.unwrap();
    let desk = Desk::new();
    let ran = order(&desk, &server).run().await.exits(5);
    assert!(ran.stdout.contains("certcentral find "), "{ran:?}");
    let receipt = desk.receipt();
    assert_eq!(receipt["state"], "unknown");
    assert!(receipt["sent_at"].is_string() && receipt["given_up_at"].is_string());

    let ran = order(&desk, &server).run().await.exits(2);
    assert!(ran.sentence().contains("certcentral find "), "{ran:?}");
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn what_was_surely_not_placed_may_be_sent_again() {
    let refused = Script::new().read_request().respond(400, r#"{"errors":[{"code":"x"}]}"#);
    let server = ScriptedServer::start([refused, placing(2)]).await.unwrap();
    let desk = Desk::new();
    order(&desk, &server).run().await.exits(3);
    assert_eq!(desk.receipt()["state"], "rejected");
    order(&desk, &server).run().await.exits(0);
    assert_eq!(desk.receipt()["state"], "placed");
    assert_eq!(desk.receipt().get("earlier"), None);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn an_order_that_was_not_sent_says_so() {
    let address = {
        let gone = ScriptedServer::start([]).await.unwrap();
        gone.url()
    };
    let desk = Desk::new();
    certcentral(["order"]).at(address).arg(desk.order()).run().await.exits(4);
    assert_eq!(desk.receipt()["state"], "not_sent");
    let server = ScriptedServer::start([placing(3)]).await.unwrap();
    order(&desk, &server).run().await.exits(0);
    assert_eq!(desk.receipt()["order_id"], 3);
}

#[tokio::test]
async fn again_means_it_and_keeps_the_earlier_record() {
    let lost = Script::new().read_request().close();
    let server = ScriptedServer::start([lost, placing(5)]).await.unwrap();
    let desk = Desk::new();
    order(&desk, &server).run().await.exits(5);
    let first = desk.receipt();
    order(&desk, &server).arg("--again").run().await.exits(0);
    let second = desk.receipt();
    assert_eq!(second["state"], "placed");
    assert_eq!(second["earlier"][0]["state"], "unknown");
    assert_eq!(second["earlier"][0]["digest"], first["digest"]);
    assert_eq!(server.posts(), 2);
    order(&desk, &server).run().await.exits(2);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
#[cfg(unix)]
async fn a_run_that_was_killed_leaves_a_receipt_that_says_so() {
    let server =
        ScriptedServer::start([Script::new().read_request().hang(), placing(6)]).await.unwrap();
    let desk = Desk::new();
    let running = order(&desk, &server).spawn();
    server.wait_for_posts(1).await;
    // The receipt is on disk before the first byte leaves.
    assert_eq!(desk.receipt()["state"], "sending");
    running.signal("KILL").await;
    assert_eq!(running.end().await.code, None);

    assert_eq!(desk.receipt()["state"], "sending");
    assert_eq!(desk.names(), ["order.json", "order.json.receipt.json"]);
    let ran = order(&desk, &server).run().await.exits(2);
    assert!(ran.sentence().contains("may have been placed"), "{ran:?}");
    assert!(ran.sentence().contains("certcentral find "), "{ran:?}");
    assert_eq!(server.posts(), 1);
    order(&desk, &server).arg("--again").run().await.exits(0);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn a_second_run_at_the_same_time_sends_nothing() {
    let server = ScriptedServer::start([Script::new().read_request().hang()]).await.unwrap();
    let desk = Desk::new();
    let first = order(&desk, &server).spawn();
    server.wait_for_posts(1).await;
    order(&desk, &server).run().await.exits(2);
    assert_eq!(server.posts(), 1);
    drop(first);
}

#[tokio::test]
async fn of_many_runs_at_once_one_sends() {
    for state in [None, Some(400)] {
        let refused = Script::new().read_request().respond(400, "{}");
        let scripts = state.map(|_| refused).into_iter().chain([placing(7)]);
        let server = ScriptedServer::start(scripts).await.unwrap();
        let desk = Desk::new();
        if state.is_some() {
            // Now there is a receipt that may be replaced, by one of them.
            order(&desk, &server).run().await.exits(3);
        }
        let before = server.posts();
        let runs: Vec<_> = (0..8).map(|_| tokio::spawn(order(&desk, &server).run())).collect();
        let mut codes = Vec::new();
        for run in runs {
            codes.push(run.await.unwrap().code.unwrap());
        }
        codes.sort_unstable();
        assert_eq!(codes, [0, 2, 2, 2, 2, 2, 2, 2]);
        assert_eq!(server.posts() - before, 1);
        assert_eq!(desk.receipt()["order_id"], 7);
        assert_eq!(desk.names(), ["order.json", "order.json.receipt.json"]);
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_sends_nothing() {
    let server = ScriptedServer::start([placing(8)]).await.unwrap();
    let desk = Desk::new();
    for receipt in ["no such folder/receipt", "order.json/receipt"] {
        let ran =
            order(&desk, &server).arg("--receipt").arg(desk.path(receipt)).run().await.exits(2);
        let sentence = ran.sentence();
        assert!(sentence.contains("nothing was sent, because its receipt cannot be written"));
        assert!(sentence.contains("--receipt PATH"), "{sentence}");
    }
    assert_eq!((server.posts(), server.connections()), (0, 0));
}

#[tokio::test]
async fn the_receipt_of_another_order_is_evidence() {
    let server = ScriptedServer::start([placing(9)]).await.unwrap();
    let desk = Desk::new();
    order(&desk, &server).run().await.exits(0);
    let receipt = desk.receipt();
    desk.write("order.json", example_text("new-professional.json"));
    for again in [&[][..], &["--again"]] {
        let ran = order(&desk, &server).args(again).run().await.exits(2);
        let sentence = ran.sentence();
        assert!(sentence.contains("another order (order 9"), "{sentence}");
        assert!(sentence.contains("--receipt PATH"), "{sentence}");
    }
    assert_eq!(desk.receipt(), receipt);
    assert_eq!(server.posts(), 1);
    order(&desk, &server).arg("--receipt").arg(desk.path("other")).run().await.exits(0);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn the_same_order_in_other_words_is_the_same_order() {
    let server = ScriptedServer::start([placing(10)]).await.unwrap();
    let desk = Desk::new();
    order(&desk, &server).run().await.exits(0);
    // Other white space, and another card.
    let text = example_text("card-payment.json")
        .replace("  ", "\t")
        .replace("4111111111111111", "5555555555554444");
    desk.write("order.json", text);
    let ran = order(&desk, &server).run().await.exits(2);
    assert!(ran.sentence().contains("placed already, as order 10"), "{ran:?}");
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_as_a_receipt_is_not_overwritten() {
    let server = ScriptedServer::start([placing(11)]).await.unwrap();
    let desk = Desk::new();
    order(&desk, &server).run().await.exits(0);
    let whole = serde_json::to_string(&desk.receipt()).unwrap();
    let newer = whole.replace("\"version\":1", "\"version\":2");
    for damaged in ["", "{}", "not JSON", &whole[..whole.len() / 2], &newer] {
        desk.write("order.json.receipt.json", damaged);
        for again in [&[][..], &["--again"]] {
            let ran = order(&desk, &server).args(again).run().await.exits(2);
            assert!(ran.sentence().contains("order.json.receipt.json is"), "{ran:?}");
            let kept = fs::read_to_string(desk.path("order.json.receipt.json")).unwrap();
            assert_eq!(kept, damaged);
        }
    }
    // Not even the order itself, taken for a receipt by mistake.
    order(&desk, &server).arg("--receipt").arg(desk.order()).run().await.exits(2);
    assert_eq!(fs::read_to_string(desk.order()).unwrap(), example_text("card-payment.json"));
    fs::remove_file(desk.path("order.json.receipt.json")).unwrap();
    fs::create_dir(desk.path("order.json.receipt.json")).unwrap();
    order(&desk, &server).run().await.exits(2);
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn a_lock_that_somebody_left_is_explained() {
    let server = ScriptedServer::start([placing(12)]).await.unwrap();
    let desk = Desk::new();
    desk.write("order.json.receipt.json.lock", "");
    let ran = order(&desk, &server).run().await.exits(2);
    assert!(ran.sentence().contains("order.json.receipt.json.lock"), "{ran:?}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
#[cfg(unix)]
async fn a_receipt_is_for_its_owner_and_names_nobody() {
    use std::os::unix::fs::PermissionsExt;

    let lost = Script::new().read_request().close();
    let server = ScriptedServer::start([lost, placing(13)]).await.unwrap();
    let desk = Desk::new();
    let path = desk.path("order.json.receipt.json");
    for again in [&[][..], &["--again"]] {
        order(&desk, &server).args(again).run().await;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let receipt = fs::read_to_string(&path).unwrap();
    let order: Value = serde_json::from_str(&example_text("card-payment.json")).unwrap();
    for object in ["/certificate/individual", "/ship_info", "/credit_card", "/billing_address"] {
        for value in order.pointer(object).unwrap().as_object().unwrap().values() {
            if let Some(text) = value.as_str().filter(|text| text.len() > 4) {
                assert!(!receipt.contains(text), "{text}");
            }
        }
    }
    assert!(!receipt.contains(crate::program::KEY));
}

#[tokio::test]
async fn a_run_told_to_order_again_keeps_the_record_of_one_still_at_work() {
    let answer_now = certcentral_sandbox::scripted::Cue::new();
    let slow = Script::new().read_request().wait_for(&answer_now).respond(201, r#"{"id":14}"#);
    let server = ScriptedServer::start([slow, placing(15)]).await.unwrap();
    let desk = Desk::new();
    let first = order(&desk, &server).spawn();
    server.wait_for_posts(1).await;
    order(&desk, &server).arg("--again").run().await.exits(0);
    answer_now.give();
    first.end().await.exits(0);
    let receipt = desk.receipt();
    assert_eq!((&receipt["state"], &receipt["order_id"]), (&"placed".into(), &15.into()));
    let earlier = &receipt["earlier"][0];
    assert_eq!((&earlier["state"], &earlier["order_id"]), (&"placed".into(), &14.into()));
}
