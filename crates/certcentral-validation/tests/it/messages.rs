//! What messages show, and what they must not show.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Language, Report, check, check_json};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::orders::{TODAY, full, put, report_on, with};

fn message_at(path: &str, value: Value) -> String {
    let report = report_on(&with(path, value));
    let violation = report.into_iter().find(|violation| violation.path() == path);
    violation.unwrap_or_else(|| panic!("{path} is wrong: {report}")).message().to_owned()
}

#[test]
fn closed_sets_show_the_value_and_what_was_meant() {
    let title = "/certificate/individual/professional_title";
    for (written, meant) in [
        ("notaris", "Notaris"),
        ("Notariss", "Notaris"),
        ("NOTARIS", "Notaris"),
        ("Kandidaat notaris", "Kandidaat-notaris"),
        ("Hoofdbewaarder", "(Hoofd)bewaarder"),
        ("toegevoegd notaris", "Toegevoegd Notaris"),
        ("Toegevoegd Gerechtsdeurwaarder", "Toegevoegd gerechtsdeurwaarder"),
    ] {
        let expected = format!("`{written}` is not a supported value; did you mean `{meant}`?");
        assert_eq!(message_at(title, json!(written)), expected);
    }
    assert_eq!(
        message_at("/ship_info/method", json!("express")),
        "`express` is not a supported value: write `STANDARD` or `EXPEDITED`"
    );
    assert_eq!(
        message_at("/ship_info/method", json!("Standard")),
        "`Standard` is not a supported value: write `STANDARD` or `EXPEDITED`; did you mean \
         `STANDARD`?"
    );
    assert_eq!(
        message_at("/payment_method", json!("iDEAL")),
        "`iDEAL` is not a supported value: write `balance`, `profile` or `card`"
    );
    assert_eq!(
        message_at("/certificate/signature_hash", json!("SHA-256")),
        "`SHA-256` is not a supported value: write `sha256`"
    );
}

#[test]
fn countries_come_with_what_was_meant() {
    let message = message_at("/ship_info/country", json!("UK"));
    assert!(message.ends_with("did you mean GB?"), "{message}");
    let message = message_at("/certificate/individual/country", json!("Nederland"));
    assert!(message.ends_with("did you mean NL?"), "{message}");
    let message = message_at("/certificate/individual/country", json!("Fenna"));
    assert!(!message.contains("Fenna") && !message.contains("mean"), "{message}");
}

#[test]
fn unknown_members_come_with_what_was_meant() {
    for (written, meant) in
        [("methode", "method"), ("postal_code", ""), ("ZIP", "zip"), ("adr2", "addr2")]
    {
        let message = message_at(&format!("/ship_info/{written}"), json!("x"));
        match meant {
            "" => assert!(!message.contains("did you mean"), "{message}"),
            meant => assert!(message.ends_with(&format!("did you mean `{meant}`?")), "{message}"),
        }
    }
}

#[test]
fn types_come_with_a_hint() {
    assert_eq!(
        message_at("/ship_info/zip", json!(1015)),
        "must be a string, not a number: write it in quotes"
    );
    assert_eq!(
        message_at("/order_validity/days", json!("30")),
        "must be a whole number, not a string: write it without quotes"
    );
    assert_eq!(
        message_at("/csa_agreed_to", json!("yes")),
        "must be true or false, not a string: write true or false, without quotes"
    );
    assert_eq!(
        message_at("/csa_agreed_to", json!("true")),
        "must be true or false, not a string: write it without quotes"
    );
    assert_eq!(message_at("/csa_agreed_to", json!(1)), "must be true or false, not a number");
    assert_eq!(message_at("/ship_info/city", json!(true)), "must be a string, not a boolean");
    assert_eq!(
        message_at("/order_validity/days", json!("a month")),
        "must be a whole number, not a string"
    );
    assert_eq!(
        message_at("/ship_info", json!("Amsterdam")),
        "must be an object, not a string: write it in braces, with name, addr1, addr2, city, state, \
         zip, country and method"
    );
}

/// A caller who follows a message does not get another one about the same value.
#[test]
fn a_message_names_the_next_fault_of_the_same_value() {
    let flag = "/credit_card/set_as_default";
    for boolean in [true, false] {
        assert_eq!(
            message_at(flag, json!(boolean)),
            "must be a string, not a boolean: write \"1\" or \"0\", in quotes"
        );
    }
    assert_eq!(
        message_at(flag, json!(1)),
        "must be a string, not a number: write \"1\", in quotes"
    );
    assert_eq!(
        message_at("/credit_card/expiration_month", json!(1)),
        "must be a string, not a number: write it in quotes; then it must be two digits from 01 to \
         12"
    );
    assert_eq!(
        message_at("/order_validity/years", json!("4")),
        "must be a whole number, not a string: write it without quotes; then it must be 1, 2 or 3"
    );
    let message = message_at("/certificate/individual/telephone", json!(31_205_550_100_u64));
    assert!(message.contains("write it in quotes; then it is not a telephone number"), "{message}");
    let message = message_at("/payment_method", json!(true));
    assert!(
        message.ends_with("write \"balance\", \"profile\" or \"card\", in quotes"),
        "{message}"
    );
}

#[test]
fn invisible_characters_are_named() {
    for (path, value, named) in [
        ("/ship_info/city", "Amster\u{200b}dam", "U+200B"),
        ("/ship_info/city", "Amster\u{e0041}dam", "U+E0041"),
        ("/ship_info/city", "Amster\u{7}dam", "U+0007"),
        ("/ship_info/city", "Amster\u{85}dam", "U+0085"),
        ("/certificate/individual/email", "fenna\u{200b}@example.com", "U+200B"),
        ("/certificate/individual/email", "fenna@example.com\u{a0}", "U+00A0"),
        ("/certificate/individual/telephone", "+31\u{202f}20", "U+202F"),
        ("/certificate/individual/telephone", "+31\u{2011}20", "U+2011"),
        ("/certificate/individual/telephone", "+31\t20", "U+0009"),
    ] {
        let message = message_at(path, json!(value));
        assert!(message.starts_with(&format!("holds {named}")), "{message}");
    }
    assert_eq!(
        message_at("/certificate/individual/telephone", json!("++31 20 555 0100")),
        "has a second +: keep the one at the beginning"
    );
    assert_eq!(
        message_at("/certificate/individual/email", json!("fenna@example.com ")),
        "begins or ends with a blank: remove it"
    );
    assert_eq!(
        message_at("/credit_card/number", json!("0000000000000000")),
        "is made of zeros: write the number of the card"
    );
}

#[test]
fn the_message_of_a_missing_object_lists_its_members() {
    let missing = |path: &str| {
        let mut order = full();
        crate::orders::remove(&mut order, path).unwrap();
        report_on(&order).violations()[0].message().to_owned()
    };
    assert_eq!(
        missing("/certificate"),
        "is missing: it is required, an object with signature_hash, profile_option and individual"
    );
    assert_eq!(
        missing("/certificate/individual"),
        "is missing: it is required, an object with the id of an existing individual, or \
         first_name, last_name, email, telephone, country, state and professional_title of a new one"
    );
    assert_eq!(
        missing("/billing_address"),
        "is missing: it is required if payment_method is card, an object with address, city and \
         country"
    );
    let message = message_at("/certificate/individual", json!({}));
    assert!(
        message.contains("first_name, last_name, email, telephone, country, state"),
        "{message}"
    );
}

#[test]
fn long_values_and_values_with_many_digits_are_not_shown() {
    for value in [
        "4111111111111111",
        "4111-1111 1111",
        "notaris 123456",
        &"x".repeat(65),
        "a\u{1b}[31mb",
        "a\u{202e}b",
    ] {
        let message = message_at("/payment_method", json!(value));
        assert_eq!(message, "is not a supported value: write `balance`, `profile` or `card`");
        let mut order = full();
        order.as_object_mut().unwrap().insert(value.into(), json!(1));
        let report = report_on(&order);
        assert_eq!(report.violations()[0].path(), "/[name not shown]");
    }
    // A value without letters is not a misspelt word, and may be a cvv.
    assert!(!message_at("/payment_method", json!("123")).contains("123"));
    // A flag of the card is not shown either: it may be the value of another member.
    assert!(!message_at("/credit_card/set_as_default", json!("987")).contains("987"));
}

/// A report in every form that it can be shown in.
fn everything_said(report: &Report) -> String {
    let mut said = format!(
        "{report} {report:?} {report:#?} {} {}",
        serde_json::to_string(report).unwrap(),
        report.to_problem(Language::Dutch)
    );
    for violation in report {
        said.push_str(&format!(" {} {violation:?}", violation.text(Language::Dutch)));
    }
    said
}

/// Whether a text has six digits of a number in a row, whatever is between them.
fn leaks(said: &str, number: &str) -> bool {
    let digits: String = said.chars().filter(char::is_ascii_digit).collect();
    number.as_bytes().windows(6).any(|run| digits.contains(std::str::from_utf8(run).unwrap()))
}

#[test]
fn no_report_shows_personal_data() {
    let mut order = full();
    for (path, value) in [
        ("/certificate/individual/first_name", json!(" Dr. Zebedee ")),
        ("/certificate/individual/last_name", json!("Zebedee ".repeat(10))),
        ("/certificate/individual/email", json!("Zebedee")),
        ("/certificate/individual/telephone", json!("Zebedee")),
        ("/certificate/individual/country", json!("Zebedee")),
        ("/certificate/individual/city", json!(" Zebedee")),
        ("/ship_info/country", json!("Zebedee")),
        ("/ship_info/name", json!(" Zebedee")),
        ("/credit_card/cardholder_name", json!("Zebedee ")),
        ("/credit_card/expiration_month", json!("Zebedee")),
        ("/credit_card/number", json!("Zebedee")),
        ("/credit_card/cvv", json!("Zebedee")),
        ("/credit_card/set_as_default", json!("Zebedee")),
        ("/billing_address/city", json!(" Zebedee")),
    ] {
        put(&mut order, path, value);
    }
    let report = report_on(&order);
    assert!(report.violations().len() >= 14);
    assert!(!everything_said(&report).contains("Zebedee"), "{report}");
}

const NUMBER: &str = "5849302716483920";

fn a_secret() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(NUMBER.to_owned()),
        (0_usize..10).prop_map(|from| NUMBER[from..from + 6].to_owned()),
        Just(
            NUMBER
                .as_bytes()
                .chunks(4)
                .map(|part| std::str::from_utf8(part).unwrap())
                .collect::<Vec<_>>()
                .join(" ")
        ),
        Just(NUMBER.chars().map(|digit| format!("{digit}-")).collect()),
        "\\PC{0,8}".prop_map(|noise| format!("{noise}{NUMBER}{noise}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Wherever a card number is, as a value or as a name, a report has no part of it.
    #[test]
    fn no_report_holds_a_piece_of_a_card_number(
        row in 1..46_usize,
        secret in a_secret(),
        as_name: bool,
        as_number: bool,
    ) {
        use certcentral_validation::Rules;
        let path = Order::CATALOGUE.rows()[row].path;
        let mut order = full();
        let value = if as_number { json!(5_849_302_716_483_920_u64) } else { json!(secret) };
        if as_name {
            let object = path.rsplit_once('/').unwrap().0;
            order.pointer_mut(object).unwrap().as_object_mut().unwrap().insert(secret, value);
        } else {
            put(&mut order, path, value);
        }
        let text = order.to_string();
        let report = check_json::<Order>(text.as_bytes(), TODAY);
        prop_assert!(!leaks(&everything_said(&report), NUMBER), "{}", report);
        if let Ok(order) = serde_json::from_str::<Order>(&text) {
            prop_assert!(!leaks(&everything_said(&check(&order, TODAY)), NUMBER));
        }
    }

    /// Neither has the report on a text that is cut or changed somewhere.
    #[test]
    fn no_report_on_broken_json_holds_a_piece_of_a_card_number(at in 0..1000_usize, byte: u8) {
        let mut text = with("/credit_card/number", json!(NUMBER)).to_string().into_bytes();
        let at = at % text.len();
        text[at] = byte;
        prop_assert!(!leaks(&everything_said(&check_json::<Order>(&text, TODAY)), NUMBER));
        text.truncate(at);
        prop_assert!(!leaks(&everything_said(&check_json::<Order>(&text, TODAY)), NUMBER));
    }
}
