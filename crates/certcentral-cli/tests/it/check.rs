//! `certcentral check`: all faults at once, where they are, and no secret shown.

use serde_json::{Value, json};

#[cfg(unix)]
use crate::program::shell;
use crate::program::{Desk, certcentral, example, example_text};

#[tokio::test]
async fn good_orders_are_valid() {
    for name in ["new-professional.json", "existing-professional.json", "card-payment.json"] {
        let ran = certcentral(["check"]).arg(example(name)).run().await.exits(0);
        assert!(ran.stdout.trim_end().ends_with(": valid"), "{ran:?}");
        assert_eq!(ran.stderr, "");
    }
}

#[tokio::test]
async fn a_faulty_order_is_reported_whole() {
    let ran = certcentral(["check", "--format", "json"]).arg(example("faulty.json")).run().await;
    let report = ran.exits(1).json();
    assert_eq!(report["valid"], false);
    assert_eq!(report["file"], example("faulty.json").to_str().unwrap());
    let violations = report["violations"].as_array().unwrap();
    let errors: Vec<&Value> =
        violations.iter().filter(|violation| violation["severity"] == "error").collect();
    assert!(errors.len() >= 8);
    let mut codes: Vec<&str> =
        errors.iter().map(|violation| violation["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert!(codes.len() >= 4, "{codes:?}");
    for violation in violations {
        let members: Vec<&String> = violation.as_object().unwrap().keys().collect();
        assert_eq!(members, ["code", "column", "line", "message", "path", "severity"]);
    }
    let place = |path: &str| {
        let found = violations.iter().find(|violation| violation["path"] == path).unwrap();
        (found["line"].as_u64().unwrap(), found["column"].as_u64().unwrap())
    };
    assert_eq!(place("/certificate/signature_hash"), (3, 23));
    assert_eq!(place("/ship_info/addr2"), (17, 16), "a missing member is placed at its object");
    assert_eq!(place("/ship_info/methode"), (24, 5), "an unknown member is placed at its name");
}

#[tokio::test]
async fn people_see_the_line_and_a_caret() {
    let ran = certcentral(["check"]).arg(example("faulty.json")).run().await.exits(1);
    let path = example("faulty.json").display().to_string();
    assert!(ran.stdout.contains(&format!("--> {path}:3:23\n")), "{}", ran.stdout);
    assert!(ran.stdout.contains(
        "  |\n3 |     \"signature_hash\": \"sha1\",\n  |                       ^^^^^^\n"
    ));
    assert!(!ran.stdout.contains('\x1b'), "no colour without a terminal");
    assert!(ran.stdout.trim_end().lines().last().unwrap().contains("errors"));
}

#[tokio::test]
async fn each_file_is_a_line_and_the_worst_decides() {
    let desk = Desk::new();
    let ran = certcentral(["check", "--format", "json"])
        .args([example("new-professional.json"), example("faulty.json"), desk.path("none.json")])
        .arg(desk.order())
        .run()
        .await
        .exits(2);
    let valid: Vec<bool> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["valid"].as_bool().unwrap())
        .collect();
    assert_eq!(valid, [true, false, false, true], "what can be read is checked all the same");
    let unread: Value = serde_json::from_str(ran.stdout.lines().nth(2).unwrap()).unwrap();
    assert_eq!(unread["file"], desk.path("none.json").to_str().unwrap());
    assert_eq!(unread["violations"], json!([]));
    assert!(unread["error"].as_str().unwrap().ends_with("none.json does not exist"), "{unread}");
    assert!(ran.stderr.contains("none.json does not exist"), "{ran:?}");
}

#[tokio::test]
async fn standard_input_is_an_order_too() {
    let ran = certcentral(["check", "--format", "json", "-"])
        .stdin(example_text("new-professional.json"))
        .run()
        .await
        .exits(0);
    assert_eq!(ran.json(), json!({"file": "-", "valid": true, "violations": []}));
    certcentral(["check", "-", "-"]).run().await.exits(2).sentence();
}

#[tokio::test]
async fn files_of_windows_editors_are_read() {
    let desk = Desk::new();
    let text = format!("\u{feff}{}", example_text("new-professional.json").replace('\n', "\r\n"));
    let order = desk.write("windows.json", text);
    certcentral(["check"]).arg(order).run().await.exits(0);

    let text = format!("\u{feff}{}", example_text("faulty.json").replace('\n', "\r\n"));
    let faulty = desk.write("faulty.json", text);
    let plain = certcentral(["check", "--format", "json"]).arg(example("faulty.json")).run().await;
    let windows = certcentral(["check", "--format", "json"]).arg(&faulty).run().await;
    assert_eq!(windows.json()["violations"], plain.json()["violations"]);
    let human = certcentral(["check"]).arg(&faulty).run().await.exits(1);
    assert!(human.stdout.contains("\n  |                       ^^^^^^\n"), "{}", human.stdout);
}

#[tokio::test]
async fn the_schema_for_an_editor_is_accepted_and_not_sent() {
    let desk = Desk::new();
    let text = example_text("new-professional.json");
    let text = text.replacen('{', "{ \"$schema\": \"./order-request.schema.json\",", 1);
    let order = desk.write("order.json", text);
    certcentral(["check", "--strict"]).arg(&order).run().await.exits(0);
    let ran = certcentral(["order", "--dry-run"]).arg(&order).run().await.exits(0);
    assert!(!ran.stdout.contains("$schema"), "{}", ran.stdout);
}

#[tokio::test]
async fn columns_count_characters() {
    let desk = Desk::new();
    let text = example_text("new-professional.json").replace(
        "\"state\": \"Noord-Holland\",\n      \"city\"",
        "\"state\": \"日本é😀\", \"city\": 7, \"x\"",
    );
    let order = desk.write("order.json", format!("\u{feff}{text}"));
    let ran = certcentral(["check", "--format", "json"]).arg(&order).run().await.exits(1);
    let place = |path: &str| {
        let violations = ran.json()["violations"].as_array().unwrap().clone();
        let found = violations.into_iter().find(|violation| violation["path"] == path).unwrap();
        (found["line"].as_u64().unwrap(), found["column"].as_u64().unwrap())
    };
    assert_eq!(place("/certificate/individual/city"), (11, 32));
    assert_eq!(place("/certificate/individual/x"), (11, 35));
    let ran = certcentral(["check"]).arg(&order).run().await.exits(1);
    // On a terminal these characters take one or two columns, and the caret is under the value.
    let line = "11 |       \"state\": \"日本é😀\", \"city\": 7, \"x\": \"Amsterdam\",\n";
    let caret = format!("   | {}^\n", " ".repeat(31 + 3));
    assert!(ran.stdout.contains(&format!("{line}{caret}")), "{}", ran.stdout);
}

#[tokio::test]
async fn strict_counts_warnings() {
    let desk = Desk::new();
    let text = example_text("new-professional.json")
        .replace("\"first_name\": \"Fenna\"", "\"first_name\": \"Dr. Fenna\"");
    let order = desk.write("warning.json", text);
    certcentral(["check"]).arg(&order).run().await.exits(0);
    let ran = certcentral(["check", "--strict", "--format", "json"]).arg(&order).run().await;
    let report = ran.exits(1).json();
    assert_eq!(report["valid"], false);
    assert_eq!(report["violations"][0]["severity"], "warning");
}

#[tokio::test]
async fn dates_are_checked_against_the_day_that_is_given() {
    let desk = Desk::new();
    let text = example_text("new-professional.json")
        .replace("\"days\": 397", "\"custom_expiration_date\": \"15 Mar 2031\"");
    let order = desk.write("dated.json", text);
    let check = |day: &str| certcentral(["check", "--today", day]).arg(&order);
    check("2031-03-01").run().await.exits(0);
    check("2026-03-01").run().await.exits(1);
    check("2031-04-01").run().await.exits(1);
}

#[tokio::test]
async fn a_text_that_is_not_json_is_one_error() {
    let desk = Desk::new();
    for (name, content) in [
        ("empty", b"".to_vec()),
        ("blank", b" \n".to_vec()),
        ("binary", vec![0, 159, 146, 150, 0, 255]),
        ("latin-1", b"{\"certificate\": \"Andr\xe9\"}".to_vec()),
        ("text", b"Dear DigiCert, please send".to_vec()),
        ("cut", example_text("card-payment.json").into_bytes()[..900].to_vec()),
        ("comment", b"// an order\n{}".to_vec()),
        ("deep", [b"[".repeat(300_000), b"]".repeat(300_000)].concat()),
        ("deep-object", b"{\"a\":".repeat(100_000)),
        ("two", b"{}{}".to_vec()),
    ] {
        let file = desk.write(name, content);
        let ran = certcentral(["check", "--format", "json"]).arg(&file).run().await.exits(1);
        let violations = ran.json()["violations"].clone();
        assert_eq!(violations.as_array().unwrap().len(), 1, "{name}: {violations}");
        assert_eq!(violations[0]["path"], "", "{name}");
        let human = certcentral(["check"]).arg(&file).run().await.exits(1);
        assert!(human.stdout.len() < 2000, "{name}: {}", human.stdout);
    }
}

#[tokio::test]
async fn a_card_is_masked_however_it_is_written() {
    let desk = Desk::new();
    let text = example_text("card-payment.json");
    for (from, to) in [
        ("\"number\": \"4111111111111111\"", "\"number\": \"4111 1111 1111 1111\""),
        ("\"number\": \"4111111111111111\"", "\"nubmer\": \"4111111111111111\""),
        ("\"number\": \"4111111111111111\"", "\"number\": 4111111111111111"),
        ("\"number\": \"4111111111111111\"", "\"number\": [\"4111111111111111\"]"),
        (
            "\"number\": \"4111111111111111\"",
            "\"number\": \"4111111111111111\", \"number\": \"4111111111111111\"",
        ),
        ("\"number\": \"4111111111111111\"", "\"number\": \"4111111111111111\" \"x\": 1"),
        ("\"credit_card\"", "\"creditcard\""),
        ("\"credit_card\": {", "\"credit_card\": [{"),
        ("\"cardholder_name\": \"Sanne Janssen\"", "\"cardholder_name\": \"4111111111111111\""),
        ("\"country\": \"nl\"", "\"country\": \"4111111111111111\""),
        ("\"payment_method\": \"card\"", "\"payment_method\": \"4111111111111111\""),
        ("\"csa_agreed_to\": true", "\"4111111111111111\": true"),
        ("\"addr2\": \"\"", "\"addr2\": \"card 4111.1111.1111.1111 please\""),
        ("+31-0-72 555 0123", "+4111111111111111"),
        ("\"addr2\": \"\"", "\"addr2\": \"\", \"cvv\": \"123\""),
    ] {
        assert!(text.contains(from));
        // Also on one line, where every fault shows the whole order.
        let pretty = text.replace(from, to);
        let one_line = pretty.replace("\n", " ");
        for content in [pretty, one_line] {
            let order = desk.write("order.json", content);
            for format in ["human", "json"] {
                for command in [&["check"][..], &["order", "--dry-run", "--no-check"]] {
                    let program = certcentral(command).args(["--format", format]);
                    let ran = program.arg(&order).run().await;
                    let digits: String = ran.all().replace([' ', '-', '.'], "");
                    assert!(!digits.contains("411111111111"), "{from} -> {to}: {ran:#?}");
                    assert!(!ran.all().contains("\"123\""), "{from} -> {to}: {ran:#?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_line_that_shows_a_card_shows_its_expiry_and_holder() {
    let desk = Desk::new();
    let text = example_text("card-payment.json").replace("\"12\"", "\"13\"").replace('\n', " ");
    let order = desk.write("order.json", text);
    let ran = certcentral(["check"]).arg(order).run().await.exits(1);
    assert!(ran.stdout.contains("\"expiration_month\": \"13\""), "{}", ran.stdout);
    assert!(ran.stdout.contains("\"number\": \"***\""), "{}", ran.stdout);
}

#[tokio::test]
async fn a_name_of_a_file_cannot_steer_the_terminal() {
    let desk = Desk::new();
    let order = desk.write("\u{1b}[31mred.json", "{}");
    let ran = certcentral(["check"]).arg(order).run().await.exits(1);
    assert!(!ran.stdout.contains('\u{1b}'));
}

#[tokio::test]
#[cfg(unix)]
async fn a_reader_that_went_away_causes_no_panic() {
    let script = format!(
        "'{}' check {} | head -n 1",
        env!("CARGO_BIN_EXE_certcentral"),
        format!("'{}' ", example("faulty.json").display()).repeat(200),
    );
    let output = shell(&script).output().await.unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_full_disk_is_reported() {
    let script = format!(
        "'{}' check '{}' > /dev/full",
        env!("CARGO_BIN_EXE_certcentral"),
        example("new-professional.json").display(),
    );
    let output = shell(&script).output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: cannot write to standard output"), "{said}");
}

#[tokio::test]
#[cfg(unix)]
async fn a_pipe_with_a_name_is_read() {
    let script = format!(
        "cat '{}' | '{}' check /dev/stdin",
        example("new-professional.json").display(),
        env!("CARGO_BIN_EXE_certcentral"),
    );
    let output = shell(&script).output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
}
