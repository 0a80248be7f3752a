//! Answers that refuse a request, in every known shape.

use certcentral_model::{ErrorCode, ErrorResponse, ServerError};
use serde_json::{Value, json};

fn read(value: Value) -> Vec<(String, String)> {
    let response: ErrorResponse =
        serde_json::from_str(&value.to_string()).unwrap_or_else(|e| panic!("{value}: {e}"));
    let parts = |error: ServerError| (error.code.as_str().to_owned(), error.message);
    response.errors.into_iter().map(parts).collect()
}

fn error(code: &str, message: &str) -> (String, String) {
    (code.to_owned(), message.to_owned())
}

#[test]
fn the_documented_shape_is_read_with_one_error_and_with_several() {
    let one = json!({ "code": "access_denied|missing_permission", "message": "Not allowed." });
    assert_eq!(
        read(json!({ "errors": [one] })),
        [error("access_denied|missing_permission", "Not allowed.")]
    );
    let several = json!({ "errors": [
        { "code": "required_param:certificate.signature_hash", "message": "Missing." },
        { "code": "invalid_value:validity_years", "message": "Wrong." },
        { "code": "bad_request_format" }
    ]});
    assert_eq!(
        read(several),
        [
            error("required_param:certificate.signature_hash", "Missing."),
            error("invalid_value:validity_years", "Wrong."),
            error("bad_request_format", ""),
        ]
    );
}

#[test]
fn the_shapes_of_neighbouring_pages_are_read() {
    let object = json!({ "code": "not_found|order", "message": "Gone." });
    let expected = [error("not_found|order", "Gone.")];
    assert_eq!(read(json!({ "errors": object })), expected);
    assert_eq!(read(json!({ "error": object })), expected);
    assert_eq!(read(json!({ "error": [object] })), expected);
    assert_eq!(read(json!({ "error": "Gone." })), [error("", "Gone.")]);
    assert_eq!(read(json!({ "errors": "Gone." })), [error("", "Gone.")]);
    assert_eq!(read(json!({ "errors": ["Gone.", object] }))[1], expected[0]);
    assert_eq!(
        read(json!({ "errors": [{ "code": "x", "description": "Gone." }] })),
        [error("x", "Gone.")]
    );
    assert_eq!(
        read(json!({ "errors": [{ "message": "Gone.", "description": "Elsewhere." }] })),
        [error("", "Gone.")]
    );
    assert_eq!(read(json!({ "errors": [{ "code": 1234, "message": 5 }] })), [error("1234", "5")]);
    assert_eq!(
        read(json!({ "errors": [{ "code": "a" }], "error": { "code": "b" } })),
        [error("a", ""), error("b", "")]
    );
}

#[test]
fn entries_that_say_nothing_are_left_out_and_the_others_kept() {
    assert_eq!(
        read(json!({ "errors": [null, {}, { "code": "", "message": "" }, { "code": "a" }] })),
        [error("a", "")]
    );
    assert_eq!(
        read(json!({ "errors": [{ "code": null, "message": "Why.", "field": ["x"] }] })),
        [error("", "Why.")]
    );
    assert_eq!(
        read(json!({ "errors": [5, true, { "code": "a" }, "Why."] })),
        [error("a", ""), error("", "Why.")]
    );
    for nothing in [json!({}), json!({ "errors": null }), json!({ "errors": [] })] {
        assert_eq!(read(nothing), []);
    }
    assert_eq!(read(json!({ "errors": 7, "error": false, "status": 500 })), []);
}

#[test]
fn anything_but_an_object_is_refused() {
    for wire in ["", "<html>", "\"text\"", "7", r#"{"errors":[{"code":"a""#] {
        assert!(serde_json::from_str::<ErrorResponse>(wire).is_err(), "{wire}");
    }
}

#[test]
fn one_shape_is_written() {
    let response = ErrorResponse::new(vec![ServerError::new("invalid_value:days", "Too many.")]);
    assert_eq!(
        serde_json::to_value(response).unwrap(),
        json!({ "errors": [{ "code": "invalid_value:days", "message": "Too many." }] })
    );
}

#[test]
fn codes_are_kept_raw_and_split_at_the_first_separator() {
    for (raw, name, detail) in [
        ("request_limit_exceeded", "request_limit_exceeded", None),
        ("not_found|order", "not_found", Some("order")),
        ("required_param:certificate.x", "required_param", Some("certificate.x")),
        ("a|b:c", "a", Some("b:c")),
        ("a:b|c", "a", Some("b|c")),
        ("a|", "a", Some("")),
        ("", "", None),
    ] {
        let code = ErrorCode::from(raw);
        assert_eq!((code.as_str(), code.name(), code.detail()), (raw, name, detail));
        assert_eq!(code, ErrorCode::from(raw.to_owned()));
        assert_eq!(code.to_string(), raw);
    }
}

#[test]
fn an_error_reads_as_code_and_message() {
    assert_eq!(ServerError::new("a", "b").to_string(), "a: b");
    assert_eq!(ServerError::new("a", "").to_string(), "a");
    assert_eq!(ServerError::new("", "b").to_string(), "b");
}
