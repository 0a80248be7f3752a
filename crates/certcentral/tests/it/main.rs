//! The facade against the sandbox, over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at a fault")]

mod blocking;
mod examples;
mod faults;
mod lifecycle;
mod orders;
mod public_types;
mod storm;

use certcentral::pkio_professional::Order;
use certcentral::transport::{Pacing, RetryPolicy};
use certcentral::{ApiKey, Client, ClientBuilder, Outcome, Validated, today};
use certcentral_sandbox::Sandbox;

/// The examples of the README and the documentation.
const EXAMPLES: [(&str, &str); 3] = [
    ("new-professional", include_str!("../../../../docs/examples/new-professional.json")),
    ("existing-professional", include_str!("../../../../docs/examples/existing-professional.json")),
    ("card-payment", include_str!("../../../../docs/examples/card-payment.json")),
];

fn example(name: &str) -> Order {
    let (_, json) = EXAMPLES.iter().find(|(example, _)| *example == name).expect("an example");
    serde_json::from_str(json).expect("the example is an order")
}

fn checked(order: Order) -> Validated<Order> {
    Validated::check(order, today()).unwrap()
}

/// A client of the sandbox that neither waits for others nor tries twice.
fn client_of(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder(ApiKey::new(sandbox.api_key()).unwrap())
        .base_url(sandbox.url().parse().unwrap())
        .pacing(Pacing::unlimited())
        .retry(RetryPolicy::never())
}

/// The outcome of an example at the sandbox.
async fn place(sandbox: &Sandbox, name: &str) -> Outcome {
    client_of(sandbox).build().place_order(&checked(example(name))).await
}
