//! `certcentral batch`, `resolve` and `results`: what is printed, what is sent, how they end.

use certcentral_sandbox::{Fault, Sandbox};
use serde_json::Value;

use crate::program::{Desk, Program, certcentral};

const DEFAULTS: &str = r#"{
  "certificate": {
    "signature_hash": "sha256",
    "profile_option": "nonrepudiation",
    "individual": { "country": "NL" }
  },
  "provisioning_method": "qscd",
  "ship_info": { "country": "NL", "state": "Nederland", "method": "STANDARD" },
  "payment_method": "balance"
}"#;

const HEAD: &str = "reference,first_name,last_name,email,telephone,individual.state,\
                    professional_title,csa_agreed_to,ship_info.name,addr1,ship_info.city,\
                    ship_info.zip";

fn row(number: u64) -> String {
    format!(
        "R-{number},Fenna,Voorbeeld,{},+31 20 555 0100,Noord-Holland,Notaris,WAAR,\
         Fenna Voorbeeld,Voorbeeldgracht 1,Amsterdam,1013 AA\n",
        email(number)
    )
}

pub(crate) fn email(number: u64) -> String {
    format!("person-{number}@example.com")
}

/// A desk with a sheet of so many orders on it.
pub(crate) fn desk(orders: u64) -> Desk {
    let desk = Desk::new();
    desk.write("defaults.json", DEFAULTS);
    desk.write("orders.csv", format!("{HEAD}\n") + &(1..=orders).map(row).collect::<String>());
    desk
}

pub(crate) async fn sandbox() -> Sandbox {
    Sandbox::builder().api_key(crate::program::KEY).start().await.unwrap()
}

pub(crate) fn batch(desk: &Desk, sandbox: &Sandbox) -> Program {
    ordering(desk, certcentral(["batch"]), "journal.db").at(sandbox.url())
}

/// Orders what is on a desk.
fn ordering(desk: &Desk, batch: Program, journal: &str) -> Program {
    let batch = batch.args(["--no-pacing", "--journal"]).arg(desk.path(journal));
    batch.arg("--defaults").arg(desk.path("defaults.json")).arg(desk.path("orders.csv"))
}

pub(crate) fn status(desk: &Desk) -> Program {
    certcentral(["batch", "--status", "--journal"]).arg(desk.path("journal.db"))
}

pub(crate) fn resolve(desk: &Desk, sandbox: &Sandbox) -> Program {
    certcentral(["resolve", "--settle", "0", "--journal"])
        .arg(desk.path("journal.db"))
        .at(sandbox.url())
}

async fn results(desk: &Desk) -> Vec<String> {
    let ran = certcentral(["results", "--journal"]).arg(desk.path("journal.db")).run().await;
    ran.exits(0).stdout.lines().map(str::to_owned).collect()
}

fn fault(text: &str) -> Fault {
    text.parse().unwrap()
}

#[tokio::test]
async fn all_orders_of_a_sheet_are_placed_and_the_results_say_so() {
    let (desk, sandbox) = (desk(3), sandbox().await);
    let ran = batch(&desk, &sandbox).run().await.exits(0);
    assert_eq!(ran.stdout, "3 orders: 3 placed\n");
    assert!(ran.stderr.starts_with("Places 3 orders at 127.0.0.1"), "{ran:?}");
    assert!(ran.stderr.contains("Charged to the balance of the account"), "{ran:?}");
    let ids: Vec<String> =
        sandbox.books().orders().iter().map(|order| order.id().to_string()).collect();
    let results = results(&desk).await;
    assert_eq!(results[0], "reference,state,order_id,request_id,reason");
    for (index, id) in ids.iter().enumerate() {
        let begin = format!("R-{},placed,{id},", index + 1);
        assert!(results[index + 1].starts_with(&begin), "{results:?}");
    }
    assert_eq!(desk.names(), ["defaults.json", "journal.db", "order.json", "orders.csv"]);
    // A second run has nothing to do, and does nothing.
    let ran = batch(&desk, &sandbox).run().await.exits(0);
    assert!(ran.stderr.contains("nothing left to send"), "{ran:?}");
    assert_eq!(sandbox.books().order_count(), 3);
}

#[tokio::test]
async fn json_has_an_event_a_line_and_a_summary() {
    let (desk, sandbox) = (desk(4), sandbox().await);
    sandbox.fail_next_order(fault("close-before-answer:placed"));
    sandbox.fail_next_order(fault("status-400"));
    let ran = batch(&desk, &sandbox).args(["--format", "json"]).run().await.exits(6);
    let lines = ran.json_lines();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0]["reference"], "R-1");
    assert_eq!(lines[0]["outcome"], "unknown");
    assert_eq!(lines[0]["reason"], "connection_lost");
    assert_eq!(lines[1]["outcome"], "rejected");
    assert_eq!(lines[1]["status"], 400);
    assert_eq!(lines[2]["outcome"], "placed");
    assert!(lines[2]["order_id"].is_u64());
    assert_eq!(
        lines[4].to_string(),
        r#"{"summary":{"not_sent":0,"placed":2,"ready":0,"rejected":1,"total":4,"unknown":1}}"#
    );
    let status = status(&desk).args(["--format", "json"]).run().await.exits(0);
    let lines = status.json_lines();
    assert_eq!((&lines[0]["outcome"], &lines[3]["outcome"]), (&"unknown".into(), &"placed".into()));
    assert_eq!(lines.len(), 5);
}

#[tokio::test]
async fn for_people_what_failed_is_said_with_what_to_do() {
    let (desk, sandbox) = (desk(4), sandbox().await);
    sandbox.fail_next_order(fault("close-before-answer:placed"));
    sandbox.fail_next_order(fault("status-400"));
    let ran = batch(&desk, &sandbox).run().await.exits(6);
    assert!(ran.stdout.starts_with("R-1: it is unknown whether the order was placed"), "{ran:?}");
    assert!(ran.stdout.contains("R-2: the order was rejected with HTTP status 400"), "{ran:?}");
    assert!(ran.stdout.ends_with("4 orders: 2 placed, 1 rejected, 1 unknown\n"), "{ran:?}");
    assert!(ran.stderr.contains("certcentral resolve --base-url"), "{ran:?}");
    assert!(ran.all().lines().all(|line| line.chars().count() < 80 || line.contains("--journal")));
}

#[tokio::test]
async fn a_file_at_fault_is_named_and_nothing_is_sent() {
    let (desk, sandbox) = (desk(3), sandbox().await);
    let text = std::fs::read_to_string(desk.path("orders.csv")).unwrap();
    desk.write("orders.csv", text.replacen("Notaris", "notaris", 1).replacen("+31", "31", 1));
    let ran = batch(&desk, &sandbox).run().await.exits(1);
    assert!(ran.stdout.starts_with("row 2, R-1\n  telephone: begins with a digit"), "{ran:?}");
    assert!(ran.stdout.contains("\n  professional_title: "), "{ran:?}");
    assert!(
        ran.stdout.contains("orders.csv: not valid, 1 of 3 rows. Nothing was sent."),
        "{ran:?}"
    );
    assert!(!desk.names().contains(&"journal.db".into()));
    let ran = batch(&desk, &sandbox).args(["--format", "json"]).run().await.exits(1);
    let lines = ran.json_lines();
    assert_eq!((&lines[0]["outcome"], &lines[0]["row"]), (&"invalid".into(), &2.into()));
    assert_eq!(lines[0]["violations"][0]["head"], "telephone");
    assert_eq!(lines[1]["summary"]["invalid"], 1);
    assert_eq!(sandbox.books().order_count(), 0);

    let ran = batch(&desk, &sandbox).arg("--skip-invalid").run().await.exits(6);
    assert_eq!(ran.stdout.lines().last(), Some("3 orders: 2 placed, 1 invalid"));
    assert_eq!(sandbox.books().order_count(), 2);
}

#[tokio::test]
async fn usage_and_files_that_cannot_be_used_end_with_a_sentence() {
    let (desk, sandbox) = (desk(2), sandbox().await);
    for (arguments, says) in [
        (vec!["--journal", "j.db"], "--status"),
        (vec!["--journal", "j.db", "-"], "give the name of a file"),
        (vec!["--journal", "j.db", "none.csv"], "none.csv"),
        (vec!["--journal", "j.db", "--concurrency", "0", "x.csv"], "from 1 to 256"),
        (vec!["x.csv"], "--journal"),
    ] {
        let ran = certcentral(["batch"]).args(&arguments).at(sandbox.url()).run().await.exits(2);
        assert!(ran.stderr.contains(says), "{arguments:?}: {ran:?}");
    }
    desk.write("defaults.json", DEFAULTS.replacen('{', r#"{"csa_agreed_to": true,"#, 1));
    batch(&desk, &sandbox).refuses("each holder agrees").await;
    certcentral(["results", "--journal"])
        .arg(desk.path("none.db"))
        .refuses("none.db does not exist")
        .await;
    certcentral(["results", "--journal"]).arg(desk.order()).refuses("is not a journal").await;
    // Without a key nothing is made.
    certcentral(["batch", "--journal"])
        .arg(desk.path("new.db"))
        .arg(desk.path("orders.csv"))
        .refuses("there is no API key")
        .await;
    assert!(!desk.path("new.db").exists());
    assert_eq!(sandbox.books().order_count(), 0);
}

#[tokio::test]
async fn a_changed_file_another_server_and_a_rehearsal_are_refused() {
    let (desk, sandbox) = (desk(2), sandbox().await);
    batch(&desk, &sandbox).run().await.exits(0);
    let other = crate::batch::sandbox().await;
    batch(&desk, &other).refuses("another server").await;
    resolve(&desk, &other).refuses("give --base-url").await;
    let text = std::fs::read_to_string(desk.path("orders.csv")).unwrap();
    desk.write("orders.csv", text + &row(3));
    batch(&desk, &sandbox).refuses("row 4 is new").await;

    let rehearsal = ordering(&desk, certcentral(["batch", "--sandbox"]), "rehearsal.db");
    let ran = rehearsal.run().await.exits(0);
    assert!(ran.stderr.contains("the sandbox inside this program"), "{ran:?}");
    certcentral(["resolve", "--journal"])
        .arg(desk.path("rehearsal.db"))
        .at(sandbox.url())
        .refuses("rehearsal")
        .await;
    assert_eq!((sandbox.books().order_count(), other.books().order_count()), (2, 0));
}

#[tokio::test]
async fn unknown_orders_are_resolved_step_by_step() {
    let (desk, sandbox) = (desk(3), sandbox().await);
    sandbox.fail_next_order(fault("close-before-answer:placed"));
    sandbox.fail_next_order(fault("close-before-answer:unplaced"));
    batch(&desk, &sandbox).run().await.exits(6);

    let ran = resolve(&desk, &sandbox).args(["--format", "json"]).run().await.exits(6);
    let lines = ran.json_lines();
    let id = sandbox.books().orders_of(&email(1))[0].id();
    assert_eq!((&lines[0]["reference"], &lines[0]["verdict"]), (&"R-1".into(), &"found".into()));
    assert_eq!(lines[0]["order_id"], id.get());
    assert_eq!(lines[0]["candidates"][0]["order_id"], id.get());
    assert_eq!(lines[1]["verdict"], "not_found");
    assert_eq!(lines[1]["order_id"], Value::Null);

    let ran = resolve(&desk, &sandbox).run().await.exits(6);
    assert!(ran.stdout.contains("R-1: found, it is order"), "{ran:?}");
    assert!(ran.stderr.contains("--accept") && ran.stderr.contains("--resend"), "{ran:?}");
    resolve(&desk, &sandbox).arg("--accept").run().await.exits(6);
    resolve(&desk, &sandbox).args(["--resend", "R-3"]).refuses("R-3").await;
    let ran = resolve(&desk, &sandbox).args(["--resend", "R-2"]).run().await.exits(0);
    assert!(ran.stdout.contains("The next run sends it again"), "{ran:?}");
    batch(&desk, &sandbox).run().await.exits(0);
    for number in 1..=3 {
        assert_eq!(sandbox.books().orders_of(&email(number)).len(), 1);
    }
    resolve(&desk, &sandbox).run().await.exits(0);
}

#[tokio::test]
async fn placed_orders_can_be_refreshed() {
    let (desk, sandbox) = (desk(2), sandbox().await);
    batch(&desk, &sandbox).run().await.exits(0);
    let issued = sandbox.books().orders()[0].id();
    assert!(sandbox.issue(issued));
    let refresh = || {
        certcentral(["batch", "--refresh", "--journal"])
            .arg(desk.path("journal.db"))
            .at(sandbox.url())
    };
    let ran = refresh().args(["--format", "json"]).run().await.exits(0);
    assert_eq!(ran.json_lines()[0]["order_status"], "issued");
    let ran = refresh().run().await.exits(0);
    assert!(ran.stdout.starts_with("of the placed: 1 issued, 1 "), "{ran:?}");
    let ran = status(&desk).run().await.exits(0);
    assert!(ran.stdout.starts_with("2 orders: 2 placed\nof the placed: 1 issued"), "{ran:?}");
}

#[tokio::test]
async fn a_wrong_key_stops_after_one_order() {
    let desk = desk(20);
    let sandbox = Sandbox::start().await.unwrap();
    let ran = batch(&desk, &sandbox).args(["--concurrency", "8"]).run().await.exits(6);
    assert!(ran.stderr.contains("the server refuses the API key"), "{ran:?}");
    assert!(ran.stdout.ends_with("20 orders: 1 rejected, 19 ready\n"), "{ran:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_first_interrupt_ends_what_is_on_its_way_and_the_second_stops_at_once() {
    use certcentral_sandbox::scripted::{Cue, Script, ScriptedServer};

    for interrupts in [1, 2] {
        let desk = desk(3);
        let answer_now = Cue::new();
        let lists = || Script::new().read_request().respond(404, "{}");
        let order = Script::new().read_request().wait_for(&answer_now).respond(201, r#"{"id":17}"#);
        let server = ScriptedServer::start([lists(), lists(), order]).await.unwrap();
        let batch = ordering(&desk, certcentral(["batch"]), "journal.db").at(server.url());
        let mut running = batch.spawn();
        server.wait_for_posts(1).await;
        running.signal("INT").await;
        running.says("no further order begins").await;
        if interrupts == 2 {
            running.signal("INT").await;
            running.says("Stopped at once").await;
            let ran = running.end().await.exits(6);
            assert!(ran.stderr.contains("certcentral resolve"), "{ran:?}");
            assert_eq!(results(&desk).await[1], "R-1,unknown,,,interrupted");
        } else {
            answer_now.give();
            let ran = running.end().await.exits(6);
            assert!(ran.stdout.ends_with("3 orders: 1 placed, 2 ready\n"), "{ran:?}");
            assert!(ran.stderr.contains("To go on with what is left:"), "{ran:?}");
        }
        assert_eq!(server.posts(), 1);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_process_on_one_journal_is_refused() {
    use certcentral_sandbox::scripted::{Script, ScriptedServer};

    let desk = desk(2);
    let lists = || Script::new().read_request().respond(404, "{}");
    let hanging = Script::new().read_request().hang();
    let server = ScriptedServer::start([lists(), lists(), hanging]).await.unwrap();
    let program = || ordering(&desk, certcentral(["batch"]), "journal.db").at(server.url());
    let first = program().spawn();
    server.wait_for_posts(1).await;
    program().refuses("is in use: another process").await;
    assert!(status(&desk).run().await.exits(2).sentence().contains("is in use"));
    assert_eq!(server.posts(), 1);
    first.signal("KILL").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_journal_that_cannot_be_written_sends_nothing() {
    use std::os::unix::fs::PermissionsExt as _;

    let (desk, sandbox) = (desk(2), sandbox().await);
    let full = crate::program::certcentral_under("ulimit -f 8", ["batch"]);
    let full = ordering(&desk, full, "journal.db").at(sandbox.url()).run().await;
    // A file that may not grow raises a signal, or is an error of writing.
    assert!(full.code != Some(0) && full.code != Some(6), "{full:?}");
    assert_eq!(sandbox.books().order_count(), 0);

    let folder = desk.path("read-only");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    // Root may write everywhere.
    if std::fs::write(folder.join("probe"), "").is_err() {
        let batch = ordering(&desk, certcentral(["batch"]), "read-only/journal.db");
        batch.at(sandbox.url()).refuses("check the permissions").await;
    }
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(sandbox.books().order_count(), 0);
}
