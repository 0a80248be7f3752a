//! Every parameter of the endpoint's page is a member, and every member is one of the page's.

use certcentral_model::pkio_professional::{Certificate, Individual, Order};
use certcentral_model::{
    BillingAddress, CreditCard, OrderResponse, OrderValidity, ProductOrder, ShipInfo,
};

use crate::fields::fields_of;
use crate::samples::{full_order, pointers, remove};

/// Whether an order can be read without a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Member {
    /// The page requires it wherever its object is.
    Required,
    /// The page lets it be absent, or it depends on other members.
    Optional,
}
use Member::{Optional, Required};

/// The page, parameter by parameter: 46 of the request, in the page's order.
const REQUEST: [(&str, Member); 46] = [
    ("/certificate", Required),
    ("/certificate/signature_hash", Required),
    ("/certificate/profile_option", Required),
    ("/certificate/is_rsassa_pss", Optional),
    ("/certificate/individual", Required),
    // An individual is an id alone or the details without it.
    ("/certificate/individual/id", Optional),
    ("/certificate/individual/first_name", Optional),
    ("/certificate/individual/last_name", Optional),
    ("/certificate/individual/email", Optional),
    ("/certificate/individual/telephone", Optional),
    ("/certificate/individual/country", Optional),
    ("/certificate/individual/state", Optional),
    ("/certificate/individual/city", Optional),
    ("/certificate/individual/zip", Optional),
    ("/certificate/individual/professional_title", Optional),
    ("/csa_agreed_to", Required),
    ("/provisioning_method", Required),
    ("/ship_info", Optional),
    ("/ship_info/name", Required),
    ("/ship_info/addr1", Required),
    ("/ship_info/addr2", Required),
    ("/ship_info/city", Required),
    ("/ship_info/state", Required),
    ("/ship_info/zip", Required),
    ("/ship_info/country", Required),
    ("/ship_info/method", Required),
    ("/order_validity", Optional),
    ("/order_validity/years", Optional),
    ("/order_validity/days", Optional),
    ("/order_validity/custom_expiration_date", Optional),
    ("/payment_method", Required),
    ("/credit_card", Optional),
    ("/credit_card/number", Required),
    ("/credit_card/expiration_month", Required),
    ("/credit_card/expiration_year", Required),
    ("/credit_card/cvv", Required),
    ("/credit_card/cardholder_name", Required),
    ("/credit_card/save_credit_card", Optional),
    ("/credit_card/set_as_default", Required),
    ("/billing_address", Optional),
    ("/billing_address/address", Required),
    ("/billing_address/address2", Optional),
    ("/billing_address/city", Required),
    ("/billing_address/state", Optional),
    ("/billing_address/country", Required),
    ("/billing_address/zip", Optional),
];

/// The page's two parameters of the answer. `requests` is in its examples only.
const RESPONSE: [&str; 2] = ["id", "certificate_id"];

/// The members of each object of the request, as its type reads them.
const OBJECTS: [(&str, Fields); 7] = [
    ("", fields_of::<Order>),
    ("/certificate", fields_of::<Certificate>),
    ("/certificate/individual", fields_of::<Individual>),
    ("/ship_info", fields_of::<ShipInfo>),
    ("/order_validity", fields_of::<OrderValidity>),
    ("/credit_card", fields_of::<CreditCard>),
    ("/billing_address", fields_of::<BillingAddress>),
];
type Fields = fn() -> &'static [&'static str];

#[test]
fn the_types_have_the_pages_parameters_and_no_others() {
    assert_eq!(REQUEST.len() + RESPONSE.len(), 48);
    for (object, fields) in OBJECTS {
        let page: Vec<&str> = REQUEST
            .iter()
            .filter_map(|(path, _)| path.strip_prefix(object)?.strip_prefix('/'))
            .filter(|name| !name.contains('/'))
            .collect();
        assert_eq!(fields(), page, "members of the object at {object:?}");
    }
    let mut response = fields_of::<OrderResponse>().to_vec();
    response.retain(|name| *name != "requests");
    assert_eq!(response, RESPONSE);
}

#[test]
fn the_full_order_has_every_parameter_and_writes_it_back() {
    let sample = full_order();
    let mut in_sample = pointers(&sample);
    in_sample.sort_unstable();
    let mut on_page: Vec<&str> = REQUEST.iter().map(|(path, _)| *path).collect();
    on_page.sort_unstable();
    assert_eq!(in_sample, on_page);

    let order: Order = serde_json::from_value(sample.clone()).unwrap();
    assert_eq!(serde_json::to_value(&order).unwrap(), sample);
}

#[test]
fn members_are_written_in_the_pages_order() {
    let order: Order = serde_json::from_value(full_order()).unwrap();
    let text = serde_json::to_string(&order).unwrap();
    let mut from = 0;
    for (path, _) in REQUEST {
        let name = path.rsplit('/').next().unwrap();
        let found = text[from..].find(&format!("\"{name}\":"));
        from += found.unwrap_or_else(|| panic!("{path} is written, and after those before it"));
    }
}

#[test]
fn only_what_the_page_requires_must_be_there() {
    for (path, member) in REQUEST {
        let mut order = full_order();
        remove(&mut order, path);
        let read = serde_json::from_value::<Order>(order.clone());
        assert_eq!(read.is_ok(), member == Optional, "an order without {path}");
        if let Ok(read) = read {
            assert_eq!(serde_json::to_value(&read).unwrap(), order, "absent stays absent: {path}");
        }
    }
}

#[test]
fn the_products_url_ends_as_the_page_has_it() {
    assert_eq!(Order::PRODUCT_NAME_ID, "pkio_qualified_organisation_person_prof");
}
