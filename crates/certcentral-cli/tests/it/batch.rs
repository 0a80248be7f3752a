//! `certcentral batch` and `results`: what is printed, what is sent, how they end.

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
        "R-{number},Fenna,{},{},+31 20 555 0100,Noord-Holland,Notaris,WAAR,\
         Fenna Voorbeeld,Voorbeeldgracht 1,Amsterdam,1013 AA\n",
        last_name(number),
        email(number)
    )
}

/// A name of letters that nobody else has.
fn last_name(mut number: u64) -> String {
    let mut name = String::from("Voorbeeld");
    while number > 0 {
        name.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    name
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
    ordering(desk, certcentral(["batch", "--yes"])).at(sandbox.url())
}

/// Orders what is on a desk.
fn ordering(desk: &Desk, batch: Program) -> Program {
    let batch = batch.args(["--no-pacing", "--journal"]).arg(desk.path("journal.db"));
    batch.arg("--defaults").arg(desk.path("defaults.json")).arg(desk.path("orders.csv"))
}

/// Looks for all that is open of the sheet of a desk.
pub(crate) fn find(desk: &Desk, sandbox: &Sandbox) -> Program {
    let find = certcentral(["find", "--settle", "0", "--format", "json", "--journal"]);
    let find = find.arg(desk.path("journal.db")).arg("--defaults").arg(desk.path("defaults.json"));
    find.arg(desk.path("orders.csv")).at(sandbox.url())
}

/// The results of the sheet of a desk, each row as JSON.
pub(crate) async fn results(desk: &Desk, sandbox: &Sandbox) -> Vec<Value> {
    let ran =
        certcentral(["results", "--format", "json", "--journal"]).arg(desk.path("journal.db"));
    let ran = ran.arg("--defaults").arg(desk.path("defaults.json")).arg(desk.path("orders.csv"));
    ran.at(sandbox.url()).run().await.exits(0).json_lines()
}

fn fault(text: &str) -> Fault {
    text.parse().unwrap()
}

#[tokio::test]
async fn all_orders_of_a_sheet_are_placed_and_the_results_say_so() {
    let (desk, sandbox) = (desk(3), sandbox().await);
    let ran = batch(&desk, &sandbox).run().await.exits(0);
    assert_eq!(ran.stdout, "3 orders: 3 placed\n");
    assert!(ran.stderr.contains("Journal: new\n"), "{ran:?}");
    assert!(ran.stderr.ends_with("is this machine: nothing was bought at DigiCert.\n"), "{ran:?}");
    let results = certcentral(["results", "--journal"]).arg(desk.path("journal.db"));
    let results = results.arg("--defaults").arg(desk.path("defaults.json"));
    let results = results.arg(desk.path("orders.csv")).at(sandbox.url()).run().await.exits(0);
    let lines: Vec<&str> = results.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "reference,row,state,order_id,request_id,order_status,order_status_date,reason"
    );
    for (index, order) in sandbox.books().orders().iter().enumerate() {
        let begin = format!("R-{},{},placed,{},", index + 1, index + 2, order.id());
        assert!(lines[index + 1].starts_with(&begin), "{lines:?}");
    }
    // A second run has nothing to do, and does nothing.
    let ran = batch(&desk, &sandbox).run().await.exits(0);
    assert!(ran.stderr.contains("Journal: 3 of 3 placed\n"), "{ran:?}");
    assert!(ran.stderr.contains("nothing left to send"), "{ran:?}");
    assert_eq!(sandbox.books().order_count(), 3);
}

#[tokio::test]
async fn without_a_terminal_nobody_has_agreed() {
    let (desk, sandbox) = (desk(2), sandbox().await);
    let unasked = || ordering(&desk, certcentral(["batch"])).at(sandbox.url());
    for answer in ["", "y\n", "n\n"] {
        let ran = unasked().args(["--format", "json"]).stdin(answer).run().await.exits(2);
        assert_eq!(
            ran.json(),
            serde_json::json!({"outcome": "refused", "reason": "not_confirmed", "orders": []})
        );
    }
    assert_eq!(sandbox.books().order_count(), 0);
    let dry = unasked().arg("--dry-run").run().await.exits(0);
    assert_eq!(dry.stdout, "2 orders: 2 ready\n");
    assert_eq!(sandbox.books().order_count(), 0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_a_terminal_only_a_clear_yes_orders() {
    for (answer, orders, exit) in [("n\n", 0, 2), ("\n", 0, 2), ("ja\n", 0, 2), ("Yes\n", 2, 0)] {
        let (desk, sandbox) = (desk(2), sandbox().await);
        let asked = ordering(&desk, certcentral(["batch"])).at(sandbox.url());
        let ran = asked.stdin(answer).on_a_terminal().run().await.exits(exit);
        assert!(ran.stdout.contains("Places 2 orders at 127.0.0.1"), "{ran:?}");
        assert!(ran.stdout.contains("2 without years (DigiCert's default)"), "{ran:?}");
        assert!(ran.stdout.contains("Place them? [y/N]"), "{ran:?}");
        assert_eq!(sandbox.books().order_count(), orders, "{answer:?}");
    }
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
    let rows = results(&desk, &sandbox).await;
    assert_eq!((&rows[0]["state"], &rows[3]["state"]), (&"unknown".into(), &"placed".into()));
    assert_eq!(rows.len(), 4);
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
    assert!(ran.stderr.contains("certcentral find --base-url"), "{ran:?}");
    let fits = |line: &str| line.chars().count() < 80 || line.contains("journal");
    assert!(ran.all().lines().all(fits), "{ran:?}");
}

#[tokio::test]
async fn an_invalid_file_is_named_and_nothing_is_sent() {
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
        (vec!["--yes"], "ORDERS"),
        (vec!["-"], "give the name of a file"),
        (vec!["none.csv"], "none.csv"),
        (vec!["--concurrency", "0", "x.csv"], "from 1 to 256"),
        (vec!["--status"], "--status"),
    ] {
        let ran = certcentral(["batch"]).args(&arguments).at(sandbox.url()).run().await.exits(2);
        assert!(ran.stderr.contains(says), "{arguments:?}: {ran:?}");
    }
    desk.write("defaults.json", DEFAULTS.replacen('{', r#"{"csa_agreed_to": true,"#, 1));
    batch(&desk, &sandbox).refuses("each holder agrees").await;
    certcentral(["results", "--journal"]).arg(desk.order()).refuses("is not a journal").await;
    // Without a key nothing is made.
    desk.write("defaults.json", DEFAULTS);
    ordering(&desk, certcentral(["batch", "--yes"])).refuses("there is no API key").await;
    assert!(!desk.path("journal.db").exists());
    assert_eq!(sandbox.books().order_count(), 0);
}

#[tokio::test]
async fn the_order_file_and_the_output_must_not_be_the_journal() {
    let (desk, sandbox) = (desk(2), sandbox().await);
    batch(&desk, &sandbox).run().await.exits(0);
    let before = std::fs::read(desk.path("journal.db")).unwrap();
    certcentral(["order", "--journal"])
        .arg(desk.path("order.json"))
        .arg(desk.path("order.json"))
        .at(sandbox.url())
        .refuses("is the journal itself")
        .await;
    #[cfg(unix)]
    {
        let script = "exec \"$0\" results --journal \"$1\" >> \"$1\"";
        let mut shell = crate::program::shell(script);
        shell.arg(env!("CARGO_BIN_EXE_certcentral")).arg(desk.path("journal.db"));
        let ended = shell.output().await.unwrap();
        assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    }
    assert_eq!(std::fs::read(desk.path("journal.db")).unwrap(), before);
}

#[tokio::test]
async fn a_changed_file_another_server_and_a_rehearsal_are_no_road_to_a_second_order() {
    let (desk, sandbox) = (desk(2), sandbox().await);
    batch(&desk, &sandbox).run().await.exits(0);
    // Extended, sorted and under another name.
    let text = format!("{HEAD}\n{}{}{}", row(3), row(2), row(1));
    desk.write("orders.csv", text);
    let ran = batch(&desk, &sandbox).run().await.exits(0);
    assert!(ran.stderr.contains("Journal: 2 of 3 placed"), "{ran:?}");
    assert_eq!(sandbox.books().order_count(), 3);
    // Another server knows nothing of it, and that is right: a rehearsal orders nothing.
    let other = crate::batch::sandbox().await;
    batch(&desk, &other).run().await.exits(0);
    assert_eq!((sandbox.books().order_count(), other.books().order_count()), (3, 3));
    let ran = certcentral(["batch", "--sandbox", "--defaults"]).arg(desk.path("defaults.json"));
    let ran = ran.arg(desk.path("orders.csv")).run().await.exits(0);
    assert!(ran.stdout.contains("3 placed"), "{ran:?}");
    // Another journal: what CertCentral lists is in the way.
    std::fs::rename(desk.path("journal.db"), desk.path("moved.db")).unwrap();
    std::fs::remove_file(desk.path("journal.db-journal")).unwrap();
    let ran = batch(&desk, &sandbox).args(["--format", "json"]).run().await.exits(6);
    let lines = ran.json_lines();
    assert_eq!((&lines[0]["outcome"], &lines[0]["reason"]), (&"refused".into(), &"listed".into()));
    assert!(lines[0]["orders"][0]["order_id"].is_u64());
    assert_eq!(lines[3]["summary"]["refused"], 3);
    assert_eq!(sandbox.books().order_count(), 3);
}

#[tokio::test]
async fn open_orders_are_looked_up_and_the_next_run_goes_on() {
    let (desk, sandbox) = (desk(3), sandbox().await);
    sandbox.fail_next_order(fault("close-before-answer:placed"));
    sandbox.fail_next_order(fault("close-before-answer:unplaced"));
    batch(&desk, &sandbox).run().await.exits(6);
    let lines = find(&desk, &sandbox).run().await.exits(0).json_lines();
    let id = sandbox.books().orders_of(&email(1))[0].id();
    assert_eq!((&lines[0]["reference"], &lines[0]["verdict"]), (&"R-1".into(), &"found".into()));
    assert_eq!(lines[0]["order_id"], id.get());
    assert_eq!(lines[0]["candidates"][0]["order_id"], id.get());
    assert_eq!(
        (&lines[1]["reference"], &lines[1]["verdict"]),
        (&"R-2".into(), &"not_found".into())
    );
    assert_eq!(lines[1]["order_id"], Value::Null);
    batch(&desk, &sandbox).run().await.exits(0);
    for number in 1..=3 {
        assert_eq!(sandbox.books().orders_of(&email(number)).len(), 1);
    }
    assert!(find(&desk, &sandbox).run().await.exits(0).json_lines().is_empty());
}

#[tokio::test]
async fn placed_orders_can_be_refreshed() {
    let (desk, sandbox) = (desk(2), sandbox().await);
    batch(&desk, &sandbox).run().await.exits(0);
    let issued = sandbox.books().orders()[0].id();
    assert!(sandbox.issue(issued));
    let refresh = certcentral(["results", "--refresh", "--format", "json", "--journal"]);
    let ran = refresh.arg(desk.path("journal.db")).at(sandbox.url()).run().await.exits(0);
    assert_eq!(ran.json_lines()[0]["order_status"], "issued");
    let rows = results(&desk, &sandbox).await;
    assert_eq!(rows[0]["order_status"], "issued");
    assert!(rows[0]["order_status_date"].is_string());
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
async fn the_first_interrupt_ends_what_is_in_flight_and_the_second_stops_at_once() {
    use certcentral_sandbox::scripted::{Cue, Script, ScriptedServer};

    for interrupts in [1, 2] {
        let desk = desk(3);
        let answer_now = Cue::new();
        let lists = Script::new().read_request().respond(404, "{}").repeat();
        let order = Script::new().read_request().wait_for(&answer_now).respond(201, r#"{"id":17}"#);
        let server = ScriptedServer::start_with_look_ups(lists, [order]).await.unwrap();
        let batch = ordering(&desk, certcentral(["batch", "--yes"])).at(server.url());
        let mut running = batch.spawn();
        server.wait_for_posts(1).await;
        running.signal("INT").await;
        running.says("no further order begins").await;
        if interrupts == 2 {
            running.signal("INT").await;
            running.says("Stopped at once").await;
            let ran = running.end().await.exits(6);
            assert!(ran.stderr.contains("certcentral find"), "{ran:?}");
        } else {
            answer_now.give();
            let ran = running.end().await.exits(6);
            assert!(ran.stdout.ends_with("3 orders: 1 placed, 2 ready\n"), "{ran:?}");
            assert!(ran.stderr.contains("To go on with what is left:"), "{ran:?}");
        }
        assert_eq!(server.posts(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_at_once_on_a_new_journal_order_each_once_and_both_end_truly() {
    let (desk, sandbox) = (desk(12), sandbox().await);
    let program = || batch(&desk, &sandbox).args(["--concurrency", "3"]).run();
    let (one, other) = tokio::join!(program(), program());
    assert_eq!(one.exits(0).stdout, "12 orders: 12 placed\n");
    assert_eq!(other.exits(0).stdout, "12 orders: 12 placed\n");
    assert_eq!(sandbox.books().order_count(), 12);
}

#[cfg(unix)]
#[tokio::test]
async fn the_journal_can_be_read_during_a_run() {
    use certcentral_sandbox::scripted::{Script, ScriptedServer};

    let desk = desk(2);
    let lists = Script::new().read_request().respond(404, "{}").repeat();
    let hanging = Script::new().read_request().hang();
    let server = ScriptedServer::start_with_look_ups(lists, [hanging]).await.unwrap();
    let running = ordering(&desk, certcentral(["batch", "--yes"])).at(server.url()).spawn();
    server.wait_for_posts(1).await;
    let history = certcentral(["history", "--open", "--format", "json", "--journal"]);
    let lines = history.arg(desk.path("journal.db")).run().await.exits(0).json_lines();
    assert_eq!((lines.len(), &lines[0]["state"]), (1, &"sending".into()));
    assert_eq!((&lines[0]["file"], &lines[0]["row"]), (&"orders.csv".into(), &2.into()));
    assert_eq!((&lines[0]["server"], &lines[0]["reference"]), (&"stand-in".into(), &"R-1".into()));
    running.signal("KILL").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_journal_that_cannot_be_written_sends_nothing() {
    let (desk, sandbox) = (desk(2), sandbox().await);
    let full = crate::program::certcentral_under("ulimit -f 8", ["batch", "--yes"]);
    let full = ordering(&desk, full).at(sandbox.url()).run().await;
    // A file that may not grow raises a signal, or is an error of writing.
    assert!(full.code != Some(0) && full.code != Some(6), "{full:?}");
    assert_eq!(sandbox.books().order_count(), 0);
    desk.write("journal.db", "");
    batch(&desk, &sandbox).refuses("the file is empty").await;
    assert_eq!(std::fs::read(desk.path("journal.db")).unwrap(), b"");
    assert_eq!(sandbox.books().order_count(), 0);
}
