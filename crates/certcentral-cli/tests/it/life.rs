//! docs/life-of-an-order.md is what happens: its commands are run in their order over HTTP, and what
//! they print is compared with the page, but for dates, times and the port.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use regex::Regex;
use tokio::process::Command;

use crate::program::{Desk, Running, certcentral, example};

const ADDRESS: &str = "127.0.0.1:8643";

#[tokio::test]
async fn the_page_is_what_happens() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/life-of-an-order.md");
    let page = fs::read_to_string(page).unwrap().replace("\r\n", "\n");
    let desk = Desk::new();
    let mut sandbox = None;

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
            let printed = match command.strip_prefix("certcentral sandbox ") {
                Some(arguments) => {
                    let (running, address, printed) = start_sandbox(arguments).await;
                    sandbox = Some((running, address));
                    printed
                }
                None => run(command, &desk, &sandbox.as_ref().unwrap().1).await,
            };
            actual.push_str(&format!("{line}\n{printed}"));
        } else if line.starts_with("```") {
            actual.push_str(&format!("{line}\n"));
        }
    }
    let times = Regex::new("[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+))?").unwrap();
    let days = Regex::new("DATE +[0-9]+ ").unwrap();
    let plain = |text: &str| {
        let text = times.replace_all(text, "DATE").into_owned();
        days.replace_all(&text, "DATE DAYS ").into_owned()
    };
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("life-of-an-order.md");
    if plain(&page) != plain(&actual) {
        fs::write(&out, &actual).unwrap();
        panic!("docs/life-of-an-order.md is not what happens, but this is: {}", out.display());
    }
}

/// Runs a command of the page, and gives what it prints.
async fn run(command: &str, desk: &Desk, address: &str) -> String {
    if command.starts_with("export ") {
        return String::new();
    }
    let program = env!("CARGO_BIN_EXE_certcentral");
    let command = command
        .replace("docs/examples/", &format!("{}/", example("").display()))
        .replace("certcentral ", &format!("'{program}' "));
    let output = Command::new("sh")
        .args(["-c", &format!("{command} 2>&1")])
        .current_dir(desk.path(""))
        .env("CERTCENTRAL_BASE_URL", format!("http://{address}/services/v2"))
        .env("CERTCENTRAL_API_KEY", "life-key")
        .env_remove("CERTCENTRAL_LOG")
        .output()
        .await
        .unwrap();
    String::from_utf8(output.stdout).unwrap().replace(address, ADDRESS)
}

async fn start_sandbox(arguments: &str) -> (Running, String, String) {
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
    (sandbox, address, printed)
}
