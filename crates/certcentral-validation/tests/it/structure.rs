//! The structure of a text, which is checked before any rule.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::{Kind, Requirement};
use certcentral_validation::{Rules, Severity, check_json, read_json};
use serde_json::{Value, json};

use crate::orders::{TODAY, codes, existing, found, full, put, remove, report_on, report_on_text};

/// An order that has, or may have, the member at a path.
fn orders_with(path: &str) -> Value {
    if path == "/certificate/individual/id" {
        return existing();
    }
    let mut order = full();
    if path.starts_with("/order_validity/") {
        put(&mut order, path, json!(null));
    }
    order
}

#[test]
fn every_required_member_is_missed() {
    for row in Order::CATALOGUE.rows().iter().skip(1) {
        if !matches!(row.requirement, Requirement::Required) {
            continue;
        }
        let mut order = full();
        remove(&mut order, row.path).unwrap();
        let report = report_on(&order);
        assert_eq!(found(&report), [(row.path.to_owned(), "required")]);
        let violation = &report.violations()[0];
        assert!(violation.is_structural() && violation.is_missing(), "{}", row.path);
        assert_eq!(violation.severity(), Severity::Error);
    }
}

#[test]
fn members_of_a_missing_object_are_not_reported() {
    let mut order = full();
    remove(&mut order, "/certificate").unwrap();
    assert_eq!(found(&report_on(&order)), [("/certificate".into(), "required")]);
}

#[test]
fn optional_members_may_be_absent() {
    for row in Order::CATALOGUE.rows().iter().skip(1) {
        if !matches!(row.requirement, Requirement::Optional) {
            continue;
        }
        let mut order = orders_with(row.path);
        remove(&mut order, row.path);
        assert!(report_on(&order).is_valid(), "{}", row.path);
    }
}

#[test]
fn a_wrong_type_is_reported_at_every_member() {
    let values = [json!("x"), json!(true), json!(7), json!(1.5), json!([]), json!({})];
    for row in Order::CATALOGUE.rows() {
        for value in &values {
            let fits = match row.kind {
                Kind::Object => value.is_object(),
                Kind::Text => value.is_string(),
                Kind::Integer { .. } => value.is_u64(),
                Kind::Boolean | Kind::NullableBoolean => value.is_boolean(),
                _ => unreachable!(),
            };
            let mut order = orders_with(row.path);
            put(&mut order, row.path, value.clone());
            let report = report_on(&order);
            let here = found(&report).contains(&(row.path.to_owned(), "wrong_type"));
            assert_eq!(here, !fits, "{value} at {}: {report}", row.path);
            assert!(fits || read_json::<Order>(order.to_string().as_bytes(), TODAY).1.is_none());
        }
    }
}

#[test]
fn null_is_accepted_only_where_the_page_has_it() {
    for row in Order::CATALOGUE.rows().iter() {
        let mut order = orders_with(row.path);
        put(&mut order, row.path, json!(null));
        let report = report_on(&order);
        let here = found(&report).contains(&(row.path.to_owned(), "null"));
        assert_eq!(here, row.path != "/credit_card/save_credit_card", "{}: {report}", row.path);
    }
}

#[test]
fn an_array_in_place_of_an_object_is_reported() {
    let mut order = full();
    put(&mut order, "/order_validity", json!([]));
    assert_eq!(codes(&report_on_text(&order.to_string())), ["wrong_type"]);
    assert!(read_json::<Order>(order.to_string().as_bytes(), TODAY).1.is_none());
}

#[test]
fn numbers_that_are_not_integers_are_reported() {
    for number in ["1.0", "1e0", "1E2", "-1.0", "1.5", "0.0", "1e400"] {
        let text = full().to_string().replace(r#""years":1"#, &format!(r#""years":{number}"#));
        assert_eq!(codes(&report_on_text(&text)), ["wrong_type"], "{number}");
    }
    for number in ["-1", "-0", "4294967296", "99999999999999999999999999"] {
        let text = full().to_string().replace(r#""years":1"#, &format!(r#""years":{number}"#));
        let report = report_on_text(&text);
        assert_eq!(codes(&report), ["years_range"], "{number}");
        // The model cannot hold it, even if the rules are bypassed.
        assert!(report.violations()[0].is_structural());
        assert!(read_json::<Order>(text.as_bytes(), TODAY).1.is_none());
    }
    let text = full().to_string().replace(r#""years":1"#, r#""years":4294967295"#);
    let (report, order) = read_json::<Order>(text.as_bytes(), TODAY);
    assert_eq!(codes(&report), ["years_range"]);
    assert_eq!(order.unwrap().order_validity.unwrap().years, Some(u32::MAX));
}

#[test]
fn an_unknown_member_is_reported_in_every_object() {
    for row in Order::CATALOGUE.rows() {
        if row.kind != Kind::Object {
            continue;
        }
        let mut order = full();
        let path = format!("{}/colour", row.path);
        put(&mut order, &path, json!({ "deep": ["red"] }));
        let report = report_on(&order);
        assert_eq!(found(&report), [(path, "unknown_member")]);
        assert!(report.violations()[0].is_structural());
    }
}

#[test]
fn names_of_members_must_match_exactly() {
    for name in ["Certificate", "certificate ", "", "certificate/individual", "~", "payment-method"]
    {
        let mut order = full();
        order.as_object_mut().unwrap().insert(name.into(), json!(1));
        let path = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        assert_eq!(found(&report_on(&order)), [(path, "unknown_member")]);
    }
}

#[test]
fn a_member_given_twice_is_reported() {
    for (once, twice, path) in [
        (
            r#""csa_agreed_to":true"#,
            r#""csa_agreed_to":true,"csa_agreed_to":true"#,
            "/csa_agreed_to",
        ),
        (r#""cvv":"123""#, r#""cvv":"123","cvv":"1234""#, "/credit_card/cvv"),
        (r#""years":1"#, r#""years":1,"\u0079ears":2"#, "/order_validity/years"),
        (
            r#""order_validity":{"#,
            r#""order_validity":{"years":9,"x":1},"order_validity":{"#,
            "/order_validity",
        ),
    ] {
        let text = full().to_string().replace(once, twice);
        let report = report_on_text(&text);
        let violation = report.into_iter().find(|v| v.code() == "duplicate_member").unwrap();
        assert_eq!(violation.path(), path);
        assert!(violation.is_structural());
        assert!(read_json::<Order>(text.as_bytes(), TODAY).1.is_none());
    }
}

#[test]
fn escaped_names_and_values_are_what_they_stand_for() {
    let text = full().to_string().replace(
        r#""city":"Amsterdam""#,
        r#""\u0063ity":"\u0041msterd\u00e4m \ud83d\ude00 \"\\\/\n\r\t""#,
    );
    let (report, order) = read_json::<Order>(text.as_bytes(), TODAY);
    // It ends with a tab.
    assert_eq!(codes(&report), ["surrounding_blanks"; 3]);
    assert_eq!(report_on_text(&text.replace("\\t", "\\b\\f")).errors().count(), 3);
    let city = order.unwrap().ship_info.unwrap().city;
    assert_eq!(city, "Amsterd\u{e4}m \u{1f600} \"\\/\n\r\t");

    let text = full().to_string().replace("4111111111111111", r"411\u0031111111111111");
    assert!(report_on_text(&text).is_clean());
}

#[test]
fn half_of_a_surrogate_pair_is_reported() {
    for escape in [r"\ud83d", r"\ude00", r"\ud83dx", r"\ud83d\n", r"\ud83d\ud83d", r"\ude00\ud83d"]
    {
        let text = full().to_string().replace("Noord-Holland", escape);
        assert_eq!(codes(&report_on_text(&text)), ["invalid_escape"; 3], "{escape}");
        assert!(read_json::<Order>(text.as_bytes(), TODAY).1.is_none());
        assert!(serde_json::from_str::<Order>(&text).is_err());

        let text = full().to_string().replace("csa_agreed_to", escape);
        assert_eq!(codes(&report_on_text(&text)), ["required", "unknown_member"], "{escape}");
    }
}

#[test]
fn a_text_that_is_not_an_order_is_reported() {
    for text in ["null", "true", "7", "\"x\"", "[]", "[{}]"] {
        let report = report_on_text(text);
        assert_eq!(report.violations().len(), 1, "{report}");
        assert_eq!(report.violations()[0].path(), "");
    }
    assert_eq!(codes(&report_on_text("{}")), ["required"; 4]);
    for text in ["", " \n", "{", "{]", "nul", "{\"a\":}", "{} {}", "{'a':1}", "\u{feff}\u{feff}{}"]
    {
        let report = report_on_text(text);
        assert_eq!(codes(&report), ["invalid_json"], "{text:?}");
        assert_eq!(report.violations()[0].path(), "");
        assert!(read_json::<Order>(text.as_bytes(), TODAY).1.is_none());
    }
    for bytes in [&b"\xff\xfe{\0}\0"[..], b"{\"a\":\"\xe9\"}", b"\x80", b"\xED\xA0\x80"] {
        let report = check_json::<Order>(bytes, TODAY);
        assert_eq!(codes(&report), ["not_utf8"]);
        assert!(read_json::<Order>(bytes, TODAY).1.is_none());
    }
}

#[test]
fn a_placeholder_is_the_only_fault_of_its_member() {
    for row in Order::CATALOGUE.rows().iter().skip(1) {
        for text in ["<fill in>", "‹fill in›", "<>", "<fenna@example.com>", "<a> and <b>"] {
            let mut order = orders_with(row.path);
            put(&mut order, row.path, json!(text));
            let report = report_on(&order);
            let here = report.into_iter().filter(|violation| violation.path() == row.path);
            let codes: Vec<_> = here.map(certcentral_validation::Violation::code).collect();
            assert_eq!(codes, ["placeholder"], "{text} at {}", row.path);
            assert!(!report.is_valid());
            let is_read = read_json::<Order>(order.to_string().as_bytes(), TODAY).1.is_some();
            assert_eq!(is_read, row.kind == Kind::Text, "{}", row.path);
        }
        for text in ["<x", "x>", "a <b>", "<b> c"] {
            let mut order = orders_with(row.path);
            put(&mut order, row.path, json!(text));
            assert!(!codes(&report_on(&order)).contains(&"placeholder"), "{text}");
        }
    }
    let message = |path: &str| {
        let report = report_on(&crate::orders::with(path, json!("<x>")));
        report.violations()[0].message().to_owned()
    };
    assert_eq!(message("/ship_info/name"), "is a placeholder: fill it in");
    assert_eq!(
        message("/order_validity/years"),
        "is a placeholder: fill it in, or leave the member out"
    );
}

#[test]
fn the_address_of_a_schema_is_read_and_dropped() {
    let order = full().to_string();
    let (_, inner) = order.split_once('{').unwrap();
    let address = r#""$schema": "https://example.com/order-request.schema.json""#;
    let (start, _) = order.rsplit_once('}').unwrap();
    let middle =
        order.replacen(r#""csa_agreed_to""#, &format!(r#"{address} , "csa_agreed_to""#), 1);
    for text in [format!("{{{address},{inner}"), format!("{start}\n,{address} }}"), middle] {
        let (report, read) = read_json::<Order>(text.as_bytes(), TODAY);
        assert!(report.is_clean(), "{report}");
        let read = read.unwrap();
        assert!(read == serde_json::from_str(&order).unwrap());
        assert!(!serde_json::to_string(&read).unwrap().contains("$schema"));
    }
    let (report, read) = read_json::<Order>(format!("{{{address}}}").as_bytes(), TODAY);
    assert_eq!(codes(&report), ["required"; 4]);
    assert!(read.is_none());

    let twice = format!("{{{address},{address},{inner}");
    assert_eq!(found(&report_on_text(&twice)), [("/$schema".into(), "duplicate_member")]);
    for wrong in ["7", "null", "{}", "true"] {
        let text = format!("{{\"$schema\":{wrong},{inner}");
        assert_eq!(found(&report_on_text(&text)), [("/$schema".into(), "wrong_type")]);
    }
    let within =
        order.replacen(r#""signature_hash""#, &format!(r#"{address},"signature_hash""#), 1);
    assert_eq!(
        found(&report_on_text(&within)),
        [("/certificate/$schema".into(), "unknown_member")]
    );
}
