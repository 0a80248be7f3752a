//! Reading and writing an order: no member is lost, added, or accepted without being known.

use certcentral_model::pkio_professional::{
    Certificate, Individual, IndividualDetails, Order, ProfessionalTitle, ProfileOption,
    RsaSignature, SignatureHash,
};
use certcentral_model::{
    BillingAddress, BillingDetails, CardDetails, CreditCard, CsaAgreement, Holder, OrderList,
    OrderValidity, Payment, PaymentMethod, ProductOrder, ProvisioningMethod, SaveCreditCard,
    Secret, SetAsDefault, ShipInfo, ShippingDetails, ShippingMethod,
};
use serde::de::value::{Error, MapDeserializer, UnitDeserializer};
use serde::de::{IntoDeserializer, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_json::{Value, json};

use crate::samples::{EXAMPLES, at, full_order, pointers, remove};

fn read(value: &Value) -> Result<Order, serde_json::Error> {
    serde_json::from_str(&value.to_string())
}

fn written(order: &Order) -> Value {
    serde_json::to_value(order).unwrap()
}

fn paid_from_the_balance() -> Order {
    Order::new(Certificate::new(Individual::existing(21)), CsaAgreement::Agreed, Payment::Balance)
}

#[test]
fn every_example_is_written_as_it_was_read() {
    for (name, text) in EXAMPLES {
        let order: Order = serde_json::from_str(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(written(&order), serde_json::from_str::<Value>(text).unwrap(), "{name}");
    }
}

#[test]
fn save_credit_card_has_four_forms_that_survive() {
    let forms = [
        (None, None),
        (Some(json!(null)), Some(SaveCreditCard::NoPreference)),
        (Some(json!(true)), Some(SaveCreditCard::Save)),
        (Some(json!(false)), Some(SaveCreditCard::DoNotSave)),
    ];
    for (wire, typed) in forms {
        let mut json = full_order();
        match wire {
            Some(value) => *at(&mut json, "/credit_card/save_credit_card") = value,
            None => remove(&mut json, "/credit_card/save_credit_card"),
        }
        let order = read(&json).unwrap();
        assert_eq!(order.credit_card.as_ref().unwrap().save_credit_card, typed);
        assert_eq!(written(&order), json);
    }
    for wrong in [json!("true"), json!(0), json!([]), json!({})] {
        let mut json = full_order();
        *at(&mut json, "/credit_card/save_credit_card") = wrong;
        read(&json).unwrap_err();
    }
}

#[test]
fn null_is_read_for_save_credit_card_only() {
    for pointer in pointers(&full_order()) {
        let mut json = full_order();
        *at(&mut json, &pointer) = Value::Null;
        let allowed = pointer == "/credit_card/save_credit_card";
        assert_eq!(read(&json).is_ok(), allowed, "null at {pointer}");
    }
}

#[test]
fn unknown_members_are_refused_in_every_object() {
    let mut objects = vec![String::new()];
    objects.extend(pointers(&full_order()));
    let mut tried = 0;
    for pointer in objects {
        let mut json = full_order();
        let Some(members) = at(&mut json, &pointer).as_object_mut() else { continue };
        members.insert("is_rsassa_psss".into(), json!(true));
        read(&json).expect_err(&format!("an unknown member in {pointer:?}"));
        tried += 1;
    }
    assert_eq!(tried, 7, "the order, certificate, individual, and four objects for the rest");
}

#[test]
fn a_member_given_twice_is_refused() {
    let text = full_order().to_string();
    let twice = text.replacen(r#""days":"#, r#""days":1,"days":"#, 1);
    assert_ne!(text, twice);
    serde_json::from_str::<Order>(&twice).unwrap_err();
}

#[test]
fn no_member_accepts_a_value_of_another_type() {
    let others = [json!("text"), json!(7), json!(7.5), json!(true), json!([]), json!({})];
    for pointer in pointers(&full_order()) {
        let right = at(&mut full_order(), &pointer).clone();
        let mut accepted = Vec::new();
        for other in &others {
            let mut json = full_order();
            *at(&mut json, &pointer) = other.clone();
            if read(&json).is_ok() {
                accepted.push(other.clone());
            }
        }
        let expected = match (pointer.as_str(), &right) {
            ("/credit_card/save_credit_card", _) => vec![json!(true)],
            (_, Value::String(_)) => vec![json!("text")],
            (_, Value::Number(_)) => vec![json!(7)],
            (_, Value::Bool(_)) => vec![json!(true)],
            // The two objects of which every member is optional for the types.
            ("/certificate/individual" | "/order_validity", _) => vec![json!({})],
            _ => vec![],
        };
        assert_eq!(accepted, expected, "at {pointer}");
    }
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    for (pointer, number) in [
        ("/certificate/individual/id", json!(-1)),
        ("/order_validity/years", json!(-1)),
        ("/order_validity/years", json!(4_294_967_296_u64)),
        ("/order_validity/days", json!(1.0)),
    ] {
        let mut json = full_order();
        *at(&mut json, pointer) = number.clone();
        read(&json).expect_err(&format!("{number} at {pointer}"));
    }
}

#[test]
fn an_order_by_the_builders_has_no_absent_member() {
    let order = Order::new(
        Certificate::new(Individual::existing(21)),
        CsaAgreement::NotAgreed,
        Payment::Profile,
    );
    assert_eq!(
        written(&order),
        json!({
            "certificate": {
                "signature_hash": "sha256",
                "profile_option": "nonrepudiation",
                "individual": { "id": 21 }
            },
            "csa_agreed_to": false,
            "provisioning_method": "qscd",
            "payment_method": "profile"
        })
    );
}

#[test]
fn the_builders_reach_every_member() {
    let individual = Individual::new(IndividualDetails {
        first_name: "Fenna",
        last_name: "de Wit",
        email: "fenna.dewit@example.com",
        telephone: "+31 20 555 0100",
        country: "NL",
        state: "Noord-Holland",
        professional_title: ProfessionalTitle::Notaris,
    })
    .city("Amsterdam")
    .zip("1015 AA");
    let card = CreditCard::new(CardDetails {
        number: "4111111111111111".into(),
        expiration_month: "12",
        expiration_year: "2030",
        cvv: "123".into(),
        cardholder_name: "Fenna de Wit",
        set_as_default: SetAsDefault::No,
    })
    .save_credit_card(SaveCreditCard::NoPreference);
    let billing = BillingAddress::new(BillingDetails {
        address: "Voorbeeldgracht 1",
        city: "Amsterdam",
        country: "NL",
    })
    .address2("2e verdieping")
    .state("Noord-Holland")
    .zip("1015 AA");
    let order = Order::new(
        Certificate::new(individual).rsa_signature(RsaSignature::Rsa),
        CsaAgreement::Agreed,
        Payment::card(card, billing),
    )
    .ship_info(ShipInfo::new(ShippingDetails {
        name: "Fenna de Wit",
        addr1: "Voorbeeldgracht 1",
        addr2: "",
        city: "Amsterdam",
        state: "Noord-Holland",
        zip: "1015 AA",
        country: "NL",
        method: ShippingMethod::Standard,
    }))
    .order_validity(OrderValidity::days(397));

    let mut expected = full_order();
    remove(&mut expected, "/certificate/individual/id");
    remove(&mut expected, "/order_validity/years");
    remove(&mut expected, "/order_validity/custom_expiration_date");
    assert_eq!(written(&order), expected);
}

#[test]
fn each_way_to_pay_fills_the_three_members_and_clears_them() {
    let card: Order = serde_json::from_value(full_order()).unwrap();
    let payment =
        Payment::card(card.credit_card.clone().unwrap(), card.billing_address.clone().unwrap());
    let order = paid_from_the_balance();
    assert_eq!(order.payment_method, PaymentMethod::Balance);

    let order = order.payment(payment);
    assert_eq!(order.payment_method, PaymentMethod::Card);
    assert_eq!(order.credit_card, card.credit_card);
    assert_eq!(order.billing_address, card.billing_address);
    assert_eq!(ProductOrder::credit_card(&order), card.credit_card.as_ref());

    let order = order.payment(Payment::Profile);
    assert_eq!(order.payment_method, PaymentMethod::Profile);
    assert_eq!((order.credit_card, order.billing_address), (None, None));
}

#[test]
fn an_order_without_its_card_is_the_order_but_for_the_card() {
    let order: Order = serde_json::from_value(full_order()).unwrap();
    let card = order.credit_card.clone();
    let mut json = full_order();
    remove(&mut json, "/credit_card");
    let mut stored = order.without_card();
    assert_eq!(written(&stored), json);
    stored.credit_card = card;
    assert_eq!(stored, order);
}

/// `null` as a reader of CBOR names it.
struct Absent;

impl<'de> Deserializer<'de> for Absent {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_> for Absent {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[test]
fn null_is_read_by_both_of_its_names() {
    for read in [
        SaveCreditCard::deserialize(UnitDeserializer::<Error>::new()),
        SaveCreditCard::deserialize(Absent),
    ] {
        assert_eq!(read, Ok(SaveCreditCard::NoPreference));
    }
    let empty = std::iter::once(("orders", Absent));
    let list = OrderList::deserialize(MapDeserializer::<_, Error>::new(empty)).unwrap();
    assert_eq!((list.orders.len(), list.unreadable), (0, 0));
}

#[test]
fn each_form_of_validity_writes_one_member() {
    for (validity, expected) in [
        (OrderValidity::years(3), json!({ "years": 3 })),
        (OrderValidity::days(1), json!({ "days": 1 })),
        (OrderValidity::until("09 JUN 2027"), json!({ "custom_expiration_date": "09 JUN 2027" })),
    ] {
        assert_eq!(serde_json::to_value(&validity).unwrap(), expected);
    }
}

#[test]
fn the_holder_is_the_individual_of_the_certificate() {
    let known = paid_from_the_balance();
    assert_eq!(known.holder(), Holder::existing(21));

    let order: Order = serde_json::from_str(EXAMPLES[0].1).unwrap();
    let expected = Holder::named("Fenna", "de Wit").email("fenna.dewit@example.com");
    assert_eq!(order.holder(), expected);
}

#[test]
fn closed_sets_keep_what_they_do_not_know() {
    for pointer in [
        "/certificate/signature_hash",
        "/certificate/profile_option",
        "/certificate/individual/professional_title",
        "/provisioning_method",
        "/ship_info/method",
        "/payment_method",
        "/credit_card/set_as_default",
    ] {
        for value in ["a value of 2031", "", "NOTARIS", "sha256 "] {
            let mut json = full_order();
            *at(&mut json, pointer) = json!(value);
            let order = read(&json).unwrap();
            assert_eq!(written(&order), json, "{value:?} at {pointer}");
        }
    }
}

#[test]
fn closed_sets_know_the_pages_values() {
    macro_rules! knows {
        ($type:ty: $($value:literal),+) => {
            assert_eq!(<$type>::VALUES, [$($value),+]);
            for value in <$type>::VALUES {
                let typed = <$type>::from(*value);
                assert!(typed.is_known(), "{value}");
                assert_eq!(typed.as_str(), *value);
                assert_eq!(typed.to_string(), *value);
                assert_eq!(serde_json::to_value(&typed).unwrap(), json!(value));
            }
            assert!(!<$type>::from("a value of 2031").is_known());
        };
    }
    knows!(SignatureHash: "sha256");
    knows!(ProfileOption: "nonrepudiation");
    knows!(ProvisioningMethod: "qscd");
    knows!(ShippingMethod: "STANDARD", "EXPEDITED");
    knows!(PaymentMethod: "balance", "profile", "card");
    knows!(SetAsDefault: "1", "0");
    knows!(
        ProfessionalTitle: "Accountant-Administratieconsulent",
        "Advocaat",
        "Registeraccountant",
        "Kandidaat-notaris",
        "Notaris",
        "Toegevoegd Notaris",
        "(Hoofd)bewaarder",
        "Gerechtsdeurwaarder",
        "Belastingdeurwaarder",
        "Gemeentelijk Belastingdeurwaarder",
        "Toegevoegd gerechtsdeurwaarder"
    );
}

/// A card number may be written in any place and in any form, and the error is shown.
#[test]
fn no_error_quotes_what_it_refuses() {
    const NUMBER: u64 = 4_111_111_111_111_111;
    let forms = [
        json!(NUMBER),
        json!(-4_111_111_111_111_111_i64),
        json!(4_111_111_111_111_111.5),
        json!("4111111111111111"),
        json!(["4111111111111111", NUMBER]),
        json!({ "4111111111111111": NUMBER }),
        json!({ "cvv": NUMBER }),
        json!(true),
        Value::Null,
    ];
    let refused = |text: &str, place: &str| {
        let Err(error) = serde_json::from_str::<Order>(text) else { return };
        for said in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
            assert!(!said.contains("4111") && !said.contains("4.111"), "{place}: {said}");
        }
    };
    let mut places = vec![String::new()];
    places.extend(pointers(&full_order()));
    for place in places {
        for form in &forms {
            let mut json = full_order();
            *at(&mut json, &place) = form.clone();
            refused(&json.to_string(), &place);
            for name in ["4111111111111111", "card 4111-1111-1111-1111"] {
                let mut json = full_order();
                if let Some(members) = at(&mut json, &place).as_object_mut() {
                    members.insert(name.into(), form.clone());
                    refused(&json.to_string(), &place);
                }
            }
        }
    }
    let years = format!(r#"{{"order_validity":{{"years":{NUMBER}}}}}"#);
    refused(&years, "a number that does not fit");
    refused(&format!(r#"{{"credit_card":{{"number":{NUMBER}"#), "a text that ends too early");
    for parse in [
        |text: &str| serde_json::from_str::<CreditCard>(text).map(drop),
        |text: &str| serde_json::from_str::<SetAsDefault>(text).map(drop),
        |text: &str| serde_json::from_str::<Secret>(text).map(drop),
        |text: &str| serde_json::from_str::<OrderValidity>(text).map(drop),
    ] {
        for form in forms.iter().filter(|form| !form.is_string()) {
            let error = parse(&form.to_string()).unwrap_err().to_string();
            assert!(!error.contains("4111"), "{error}");
        }
    }
}

#[test]
fn errors_name_the_object_and_the_missing_member() {
    let error = |text: &str| serde_json::from_str::<Order>(text).unwrap_err().to_string();
    const UNREADABLE: &str =
        "not a readable `Order`: certcentral_validation::check_json names each fault";
    for text in [r#"{"csa_agreed_to":1}"#, "7", "[]", r#"{"paymentmethod":"card"}"#, "{"] {
        assert!(error(text).starts_with(UNREADABLE), "{text}: {}", error(text));
    }
    // The innermost object is named, with the place.
    let mut json = full_order();
    json["credit_card"]["number"] = json!(4_111_111_111_111_111_u64);
    let said = error(&format!("{json:#}"));
    assert!(said.starts_with("not a readable `CreditCard`") && said.contains("at line"), "{said}");
    for path in pointers(&full_order()) {
        let mut json = full_order();
        remove(&mut json, &path);
        if let Err(error) = read(&json) {
            let name = path.rsplit('/').next().unwrap();
            assert!(error.to_string().starts_with(&format!("missing field `{name}`")), "{error}");
        }
    }
}

#[test]
fn a_date_in_numbers_is_written_as_the_page_does() {
    let until =
        |year, month, day| OrderValidity::until_date(year, month, day).ok()?.custom_expiration_date;
    assert_eq!(until(2027, 6, 9).as_deref(), Some("09 JUN 2027"));
    assert_eq!(until(2028, 2, 29).as_deref(), Some("29 FEB 2028"));
    assert_eq!(until(9999, 12, 31).as_deref(), Some("31 DEC 9999"));
    assert_eq!(until(0, 1, 1).as_deref(), Some("01 JAN 0000"));
    for (year, month, day) in [
        (2027, 2, 29),
        (2100, 2, 29),
        (2027, 4, 31),
        (2027, 0, 1),
        (2027, 13, 1),
        (2027, 1, 0),
        (2027, 1, 32),
        (10_000, 1, 1),
        (-1, 1, 1),
    ] {
        OrderValidity::until_date(year, month, day).unwrap_err();
    }
}

#[test]
fn closed_sets_convert_to_texts_and_compare_with_them() {
    let title: ProfessionalTitle = "Notaris".parse().unwrap();
    assert_eq!(title, ProfessionalTitle::Notaris);
    assert_eq!(ProfessionalTitle::from("Notaris".to_owned()), title);
    assert_eq!(title, "Notaris");
    assert_eq!("Notaris", title);
    assert_eq!(*"Notaris", title);
    assert!(title == *"Notaris" && title != *"Advocaat");
    assert_eq!(title.as_ref() as &str, "Notaris");
    assert_eq!(String::from(title), "Notaris");
    let other = ProfessionalTitle::from("Rechter".to_owned());
    assert_eq!(other, "Rechter");

    assert_eq!(ShippingMethod::KNOWN, [ShippingMethod::Standard, ShippingMethod::Expedited]);
    let mut sorted = vec![
        PaymentMethod::from("b"),
        PaymentMethod::Card,
        PaymentMethod::from("a"),
        PaymentMethod::Balance,
    ];
    sorted.sort();
    assert_eq!(sorted, ["balance", "card", "a", "b"]);
    let set: std::collections::HashSet<_> = PaymentMethod::KNOWN.iter().collect();
    assert!(set.contains(&PaymentMethod::from("profile")));
}
