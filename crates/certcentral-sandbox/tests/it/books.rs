//! What the books say, and what they must not hold.

use certcentral_model::{OrderId, OrderStatus};
use certcentral_sandbox::{FaultKind, KeyCheck, Placing, Sandbox};
use serde_json::Value;

use crate::http::{ORDER_PATH, card_order, get, order, order_for, place, place_for, post};

#[tokio::test]
async fn orders_and_requests_are_entered() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = OrderId::new(place_for(&sandbox, "anna@example.com").await).unwrap();
    get(&sandbox, "/request?limit=3").await;
    let books = sandbox.books();

    let placed = books.order(id).unwrap();
    assert_eq!(placed.id(), id);
    assert_eq!(*placed.status(), OrderStatus::Pending);
    assert_eq!(placed.individual().first_name.as_deref(), Some("Fenna"));
    assert_eq!(placed.product_name_id(), "pkio_qualified_organisation_person_prof");
    let json: Value = serde_json::from_str(placed.json()).unwrap();
    assert_eq!(json, order_for("anna@example.com"));

    let requests = books.requests();
    assert_eq!(requests.len(), 2);
    let (post, get) = (&requests[0], &requests[1]);
    assert_eq!((post.method(), post.path(), post.query()), ("POST", ORDER_PATH, None));
    assert_eq!((post.number(), post.status(), post.order()), (1, Some(201), Some(id)));
    assert_eq!(post.header("Content-Type"), Some("application/json"));
    assert_eq!(post.individual().unwrap().email.as_deref(), Some("anna@example.com"));
    assert_eq!((get.method(), get.query()), ("GET", Some("limit=3")));
    assert_eq!((get.number(), get.status(), get.order()), (2, Some(200), None));
    assert_eq!((books.order_count(), books.request_count(), books.post_count()), (1, 2, 1));
}

#[tokio::test]
async fn an_order_that_was_placed_twice_is_found() {
    let sandbox = Sandbox::start().await.unwrap();
    for email in ["anna@example.com", "bram@example.com", "Anna@example.com"] {
        place_for(&sandbox, email).await;
    }
    let books = sandbox.books();
    assert_eq!(books.orders_of("anna@example.com").len(), 2);
    assert_eq!(books.requests_of("anna@example.com").len(), 2);
    assert_eq!(books.orders_of("bram@example.com").len(), 1);
    assert!(books.orders_of("nobody@example.com").is_empty());
}

#[tokio::test]
async fn a_fault_is_entered_with_the_request_that_it_struck() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_order(FaultKind::StringId);
    sandbox.fail_next_order(FaultKind::Status(422));
    post(&sandbox, &order_for("anna@example.com")).await;
    post(&sandbox, &order_for("bram@example.com")).await;
    let books = sandbox.books();

    let order = &books.orders_of("anna@example.com")[0];
    let fault = books.request_of(order.id()).unwrap().fault().unwrap();
    assert_eq!((fault.kind, fault.placing), (FaultKind::StringId, Placing::Placed));

    assert!(books.orders_of("bram@example.com").is_empty());
    let request = &books.requests_of("bram@example.com")[0];
    let fault = request.fault().unwrap();
    assert_eq!((fault.kind, fault.placing), (FaultKind::Status(422), Placing::Unplaced));
    assert_eq!(request.status(), Some(422));
    let counts: Vec<_> = books.fault_counts().into_iter().collect();
    assert_eq!(counts, [(FaultKind::StringId, 1), (FaultKind::Status(422), 1)]);
}

#[tokio::test]
async fn neither_key_nor_card_is_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(place(&sandbox, &card_order()).await.status, 201);
    let books = sandbox.books();
    let order = &books.orders()[0];
    assert_eq!(order.payment_method().as_str(), "card");
    assert!(!order.json().contains("4111111111111111"));
    assert!(!order.json().contains("credit_card"));
    let request = &books.requests()[0];
    assert_eq!(request.key(), KeyCheck::Right);
    assert!(request.headers().all(|(name, _)| name != "x-dc-devkey"));
    assert!(request.headers().count() > 0);
}

#[tokio::test]
async fn debug_shows_nothing_of_the_person() {
    let sandbox = Sandbox::start().await.unwrap();
    place(&sandbox, &order()).await;
    get(&sandbox, "/order/certificate?filters[email]=fenna.dewit@example.com").await;
    let books = sandbox.books();
    let shown = format!("{books:?} {:?} {:?}", books.orders(), books.requests());
    assert!(!shown.contains("Fenna") && !shown.contains("fenna"), "{shown}");
    assert!(shown.contains("request_number"), "{shown}");
}

#[tokio::test]
async fn the_oldest_are_forgotten_and_the_counts_go_on() {
    let sandbox = Sandbox::builder().capacity(2).start().await.unwrap();
    let mut placed = Vec::new();
    for _ in 0..4 {
        placed.push(OrderId::new(place_for(&sandbox, "anna@example.com").await).unwrap());
    }
    let books = sandbox.books();
    let kept: Vec<_> = books.orders().iter().map(|order| order.id()).collect();
    assert_eq!(kept, placed[2..]);
    assert!(books.order(placed[0]).is_none());
    assert_eq!(books.request_of(placed[3]).unwrap().order(), Some(placed[3]));
    assert_eq!(books.requests().len(), 2);
    assert_eq!((books.order_count(), books.request_count(), books.post_count()), (4, 4, 4));
}

#[tokio::test]
async fn posts_faults_and_orders_can_be_waited_for() {
    let sandbox = Sandbox::start().await.unwrap();
    let books = sandbox.books();
    sandbox.fail_next_order(FaultKind::ResetBeforeAnswer);
    let waiting = tokio::spawn(async move {
        books.wait_for_posts(1).await;
        books.wait_for_faults(1).await;
        books.wait_for_orders(1).await;
        books.order_count()
    });
    while sandbox.books().order_count() == 0 {
        post(&sandbox, &order()).await;
    }
    assert_eq!(waiting.await.unwrap(), 1);
}
