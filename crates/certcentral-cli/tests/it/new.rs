//! `certcentral new`: placeholders that `check` names one by one, and an order once they are filled.

use serde_json::{Value, json};

use crate::program::{Desk, certcentral};

/// What a user fills in.
fn filled(pointer: &str) -> Value {
    let text = match pointer.rsplit('/').next().unwrap() {
        "csa_agreed_to" => return json!(true),
        "first_name" => "Fenna",
        "last_name" => "de Wit",
        "name" | "cardholder_name" => "Fenna de Wit",
        "email" => "fenna.dewit@example.com",
        "telephone" => "+31 20 555 0100",
        "country" => "NL",
        "state" => "Noord-Holland",
        "city" => "Amsterdam",
        "zip" => "1015 AA",
        "addr1" | "address" => "Voorbeeldgracht 1",
        "addr2" => "",
        "professional_title" => "Notaris",
        "method" => "STANDARD",
        "payment_method" => "balance",
        "number" => "4111111111111111",
        "expiration_month" => "12",
        "expiration_year" => "2030",
        "cvv" => "123",
        "set_as_default" => "0",
        other => panic!("what is {other}?"),
    };
    text.into()
}

/// Fills in every placeholder, and gives the pointers of those that there were.
fn fill(value: &mut Value, pointer: &str, placeholders: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                fill(value, &format!("{pointer}/{name}"), placeholders);
            }
        }
        Value::String(text) if text.starts_with('<') => {
            assert!(text.ends_with('>'), "{text}");
            placeholders.push(pointer.into());
            *value = filled(pointer);
        }
        _ => {}
    }
}

#[tokio::test]
async fn placeholders_are_named_one_by_one_and_an_order_is_valid_once_they_are_filled() {
    let desk = Desk::new();
    for arguments in [
        &["new"][..],
        &["new", "--existing", "21"],
        &["new", "--card"],
        &["new", "--existing", "21", "--card"],
    ] {
        let ran = certcentral(arguments).run().await.exits(0);
        assert_eq!(ran.stderr, "");
        let file = desk.write("new.json", &ran.stdout);
        let mut order: Value = serde_json::from_str(&ran.stdout).unwrap();
        let mut placeholders = Vec::new();
        fill(&mut order, "", &mut placeholders);

        let report = certcentral(["check", "--format", "json"]).arg(&file).run().await.exits(1);
        let named: Vec<Value> = report.json()["violations"].as_array().unwrap().clone();
        let mut paths: Vec<&str> =
            named.iter().map(|violation| violation["path"].as_str().unwrap()).collect();
        paths.sort_unstable();
        placeholders.sort_unstable();
        assert_eq!(paths, placeholders, "each is named once, and nothing else");
        for violation in &named {
            assert_eq!(violation["code"], "placeholder", "{violation}");
        }

        let file = desk.write("new.json", order.to_string());
        certcentral(["check", "--strict", "--today", "2026-06-01"]).arg(&file).run().await.exits(0);
    }
}

#[tokio::test]
async fn only_what_has_one_allowed_value_is_filled_in() {
    let ran = certcentral(["new"]).run().await.exits(0);
    let mut order: Value = serde_json::from_str(&ran.stdout).unwrap();
    let mut placeholders = Vec::new();
    fill(&mut order, "", &mut placeholders);
    for asked in ["/csa_agreed_to", "/payment_method", "/ship_info/method"] {
        assert!(placeholders.iter().any(|pointer| pointer == asked), "{asked}: {}", ran.stdout);
    }
    assert!(ran.stdout.contains("\"provisioning_method\": \"qscd\""), "{}", ran.stdout);
}

#[tokio::test]
async fn a_sheet_has_a_column_a_member_and_one_row() {
    let ran = certcentral(["new", "--csv"]).run().await.exits(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.stdout);
    let columns: Vec<&str> = lines[0].split(',').collect();
    for column in ["certificate.individual.email", "csa_agreed_to", "ship_info.country"] {
        assert!(columns.contains(&column), "{columns:?}");
    }
    // Commas within quotes separate nothing.
    let outside: String = lines[1].split('"').step_by(2).collect();
    assert_eq!(outside.matches(',').count() + 1, columns.len(), "{}", lines[1]);
    assert!(lines[1].contains("<true or false: "), "each row has its own consent: {}", lines[1]);
}
