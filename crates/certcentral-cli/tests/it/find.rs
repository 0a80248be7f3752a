//! `certcentral find`: what the journal and the lists say of an order whose outcome is unknown.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

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
async fn an_order_that_was_placed_is_found_and_recorded() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    world.list(row(4711));
    let dry = world.found(&desk, &["--dry-run"]).await;
    assert_eq!(dry["order_id"], 4711);
    assert_eq!(desk.attempt().await["state"], "unknown", "nothing is recorded");
    let found = world.found(&desk, &[]).await;
    let members: Vec<&String> = found.as_object().unwrap().keys().collect();
    assert_eq!(members, ["candidates", "order_id", "verdict"]);
    assert_eq!((&found["verdict"], &found["order_id"]), (&json!("found"), &json!(4711)));
    assert_eq!(found["candidates"][0]["order_id"], 4711);
    assert_eq!(desk.attempt().await["order_id"], 4711);

    let ran = world.find(&desk).run().await.exits(0);
    assert!(ran.stdout.starts_with("found: order 4711, the journal has it\n"), "{ran:?}");
    assert!(ran.stdout.contains("certcentral status "), "{ran:?}");
    let refused = world.order(&desk).args(["--format", "json"]).run().await.exits(2).json();
    assert_eq!(
        (&refused["outcome"], &refused["reason"]),
        (&json!("refused"), &json!("already_placed"))
    );
    assert_eq!(refused["orders"][0]["order_id"], 4711);
    assert_eq!(world.server.posts(), 1);
}

#[tokio::test]
async fn an_order_that_is_in_no_list_is_sent_again_by_order_alone() {
    let lost = Script::new().read_request().close();
    let (desk, world) = (Desk::new(), World::new([lost, placing(4712)]).await);
    world.order(&desk).run().await.exits(5);
    let early = world.found(&desk, &[]).await;
    assert_eq!(early["verdict"], "too_early");
    assert!(early["look_from"].is_string() && early["candidates"] == json!([]), "{early}");
    let ran = world.find(&desk).run().await.exits(6);
    assert!(ran.stdout.contains("Do not send it again."), "{ran:?}");
    let ran = world.order(&desk).run().await.exits(2);
    assert!(ran.stderr.contains("certcentral find "), "{ran:?}");

    let settled = world.found(&desk, &["--settle", "0"]).await;
    assert_eq!(settled, json!({"verdict": "not_found", "order_id": null, "candidates": []}));
    assert_eq!(desk.attempt().await["state"], "absent");
    let ran = world.find(&desk).run().await.exits(6);
    assert!(ran.stdout.contains("certcentral order "), "{ran:?}");
    assert_eq!(world.server.posts(), 1);
    // The evidence is in the journal: plain `order` sends again.
    world.order(&desk).run().await.exits(0);
    assert_eq!(world.server.posts(), 2);
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
    assert!(ran.stdout.contains("find --not ORDER_ID"), "{ran:?}");
    assert_eq!(world.found(&desk, &["--not", "4712"]).await["order_id"], 4711);
}

#[tokio::test]
async fn what_a_person_decides_is_recorded() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    world.list(row(4711));
    world.list(row(4712));
    // Without a terminal nobody can decide that an order does not exist.
    world.find(&desk).args(["--absent", "--settle", "0"]).run().await.exits(2);
    assert_eq!(desk.attempt().await["state"], "unknown");
    let ran = world.find(&desk).args(["--accept", "4712"]).run().await.exits(0);
    assert!(ran.stdout.starts_with("found: order 4712"), "{ran:?}");
    assert_eq!(desk.attempt().await["order_id"], 4712);
    world.find(&desk).args(["--accept", "4711"]).run().await.exits(2);
}

#[tokio::test]
async fn what_was_listed_before_the_sending_is_not_the_order() {
    let (desk, world) = (Desk::new(), World::losing().await);
    let mut before = row(4710);
    before["status"] = json!("expired");
    world.list(before);
    world.order(&desk).run().await.exits(5);
    assert_eq!(world.found(&desk, &["--dry-run", "--settle", "0"]).await["verdict"], "not_found");
    world.list(row(4711));
    assert_eq!(world.found(&desk, &[]).await["order_id"], 4711);
}

#[tokio::test]
async fn without_a_file_an_order_is_found_only_by_an_id() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    world.list(row(4711));
    let all = || certcentral(["find", "--format", "json"]).at(world.server.url());
    let all = || all().env("XDG_STATE_HOME", desk.path("state"));
    let lines = all().run().await.exits(6).json_lines();
    assert_eq!((lines.len(), &lines[0]["verdict"]), (1, &json!("ambiguous")), "no name is known");
    assert!(lines[0]["reference"].is_string());
    all().args(["--accept", "4711"]).refuses("--only REFERENCE").await;
}

#[tokio::test]
async fn an_order_that_went_elsewhere_is_looked_for_there() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    let elsewhere = World::losing().await;
    elsewhere.find(&desk).refuses("give --base-url").await;
    // A rehearsal does not stand in the way of the real order.
    elsewhere.order(&desk).run().await.exits(5);
    assert_eq!(elsewhere.server.posts(), 1);
}

#[tokio::test]
async fn without_a_journal_there_is_nothing_to_look_for() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.find(&desk).refuses("there is no journal at").await;
    world.order(&desk).run().await.exits(5);
    desk.write("order.json", example_text("new-professional.json"));
    let other = world.found(&desk, &[]).await;
    assert_eq!(other["verdict"], "not_found", "of another person nothing is known");
}

#[tokio::test]
async fn lists_that_cannot_be_read_leave_it_open() {
    let (desk, world) = (Desk::new(), World::losing().await);
    world.order(&desk).run().await.exits(5);
    let refusing = Script::new().read_request().respond(403, "{}").repeat();
    let refusing = ScriptedServer::start_with_look_ups(refusing, []).await.unwrap();
    let store = desk.path("state/certcentral/journal.db");
    let database = rusqlite::Connection::open(store).unwrap();
    database
        .execute("UPDATE certcentral_attempts SET server = ?1", [url_of(&refusing.url())])
        .unwrap();
    let ran = certcentral(["find"]).at(refusing.url()).arg(desk.order()).run().await.exits(6);
    assert!(ran.stderr.contains("nothing is known yet"), "{ran:?}");
    assert_eq!(desk.attempt().await["state"], "unknown");
}

/// A base URL as the journal has it.
fn url_of(url: &str) -> String {
    url.parse::<certcentral::BaseUrl>().unwrap().to_string()
}
