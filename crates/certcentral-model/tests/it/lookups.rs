//! Look-ups read what they can, and ignore the rest.

use certcentral_model::{
    Balance, CustomFieldList, NoteList, OrderInfo, OrderList, OrderStatus, Page, PaymentMethod,
    ProductList, RequestInfo, RequestList, StatusChangeList, UserInfo,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::samples::{
    at, full_balance, full_custom_field, full_note, full_order_info, full_product_info,
    full_request_info, full_status_change, full_user_info, pointers,
};

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_str(&value.to_string()).unwrap_or_else(|e| panic!("{value}: {e}"))
}

fn assert_round_trip<T: DeserializeOwned + Serialize>(wire: Value) {
    assert_eq!(serde_json::to_value(read::<T>(&wire)).unwrap(), wire);
}

#[test]
fn every_member_is_kept() {
    assert_round_trip::<OrderInfo>(full_order_info());
    assert_round_trip::<RequestInfo>(full_request_info());
    let page = json!({ "total": 2, "limit": 1, "offset": 1 });
    assert_round_trip::<OrderList>(json!({ "orders": [full_order_info()], "page": page }));
    assert_round_trip::<RequestList>(json!({ "requests": [full_request_info()], "page": page }));
    assert_round_trip::<NoteList>(json!({ "notes": [full_note()] }));
    assert_round_trip::<ProductList>(json!({ "products": [full_product_info()] }));
    assert_round_trip::<CustomFieldList>(json!({ "metadata": [full_custom_field()] }));
    assert_round_trip::<StatusChangeList>(json!({ "orders": [full_status_change()] }));
    assert_round_trip::<Balance>(full_balance());
    assert_round_trip::<UserInfo>(full_user_info());
}

#[test]
fn everything_but_the_id_may_be_absent() {
    assert_round_trip::<OrderInfo>(json!({ "id": 112233 }));
    assert_round_trip::<RequestInfo>(json!({ "id": 8 }));
    assert_round_trip::<RequestInfo>(json!({ "id": 8, "order": { "id": 112233 } }));
    assert_round_trip::<OrderList>(json!({ "orders": [] }));
    assert_round_trip::<RequestList>(json!({ "requests": [] }));
}

#[test]
fn a_member_of_an_unexpected_type_is_read_as_absent() {
    for wrong in [json!(null), json!([[]]), json!(-1.5), json!({ "x": {} })] {
        for pointer in pointers(&full_order_info()) {
            // An amount may be any number, an object without known members is read as an empty one,
            // and an unreadable entry of a list is left out.
            if pointer == "/id" || at(&mut full_order_info(), &pointer).is_object() {
                continue;
            }
            if pointer == "/price" && wrong.is_number() {
                continue;
            }
            // An array is read as an object where no member is required.
            let is_list_of_objects =
                at(&mut full_order_info(), &pointer).get(0).is_some_and(Value::is_object);
            if wrong.is_array() && is_list_of_objects && pointer != "/requests" {
                continue;
            }
            let mut info = full_order_info();
            *at(&mut info, &pointer) = wrong.clone();
            let info: OrderInfo = read(&info);
            let again = serde_json::to_value(&info).unwrap();
            assert_eq!(again.pointer(&pointer), None, "{wrong} at {pointer}");
            assert_eq!(again["id"], json!(112_233));
        }
    }
}

#[test]
fn an_unknown_status_is_kept() {
    let info: OrderInfo =
        read(&json!({ "id": 1, "status": "paused", "payment_method": "voucher" }));
    assert_eq!(info.status.as_ref().map(OrderStatus::as_str), Some("paused"));
    assert!(!info.status.unwrap().is_known());
    assert_eq!(info.payment_method.as_ref().map(PaymentMethod::as_str), Some("voucher"));
    for known in OrderStatus::VALUES {
        let info: OrderInfo = read(&json!({ "id": 1, "status": known }));
        assert!(info.status.unwrap().is_known(), "{known}");
    }
}

#[test]
fn serial_numbers_and_thumbprints_may_be_numbers() {
    let info: OrderInfo = read(&json!({
        "id": "1",
        "certificate": { "serial_number": 1234, "thumbprint": 56 }
    }));
    let certificate = info.certificate.unwrap();
    assert_eq!(certificate.serial_number.as_deref(), Some("1234"));
    assert_eq!(certificate.thumbprint.as_deref(), Some("56"));
}

#[test]
fn a_list_without_pages_may_be_an_empty_object() {
    for wire in [json!({}), json!({ "orders": null, "metadata": null, "notes": null })] {
        assert!(read::<StatusChangeList>(&wire).orders.is_empty());
        assert!(read::<CustomFieldList>(&wire).metadata.is_empty());
        assert!(read::<NoteList>(&wire).notes.is_empty());
        assert!(read::<ProductList>(&wire).products.is_empty());
    }
}

#[test]
fn amounts_are_never_floats() {
    let balance: Balance =
        read(&json!({ "balance": 99.5, "currency": "EUR", "total_available_funds": "0.10" }));
    assert_eq!(balance.balance.unwrap().as_str(), "99.5");
    assert_eq!(balance.total_available_funds.unwrap().as_str(), "0.10");
    let unlimited: Balance =
        read(&json!({ "balance": "-5.00", "unlimited_negative_balance": true }));
    assert!(!unlimited.balance.unwrap().is_positive());
}

#[test]
fn an_order_or_request_without_an_id_cannot_be_read() {
    assert!(serde_json::from_value::<OrderInfo>(json!({ "status": "issued" })).is_err());
    assert!(serde_json::from_value::<RequestInfo>(json!({ "status": "pending" })).is_err());
}

#[test]
fn entries_of_a_list_that_cannot_be_read_are_counted() {
    let list: OrderList = read(&json!({
        "orders": [{ "id": 1 }, {}, null, { "id": "x" }, { "id": 2 }],
        "page": { "total": 5, "limit": 100, "offset": 0 }
    }));
    assert_eq!(list.orders.iter().map(|order| order.id.get()).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(list.unreadable, 3);
    assert_eq!(list.page, Some(Page::new(5, 100, 0)));
}

#[test]
fn a_value_that_is_not_a_list_is_not_read_as_an_empty_one() {
    for orders in
        [json!({ "0": { "id": 1 } }), json!("none"), json!(5), json!(-5), json!(0.5), json!(true)]
    {
        let list: OrderList = read(&json!({ "orders": orders }));
        assert!(list.orders.is_empty());
        assert_eq!(list.unreadable, 1, "{orders}");
    }
    for wire in [json!({ "requests": [] }), json!({ "error": "x" }), json!([]), json!(null)] {
        assert!(serde_json::from_value::<OrderList>(wire.clone()).is_err(), "{wire}");
    }
    // These are how an empty list may look.
    for wire in [
        json!({ "orders": [] }),
        json!({}),
        json!({ "orders": null }),
        json!({ "page": { "total": 0, "limit": 0, "offset": 0 } }),
    ] {
        let list: OrderList = read(&wire);
        assert!(list.orders.is_empty() && list.unreadable == 0, "{wire}");
    }
}
