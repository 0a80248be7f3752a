//! What comes after the order, each method once, at the sandbox.

use std::time::Duration;

use certcentral::model::{CertificateFormat, OrderId, OrderStatus, ProductOrder, Revocation};
use certcentral::pkio_professional::Order;
use certcentral::transport::{ChangeOutcome, DoneChange, OrderQuery, RequestQuery};
use certcentral::{Client, Outcome};
use certcentral_sandbox::{CustomField, Sandbox};

use crate::{checked, client_of, example};

fn done(outcome: ChangeOutcome) -> DoneChange {
    match outcome {
        ChangeOutcome::Done(done) => done,
        other => panic!("{other}"),
    }
}

async fn order(client: &Client) -> OrderId {
    match client.place_order(&checked(example("new-professional"))).await {
        Outcome::Placed(placed) => placed.order_id(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_order_is_followed_to_its_end() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox).build();
    let id = order(&client).await;
    let status = async || client.get_order(id).await.unwrap().status.unwrap();

    let request = client.list_requests(RequestQuery::new()).next().await.unwrap().unwrap();
    let request = client.get_request(request.id).await.unwrap();
    assert_eq!(request.order.unwrap().id, id);
    let _ = done(client.approve_request(request.id, Some("Checked.")).await);

    assert!(sandbox.issue(id));
    assert_eq!(status().await, OrderStatus::Issued);
    let changes = client.list_status_changes(Duration::from_secs(60)).await.unwrap();
    assert!(changes.iter().any(|it| it.order_id == id && it.status == Some(OrderStatus::Issued)));

    let mut issued = client.list_orders(OrderQuery::new().status(OrderStatus::Issued));
    let certificate = issued.next().await.unwrap().unwrap().certificate.unwrap().id.unwrap();
    let pem = client.download_order_certificate(id, &CertificateFormat::PemAll).await.unwrap();
    assert!(pem.starts_with(b"-----BEGIN CERTIFICATE-----"));
    let same = client.download_certificate(certificate, &CertificateFormat::PemAll).await.unwrap();
    assert_eq!(pem, same);

    let note = done(client.add_note(id, "Dossier 12").await).note.unwrap();
    assert_eq!(client.list_notes(id).await.unwrap(), [*note]);

    let asked = done(client.revoke_order(id, &Revocation::new().comment("Lost.")).await);
    let request = asked.request.unwrap().id;
    let _ = done(client.reject_request(request, None).await);
    assert_eq!(status().await, OrderStatus::Issued);
    let at_once = Revocation::new().skip_approval();
    let _ = done(client.revoke_certificate(certificate, &at_once).await);

    let other = order(&client).await;
    let _ = done(client.cancel_order(other, "Ordered by mistake.").await);
    assert_eq!(client.get_order(other).await.unwrap().status, Some(OrderStatus::Canceled));
}

#[tokio::test]
async fn an_account_is_looked_up() {
    let field = CustomField::required("Cost centre");
    let sandbox = Sandbox::builder().custom_field(field).start().await.unwrap();
    let client = client_of(&sandbox).build();
    let name_id = Order::PRODUCT_NAME_ID;
    assert_eq!(client.get_product(name_id).await.unwrap().name_id.as_deref(), Some(name_id));
    let products = client.list_products().await.unwrap();
    assert!(products.iter().any(|it| it.name_id.as_deref() == Some(name_id)));
    assert!(client.get_balance(None).await.unwrap().balance.is_some());
    assert!(client.get_user().await.unwrap().username.is_some());
    let fields = client.list_custom_fields().await.unwrap();
    assert_eq!(fields[0].label.as_deref(), Some("Cost centre"));

    let without = Sandbox::start().await.unwrap();
    let none = client_of(&without).build().list_custom_fields().await.unwrap();
    assert!(none.is_empty(), "`{{}}` is no field");
}
