//! Lines, columns and spans, in every kind of text that editors write.

use std::fmt::Write as _;

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Position, Violation, check_json, read_json};
use serde_json::json;

use crate::orders::{TODAY, codes, full, report_on_text};

fn place(violation: &Violation) -> (usize, usize) {
    let Position { line, column } = violation.position().unwrap();
    (line, column)
}

const TEXT: &str = r#"{
  "csa_agreed_to": "ja",
  "payment_method": "balance", "colour": "red",
  "ship_info": { "zip": 1015 }
}"#;

#[test]
fn each_kind_of_violation_has_its_place() {
    let report = report_on_text(TEXT);
    let found: Vec<_> = report.into_iter().map(|v| (v.path(), v.code(), place(v))).collect();
    assert_eq!(
        found,
        [
            ("/certificate", "required", (1, 1)), // the object that lacks it
            ("/csa_agreed_to", "wrong_type", (2, 20)), // the value
            ("/provisioning_method", "required", (1, 1)),
            ("/ship_info/name", "required", (4, 16)),
            ("/ship_info/addr1", "required", (4, 16)),
            ("/ship_info/addr2", "required", (4, 16)),
            ("/ship_info/city", "required", (4, 16)),
            ("/ship_info/state", "required", (4, 16)),
            ("/ship_info/zip", "wrong_type", (4, 25)),
            ("/ship_info/country", "required", (4, 16)),
            ("/ship_info/method", "required", (4, 16)),
            ("/colour", "unknown_member", (3, 32)), // the name
        ]
    );
    for violation in &report {
        let span = &TEXT[violation.span().unwrap()];
        match violation.path() {
            "/csa_agreed_to" => assert_eq!(span, r#""ja""#),
            "/ship_info/zip" => assert_eq!(span, "1015"),
            "/colour" => assert_eq!(span, r#""colour""#),
            path if path.starts_with("/ship_info") => assert_eq!(span, r#"{ "zip": 1015 }"#),
            _ => assert_eq!(span, TEXT),
        }
    }
}

#[test]
fn positions_do_not_depend_on_line_breaks_and_a_byte_order_mark() {
    let windows = format!("\u{feff}{}", TEXT.replace('\n', "\r\n"));
    let (one, other) = (report_on_text(TEXT), report_on_text(&windows));
    assert_eq!(one.violations().len(), other.violations().len());
    for (one, other) in one.into_iter().zip(&other) {
        assert_eq!(
            (one.path(), one.code(), place(one)),
            (other.path(), other.code(), place(other))
        );
    }
    // Spans are those of the text as it was given.
    let zip = other.into_iter().find(|v| v.path() == "/ship_info/zip").unwrap();
    assert_eq!(&windows[zip.span().unwrap()], "1015");

    let good =
        format!("\u{feff}{}", serde_json::to_string_pretty(&full()).unwrap().replace('\n', "\r\n"));
    let (report, order) = read_json::<Order>(good.as_bytes(), TODAY);
    assert!(report.is_clean() && order.is_some());
}

#[test]
fn columns_count_characters() {
    let text = "{\"provisioning_method\": \"éé😀\", \"x\": 1}";
    let report = report_on_text(text);
    let unknown = report.into_iter().find(|v| v.code() == "unknown_member").unwrap();
    assert_eq!(place(unknown), (1, 32));
    assert_eq!(&text[unknown.span().unwrap()], "\"x\"");
}

#[test]
fn a_duplicate_is_placed_where_it_is_given_again() {
    let text = "{\n\"payment_method\": \"balance\",\n\"payment_method\": \"card\"\n}";
    let report = report_on_text(text);
    let duplicate = report.into_iter().find(|v| v.code() == "duplicate_member").unwrap();
    assert_eq!(place(duplicate), (3, 19));
}

#[test]
fn a_text_that_is_not_json_is_placed_where_reading_stops() {
    let cases = [
        ("", (1, 1), "the text is empty"),
        ("  \n\n", (1, 1), "the text is empty"),
        ("{\n  \"a\": 1\n", (2, 9), "ends too early"),
        ("{\n  \"a\": 1,\n}", (3, 1), "remove the comma"),
        ("{\"a\": [1, ]}", (1, 11), "remove the comma"),
        ("{\n  'a': 1\n}", (2, 3), "double quotes"),
        ("{\"a\": “x”}", (1, 7), "straight double quotes"),
        ("{\"a\": True}", (1, 7), "small letters"),
        ("{\"a\": FALSE}", (1, 7), "small letters"),
        ("{\"a\": Null, \"b\": 1}", (1, 7), "small letters"),
        ("{\"a\": None}", (1, 7), "leave the member out"),
        ("{\"a\": NaN}", (1, 7), "numbers only"),
        ("{\"a\": -Infinity}", (1, 8), "numbers only"),
        ("{\"a\": Infinity}", (1, 7), "numbers only"),
        ("{\"a\": 01}", (1, 7), "no number begins with 0"),
        ("{\"a\": +31}", (1, 7), "must be in double quotes"),
        ("{\"a\": Notaris}", (1, 7), "a text must be in double quotes"),
        ("{a: 1}", (1, 2), "names of members must be in double quotes"),
        ("{\"b\": 1, a: 1}", (1, 10), "names of members must be in double quotes"),
        ("{\"a\" = 1}", (1, 6), "a colon"),
        ("certificate:\n  individual:\n    id: 21\n", (1, 1), "YAML"),
        ("---\ncsa_agreed_to: true\n", (1, 1), "YAML"),
        ("<order/>", (1, 1), "XML"),
        ("{\"a\": 1}\n{\"a\": 2}\n", (2, 1), "a file holds one order"),
        ("{\"a\": 1}{\"a\": 2", (1, 9), "a file holds one order"),
        ("{\"a\": 1}}", (1, 9), "the order ends before this"),
        ("{\"a\": 1},\n\"b\": 2}", (1, 9), "the order ends before this"),
        ("{\"a\": 1} // end", (1, 10), "no comments"),
        ("{ // comment\n}", (1, 3), "no comments"),
        ("{\n \"a\": 1\n \"b\": 2\n}", (3, 2), "a comma is missing"),
        ("{\n \"a\": \"1\"\n \"b\": 2\n}", (3, 2), "a comma is missing"),
        ("{\"é\": \"é\" x}", (1, 11), "this is not JSON"),
        ("{} {}", (1, 4), "a file holds one order"),
        ("{\n \"a\": nope\n}", (2, 7), "this is not JSON"),
        ("{\"a\": \"x\ny\"}", (1, 8), "a string goes on"),
        ("{\"a\": \"é\ny\"}", (1, 8), "a string goes on"),
        ("{\"a\": \"😀\u{1}\"}", (1, 8), "a string goes on"),
        ("{\"a\": \"C:\\data\"}", (1, 11), "wrong escape"),
        ("\u{feff}{\"a\" 1}", (1, 6), "this is not JSON"),
    ];
    for (text, at, sentence) in cases {
        let report = report_on_text(text);
        assert_eq!(codes(&report), ["invalid_json"], "{text:?}");
        let violation = &report.violations()[0];
        assert!(violation.message().contains(sentence), "{text:?}: {}", violation.message());
        assert_eq!(place(violation), at, "{text:?}: {}", violation.message());
    }
}

#[test]
fn bytes_that_are_not_utf8_are_reported_at_the_first() {
    let report = check_json::<Order>(b"{\n\"a\": \"\xe9\"}", TODAY);
    assert_eq!(place(&report.violations()[0]), (2, 7));
    let report = check_json::<Order>(b"\xef\xbb\xbf\xff", TODAY);
    assert_eq!(place(&report.violations()[0]), (1, 1));
    assert_eq!(report.violations()[0].span(), Some(3..3));
}

#[test]
fn deep_nesting_does_no_harm() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
        for text in [
            deep.clone(),
            full().to_string().replace("\"balance\"", &deep).replace("\"STANDARD\"", &deep),
            full().to_string().replacen('{', &format!("{{\"deep\":{deep},"), 1),
            open.repeat(200_000),
        ] {
            let (report, order) = read_json::<Order>(text.as_bytes(), TODAY);
            assert!(!report.is_valid() && order.is_none());
            assert!(report.violations().len() < 9);
        }
    }
}

/// The time grows with the number of faults, not with its square.
#[test]
fn many_faults_are_found_in_one_go() {
    let mut text = String::from("{");
    for index in 0..20_000 {
        write!(text, "\n\"payment_methood{index}\": \"é\",").unwrap();
        write!(text, " \"payment_method\": \"balance\",").unwrap();
    }
    text.pop();
    text.push('}');
    let report = report_on_text(&text);
    assert_eq!(report.violations().len(), 20_000 + 19_999 + 3);
    let last = report.violations().last().unwrap();
    assert_eq!((last.path(), place(last)), ("/payment_methood19999", (20_001, 1)));
}

#[test]
fn an_order_that_was_not_read_from_a_text_has_no_positions() {
    let order: Order =
        serde_json::from_value(crate::orders::with("/order_validity", json!({"days": 0}))).unwrap();
    let report = certcentral_validation::check(&order, TODAY);
    assert_eq!((report.violations()[0].position(), report.violations()[0].span()), (None, None));
}
