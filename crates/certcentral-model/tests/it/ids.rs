//! Ids: whole numbers from 1 to 2^63 - 1, as numbers or as digits.

use certcentral_model::{CertificateId, OrderId, RequestId};
use serde_json::{Value, json};

const MAX: u64 = 9_223_372_036_854_775_807;

#[test]
fn integers_and_digits_are_read_and_integers_written() {
    for (wire, number) in [
        ("1", 1),
        ("112233", 112_233),
        (r#""112233""#, 112_233),
        (r#""00021""#, 21),
        ("9223372036854775807", MAX),
        (r#""9223372036854775807""#, MAX),
    ] {
        let id: OrderId = serde_json::from_str(wire).unwrap_or_else(|e| panic!("{wire}: {e}"));
        assert_eq!(id.get(), number);
        assert_eq!(serde_json::to_value(id).unwrap(), json!(number));
        // Also from a value in memory, which is read by another way than a text.
        let value: Value = serde_json::from_str(wire).unwrap();
        assert_eq!(serde_json::from_value::<OrderId>(value).unwrap(), id);
    }
}

#[test]
fn nothing_else_is_an_id() {
    for wire in [
        "0",
        "-1",
        "-9223372036854775808",
        "9223372036854775808",
        "18446744073709551615",
        "1e3",
        "1.0",
        "true",
        "null",
        "[1]",
        "{}",
        r#""""#,
        r#""0""#,
        r#""+1""#,
        r#""-1""#,
        r#"" 1""#,
        r#""1 ""#,
        r#""1.0""#,
        r#""one""#,
        r#""٣""#,
        r#""9223372036854775808""#,
        r#""99999999999999999999999""#,
    ] {
        assert!(serde_json::from_str::<OrderId>(wire).is_err(), "{wire}");
        assert!(serde_json::from_str::<CertificateId>(wire).is_err(), "{wire}");
        assert!(serde_json::from_str::<RequestId>(wire).is_err(), "{wire}");
    }
}

#[test]
fn ids_are_made_of_numbers_and_of_texts() {
    OrderId::new(0).unwrap_err();
    assert_eq!(OrderId::new(MAX).unwrap().get(), MAX);
    OrderId::new(MAX + 1).unwrap_err();
    assert_eq!("112233".parse::<OrderId>(), OrderId::new(112_233));
    "".parse::<OrderId>().unwrap_err();
    "+1".parse::<OrderId>().unwrap_err();
    assert_eq!(OrderId::try_from(21_u64), OrderId::new(21));
    assert_eq!(OrderId::try_from(21_i64), OrderId::new(21));
    assert_eq!(OrderId::try_from(i64::MAX), OrderId::new(MAX));
    OrderId::try_from(-1_i64).unwrap_err();
    OrderId::try_from(0_i64).unwrap_err();
    let id = OrderId::new(MAX).unwrap();
    assert_eq!((u64::from(id), i64::from(id)), (MAX, i64::MAX));
    assert_eq!(std::num::NonZeroU64::from(id).get(), MAX);
    assert!(OrderId::new(0).unwrap_err().to_string().contains("9223372036854775807"));
}

#[test]
fn debug_and_display_show_the_number() {
    let id = OrderId::new(21).unwrap();
    assert_eq!(id.to_string(), "21");
    assert_eq!(format!("{id:>5}"), "   21");
    assert_eq!(format!("{id:?}"), "OrderId(21)");
    assert!(OrderId::new(2).unwrap() < id);
}
