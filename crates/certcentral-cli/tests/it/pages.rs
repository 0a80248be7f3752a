//! Pages of the documentation that show terminals are what happens: their commands are run in their
//! order, over HTTP, and what they print is compared with the page, but for times and the port.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use regex::Regex;

use crate::program::{Desk, Running, certcentral, example, shell};

#[tokio::test]
async fn the_rehearsal_is_what_happens() {
    let times = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)";
    let varying = [
        (times, "TIME"),
        ("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}|[0-9]{2}:[0-9]{2}", "TIME"),
        ("[0-9]+ (s|seconds?|minutes?|min) ago", "N ago"),
        (r"in [0-9]+ minutes", "in N minutes"),
        (JOURNAL.0, JOURNAL.1),
    ];
    is_what_happens("rehearsal.md", &varying).await;
}

#[tokio::test]
async fn the_life_of_an_order_is_what_happens() {
    let times = "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+))?";
    let days = ("DATE +[0-9]+ ", "DATE DAYS ");
    is_what_happens("life-of-an-order.md", &[(times, "DATE"), days, JOURNAL]).await;
}

/// The path of the journal, which is another on each machine.
const JOURNAL: (&str, &str) = ("[^ ,]+/journal[.]db", "JOURNAL");

/// Runs a page, and compares it but for what these expressions find.
async fn is_what_happens(name: &str, varying: &[(&str, &str)]) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    let page = fs::read_to_string(page).unwrap().replace("\r\n", "\n");
    let mut terminals = Terminals { desk: Desk::new(), sandbox: None, status: 0 };

    let mut actual = String::new();
    let mut in_console = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        }
        if let Some(command) = line.strip_prefix("$ ").filter(|_| in_console) {
            actual.push_str(&format!("{line}\n{}", terminals.run(command).await));
        } else if !in_console || line.starts_with("```") {
            actual.push_str(&format!("{line}\n"));
        }
    }
    let plain = |text: &str| {
        varying.iter().fold(text.to_owned(), |text, (found, instead)| {
            Regex::new(found).unwrap().replace_all(&text, *instead).into_owned()
        })
    };
    if plain(&page) != plain(&actual) {
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&out, &actual).unwrap();
        panic!("docs/{name} is not what happens, but this is: {}", out.display());
    }
}

/// A sandbox at work, with the address that the page shows for it, its own, and its key.
struct Sandbox {
    running: Running,
    shown: String,
    address: String,
    key: String,
}

/// The two terminals of a page.
struct Terminals {
    desk: Desk,
    sandbox: Option<Sandbox>,
    status: i32,
}

impl Terminals {
    /// Runs a command of the page, and gives what it prints.
    async fn run(&mut self, command: &str) -> String {
        if let Some(arguments) = command.strip_prefix("certcentral sandbox ") {
            return self.start_sandbox(arguments).await;
        }
        let Sandbox { shown, address, key, .. } = self.sandbox.as_ref().unwrap();
        if command == "echo $?" {
            return format!("{}\n", self.status);
        }
        if command.starts_with("export ") {
            return String::new();
        }
        let program = env!("CARGO_BIN_EXE_certcentral");
        let command = command
            .replace("docs/examples/", &format!("{}/", example("").display()))
            .replace("certcentral ", &format!("'{program}' "));
        let output = shell(&format!("{command} 2>&1"))
            .current_dir(self.desk.path(""))
            .env("CERTCENTRAL_BASE_URL", format!("http://{address}/services/v2"))
            .env("CERTCENTRAL_API_KEY", key)
            .env("XDG_STATE_HOME", self.desk.path("state"))
            .env_remove("CERTCENTRAL_JOURNAL")
            .output()
            .await
            .unwrap();
        self.status = output.status.code().unwrap();
        String::from_utf8(output.stdout).unwrap().replace(address, shown)
    }

    async fn start_sandbox(&mut self, arguments: &str) -> String {
        if let Some(Sandbox { running, .. }) = self.sandbox.take() {
            running.signal("INT").await;
            running.end().await.exits(0);
        }
        let shown = arguments.split(' ').find(|word| word.starts_with("127.0.0.1:")).unwrap();
        let arguments = arguments.replace(shown, "127.0.0.1:0");
        let mut running = certcentral(["sandbox"]).args(arguments.split(' ')).spawn();
        let mut printed = String::new();
        while !printed.contains("certcentral order") {
            printed.push_str(&running.prints().await);
        }
        let after = |start: &str, end: char| {
            let rest = printed.split_once(start).unwrap().1;
            rest.split_once(end).unwrap().0.to_owned()
        };
        let address = after("http://", '/');
        let key = after("export CERTCENTRAL_API_KEY=", '\n');
        let shown = shown.to_owned();
        let on_the_page = printed.replace(&address, &shown);
        self.sandbox = Some(Sandbox { running, shown, address, key });
        on_the_page
    }
}
