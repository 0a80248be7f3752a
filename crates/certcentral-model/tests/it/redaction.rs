//! `Debug` shows which members are set, never what a person or a card is.
//!
//! Every text of a sample is replaced by a marker of its own, and no marker may be seen but those
//! that say nothing about a person. That the samples are complete is asked of the types.

use std::fmt::Debug;

use certcentral_model::pkio_professional::{
    Certificate, Individual, IndividualDetails, Order, ProfessionalTitle,
};
use certcentral_model::{
    BillingAddress, BillingDetails, CardDetails, CertificateInfo, ContainerInfo, CreditCard,
    IndividualInfo, OrderInfo, OrderList, OrderValidity, OrganizationInfo, Payment, ProductInfo,
    ProductOrder, RequestInfo, RequestList, RequestedOrder, Secret, SetAsDefault, ShipInfo,
    ShippingDetails, ShippingMethod, UserInfo,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::fields::fields_of;
use crate::samples::{
    at, full_certificate_info, full_individual_info, full_order, full_order_info,
    full_product_info, full_request_info, full_user_info, pointers,
};

/// No word of any `Debug` begins like this.
const MARKER: &str = "Zq";
/// An id of a person; as a number it cannot carry the marker.
const PERSON_ID: u64 = 90_817_263_544;

/// Puts a marker of its own into every text, and the marked id into every member that names a
/// person by number.
fn marked(mut sample: Value) -> Value {
    for pointer in pointers(&sample) {
        let value = at(&mut sample, &pointer);
        if value.is_string() {
            *value = json!(format!("{MARKER}{}{MARKER}", pointer.replace('/', ".")));
        } else if pointer.ends_with("individual/id") {
            *value = json!(PERSON_ID);
        }
    }
    sample
}

/// The markers that can be seen, as JSON Pointers.
fn seen(shown: &str) -> Vec<String> {
    let mut parts = shown.split(MARKER).skip(1).step_by(2);
    let mut seen: Vec<String> = parts.by_ref().map(|path| path.replace('.', "/")).collect();
    seen.dedup();
    seen
}

fn assert_shows_only<T: DeserializeOwned + Debug>(sample: Value, may_be_seen: &[&str]) {
    let members: Vec<&str> = sample.as_object().unwrap().keys().map(String::as_str).collect();
    let mut fields = fields_of::<T>().to_vec();
    fields.sort_unstable();
    assert_eq!(members, fields, "the sample is complete");

    let value: T = serde_json::from_value(marked(sample)).unwrap();
    for shown in [format!("{value:?}"), format!("{value:#?}")] {
        assert_eq!(seen(&shown), may_be_seen, "in {shown}");
        assert!(!shown.contains(&PERSON_ID.to_string()), "in {shown}");
    }
}

#[test]
fn requests_show_nothing_of_anybody() {
    let order = full_order();
    let part = |pointer| order.pointer(pointer).unwrap().clone();
    assert_shows_only::<Order>(order.clone(), &["/order_validity/custom_expiration_date"]);
    assert_shows_only::<Certificate>(part("/certificate"), &[]);
    assert_shows_only::<Individual>(part("/certificate/individual"), &[]);
    assert_shows_only::<ShipInfo>(part("/ship_info"), &[]);
    assert_shows_only::<OrderValidity>(part("/order_validity"), &["/custom_expiration_date"]);
    assert_shows_only::<CreditCard>(part("/credit_card"), &[]);
    assert_shows_only::<BillingAddress>(part("/billing_address"), &[]);
}

#[test]
fn look_ups_show_nothing_of_anybody() {
    let certificate = [
        "/signature_hash",
        "/date_created",
        "/date_issued",
        "/valid_from",
        "/valid_till",
        "/serial_number",
        "/thumbprint",
    ];
    let product = ["/name_id", "/name", "/type"];
    let under = |parent: &str, members: &[&str]| -> Vec<String> {
        members.iter().map(|member| format!("{parent}{member}")).collect()
    };
    let order = {
        let mut all = vec!["/date_created".to_owned()];
        all.extend(under("/certificate", &certificate));
        all.extend(under("/product", &product));
        all.push("/container/name".to_owned());
        all
    };
    let requested = [under("/certificate", &certificate), under("/product", &product)].concat();
    let request = {
        let mut all = vec!["/date".to_owned(), "/type".to_owned()];
        all.extend(requested.iter().map(|path| format!("/order{path}")));
        all
    };
    let orders: Vec<String> = order.iter().map(|path| format!("/orders/0{path}")).collect();
    let requests: Vec<String> = request.iter().map(|path| format!("/requests/0{path}")).collect();
    fn strs(all: &[String]) -> Vec<&str> {
        all.iter().map(String::as_str).collect()
    }
    let page = json!({ "total": 1, "limit": 100, "offset": 0 });
    let info = full_order_info();
    let part = |name: &str| info[name].clone();

    assert_shows_only::<OrderInfo>(info.clone(), &strs(&order));
    assert_shows_only::<CertificateInfo>(full_certificate_info(), &certificate);
    assert_shows_only::<ProductInfo>(full_product_info(), &product);
    assert_shows_only::<OrganizationInfo>(part("organization"), &[]);
    assert_shows_only::<ContainerInfo>(part("container"), &["/name"]);
    assert_shows_only::<UserInfo>(full_user_info(), &[]);
    assert_shows_only::<RequestInfo>(full_request_info(), &strs(&request));
    assert_shows_only::<RequestedOrder>(full_request_info()["order"].clone(), &strs(&requested));
    assert_shows_only::<OrderList>(json!({ "orders": [info], "page": page }), &strs(&orders));
    assert_shows_only::<RequestList>(
        json!({ "requests": [full_request_info()], "page": page }),
        &strs(&requests),
    );

    let person: IndividualInfo = serde_json::from_value({
        let mut person = marked(full_individual_info());
        person["id"] = json!(PERSON_ID);
        person
    })
    .unwrap();
    let shown = format!("{person:?}");
    assert!(seen(&shown).is_empty() && !shown.contains(&PERSON_ID.to_string()), "{shown}");
}

#[test]
fn what_is_built_from_shows_as_little_as_what_is_built() {
    let individual = IndividualDetails {
        first_name: "Zq1",
        last_name: "Zq2",
        email: "Zq3",
        telephone: "Zq4",
        country: "Zq5",
        state: "Zq6",
        professional_title: ProfessionalTitle::from("Zq7"),
    };
    let shipping = ShippingDetails {
        name: "Zq1",
        addr1: "Zq2",
        addr2: "Zq3",
        city: "Zq4",
        state: "Zq5",
        zip: "Zq6",
        country: "Zq7",
        method: ShippingMethod::from("Zq8"),
    };
    let card = CardDetails {
        number: Secret::new("Zq1"),
        expiration_month: "Zq2",
        expiration_year: "Zq3",
        cvv: Secret::new("Zq4"),
        cardholder_name: "Zq5",
        set_as_default: SetAsDefault::from("Zq6"),
    };
    let billing = BillingDetails { address: "Zq1", city: "Zq2", country: "Zq3" };
    let payment =
        Payment::card(CreditCard::new(card.clone()), BillingAddress::new(billing.clone()));
    let order: Order = serde_json::from_value(marked(full_order())).unwrap();
    let holder = order.holder();
    for shown in [
        format!("{individual:?}"),
        format!("{shipping:?}"),
        format!("{card:?}"),
        format!("{billing:?}"),
        format!("{payment:?}"),
        format!("{holder:?}"),
    ] {
        assert!(!shown.contains(MARKER), "{shown}");
        assert!(!shown.contains(&PERSON_ID.to_string()), "{shown}");
    }
}

#[test]
fn debug_says_which_members_are_set() {
    let shown = format!("{:?}", Individual::existing(21).city(""));
    assert!(shown.contains("id: [set]"), "{shown}");
    assert!(shown.contains("city: [empty]"), "{shown}");
    assert!(shown.contains("zip: [absent]"), "{shown}");
}

#[test]
fn an_unknown_value_of_a_closed_set_is_not_shown_but_displayed() {
    let title = ProfessionalTitle::from("4111111111111111");
    assert_eq!(format!("{title:?}"), "[unknown value]");
    assert_eq!(title.to_string(), "4111111111111111");
    assert_eq!(format!("{:?}", ProfessionalTitle::Notaris), "Notaris");
}
