//! Receipts: arrow-up and Enter must not buy twice, whatever happened in between.

use std::fs;

use certcentral_sandbox::scripted::{Script, ScriptedServer};
use serde_json::Value;

#[cfg(unix)]
use crate::program::certcentral_under;
use crate::program::{Desk, Program, certcentral, desk_and_server, example_text, placing, serving};

fn order(desk: &Desk, server: &ScriptedServer) -> Program {
    certcentral(["order"]).at(server.url()).arg(desk.order())
}

#[tokio::test]
async fn a_placed_order_is_not_placed_again() {
    let (desk, server) = desk_and_server([placing(4711)]).await;
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
    let (desk, server) = desk_and_server([lost, placing(1)]).await;
    let ran = order(&desk, &server).run().await.exits(5);
    assert!(ran.stdout.contains("certcentral find "), "{ran:?}");
    let receipt = desk.receipt();
    assert_eq!(receipt["state"], "unknown");
    assert!(receipt["sent_at"].is_string() && receipt["given_up_at"].is_string());

    order(&desk, &server).refuses("certcentral find ").await;
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn what_was_surely_not_placed_may_be_sent_again() {
    let refused = Script::new().read_request().respond(400, r#"{"errors":[{"code":"x"}]}"#);
    let (desk, server) = desk_and_server([refused, placing(2)]).await;
    order(&desk, &server).run().await.exits(3);
    assert_eq!(desk.receipt()["state"], "rejected");
    order(&desk, &server).run().await.exits(0);
    assert_eq!(desk.receipt()["state"], "placed");
    assert_eq!(desk.receipt().get("earlier"), None);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn again_orders_again_and_keeps_the_earlier_record() {
    let lost = Script::new().read_request().close();
    let (desk, server) = desk_and_server([lost, placing(5)]).await;
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
    let (desk, server) = desk_and_server([Script::new().read_request().hang(), placing(6)]).await;
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
async fn of_many_runs_at_once_one_sends() {
    for state in [None, Some(400)] {
        let refused = Script::new().read_request().respond(400, "{}");
        let scripts = state.map(|_| refused).into_iter().chain([placing(7)]);
        let (desk, server) = desk_and_server(scripts).await;
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
    let (desk, server) = desk_and_server([placing(8)]).await;
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
    let (desk, server) = desk_and_server([placing(9)]).await;
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
    let (desk, server) = desk_and_server([placing(10)]).await;
    order(&desk, &server).run().await.exits(0);
    // Other white space, and another card.
    let text = example_text("card-payment.json")
        .replace("  ", "\t")
        .replace("4111111111111111", "5555555555554444");
    desk.write("order.json", text);
    order(&desk, &server).refuses("placed already, as order 10").await;
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_as_a_receipt_is_not_overwritten() {
    let (desk, server) = desk_and_server([placing(11)]).await;
    order(&desk, &server).run().await.exits(0);
    let whole = serde_json::to_string(&desk.receipt()).unwrap();
    let newer = r#"{"version":2,"state":{"new":"layout"}}"#;
    for damaged in ["{}", "not JSON", &whole[..whole.len() / 2], newer] {
        desk.write("order.json.receipt.json", damaged);
        for again in [&[][..], &["--again"]] {
            let ran = order(&desk, &server).args(again).run().await.exits(2);
            assert!(ran.sentence().contains("order.json.receipt.json is"), "{ran:?}");
            assert!(ran.sentence().contains("an order that may exist"), "{ran:?}");
            let kept = fs::read_to_string(desk.path("order.json.receipt.json")).unwrap();
            assert_eq!(kept, damaged);
        }
    }
    // Not even the order itself, taken for a receipt by mistake.
    order(&desk, &server).arg("--receipt").arg(desk.order()).run().await.exits(2);
    assert_eq!(fs::read_to_string(desk.order()).unwrap(), example_text("card-payment.json"));
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn an_empty_receipt_is_one_of_nothing() {
    let (desk, server) = desk_and_server([placing(11)]).await;
    // As a run leaves it that was killed before anything could leave.
    for (name, content) in [("order.json.receipt.json", ""), ("order.json.receipt.json.new", "{")] {
        desk.write(name, content);
    }
    order(&desk, &server).run().await.exits(0);
    assert_eq!(desk.receipt()["order_id"], 11);
    assert_eq!(desk.names(), ["order.json", "order.json.receipt.json"]);
    order(&desk, &server).run().await.exits(2);
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
#[cfg(unix)]
async fn a_receipt_is_written_to_regular_files_only() {
    let (desk, server) = desk_and_server([placing(11)]).await;
    let fifo = desk.path("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    fs::create_dir(desk.path("folder")).unwrap();
    std::os::unix::fs::symlink(desk.path("nowhere"), desk.path("dangling")).unwrap();
    std::os::unix::fs::symlink(&fifo, desk.path("link to a fifo")).unwrap();
    let names = desk.names();
    for path in ["fifo", "folder", "dangling", "link to a fifo"].map(|name| desk.path(name)) {
        order(&desk, &server).arg("--receipt").arg(&path).refuses("nothing was sent").await;
        let find = certcentral(["find"]).at(server.url()).arg(desk.order()).arg("--receipt");
        find.arg(&path).run().await.exits(2).sentence();
    }
    for device in ["/dev/null", "/dev/full", "/dev/tty"] {
        order(&desk, &server).args(["--receipt", device]).run().await.exits(2).sentence();
    }
    assert_eq!(desk.names(), names);
    assert_eq!((server.posts(), server.connections()), (0, 0));
}

#[tokio::test]
#[cfg(unix)]
async fn a_full_disk_sends_nothing_and_leaves_nothing() {
    let (desk, server) = desk_and_server([placing(12)]).await;
    let full = || {
        // No file may grow, and to try it is an error and no signal.
        certcentral_under("trap '' XFSZ; ulimit -f 0", ["order"]).at(server.url()).arg(desk.order())
    };
    full().refuses("its receipt cannot be written").await;
    assert_eq!(desk.names(), ["order.json"]);
    assert_eq!(server.connections(), 0);
    order(&desk, &server).run().await.exits(0);
    let receipt = desk.receipt();
    full().run().await.exits(2);
    assert_eq!(desk.receipt(), receipt);
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
#[cfg(unix)]
async fn other_names_of_a_file_have_the_same_receipt() {
    let lost = Script::new().read_request().close();
    let (desk, server) = desk_and_server([lost, placing(12)]).await;
    fs::create_dir(desk.path("elsewhere")).unwrap();
    let link = desk.path("elsewhere/link.json");
    std::os::unix::fs::symlink("../order.json", &link).unwrap();
    let link_to_link = desk.path("link to link.json");
    std::os::unix::fs::symlink(&link, &link_to_link).unwrap();
    let hard = desk.path("hard.json");
    fs::hard_link(desk.order(), &hard).unwrap();

    let of = |path: &std::path::Path| certcentral(["order"]).at(server.url()).arg(path);
    of(&link).run().await.exits(5);
    assert_eq!(desk.receipt()["state"], "unknown");
    for path in [&link_to_link, &hard, &desk.order(), &link] {
        let ran = of(path).run().await.exits(2);
        assert!(ran.sentence().contains("may have been placed already"), "{ran:?}");
        assert!(ran.sentence().contains("order.json.receipt.json"), "{ran:?}");
    }
    assert_eq!(server.posts(), 1);

    // Only a whole look at the receipts beside it tells whether it is one of them.
    desk.write("other.json.receipt.json", "damaged");
    fs::remove_file(desk.path("order.json.receipt.json")).unwrap();
    of(&hard).refuses("hard links").await;
    fs::remove_file(desk.path("other.json.receipt.json")).unwrap();
    of(&hard).run().await.exits(0);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn a_file_that_was_edited_is_still_the_file_of_an_open_run() {
    let lost = Script::new().read_request().close();
    let (desk, server) = desk_and_server([lost, placing(13)]).await;
    order(&desk, &server).run().await.exits(5);
    let text = example_text("card-payment.json");
    let other_email = text.replace("s.janssen@", "sanne@");
    let other_name = text.replace("\"Janssen III\"", "\"Jansen\"");
    assert!(other_email != text && other_name != text);
    for edited in [&other_email, &other_name] {
        desk.write("order.json", edited);
        let ran = order(&desk, &server).run().await.exits(2);
        let sentence = ran.sentence();
        assert!(sentence.contains("the same person (this file was changed since)"), "{sentence}");
        assert!(sentence.contains("certcentral find"), "{sentence}");
    }
    assert_eq!(server.posts(), 1);
    order(&desk, &server).arg("--again").run().await.exits(0);
    assert_eq!(server.posts(), 2);
    assert_eq!(desk.receipt()["earlier"][0]["state"], "unknown");
}

#[tokio::test]
#[cfg(unix)]
async fn a_run_killed_at_any_instant_leaves_nothing_that_is_untrue_or_in_the_way() {
    let kills = std::env::var("CERTCENTRAL_TEST_KILLS").map_or(12, |kills| kills.parse().unwrap());
    let server = serving([placing(14)]).await;
    let begin = std::time::Instant::now();
    order(&Desk::new(), &server).run().await.exits(0);
    let whole = begin.elapsed();
    for kill in 0..kills {
        let desk = Desk::new();
        let before = server.posts();
        let running = order(&desk, &server).spawn();
        // From before it has begun until about its end. No condition is waited for here.
        tokio::time::sleep(whole.mul_f64(1.1 * f64::from(kill) / f64::from(kills))).await;
        running.signal("KILL").await;
        running.end().await;
        let sent = server.posts() - before;
        let again = order(&desk, &server).run().await;
        match again.code {
            // Nothing of the first one can have left.
            Some(0) => assert_eq!((sent, server.posts() - before), (0, 1), "{again:?}"),
            Some(2) => {
                assert!(again.sentence().contains("placed"), "{again:?}");
                assert_eq!(server.posts() - before, sent);
                order(&desk, &server).arg("--again").run().await.exits(0);
            }
            _ => panic!("{again:?}"),
        }
        assert!(sent <= 1);
        assert_eq!(desk.receipt()["state"], "placed");
        assert_eq!(desk.names(), ["order.json", "order.json.receipt.json"]);
    }
}

#[tokio::test]
#[cfg(unix)]
async fn a_receipt_is_for_its_owner_and_names_nobody() {
    use std::os::unix::fs::PermissionsExt;

    let lost = Script::new().read_request().close();
    let (desk, server) = desk_and_server([lost, placing(13)]).await;
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
async fn a_run_told_to_order_again_waits_for_the_end_of_one_at_work() {
    let answer_now = certcentral_sandbox::scripted::Cue::new();
    let slow = Script::new().read_request().wait_for(&answer_now).respond(201, r#"{"id":14}"#);
    let (desk, server) = desk_and_server([slow, placing(15)]).await;
    let first = order(&desk, &server).spawn();
    server.wait_for_posts(1).await;
    order(&desk, &server).arg("--again").refuses("another run is at work").await;
    assert_eq!(server.posts(), 1);
    answer_now.give();
    first.end().await.exits(0);
    order(&desk, &server).arg("--again").run().await.exits(0);
    let receipt = desk.receipt();
    assert_eq!((&receipt["state"], &receipt["order_id"]), (&"placed".into(), &15.into()));
    let earlier = &receipt["earlier"][0];
    assert_eq!((&earlier["state"], &earlier["order_id"]), (&"placed".into(), &14.into()));
}
