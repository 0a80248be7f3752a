//! Nothing that a file, its name, the command line, a receipt or a server holds reaches a terminal
//! raw: not as text, not as JSON, not in the log.

#[cfg(unix)]
use certcentral_sandbox::scripted::ScriptedServer;
use certcentral_sandbox::scripted::{Answer, Script};

use crate::program::{Desk, Ran, certcentral, desk_and_server, example_text};

/// A character of each kind that steers a terminal, turns a line around, or hides: C0, DEL, C1,
/// format, bidirectional, zero-width, separators, joiners, selectors, fillers, tags.
const HOSTILE: &str = "\u{7}\u{8}\r\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{34f}\u{61c}\u{180e}\u{200b}\u{202e}\
    \u{2028}\u{2029}\u{2066}\u{2060}\u{fe0f}\u{feff}\u{3164}\u{e0041}\u{e0100}";

fn hostile() -> String {
    HOSTILE.to_owned() + "[31mred\u{1b}]0;title\u{7}"
}

#[track_caller]
fn nothing_raw(ran: &Ran) {
    for c in HOSTILE.chars() {
        assert!(!ran.all().contains(c), "{c:?}: {ran:#?}");
    }
}

/// JSON in which every such character is escaped, so that a file can hold it at all.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| {
            c.encode_utf16(&mut [0; 2])
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<String>()
        })
        .collect()
}

#[tokio::test]
async fn values_and_names_of_members() {
    let desk = Desk::new();
    let text = example_text("card-payment.json");
    let raw: String = hostile().chars().filter(|c| !c.is_ascii_control()).collect();
    for value in [raw, escaped(&hostile())] {
        for (from, to) in [
            ("\"sha256\"", format!("\"{value}\"")),
            ("\"Advocaat\"", format!("\"{value}\"")),
            ("\"country\": \"NL\"", format!("\"country\": \"{value}\"")),
            ("\"city\"", format!("\"{value}\"")),
            ("\"addr2\": \"\"", format!("\"addr2\": \"{value}\", \"addr2\": \"{value}\"")),
        ] {
            let order = desk.write("order.json", text.replace(from, &to));
            for format in ["human", "json"] {
                for command in [
                    vec!["check"],
                    vec!["order", "--dry-run"],
                    vec!["order", "--no-check", "--dry-run"],
                ] {
                    let ran = certcentral(command).args(["--format", format]).arg(&order);
                    nothing_raw(&ran.run().await);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_text_that_is_not_json() {
    let desk = Desk::new();
    let order = desk.write("order.json", format!("{{\"a\": {}", hostile()));
    for format in ["human", "json"] {
        nothing_raw(&certcentral(["check", "--format", format]).arg(&order).run().await.exits(1));
    }
}

#[tokio::test]
#[cfg(unix)]
async fn names_of_files() {
    let desk = Desk::new();
    let name = format!("{}.json", hostile());
    let missing = desk.path(&name);
    for command in [vec!["check"], vec!["check", "--format", "json"], vec!["order"], vec!["find"]] {
        let ran = certcentral(command).arg(&missing).env("CERTCENTRAL_API_KEY", "key");
        nothing_raw(&ran.run().await.exits(2));
    }
    let valid = desk.write(&name, example_text("new-professional.json"));
    for format in ["human", "json"] {
        nothing_raw(&certcentral(["check", "--format", format]).arg(&valid).run().await.exits(0));
        let ran = certcentral(["order", "--sandbox", "--format", format]).arg(&valid);
        nothing_raw(&ran.run().await.exits(0));
    }
}

#[tokio::test]
async fn the_command_line() {
    let hostile = hostile();
    for arguments in [
        vec![hostile.as_str()],
        vec!["check", "--format", &hostile, "x"],
        vec!["check", "--today", &hostile, "x"],
        vec!["status", &hostile],
        vec!["schema", &hostile],
        vec!["order", "--base-url", &hostile, "--dry-run", "x"],
        vec!["sandbox", "--listen", &hostile],
        vec!["sandbox", "--fault", &hostile],
        vec!["check", &format!("--{hostile}")],
    ] {
        nothing_raw(&certcentral(arguments).run().await.exits(2));
    }
}

#[tokio::test]
async fn answers_of_a_server() {
    let errors = serde_json::json!({"errors": [{"code": hostile(), "message": hostile()}]});
    let placed = serde_json::json!({"id": 7, "requests": [{"id": 1, "status": hostile()}]});
    for (status, body, code) in [
        (400, errors.to_string(), 3),
        (400, hostile(), 3),
        (500, hostile(), 5),
        (201, placed.to_string(), 0),
    ] {
        for format in ["human", "json"] {
            let body = body.clone();
            let answer = Script::new()
                .read_request()
                .respond_by(move |_| Answer::json(status, body.clone()));
            let (desk, server) = desk_and_server([answer]).await;
            let ran = certcentral(["order", "--format", format])
                .at(server.url())
                .env("CERTCENTRAL_LOG", "trace")
                .arg(desk.order());
            nothing_raw(&ran.run().await.exits(code));
        }
    }
}

/// Asserts that a pipe gets the data as it is, and a terminal as text that cannot steer it.
#[cfg(target_os = "linux")]
async fn is_data(program: impl Fn() -> crate::program::Program, data: &str) {
    let piped = program().run().await.exits(0);
    assert!(piped.stdout.contains(data), "{piped:#?}");
    let shown = program().on_a_terminal().run().await.exits(0);
    // A terminal is told to return to the first column, too.
    let shown = Ran { stdout: shown.stdout.replace("\r\n", "\n"), ..shown };
    nothing_raw(&shown);
    let expected: String =
        data.chars().map(|c| if HOSTILE.contains(c) { '\u{fffd}' } else { c }).collect();
    assert!(shown.stdout.contains(&expected), "{shown:#?}");
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn data_reaches_a_pipe_as_it_is_and_a_terminal_as_text() {
    let (desk, sandbox) = (crate::batch::desk(1), crate::batch::sandbox().await);
    let reference: String = hostile().chars().filter(|c| !c.is_control()).collect();
    let orders = std::fs::read_to_string(desk.path("orders.csv")).unwrap();
    desk.write("orders.csv", orders.replace("R-1", &reference));
    crate::batch::batch(&desk, &sandbox).run().await.exits(0);
    let results = || certcentral(["results", "--journal"]).arg(desk.path("journal.db"));
    is_data(results, &format!("{reference},placed,")).await;

    // A file that holds anything hostile is no certificate, so it gets nowhere.
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    let answer = Answer::json(200, certificate).header("Content-Type", "text/plain");
    let script = Script::new().read_request().respond_with(answer).repeat();
    let server = ScriptedServer::start([script]).await.unwrap();
    is_data(|| certcentral(["download", "7"]).at(server.url()), certificate).await;
}

#[tokio::test]
#[cfg(unix)]
async fn a_reader_that_has_seen_enough_of_the_data_causes_no_error() {
    let orders: Vec<_> = (1..20_000).map(|id| serde_json::json!({"id": id})).collect();
    let page = serde_json::json!({"orders": orders, "page": {"total": orders.len()}}).to_string();
    let script = Script::new().read_request().respond(200, page);
    let server = ScriptedServer::start([script]).await.unwrap();
    let command = format!(
        "'{}' list --format csv --base-url {} | head -n 1",
        env!("CARGO_BIN_EXE_certcentral"),
        server.url()
    );
    let mut shell = crate::program::shell(&command);
    let output = shell.env("CERTCENTRAL_API_KEY", crate::program::KEY).output().await.unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[tokio::test]
async fn json_says_what_was_not_shown() {
    let desk = Desk::new();
    let name = "tab\t\u{202e}.json";
    let order = desk.write(name, example_text("new-professional.json"));
    let ran = certcentral(["check", "--format", "json"]).arg(&order).run().await.exits(0);
    assert!(ran.stdout.contains(r"tab\t\u202e.json"), "{ran:?}");
    assert_eq!(ran.json()["file"], order.to_str().unwrap());
}
