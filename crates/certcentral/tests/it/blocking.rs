//! The blocking client, from threads of all kinds.

use certcentral::{ChangeOutcome, OrderQuery, Outcome};
use certcentral_sandbox::Sandbox;

use crate::{checked, client_of, example};

#[tokio::test(flavor = "multi_thread")]
async fn it_works_within_a_runtime_and_without_one() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = certcentral::blocking::Client::new(client_of(&sandbox).build()).unwrap();
    let order = checked(example("new-professional"));
    let order_2 = order.clone();

    // On a thread of a runtime, where blocking in the usual way panics.
    let Outcome::Placed(first) = client.place_order(&order) else { panic!("not placed") };
    // On a thread of its own.
    let other = client.clone();
    let second = std::thread::spawn(move || {
        let Outcome::Placed(placed) = other.place_order(&order_2) else { panic!("not placed") };
        placed.order_id()
    });
    let second = second.join().unwrap();

    let listed: Vec<_> =
        client.list_orders(OrderQuery::new()).map(|order| order.unwrap().id).collect();
    assert_eq!(listed.len(), 2);
    assert!(listed.contains(&first.order_id()) && listed.contains(&second));
    assert!(client.get_order(second).unwrap().status.is_some());
    assert!(client.list_requests(certcentral::RequestQuery::new()).all(|it| it.is_ok()));
    assert!(!client.look_before_sending().is_empty());
    assert_eq!(sandbox.books().order_count(), 2);
    assert!(matches!(client.add_note(second, "Dossier 12"), ChangeOutcome::Done(_)));
    assert_eq!(client.list_notes(second).unwrap().len(), 1);
    // Dropping a runtime within another one panics; this does not.
    drop(client);
}
