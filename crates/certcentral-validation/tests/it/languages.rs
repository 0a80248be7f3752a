//! Violations as data and in Dutch, and members that are checked alone.

use std::collections::BTreeSet;

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Language, Rules, Violation, check_json, check_member};
use serde_json::{Value, json};

use crate::damage::{Damage, damages};
use crate::orders::{TODAY, codes, full, put, remove, report_on, with};

fn violation_at(path: &str, value: Value) -> Violation {
    let report = report_on(&with(path, value));
    report.into_iter().find(|it| it.path() == path).unwrap().clone()
}

fn dutch_at(path: &str, value: Value) -> String {
    violation_at(path, value).text(Language::Dutch).into_owned()
}

#[test]
fn every_code_has_a_dutch_text_of_its_own() {
    let mut seen = BTreeSet::new();
    let mut orders: Vec<Value> = damages(Order::CATALOGUE, TODAY)
        .into_iter()
        .map(|damage| {
            let mut order = full();
            damage.apply(&mut order);
            order
        })
        .collect();
    for validity in [
        json!({ "custom_expiration_date": "09 DEC 2026", "years": 1 }),
        json!({ "days": 30, "years": 1 }),
    ] {
        orders.push(with("/order_validity", validity));
    }
    let mut paid = with("/credit_card/expiration_year", json!("2020"));
    orders.push(paid.clone());
    put(&mut paid, "/credit_card/expiration_year", json!("2099"));
    orders.push(paid);
    let texts = orders.iter().map(Value::to_string).chain([
        r#"{"csa_agreed_to":true,"csa_agreed_to":true,"payment_method":"\ud800"}"#.to_owned(),
        "{".to_owned(),
    ]);
    let mut reports: Vec<_> =
        texts.map(|text| check_json::<Order>(text.as_bytes(), TODAY)).collect();
    reports.push(check_json::<Order>(b"\xff", TODAY));
    for violation in reports.iter().flatten() {
        let dutch = violation.text(Language::Dutch);
        assert_ne!(
            dutch,
            violation.message(),
            "{}: add its Dutch text to certcentral-validation/src/catalogue/dutch.rs",
            violation.code()
        );
        assert!(!dutch.contains("{}") && !dutch.contains("  "), "{dutch}");
        assert_eq!(violation.text(Language::English), violation.message());
        seen.insert(violation.code());
    }
    let mut all = Order::CATALOGUE.codes();
    // The model refuses nothing that the catalogue lets through.
    all.remove("unreadable");
    assert_eq!(seen, all);
}

#[test]
fn dutch_names_what_english_names() {
    let title = "/certificate/individual/professional_title";
    assert_eq!(
        dutch_at(title, json!("notaris")),
        "`notaris` is geen toegestane waarde; bedoelt u `Notaris`?"
    );
    assert_eq!(
        dutch_at("/payment_method", json!("iDEAL")),
        "`iDEAL` is geen toegestane waarde: vul `balance`, `profile` of `card` in"
    );
    assert!(dutch_at("/ship_info/country", json!("UK")).ends_with("; bedoelt u `GB`?"));
    assert_eq!(
        dutch_at("/ship_info/city", json!("Amster\u{200b}dam")),
        "bevat een onzichtbaar teken, U+200B: verwijder het, of typ een spatie"
    );
    let telephone = dutch_at("/certificate/individual/telephone", json!("+31\u{2011}20"));
    assert!(telephone.ends_with("; het bevat U+2011"), "{telephone}");
    assert_eq!(
        dutch_at("/order_validity/days", json!("30")),
        "moet een geheel getal zonder aanhalingstekens zijn"
    );
    assert!(dutch_at("/ship_info/methode", json!("x")).ends_with("; bedoelt u `method`?"));
}

#[test]
fn what_a_violation_is_about_is_data() {
    let days = violation_at("/order_validity/days", json!(400));
    assert_eq!((days.params().min, days.params().max), (Some(1), Some(397)));
    let name = violation_at("/certificate/individual/last_name", json!("x".repeat(65)));
    assert_eq!((name.params().min, name.params().max), (None, Some(64)));
    let method = violation_at("/ship_info/method", json!("Standard"));
    assert_eq!(
        serde_json::to_value(method.params()).unwrap(),
        json!({ "values": ["STANDARD", "EXPEDITED"], "suggestion": "STANDARD", "found": "Standard" })
    );
    let city = violation_at("/ship_info/city", json!("x\u{7}"));
    assert_eq!(serde_json::to_value(city.params()).unwrap(), json!({ "character": "\u{7}" }));
    // What may not be shown is not there either.
    for (path, value) in [("/payment_method", "4111111111111111"), ("/credit_card/cvv", "33a")] {
        let violation = violation_at(path, json!(value));
        assert_eq!(violation.params().found, None);
    }
}

/// A member alone is judged as it is within an order, but for the rules between members.
#[test]
fn a_member_alone_is_judged_as_within_its_order() {
    let catalogue = Order::CATALOGUE;
    let between: BTreeSet<_> = catalogue.cross_rules().iter().map(|rule| rule.code).collect();
    let mut wrong = 0;
    for damage in damages(catalogue, TODAY) {
        let Damage::Set(path, value) = damage else { continue };
        if path.is_empty() {
            continue;
        }
        let alone = check_member::<Order>(&path, &value, TODAY);
        if catalogue.row(&path).is_none() {
            assert_eq!(alone[0].code(), "unknown_member");
            continue;
        }
        let within = |it: &&Violation| {
            it.path()
                .strip_prefix(&path)
                .is_some_and(|rest| matches!(rest.as_bytes(), [] | [b'/', ..]))
                && !between.contains(it.code())
        };
        let mut order = full();
        if path.ends_with("/id") {
            put(&mut order, "/certificate/individual", json!({}));
        }
        put(&mut order, &path, value.clone());
        let report = report_on(&order);
        let said = |it: &Violation| (it.path().to_owned(), it.code(), it.message().to_owned());
        let expected: Vec<_> = report.into_iter().filter(within).map(said).collect();
        assert_eq!(alone.iter().map(said).collect::<Vec<_>>(), expected, "{value} at {path}");
        assert!(alone.iter().all(|it| it.span().is_none() && it.position().is_none()));
        wrong += usize::from(!alone.is_empty());
    }
    assert!(wrong > 500, "{wrong}");
}

#[test]
fn a_report_is_a_problem_document() {
    let mut order = with("/certificate/individual/email", json!("fenna"));
    put(&mut order, "/csa_agreed_to", json!(false));
    remove(&mut order, "/billing_address");
    order.as_object_mut().unwrap().insert("na am/é".into(), json!(1));
    let report = report_on(&order);
    assert!(codes(&report).contains(&"csa_not_agreed"));
    let problem = report.to_problem(Language::English);
    assert_eq!(problem["status"], 422);
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.len(), report.errors().count());
    assert_eq!(
        errors[0],
        json!({
            "pointer": "#/certificate/individual/email",
            "detail": "is not an email address: write it as name@example.com",
            "code": "email"
        })
    );
    assert_eq!(errors[2]["pointer"], "#/na%20am~1%C3%A9");
    let dutch = report.to_problem(Language::Dutch);
    assert_eq!(dutch["errors"][1]["detail"], "ontbreekt en is hier verplicht");
}
