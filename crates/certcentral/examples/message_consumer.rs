//! The data types alone, as a consumer of a message queue uses them: it reads an order from JSON,
//! decides where it goes, and passes it on unchanged. It needs `certcentral-model` and nothing else.
//!
//! ```sh
//! cargo run --example message_consumer < docs/examples/card-payment.json
//! ```

use std::io::Read as _;

use certcentral::model::PaymentMethod;
use certcentral::pkio_professional::Order;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut message = String::new();
    std::io::stdin().read_to_string(&mut message)?;
    // A misspelt member is an error here, and not an order that lacks something.
    let order: Order = serde_json::from_str(&message)?;

    let queue = match order.payment_method {
        PaymentMethod::Card => "orders-with-card",
        PaymentMethod::Balance | PaymentMethod::Profile => "orders",
        // A payment method that this version does not know is kept as it came.
        _ => "orders-to-look-at",
    };
    // `Debug` shows which members are set, and none of their values: it may go into a log.
    eprintln!("{queue} <- {order:?}");
    println!("{}", serde_json::to_string(&order)?);
    Ok(())
}
