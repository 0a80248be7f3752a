//! What is found in a file before the first order leaves.

use certcentral_batch::{CheckOptions, Checked, Defaults, OrderFile, OrderFileError};

use super::{DEFAULTS, Folder, RowReport, TODAY, check, defaults, line, ready, rows};

/// Checks a text, and says what is wrong with it, a line a fault.
fn faults_of(text: &str, options: &CheckOptions) -> Vec<String> {
    let folder = Folder::new();
    let file = OrderFile::open(&folder.write("orders.jsonl", text)).unwrap();
    let (checked, reports) = check(file, options);
    drop(checked);
    lines(&reports)
}

fn lines(reports: &[RowReport]) -> Vec<String> {
    reports
        .iter()
        .flat_map(|report| {
            report.violations.iter().map(move |violation| {
                let position = violation.position().map_or_else(String::new, |at| format!("{at} "));
                format!("{} {} {position}{violation}", report.row, report.reference)
            })
        })
        .collect()
}

fn plain() -> CheckOptions {
    CheckOptions::new(TODAY)
}

#[test]
fn every_faulty_row_is_reported_with_its_place_in_the_file() {
    let text = line(1)
        + "\n"
        + &line(2).replace("Notaris", "notaris").replace("+31", "31")
        + "{\"no\": \"json\"\n"
        + &line(5).replace("\"order\"", "\"ordre\"");
    let faults = faults_of(&text, &plain());
    assert!(faults[0].starts_with("3 R-2 3:2"), "{faults:#?}");
    assert!(faults[0].contains("telephone"), "{faults:#?}");
    assert!(faults[1].contains("Notaris"), "{faults:#?}");
    assert!(faults[2].starts_with("4 4 4:"), "{faults:#?}");
    assert!(faults[3].starts_with("5 R-5 5:20 "), "{faults:#?}");
    assert_eq!(faults.len(), 5, "{faults:#?}");
}

#[test]
fn a_file_with_errors_is_not_sent_and_nothing_is_written_beside_it() {
    let folder = Folder::new();
    let file = folder.write("orders.jsonl", &(line(1) + &line(2).replace("+31", "")));
    let (checked, _) = check(OrderFile::open(&file).unwrap(), &plain());
    assert!(matches!(checked, Checked::AtFault(faults) if faults.rows == 2 && faults.faulty == 1));
    let left: Vec<_> = std::fs::read_dir(folder.0.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn rows_with_errors_are_passed_over_when_asked_and_rows_can_be_named() {
    let folder = Folder::new();
    let file = folder.write("orders.jsonl", &(line(1) + &line(2).replace("+31", "") + &line(3)));
    let open = || OrderFile::open(&file).unwrap();
    let (checked, reports) = check(open(), &plain().skip_invalid());
    let batch = ready(checked);
    assert_eq!((reports.len(), batch.faults().faulty), (1, 1));
    assert_eq!(rows(&batch), ["R-1", "R-3"]);
    let named = plain().skip_invalid().only(["R-3".to_owned()]);
    assert_eq!(rows(&ready(check(open(), &named).0)), ["R-3"]);
    for missing in ["R-2", "R-9", "3"] {
        let options = plain().skip_invalid().only([missing.to_owned()]);
        let error = super::Batch::check(open(), &options, |_| {}).unwrap_err();
        assert!(error.to_string().contains(missing), "{error}");
    }
}

#[test]
fn a_reference_is_unique_and_by_default_the_line() {
    let plain_order = |number| {
        let line = line(number);
        let order = line.split_once("\"order\":").unwrap().1.trim_end();
        order[..order.len() - 1].to_owned() + "\n"
    };
    let folder = Folder::new();
    let file = folder.write("orders.jsonl", &(plain_order(1) + &line(2) + &plain_order(3)));
    let (checked, reports) = check(OrderFile::open(&file).unwrap(), &plain());
    assert_eq!(reports, []);
    assert_eq!(rows(&ready(checked)), ["1", "R-2", "3"]);

    let faults = faults_of(&(line(1) + &line(2).replace("R-2", "R-1")), &plain());
    assert_eq!(faults.len(), 1);
    assert!(faults[0].contains("of row 1 already"), "{faults:?}");
    for (reference, code) in [
        ("\" \"", "blank"),
        ("17", "wrong_type"),
        ("\"4111 1111 1111 1111\"", "reference_card_number"),
        ("\"a\\nb\"", "control_character"),
        ("\"x@example.com\"", "reference_email"),
    ] {
        let faults = faults_of(&line(1).replace("\"R-1\"", reference), &plain());
        assert!(faults.len() == 1 && faults[0].contains(code), "{reference}: {faults:?}");
        assert!(!faults[0].contains("4111"), "{faults:?}");
    }
}

#[test]
fn the_same_person_twice_is_an_error_and_a_shared_mailbox_a_warning() {
    let twice = line(1) + &line(1).replace("R-1", "R-2").replace("person-1@", "Person-1@");
    let faults = faults_of(&twice, &plain());
    assert_eq!(faults.len(), 1);
    assert!(faults[0].contains(" /certificate/individual: is for the same person as row 1"));
    assert!(!faults[0].contains("warning"), "{faults:?}");

    let shared = line(1) + &line(2).replace("person-2@", "person-1@");
    let faults = faults_of(&shared, &plain());
    assert!(faults.len() == 1 && faults[0].contains("warning: "), "{faults:?}");
    assert!(faults[0].contains("same_mailbox"), "{faults:?}");
    let folder = Folder::new();
    let file = OrderFile::open(&folder.write("orders.jsonl", &shared)).unwrap();
    assert!(matches!(check(file, &plain().strict()).0, Checked::AtFault(_)));

    let known = |id: u64| {
        line(id).split_once("\"individual\":{").map(|(start, rest)| {
            format!("{start}\"individual\":{{\"id\":21{}", &rest[rest.find('}').unwrap()..])
        })
    };
    let faults = faults_of(&(known(1).unwrap() + &known(2).unwrap()), &plain());
    assert!(faults.len() == 1 && faults[0].contains("same_person"), "{faults:?}");
}

#[test]
fn defaults_fill_in_what_lines_leave_out() {
    let text = r#"{"certificate":{"individual":{"first_name":"Fenna","last_name":"de Wit","email":"f@example.com","telephone":"+31 20 555 0100","state":"Utrecht","professional_title":"Notaris"}},"csa_agreed_to":true,"ship_info":{"name":"Fenna de Wit","addr1":"Voorbeeldgracht 1","addr2":"","city":"Utrecht","zip":"3511 AB"}}
{"certificate":{"individual":{"first_name":"Daan","last_name":"de Wit","email":"d@example.com","telephone":"020","state":"Utrecht","professional_title":"Notaris"}},"csa_agreed_to":"ja"}
"#;
    let folder = Folder::new();
    let file = folder.write("orders.jsonl", text);
    let file = OrderFile::open(&file).unwrap().with_defaults(defaults());
    let (_, reports) = check(file, &plain());
    let faults = lines(&reports);
    // Places are those of the file, not of the order that was filled in.
    let second = text.lines().nth(1).unwrap();
    let column = |piece: &str| second.find(piece).unwrap() + 1;
    assert!(faults[0].starts_with(&format!("2 2 2:{} ", column("\"020\""))), "{faults:#?}");
    assert!(faults[1].starts_with(&format!("2 2 2:{} ", column("\"ja\""))), "{faults:#?}");
    assert!(faults.iter().all(|fault| fault.starts_with("2 2 ")), "{faults:#?}");
}

#[test]
fn consent_cannot_be_a_default() {
    let with = |member: &str| DEFAULTS.replacen('{', &format!("{{{member},"), 1);
    let refused = |member: &str| Defaults::from_json(with(member).as_bytes()).unwrap_err();
    assert!(refused("\"csa_agreed_to\":true").to_string().contains("each holder agrees"));
    assert!(refused("\"paymnt_method\":\"x\"").to_string().contains("unknown_member"));
    assert!(refused("\"billing_address\":7").to_string().contains("wrong_type"));
    assert!(Defaults::from_json(b"[]").is_err());
    assert!(Defaults::from_json(b"no json").is_err());
}

#[test]
fn files_that_hold_no_orders_are_refused_with_a_sentence() {
    let folder = Folder::new();
    let refused = |bytes: &[u8]| {
        let path = folder.path("file");
        std::fs::write(&path, bytes).unwrap();
        OrderFile::open(&path).unwrap_err()
    };
    assert!(matches!(refused(b""), OrderFileError::Empty));
    assert!(matches!(refused(b"\n \n"), OrderFileError::Empty));
    assert!(matches!(refused(b"[{}]"), OrderFileError::JsonArray));
    assert!(matches!(refused(b"\xff\xfer\0e\0f\0"), OrderFileError::Utf16));
    assert!(matches!(refused(b"PK\x03\x04..."), OrderFileError::Workbook));
    assert!(matches!(OrderFile::open(folder.0.path()).unwrap_err(), OrderFileError::NotAFile));
    assert!(matches!(OrderFile::open(&folder.path("none")).unwrap_err(), OrderFileError::Read(_)));
}

#[test]
fn a_row_without_an_end_is_refused_before_it_fills_the_memory() {
    let folder = Folder::new();
    for text in [
        "email\n\"".to_owned() + &"x\n".repeat(800_000),
        "{\"reference\":\"".to_owned() + &"x".repeat(1_200_000),
    ] {
        let file = OrderFile::open(&folder.write("orders", &text)).unwrap();
        let error = super::Batch::check(file, &plain(), |_| {}).unwrap_err();
        assert!(error.to_string().contains("longer than 1 MiB"), "{error}");
    }
}
