//! What must not be in a journal: secrets never, personal data only while it is needed.

use std::fs;
use std::path::Path;

use certcentral_sandbox::{Fault, Sandbox};

use super::{Folder, batch, client_of, email, key_of, line};

const CARD: &str = "4111111111111111";
const CVV: &str = "7391";

/// Everything in the folder but the file of orders: the journal, and what is beside it.
fn journal_bytes(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap() != "orders.jsonl" {
            bytes.extend(fs::read(path).unwrap());
        }
    }
    bytes
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Four digits are in some time or other; alone they are a card's code.
fn contains_alone(bytes: &[u8], digits: &str) -> bool {
    let length = digits.len();
    bytes.windows(length + 2).any(|window| {
        window[1..=length] == *digits.as_bytes()
            && !window[0].is_ascii_digit()
            && !window[length + 1].is_ascii_digit()
    })
}

/// A line whose order is paid by card.
fn card_line(number: u64) -> String {
    line(number).trim_end().trim_end_matches('}').replace(
        "\"payment_method\":\"balance\"",
        &format!(
            r#""payment_method":"card","credit_card":{{"number":"{CARD}","expiration_month":"12","expiration_year":"2030","cvv":"{CVV}","cardholder_name":"Fenna Voorbeeld","set_as_default":"0"}},"billing_address":{{"address":"Voorbeeldgracht 1","city":"Amsterdam","country":"NL"}}"#
        ),
    ) + "}}\n"
}

#[tokio::test]
async fn a_journal_holds_no_secret_and_names_only_while_they_are_needed() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = Folder::new();
    let text: String = (1..=6).map(card_line).collect();
    let file = folder.write("orders.jsonl", &text);
    let client = client_of(&sandbox).build();
    sandbox.fail_next_order("close-before-answer:placed".parse::<Fault>().unwrap());
    sandbox.fail_next_order("status-400".parse::<Fault>().unwrap());
    let mut while_running = Vec::new();
    let report = batch(&folder, &file, &sandbox)
        .run(
            &client,
            &key_of(&sandbox),
            &super::RunOptions::new(),
            &super::StopSwitch::new(),
            |_| while_running.extend(journal_bytes(folder.0.path())),
        )
        .await
        .unwrap();
    let after_run = journal_bytes(folder.0.path());
    let mut journal = report.journal;
    let options = super::resolve_all();
    journal.resolve(&client, &key_of(&sandbox), &options).await.unwrap();
    let after_resolve = journal_bytes(folder.0.path());
    drop(journal);
    let closed = journal_bytes(folder.0.path());

    for bytes in [&while_running, &after_run, &after_resolve, &closed] {
        for secret in [CARD, sandbox.api_key()] {
            assert!(!contains(bytes, secret), "{secret}");
        }
        assert!(!contains_alone(bytes, CVV));
        assert!(!contains(bytes, "+31 20") && !contains(bytes, "Voorbeeldgracht"));
    }
    assert!(contains(&while_running, &email(1)), "else an unknown order could not be found");
    assert!(contains(&after_run, &email(1)) && contains(&after_run, "Fenna"));
    for number in 2..=6 {
        assert!(!contains(&after_run, &email(number)), "row {number} has ended");
    }
    for bytes in [&after_resolve, &closed] {
        assert!(!contains(bytes, "@example.com") && !contains(bytes, "Fenna"));
    }
}

#[test]
fn a_file_at_fault_leaves_no_name_behind() {
    let folder = Folder::new();
    let text = card_line(1) + &card_line(2).replace("+31", "");
    let file = folder.write("orders.jsonl", &text);
    let (checked, reports) = super::check(
        folder.journal(),
        certcentral_batch::OrderFile::open(&file).unwrap(),
        "https://example.com",
        &certcentral_batch::CheckOptions::new(super::TODAY).skip_invalid(),
    );
    let bytes = journal_bytes(folder.0.path());
    assert!(!contains(&bytes, CARD) && !contains(&bytes, "@example.com"));
    let shown = format!("{checked:?} {reports:?}");
    assert!(!shown.contains(CARD) && !shown.contains("@example.com") && !shown.contains(CVV));
}
