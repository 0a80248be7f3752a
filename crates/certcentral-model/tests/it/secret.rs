//! A secret is shown on the wire and by `expose`, and nowhere else.

use certcentral_model::Secret;
use serde_json::json;

const NUMBER: &str = "4111111111111111";

#[test]
fn debug_shows_redacted() {
    let secret = Secret::new(NUMBER);
    assert_eq!(format!("{secret:?}"), "[redacted]");
    assert_eq!(format!("{secret:#?}"), "[redacted]");
    assert_eq!(format!("{:?}", Some(&secret)), "Some([redacted])");
    assert_eq!(secret.expose(), NUMBER);
}

#[test]
fn it_is_written_and_read_as_a_string() {
    let secret: Secret = serde_json::from_value(json!(NUMBER)).unwrap();
    assert_eq!(secret, Secret::from(NUMBER));
    assert_eq!(secret, Secret::from(NUMBER.to_owned()));
    assert_eq!(serde_json::to_value(&secret).unwrap(), json!(NUMBER));
    // An escaped text is read through another buffer of the parser.
    assert_eq!(serde_json::from_str::<Secret>(r#""4\u0031""#).unwrap().expose(), "41");
}

#[test]
fn anything_but_a_text_is_refused_without_being_quoted() {
    for wrong in [
        "4111111111111111",
        "-4111111111111111",
        "41111111111111111111111",
        "4111111111111111.5",
        "[4111111111111111]",
        r#"{"4111111111111111":1}"#,
        "true",
        "null",
    ] {
        let error = serde_json::from_str::<Secret>(wrong).unwrap_err().to_string();
        assert!(!error.contains("4111"), "{error}");
    }
}

#[cfg(feature = "zeroize")]
#[test]
fn it_wipes_itself_on_drop() {
    fn wiped_on_drop<T: zeroize::ZeroizeOnDrop>() {}
    wiped_on_drop::<Secret>();
    assert!(std::mem::needs_drop::<Secret>());
}
