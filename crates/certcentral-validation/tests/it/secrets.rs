//! What must not be shown of a text: a card in any place, by mistake too.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::secret_spans;

/// The text with everything masked that must not be shown.
fn masked(text: &str) -> String {
    let Some(spans) = secret_spans::<Order>(text.as_bytes()) else { return "not JSON".into() };
    assert!(spans.is_sorted_by(|one, next| one.end <= next.start), "{spans:?}");
    let mut shown = text.to_owned();
    for span in spans.into_iter().rev() {
        assert!(!text[span.clone()].contains('\n'));
        shown.replace_range(span, "***");
    }
    shown
}

#[test]
fn what_is_known_to_be_harmless_is_shown() {
    for text in [
        r#"{ "payment_method" : "card", "certificate": {"individual": {"telephone": "+31 20 555 0100"}} }"#,
        r#"{"certificate":{"individual":{"telephone":"+31 020 555 0100 22"}}}"#,
        r#"{"ship_info":{"addr1":"Voorbeeldgracht 1","methode":"STANDARD"}}"#,
        r#"{"credit_card":{"cardholder_name":"Zo\u00eb \u0132sbrandij"},"holder":"Zo\u00eb"}"#,
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_card_is_masked_but_for_its_expiry_holder_and_flags() {
    assert_eq!(
        masked(
            r#"{"credit_card":{"number":"4111111111111111","expiration_month":"12","expiration_year":"2030","cvv":"123","cardholder_name":"F. de Wit","save_credit_card":null,"set_as_default":"0"}}"#
        ),
        r#"{"credit_card":{"number":***,"expiration_month":"12","expiration_year":"2030","cvv":***,"cardholder_name":"F. de Wit","save_credit_card":null,"set_as_default":"0"}}"#
    );
}

#[test]
fn misspelt_members_and_wrong_types_in_a_card_are_masked() {
    for (text, shown) in [
        (r#"{"credit_card":{"nubmer":"x"}}"#, r#"{"credit_card":{"nubmer":***}}"#),
        (r#"{"creditcard":{"nr":"x"}}"#, r#"{"creditcard":{"nr":***}}"#),
        (r#"{"credit_card":{"number":4111}}"#, r#"{"credit_card":{"number":***}}"#),
        (
            r#"{"credit_card":{"number":["4",{"a":"1"}]}}"#,
            r#"{"credit_card":{"number":[***,{"a":***}]}}"#,
        ),
        (r#"{"credit_card":"4111"}"#, r#"{"credit_card":***}"#),
        (r#"{"credit_card":["4111"]}"#, r#"{"credit_card":[***]}"#),
        (r#"{"credit_card":[{"nr":"x"}]}"#, r#"{"credit_card":[{"nr":***}]}"#),
        (r#"{"credit_card":{"CVV":"abc"}}"#, r#"{"credit_card":{"CVV":***}}"#),
        (r#"{"credit_card":{"n\u0075mber":"x"}}"#, r#"{"credit_card":{"n\u0075mber":***}}"#),
        (
            r#"{"credit_card":{"cardholder_name":{"a":"x"}}}"#,
            r#"{"credit_card":{"cardholder_name":{"a":***}}}"#,
        ),
        (
            r#"{"credit_card":{"cardholder_name":"41111"}}"#,
            r#"{"credit_card":{"cardholder_name":***}}"#,
        ),
    ] {
        assert_eq!(masked(text), shown);
    }
}

#[test]
fn a_card_in_the_wrong_place_is_masked() {
    for (text, shown) in [
        (r#"{"payment":{"number":"4111","name":"F"}}"#, r#"{"payment":{"number":***,"name":"F"}}"#),
        (r#"{"cvv":"123"}"#, r#"{"cvv":***}"#),
        (r#"{"cvv":123}"#, r#"{"cvv":***}"#),
        (r#"{"ship_info":{"Number":{"x":"y"}}}"#, r#"{"ship_info":{"Number":{"x":***}}}"#),
        (r#"{"payment_method":"4111 1111 1111 1111"}"#, r#"{"payment_method":***}"#),
        (
            r#"{"certificate":{"individual":{"telephone":"4111 1111 1111 1111"}}}"#,
            r#"{"certificate":{"individual":{"telephone":***}}}"#,
        ),
        (r#"{"4111111111111111":true}"#, r#"{***:true}"#),
        (r#"{"credit_card/expiration_month":"123"}"#, r#"{"credit_card/expiration_month":***}"#),
        ("[\"４１１１\"]", "[***]"),
        ("\u{feff}4111111111111111", "\u{feff}***"),
    ] {
        assert_eq!(masked(text), shown);
    }
    let key = "K".repeat(40);
    assert_eq!(masked(&format!(r#"{{"api_key":"{key}"}}"#)), r#"{"api_key":***}"#);
}

#[test]
fn a_run_of_digits_that_may_be_a_card_number_is_masked_and_a_shorter_one_is_shown() {
    let address = |text: &str| format!(r#"{{"ship_info":{{"addr1":"{text}"}}}}"#);
    for run in [
        "4111111111111111",
        "4111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111/1111,1111",
        "ref 4111\u{a0}1111\u{a0}1111\u{a0}1111 (paid)",
        r"\u0034111 1111 1111 1111",
        r"\u0034\u0031\u0031\u0031111111111",
        r"\u0034\n111\\111111111",
        &r"\ud835\udfce".repeat(13),
    ] {
        assert_eq!(masked(&address(run)), address("***").replace("\"***\"", "***"), "{run}");
    }
    for harmless in [
        "Keizersgracht 123-125",
        "NL91 ABNA 0417 1643 00",
        "123456789012",
        r"Zo\u00eb \u0132sbrandij \u00eb\u00eb\u00eb\u00eb",
    ] {
        assert_eq!(masked(&address(harmless)), address(harmless));
    }
}

#[test]
fn a_member_given_twice_is_masked_twice() {
    assert_eq!(
        masked(r#"{"credit_card":{"number":"1"},"credit_card":{"number":"2"}}"#),
        r#"{"credit_card":{"number":***},"credit_card":{"number":***}}"#
    );
}

#[test]
fn a_text_that_is_not_json_has_no_spans() {
    for text in ["", "{", "{]", "{\"a\":1,}", "1 2", "\"\\", "{\"a\":\"x\ny\"}", "{a:1}"] {
        assert_eq!(masked(text), "not JSON", "{text:?}");
    }
    assert_eq!(secret_spans::<Order>(b"\"\xff\""), None);
}

#[test]
fn deep_nesting_does_no_harm() {
    let text = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(secret_spans::<Order>(text.as_bytes()).unwrap().len(), 1);
    let text = format!("{}\n\"4111111111111111\"\r\n{}", "[".repeat(40), "]".repeat(40));
    assert!(!masked(&text).contains("4111"));
    assert_eq!(masked(&"{\"a\":".repeat(100_000)), "not JSON");
}
