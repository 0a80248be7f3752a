//! How to test a service of one's own with the sandbox: it is a real server on loopback, its books
//! say what arrived, and it fails on demand. As a test it would be a `#[tokio::test]`.
//!
//! ```sh
//! cargo run --example test_your_service
//! ```

use certcentral::pkio_professional::Order;
use certcentral::{ApiKey, Client, Outcome, Validated, today};
use certcentral_sandbox::{Fault, Sandbox};

/// The service under test: it orders, and tells its user what happened.
async fn handle(client: &Client, order: &Validated<Order>) -> String {
    match client.place_order(order).await {
        Outcome::Placed(placed) => format!("your order is {}", placed.order_id()),
        Outcome::Rejected(_) | Outcome::NotSent(_) => "nothing was ordered".into(),
        Outcome::Unknown(_) => "we are looking up your order".into(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let client =
        Client::builder(ApiKey::new(sandbox.api_key())?).base_url(sandbox.url().parse()?).build();
    let json = include_bytes!("../../../docs/examples/card-payment.json");
    let order = Validated::from_json(json, today())?;

    // The order is placed, and its answer is lost. Does the service order twice?
    sandbox.fail_next_order("close-before-answer:placed".parse::<Fault>()?);
    assert_eq!(handle(&client, &order).await, "we are looking up your order");
    assert_eq!(sandbox.books().order_count(), 1);
    println!("one order in the books, and the user is told the truth");
    Ok(())
}
