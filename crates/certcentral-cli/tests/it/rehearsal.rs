//! docs/rehearsal.md is what happens: its commands are run in their order, and what they print is
//! compared with the page, but for times and the port.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use regex::Regex;
use tokio::process::Command;

use crate::program::{Desk, Running, certcentral, example};

const ADDRESS: &str = "127.0.0.1:8642";

#[tokio::test]
async fn the_page_is_what_happens() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rehearsal.md");
    let page = fs::read_to_string(page).unwrap().replace("\r\n", "\n");
    let desk = Desk::new();
    let mut terminal = Terminals { desk, sandbox: None, status: 0 };

    let mut actual = String::new();
    let mut in_console = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        }
        if !in_console {
            actual.push_str(line);
            actual.push('\n');
        } else if let Some(command) = line.strip_prefix("$ ") {
            actual.push_str(&format!("{line}\n{}", terminal.run(command).await));
        } else if line.starts_with("```") {
            actual.push_str(&format!("{line}\n"));
        }
    }
    let times = Regex::new(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)").unwrap();
    let minutes = Regex::new(r"in [0-9]+ minutes").unwrap();
    let plain = |text: &str| {
        let text = times.replace_all(text, "TIME").into_owned();
        minutes.replace_all(&text, "in N minutes").into_owned()
    };
    assert!(plain(&page) == plain(&actual), "make docs/rehearsal.md say what happens:\n{actual}");
}

/// The two terminals of the page.
struct Terminals {
    desk: Desk,
    sandbox: Option<(Running, String)>,
    status: i32,
}

impl Terminals {
    /// Runs a command of the page, and gives what it prints.
    async fn run(&mut self, command: &str) -> String {
        if let Some(arguments) = command.strip_prefix("certcentral sandbox ") {
            return self.start_sandbox(arguments).await;
        }
        let (_, address) = self.sandbox.as_ref().unwrap();
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
        let output = Command::new("sh")
            .args(["-c", &format!("{command} 2>&1")])
            .current_dir(self.desk.path(""))
            .env("CERTCENTRAL_BASE_URL", format!("http://{address}/services/v2"))
            .env("CERTCENTRAL_API_KEY", "rehearsal-key")
            .env_remove("CERTCENTRAL_LOG")
            .output()
            .await
            .unwrap();
        self.status = output.status.code().unwrap();
        String::from_utf8(output.stdout).unwrap().replace(address, ADDRESS)
    }

    async fn start_sandbox(&mut self, arguments: &str) -> String {
        if let Some((sandbox, _)) = self.sandbox.take() {
            sandbox.signal("INT").await;
            sandbox.end().await.exits(0);
        }
        let arguments = arguments.replace(ADDRESS, "127.0.0.1:0");
        let mut sandbox = certcentral(["sandbox"]).args(arguments.split(' ')).spawn();
        let mut printed = String::new();
        while !printed.contains("certcentral order") {
            printed.push_str(&sandbox.prints().await);
        }
        let begin = printed.find("127.0.0.1:").unwrap();
        let end = begin + printed[begin..].find('/').unwrap();
        let address = printed[begin..end].to_owned();
        let printed = printed.replace(&address, ADDRESS);
        self.sandbox = Some((sandbox, address));
        printed
    }
}
