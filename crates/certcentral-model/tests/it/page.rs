//! Every parameter of the endpoint's page is a member, and every member is one of the page's.

use certcentral_model::pkio_professional::{Certificate, Individual, Order};
use certcentral_model::{
    BillingAddress, CreditCard, OrderResponse, OrderValidity, ProductOrder, ShipInfo,
};

use crate::fields::fields_of;
use crate::samples::{full_order, pointers, remove};

/// The page, parameter by parameter, in its order: a path, whether it is required, and a type.
const PAGE: &str = include_str!("../page.txt");

/// The parameters of the request, and whether the page requires each wherever its object is.
fn request() -> impl Iterator<Item = (&'static str, bool)> {
    PAGE.lines().map(|line| {
        let (path, rest) = line.split_once(' ').unwrap();
        (path, rest.starts_with("required "))
    })
}

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
    assert_eq!(request().count() + RESPONSE.len(), 48);
    for (object, fields) in OBJECTS {
        let page: Vec<&str> = request()
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
    let mut on_page: Vec<&str> = request().map(|(path, _)| path).collect();
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
    for (path, _) in request() {
        let name = path.rsplit('/').next().unwrap();
        let found = text[from..].find(&format!("\"{name}\":"));
        from += found.unwrap_or_else(|| panic!("{path} is written, and after those before it"));
    }
}

#[test]
fn only_what_the_page_requires_must_be_there() {
    for (path, is_required) in request() {
        let mut order = full_order();
        remove(&mut order, path);
        let read = serde_json::from_value::<Order>(order.clone());
        assert_eq!(read.is_ok(), !is_required, "an order without {path}");
        if let Ok(read) = read {
            assert_eq!(serde_json::to_value(&read).unwrap(), order, "absent stays absent: {path}");
        }
    }
}

#[test]
fn the_product_has_the_name_id_of_the_page() {
    assert_eq!(Order::PRODUCT_NAME_ID, "pkio_qualified_organisation_person_prof");
}
