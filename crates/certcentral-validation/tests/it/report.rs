//! A report as people and programs read it.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Rules, Severity, check, check_json};
use serde_json::{Value, json};

use crate::orders::{TODAY, found, full, put, remove, report_on, with};

#[test]
fn violations_come_in_the_order_of_the_page() {
    // The text has its members the other way round, which does not matter.
    let mut order = full();
    for row in Order::CATALOGUE.rows().iter().skip(1) {
        if order.pointer(row.path).is_some_and(|value| !value.is_object()) {
            put(&mut order, row.path, json!([]));
        }
    }
    put(&mut order, "/zzz", json!(1));
    put(&mut order, "/certificate/aaa", json!(1));
    remove(&mut order, "/billing_address/city").unwrap();
    let report = report_on(&order);
    let paths: Vec<_> = found(&report).into_iter().map(|(path, _)| path).collect();
    // What the page does not have comes last.
    let rank = |path: &str| Order::CATALOGUE.row(path).unwrap_or(usize::MAX);
    assert!(paths.is_sorted_by_key(|path| rank(path)), "{paths:#?}");
    assert!(paths.ends_with(&["/certificate/aaa".into(), "/zzz".into()]), "{paths:#?}");
    assert!(paths.len() > 35);

    let reversed = reverse(&order);
    let again = check_json::<Order>(reversed.as_bytes(), TODAY);
    let known = |report| {
        let mut found = found(report);
        found.retain(|(_, code)| *code != "unknown_member");
        found
    };
    assert_eq!(known(&again), known(&report));
}

#[test]
fn unknown_members_come_in_the_order_of_the_file() {
    let text = r#"{
        "first": 1,
        "payment_method": "balance",
        "second": {},
        "certificate": { "third": 1, "individual": { "fourth": 1, "id": 21 }, "fifth": [] },
        "sixth": null
    }"#;
    let report = crate::orders::report_on_text(text);
    let unknown = report.into_iter().filter(|violation| violation.code() == "unknown_member");
    let paths: Vec<_> = unknown.map(|violation| violation.path().to_owned()).collect();
    assert_eq!(
        paths,
        [
            "/first",
            "/second",
            "/certificate/third",
            "/certificate/individual/fourth",
            "/certificate/fifth",
            "/sixth",
        ]
    );
}

/// The same object with its members from the last to the first.
fn reverse(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{}:{}", json!(name), reverse(value)))
                .collect();
            members.reverse();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}

#[test]
fn all_faults_are_in_one_report() {
    let mut order = full();
    put(&mut order, "/certificate/signature_hash", json!("sha1"));
    put(&mut order, "/certificate/individual/email", json!(7));
    put(&mut order, "/csa_agreed_to", json!(false));
    put(&mut order, "/colour", json!("red"));
    remove(&mut order, "/ship_info/addr2").unwrap();
    remove(&mut order, "/billing_address").unwrap();
    assert_eq!(
        found(&report_on(&order)),
        [
            ("/certificate/signature_hash".to_owned(), "unsupported_value"),
            ("/certificate/individual/email".to_owned(), "wrong_type"),
            ("/csa_agreed_to".to_owned(), "csa_not_agreed"),
            ("/ship_info/addr2".to_owned(), "required"),
            ("/billing_address".to_owned(), "required"),
            ("/colour".to_owned(), "unknown_member"),
        ]
    );
}

#[test]
fn warnings_do_not_make_an_order_invalid() {
    let report = report_on(&with("/csa_agreed_to", json!(false)));
    assert!(report.is_valid() && !report.is_clean());
    assert_eq!((report.errors().count(), report.warnings().count()), (0, 1));
    assert_eq!(report.violations()[0].severity(), Severity::Warning);

    let report = report_on(&with("/csa_agreed_to", json!("yes")));
    assert!(!report.is_valid() && !report.is_clean());
    assert_eq!((report.errors().count(), report.warnings().count()), (1, 0));
}

#[test]
fn a_violation_as_json_is_what_the_program_prints() {
    let text = with("/order_validity", json!({ "years": 4 })).to_string();
    let report = check_json::<Order>(text.as_bytes(), TODAY);
    let column = text.find("\"years\":4").unwrap() + "\"years\":".len() + 1;
    assert_eq!(
        serde_json::to_value(&report).unwrap(),
        json!([{
            "path": "/order_validity/years",
            "code": "years_range",
            "severity": "error",
            "message": "must be 1, 2 or 3",
            "line": 1,
            "column": column,
        }])
    );
    let order: Order = serde_json::from_str(&text).unwrap();
    assert_eq!(
        serde_json::to_string(&check(&order, TODAY)).unwrap(),
        r#"[{"path":"/order_validity/years","code":"years_range","severity":"error","message":"must be 1, 2 or 3"}]"#
    );
    assert_eq!(
        check(&order, TODAY).to_string(),
        "/order_validity/years: must be 1, 2 or 3 [years_range]"
    );
}

#[test]
fn a_warning_is_shown_as_one() {
    let text = "\n".to_owned() + &with("/csa_agreed_to", json!(false)).to_string();
    let said = check_json::<Order>(text.as_bytes(), TODAY).to_string();
    assert!(said.starts_with("2:"), "{said}");
    assert!(said.contains(": warning: /csa_agreed_to: "), "{said}");
}

#[test]
fn missing_members_can_be_told_from_wrong_ones() {
    let mut order = full();
    remove(&mut order, "/ship_info/city").unwrap();
    put(&mut order, "/ship_info/state", json!(" "));
    put(&mut order, "/ship_info/zip", json!(7));
    put(&mut order, "/ship_info/method", json!("x"));
    let missing: Vec<_> =
        report_on(&order).into_iter().map(|v| (v.path().to_owned(), v.is_missing())).collect();
    assert_eq!(
        missing,
        [
            ("/ship_info/city".to_owned(), true),
            ("/ship_info/state".to_owned(), true),
            ("/ship_info/zip".to_owned(), false),
            ("/ship_info/method".to_owned(), false),
        ]
    );
}
