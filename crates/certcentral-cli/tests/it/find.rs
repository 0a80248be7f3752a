//! `certcentral find`: what the receipt and the lists say of an order whose outcome is unknown.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use certcentral_sandbox::scripted::{Answer, ReceivedRequest, Script, ScriptedServer};
use serde_json::{Value, json};

use crate::program::{Desk, Program, certcentral, example_text, placing};

/// A server whose lists a test changes as it goes.
struct World {
    server: ScriptedServer,
    orders: Arc<Mutex<Vec<Value>>>,
}

impl World {
    /// Plays these scripts for orders, and lists nothing yet.
    async fn new(scripts: impl IntoIterator<Item = Script>) -> Self {
        let orders = Arc::new(Mutex::new(Vec::new()));
        let listed = Arc::clone(&orders);
        let lists = move |request: &ReceivedRequest| {
            let orders = listed.lock().unwrap().clone();
            let page = |total: usize| json!({"total": total, "limit": 1000, "offset": 0});
            let body = if request.target().starts_with("/services/v2/request") {
                json!({"requests": [], "page": page(0)})
            } else {
                json!({"page": page(orders.len()), "orders": orders})
            };
            Answer::json(200, body.to_string()).header("Date", httpdate(SystemTime::now()))
        };
        let lists = Script::new().read_request().respond_by(lists).repeat();
        let server = ScriptedServer::start_with_look_ups(lists, scripts).await.unwrap();
        Self { server, orders }
    }

    /// Loses every order.
    async fn losing() -> Self {
        Self::new([Script::new().read_request().close()]).await
    }

    fn list(&self, order: Value) {
        self.orders.lock().unwrap().push(order);
    }

    fn order(&self, desk: &Desk) -> Program {
        certcentral(["order"]).at(self.server.url()).arg(desk.order())
    }

    fn find(&self, desk: &Desk) -> Program {
        certcentral(["find"]).at(self.server.url()).arg(desk.order())
    }

    /// What is found, with these options.
    async fn found(&self, desk: &Desk, options: &[&str]) -> Value {
        let ran = self.find(desk).args(["--format", "json"]).args(options).run().await;
        let found = ran.json();
        let code = if found["verdict"] == "found" { 0 } else { 6 };
        ran.exits(code);
        found
    }
}

/// A time as the header `Date` has it.
fn httpdate(time: SystemTime) -> String {
    let time = jiff::Timestamp::try_from(time).unwrap();
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap()
}

/// The order of the example as the list shows it.
fn row(id: u32) -> Value {
    json!({
        "id": id, "status": "pending", "date_created": jiff::Timestamp::now().to_string(),
        "certificate": {"common_name": "Sanne Janssen III", "emails": ["s.janssen@advocaten.example.com"]},
        "product": {"name_id": "pkio_qualified_organisation_person_prof"},
    })
}

#[tokio::test]
async fn an_order_that_was_placed_is_found() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    world.list(row(4711));
    let found = world.found(&desk, &[]).await;
    let members: Vec<&String> = found.as_object().unwrap().keys().collect();
    assert_eq!(members, ["candidates", "order_id", "verdict"]);
    assert_eq!((&found["verdict"], &found["order_id"]), (&json!("found"), &json!(4711)));
    assert_eq!(found["candidates"][0]["order_id"], 4711);

    let ran = world.find(&desk).run().await.exits(0);
    assert!(ran.stdout.starts_with("found: order 4711, it was placed\n"), "{ran:?}");
    assert!(ran.stdout.contains("certcentral status "), "{ran:?}");
    assert!(!ran.stdout.contains("--again"), "{ran:?}");
    assert_eq!(world.server.posts(), 1);
}

#[tokio::test]
async fn an_order_that_is_in_no_list() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    let early = world.found(&desk, &[]).await;
    assert_eq!(early, json!({"verdict": "too_early", "order_id": null, "candidates": []}));
    let ran = world.find(&desk).run().await.exits(6);
    assert!(ran.stdout.contains("Do not send it again."), "{ran:?}");
    assert!(!ran.stdout.contains("--again"), "{ran:?}");

    let settled = world.found(&desk, &["--settle", "0"]).await;
    assert_eq!(settled, json!({"verdict": "not_found", "order_id": null, "candidates": []}));
    let ran = world.find(&desk).args(["--settle", "0"]).run().await.exits(6);
    assert!(ran.stdout.contains("certcentral order --again "), "{ran:?}");
    assert_eq!(world.server.posts(), 1);
}

#[tokio::test]
async fn what_somebody_has_looked_at_is_not_the_order_and_stays_so() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    world.list(row(4711));
    world.list(row(4712));
    let found = world.found(&desk, &[]).await;
    assert_eq!((&found["verdict"], &found["order_id"]), (&json!("ambiguous"), &json!(null)));
    assert_eq!(found["candidates"].as_array().unwrap().len(), 2);
    let ran = world.find(&desk).run().await.exits(6);
    assert!(ran.stdout.contains("order 4711") && ran.stdout.contains("order 4712"), "{ran:?}");
    assert!(ran.stdout.contains("find --not 471") && !ran.stdout.contains("--again"), "{ran:?}");

    assert_eq!(world.found(&desk, &["--not", "4712"]).await["order_id"], 4711);
    assert_eq!(world.found(&desk, &[]).await["order_id"], 4711);
    let found = world.found(&desk, &["--not", "4711", "--not", "4712", "--settle", "0"]).await;
    assert_eq!(found["verdict"], "not_found");
    assert_eq!(world.found(&desk, &["--settle", "0"]).await["verdict"], "not_found");
    assert_eq!(desk.receipt()["not"], json!([4711, 4712]));
}

#[tokio::test]
async fn what_was_listed_before_the_sending_is_not_the_order() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.list(row(4710));
    world.order(&desk).run().await.exits(5);
    assert_eq!(world.found(&desk, &["--settle", "0"]).await["verdict"], "not_found");
    world.list(row(4711));
    assert_eq!(world.found(&desk, &[]).await["order_id"], 4711);
}

#[tokio::test]
async fn every_run_whose_end_is_open_is_looked_for() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    world.list(row(4711));
    // It was listed before the second run, so of that run it cannot be the order.
    world.order(&desk).arg("--again").run().await.exits(5);
    assert_eq!(world.found(&desk, &["--settle", "0"]).await["order_id"], 4711);
    let ran = world.find(&desk).args(["--settle", "0"]).run().await.exits(0);
    assert!(ran.stdout.contains("the newest first: not found, found"), "{ran:?}");
    assert!(!ran.stdout.contains("--again"), "{ran:?}");
}

#[tokio::test]
async fn an_earlier_open_run_is_looked_for_beside_one_that_was_placed() {
    let lost = Script::new().read_request().close();
    let placed = placing(4712);
    let (desk, world) = (Desk::new(), World::new([lost, placed]).await);
    world.order(&desk).run().await.exits(5);
    world.order(&desk).arg("--again").run().await.exits(0);
    world.list(row(4711));
    world.list(row(4712));
    let found = world.found(&desk, &[]).await;
    assert_eq!((&found["verdict"], &found["order_id"]), (&json!("found"), &json!(4712)));
    assert_eq!(found["candidates"][0]["order_id"], 4711, "the other run has an order of its own");
}

#[tokio::test]
async fn what_the_receipt_knows_needs_no_server() {
    for (answer, verdict, id, code) in [
        (Answer::json(201, r#"{"id":5}"#), "found", json!(5), 0),
        (Answer::json(400, "{}"), "not_found", json!(null), 6),
    ] {
        let desk = Desk::new();
        let world = World::new([Script::new().read_request().respond_with(answer)]).await;
        world.order(&desk).run().await;
        let heads = world.server.heads();
        // No key, no server.
        let ran = certcentral(["find", "--format", "json"]).arg(desk.order()).run().await;
        assert_eq!(
            ran.exits(code).json(),
            json!({"verdict": verdict, "order_id": id, "candidates": []})
        );
        certcentral(["find"]).arg(desk.order()).run().await.exits(code);
        assert_eq!(world.server.heads(), heads);
        if id.is_number() {
            world.find(&desk).args(["--not", "5"]).refuses("was placed as order 5").await;
        }
    }
}

#[tokio::test]
async fn a_look_up_that_fails_says_nothing_of_the_order() {
    let desk = Desk::new();
    let lost = Script::new().read_request().close();
    let forbidden = Script::new().read_request().respond(403, "{}");
    let server = ScriptedServer::start_with_look_ups(forbidden, [lost]).await.unwrap();
    certcentral(["order"]).at(server.url()).arg(desk.order()).run().await.exits(5);
    let find = || certcentral(["find"]).at(server.url()).arg(desk.order());
    let ran = find().run().await.exits(6);
    assert!(ran.sentence().contains("nothing is known yet"), "{ran:?}");
    let ran = find().args(["--format", "json"]).run().await.exits(6);
    let json = ran.json();
    assert!(json["error"].is_string() && json.get("verdict").is_none(), "{json}");
    assert_eq!((&json["status"], &json["errors"]), (&json!(403), &json!([])));
}

#[tokio::test]
async fn with_another_key_absence_proves_nothing() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    let other = || world.find(&desk).env("CERTCENTRAL_API_KEY", "the-key-of-another-account");
    let ran = other().args(["--settle", "0", "--format", "json"]).run().await.exits(6);
    assert_eq!(ran.json()["verdict"], "ambiguous");
    let ran = other().args(["--settle", "0"]).run().await.exits(6);
    assert!(ran.stdout.contains("may be another account"), "{ran:?}");
    assert!(!ran.stdout.contains("--again"), "{ran:?}");
    assert_eq!(world.found(&desk, &["--settle", "0"]).await["verdict"], "not_found");
}

#[tokio::test]
async fn a_file_that_was_edited_is_looked_for_by_what_the_receipt_knows() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    let text = example_text("card-payment.json");
    let edited = text.replace("s.janssen@", "sanne@");
    assert_ne!(edited, text);
    desk.write("order.json", &edited);
    // Nothing is there, so nothing can be it; the order may be sent as it is now.
    let ran = world.find(&desk).args(["--settle", "0"]).run().await.exits(6);
    assert!(ran.stdout.contains("certcentral order --again "), "{ran:?}");
    assert!(ran.stdout.contains("The file was changed since"), "{ran:?}");
    // The order is there under its old email address.
    world.list(row(4711));
    let found = world.found(&desk, &["--settle", "0"]).await;
    assert_ne!(found["verdict"], "not_found");
    assert_eq!(found["candidates"][0]["order_id"], 4711);

    for other in [example_text("new-professional.json"), "{}".into()] {
        desk.write("order.json", &other);
        let found = world.found(&desk, &["--settle", "0"]).await;
        assert_eq!(found["verdict"], "ambiguous", "anything of the product may be it");
        let ran = world.find(&desk).args(["--settle", "0"]).run().await.exits(6);
        assert!(ran.stdout.contains("give the file as it was sent"), "{ran:?}");
        assert!(!ran.stdout.contains("--again"), "{ran:?}");
    }
    std::fs::remove_file(desk.order()).unwrap();
    let ran = world.find(&desk).args(["--settle", "0", "--not", "4711"]).run().await.exits(6);
    assert!(ran.stdout.starts_with("not found") && !ran.stdout.contains("--again"), "{ran:?}");
    assert!(ran.stderr.contains("does not exist"), "{ran:?}");
}

#[tokio::test]
async fn what_cannot_be_looked_for() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.find(&desk).refuses("there is no receipt").await;
    world.order(&desk).run().await.exits(5);
    let heads = world.server.heads();

    // The key goes where the user says, and not where a receipt says.
    let elsewhere = certcentral(["find"]).env("CERTCENTRAL_API_KEY", "key").arg(desk.order());
    let ran = elsewhere.run().await.exits(2);
    let advice = format!("give --base-url {}", world.server.url());
    assert!(ran.sentence().contains(&advice), "{ran:?}");

    certcentral(["find"]).arg(desk.path("none.json")).refuses("does not exist").await;

    let newer = r#"{"version":2,"state":"sending"}"#;
    for (text, says) in [("{}", "is damaged"), (newer, "another version")] {
        desk.write("order.json.receipt.json", text);
        let ran = world.find(&desk).run().await.exits(2);
        assert!(ran.sentence().contains(says), "{ran:?}");
        assert!(ran.sentence().contains("an order may exist"), "{ran:?}");
    }
    assert_eq!(world.server.heads(), heads);
}

#[tokio::test]
#[cfg(unix)]
async fn a_run_that_was_killed_counts_as_given_up_when_it_is_first_seen() {
    let (desk, world) = (Desk::new(), World::new([Script::new().read_request().hang()]).await);
    let running = world.order(&desk).spawn();
    world.server.wait_for_posts(1).await;

    // While it is at work nothing is given up.
    assert_eq!(world.found(&desk, &[]).await["verdict"], "too_early");
    world.find(&desk).args(["--not", "1"]).refuses("wait until it has ended").await;
    assert_eq!(desk.receipt().get("given_up_at"), None);

    running.signal("KILL").await;
    running.end().await;
    assert_eq!(world.found(&desk, &[]).await["verdict"], "too_early");
    let receipt = desk.receipt();
    assert_eq!(receipt["state"], "sending");
    let given_up = receipt["given_up_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(given_up <= jiff::Timestamp::now());
    world.list(row(4711));
    assert_eq!(world.found(&desk, &[]).await["order_id"], 4711);
    assert_eq!(desk.receipt(), receipt, "the first to see it says when");
}

#[tokio::test]
async fn whatever_the_look_before_the_sending_meets_the_order_is_sent_once() {
    let read = || Script::new().read_request();
    let busy = Answer::json(429, "{}").header("Retry-After", "3600");
    let gateway = Answer::html(503, "<h1>no</h1>").header("Retry-After", "3600");
    let looks = [
        ("hangs", read().hang()),
        ("drips", read().write_slowly("HTTP/1.1 200 OK\r\n", Duration::from_secs(1)).hang()),
        ("is cut", read().write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"ord").close()),
        ("is reset", Script::new().reset()),
        ("is refused", read().respond(403, "{}")),
        ("is told to wait", read().respond_with(busy)),
        ("meets a gateway", read().respond_with(gateway)),
        ("gets a page", read().respond_with(Answer::html(200, "<h1>Log in</h1>"))),
        ("gets nonsense", read().respond(200, r#"{"orders":7,"requests":{"id":"x"}}"#)),
        ("gets no HTTP", read().write("220 mail.example.com ESMTP\r\n").close()),
        ("gets an endless answer", read().write("HTTP/1.1 200 OK\r\n\r\n").write_endlessly("[")),
    ];
    let runs = looks.map(async |(name, look)| {
        let placing = placing(1);
        let server = ScriptedServer::start_with_look_ups(look, [placing]).await.unwrap();
        let desk = Desk::new();
        let ran = certcentral(["order"]).at(server.url()).arg(desk.order()).run().await;
        assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
        assert_eq!(server.posts(), 1, "{name}");
        assert_eq!(desk.receipt()["state"], "placed", "{name}");
    });
    for run in runs {
        run.await;
    }
    // Without a receipt there is nothing to keep it in.
    let world = World::new([placing(1)]).await;
    let desk = Desk::new();
    world.order(&desk).arg("--no-receipt").run().await.exits(0);
    assert_eq!((world.server.heads(), world.server.posts()), (1, 1));
}

#[tokio::test]
#[cfg(unix)]
async fn advice_works_when_it_is_typed() {
    let folder = tempfile::TempDir::new().unwrap();
    let program = folder.path().join("certcentral");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_certcentral"), &program).unwrap();
    for name in ["-x.json", "a b.json", "tab\t.json", "line\nbreak", "it's \"so\" $(x).json"] {
        let world = World::losing().await;
        let desk = Desk::new();
        desk.write(name, example_text("card-payment.json"));
        let typed = async |command: &str| {
            let ran = crate::program::shell(command)
                .current_dir(desk.path(""))
                .env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()))
                .env("CERTCENTRAL_API_KEY", crate::program::KEY)
                .output()
                .await
                .unwrap();
            (
                ran.status.code(),
                String::from_utf8(ran.stdout).unwrap() + &String::from_utf8_lossy(&ran.stderr),
            )
        };
        let advised = |text: &str, beginning: &str| {
            let command = text
                .lines()
                .find_map(|line| line.trim().strip_prefix(beginning).map(str::to_owned));
            format!(
                "{beginning}{}",
                command.unwrap_or_else(|| panic!("{beginning:?} is not in {text}"))
            )
        };
        desk.write("script", b"");
        let quoted = name.replace('\'', r"'\''");
        let command = format!("certcentral order --base-url {} -- '{quoted}'", world.server.url());
        let (code, text) = typed(&command).await;
        assert_eq!(code, Some(5), "{text}");
        let find = advised(&text, "certcentral find");
        let (code, text) = typed(&format!("{find} --settle 0")).await;
        assert_eq!(code, Some(6), "{find}: {text}");
        let again = advised(&text, "certcentral order --again");
        let (code, text) = typed(&again).await;
        assert_eq!(code, Some(5), "{again}: {text}");
        assert_eq!(world.server.posts(), 2, "{name:?}");
    }
}
