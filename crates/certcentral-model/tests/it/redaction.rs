//! `Debug` shows which members are set, but no personal data and no card.
//!
//! Every text of a sample is replaced by a marker of its own, and only the markers that say nothing
//! about a person may be shown. The types tell whether the samples are complete.

use std::fmt::Debug;

use certcentral_model::pkio_professional::{
    Certificate, Individual, IndividualDetails, Order, ProfessionalTitle,
};
use certcentral_model::{
    AccessRole, BillingAddress, BillingDetails, CardDetails, CertificateInfo, ContainerInfo,
    CreditCard, CustomField, CustomFieldList, IndividualInfo, Note, NoteList, OrderInfo, OrderList,
    OrderValidity, OrganizationInfo, Payment, ProductInfo, ProductList, ProductOrder, RequestInfo,
    RequestList, RequestedOrder, Secret, SetAsDefault, ShipInfo, ShippingDetails, ShippingMethod,
    StatusChange, StatusChangeList, UserInfo,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::fields::fields_of;
use crate::samples::{
    at, full_certificate_info, full_custom_field, full_individual_info, full_note, full_order,
    full_order_info, full_organization_info, full_product_info, full_request_info,
    full_status_change, full_user_info, pointers,
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

/// What `Debug` shows of a marked sample, in both of its forms.
fn shown<T: DeserializeOwned + Debug>(sample: Value) -> [String; 2] {
    let members: Vec<&str> = sample.as_object().unwrap().keys().map(String::as_str).collect();
    let mut fields = fields_of::<T>().to_vec();
    fields.sort_unstable();
    assert_eq!(members, fields, "the sample is complete");

    let value: T = serde_json::from_value(marked(sample)).unwrap();
    let shown = [format!("{value:?}"), format!("{value:#?}")];
    assert!(!shown.concat().contains(&PERSON_ID.to_string()), "in {shown:?}");
    shown
}

fn assert_shows_only<T: DeserializeOwned + Debug>(sample: Value, may_be_seen: &[&str]) {
    for shown in shown::<T>(sample) {
        assert_eq!(seen(&shown), may_be_seen, "in {shown}");
    }
}

#[test]
fn debug_of_a_request_shows_no_personal_data() {
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

/// The members of answers that are personal or secret: names, addresses, comments.
const PERSONAL: [&str; 19] = [
    "common_name",
    "emails/0",
    "dns_names/0",
    "first_name",
    "last_name",
    "email",
    "username",
    "job_title",
    "telephone",
    "organization/name",
    "display_name",
    "city",
    "state",
    "country",
    "text",
    "comments",
    "processor_comment",
    "business_unit",
    "hardware_init_code",
];

/// An answer shows all of its texts but the personal ones. Numbers and open enums cannot hold a
/// marker.
fn assert_shows_nobody<T: DeserializeOwned + Debug>(sample: Value) {
    let is_enum = |path: &str| {
        ["order_status", "status", "payment_method", "data_type"]
            .iter()
            .any(|name| path.ends_with(name))
    };
    let texts: Vec<String> = pointers(&sample)
        .into_iter()
        .filter(|path| sample.pointer(path).is_some_and(Value::is_string))
        .collect();
    for shown in shown::<T>(sample) {
        let seen = seen(&shown);
        for path in &texts {
            let is_personal = PERSONAL.iter().any(|name| path.ends_with(&format!("/{name}")))
                || (path == "/name" && std::any::type_name::<T>().ends_with("OrganizationInfo"));
            if is_personal {
                assert!(!seen.contains(path), "{path} is seen in {shown}");
            } else if !is_enum(path) && !path.contains("price") && !path.contains("balance") {
                assert!(seen.contains(path), "{path} is not seen in {shown}");
            }
        }
    }
}

#[test]
fn debug_of_an_answer_shows_no_personal_data() {
    let page = json!({ "total": 1, "limit": 100, "offset": 0 });
    assert_shows_nobody::<OrderInfo>(full_order_info());
    assert_shows_nobody::<CertificateInfo>(full_certificate_info());
    assert_shows_nobody::<IndividualInfo>(full_individual_info());
    assert_shows_nobody::<ProductInfo>(full_product_info());
    assert_shows_nobody::<OrganizationInfo>(full_organization_info());
    assert_shows_nobody::<UserInfo>(full_user_info());
    assert_shows_nobody::<ContainerInfo>(full_user_info()["container"].clone());
    assert_shows_nobody::<AccessRole>(full_user_info()["access_roles"][0].clone());
    assert_shows_nobody::<RequestInfo>(full_request_info());
    assert_shows_nobody::<RequestedOrder>(full_request_info()["order"].clone());
    assert_shows_nobody::<Note>(full_note());
    assert_shows_nobody::<CustomField>(full_custom_field());
    assert_shows_nobody::<StatusChange>(full_status_change());
    assert_shows_nobody::<OrderList>(json!({ "orders": [full_order_info()], "page": page }));
    assert_shows_nobody::<RequestList>(json!({ "requests": [full_request_info()], "page": page }));
    assert_shows_nobody::<NoteList>(json!({ "notes": [full_note()] }));
    assert_shows_nobody::<ProductList>(json!({ "products": [full_product_info()] }));
    assert_shows_nobody::<CustomFieldList>(json!({ "metadata": [full_custom_field()] }));
    assert_shows_nobody::<StatusChangeList>(json!({ "orders": [full_status_change()] }));
}

#[test]
fn debug_of_the_builders_details_shows_no_personal_data() {
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
