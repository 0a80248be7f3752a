//! Orders that are placed, and orders that must not leave.

use certcentral::pkio_professional::Order;
use certcentral::transport::OrderQuery;
use certcentral::{ApiKey, Client, Outcome, Validated, check, today};
use certcentral_sandbox::{Approval, FaultKind, Sandbox};

use super::{EXAMPLES, checked, client_of, example, place};

#[tokio::test]
async fn every_example_is_placed_and_found_again() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox).build();
    for (name, json) in EXAMPLES {
        let outcome = place(&sandbox, name).await;
        let Outcome::Placed(placed) = outcome else { panic!("{name}: {outcome}") };
        assert_eq!(placed.attempts, 1);

        let booked = sandbox.books().order(placed.order_id()).unwrap();
        let sent: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(
            booked.individual().id.is_some(),
            sent["certificate"]["individual"]["id"].is_u64()
        );

        let info = client.get_order(placed.order_id()).await.unwrap();
        assert_eq!(info.id, placed.order_id());
    }
    assert_eq!(sandbox.books().order_count(), 3);

    let mut listed = 0;
    let mut orders = client.list_orders(OrderQuery::new().page_size(2));
    while let Some(order) = orders.next().await {
        order.unwrap();
        listed += 1;
    }
    assert_eq!(listed, 3);
}

#[tokio::test]
async fn every_shape_of_the_answer_is_placed() {
    for approval in
        [Approval::Pending, Approval::Submitted, Approval::Approved, Approval::WithoutRequest]
    {
        for ids in [None, Some(FaultKind::StringId)] {
            let sandbox = Sandbox::builder().approval(approval).start().await.unwrap();
            if let Some(ids) = ids {
                sandbox.fail_next_order(ids);
            }
            let outcome = place(&sandbox, "new-professional").await;
            let Outcome::Placed(placed) = outcome else { panic!("{approval:?}: {outcome}") };
            let booked = sandbox.books().order(placed.order_id()).unwrap();
            assert_eq!(placed.response.certificate_id, booked.certificate_id(), "{approval:?}");
            let request = placed.response.requests.first().map(|request| request.id);
            assert_eq!(request, booked.request_id(), "{approval:?}");
        }
    }
}

#[test]
fn a_faulty_order_is_reported_whole() {
    let mut order = example("new-professional");
    order.certificate.individual.email = Some("nobody".into());
    order.ship_info.as_mut().unwrap().city = " ".into();
    let report = Validated::check(order, today()).unwrap_err();
    let codes: Vec<_> = report.errors().map(|error| (error.path(), error.code())).collect();
    assert_eq!(codes, [("/certificate/individual/email", "email"), ("/ship_info/city", "blank")]);
}

#[tokio::test]
async fn rules_can_be_bypassed_by_name_and_the_server_decides() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut order = example("existing-professional");
    order.order_validity = Some(certcentral::model::OrderValidity::years(4));
    assert!(!check(&order, today()).is_valid());
    let bypassed: Validated<Order> = Validated::bypassing_rules(order);
    let outcome = client_of(&sandbox).build().place_order(&bypassed).await;
    let Outcome::Rejected(rejected) = outcome else { panic!("{outcome}") };
    assert_eq!(rejected.status, 400);
    assert_eq!(rejected.errors[0].code.as_str(), "invalid_value:order_validity.years");
    assert_eq!((sandbox.books().post_count(), sandbox.books().order_count()), (1, 0));
}

#[tokio::test]
async fn a_wrong_key_is_rejected() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder(ApiKey::new("wrong").unwrap())
        .base_url(sandbox.url().parse().unwrap())
        .build();
    let outcome = client.place_order(&checked(example("new-professional"))).await;
    let Outcome::Rejected(rejected) = outcome else { panic!("{outcome}") };
    assert_eq!((rejected.status, rejected.errors[0].code.name()), (403, "access_denied"));
    assert_eq!(sandbox.books().order_count(), 0);
}
