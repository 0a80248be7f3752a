//! Handles each of the four outcomes as a service should, the lost answer included.
//!
//! ```sh
//! certcentral sandbox --fault close-before-answer:placed=0.5    # in a second terminal; export, then
//! cargo run --example every_outcome -- docs/examples/new-professional.json
//! ```

use std::time::Duration;

use certcentral::pkio_professional::Order;
use certcentral::{Client, OrderSearch, Outcome, Validated, Verdict, today};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: every_outcome ORDER.json")?;
    let order = Validated::<Order>::from_json(&std::fs::read(path)?, today())?;
    let client = Client::from_env()?;

    // What is listed now cannot be the order that is sent next. Keep it with the order: with it a
    // search after a lost answer can be certain. It takes 5 seconds at most and never fails.
    let baseline = client.look_before_sending().await;

    match client.place_order(&order).await {
        // The order exists. Note its id before anything else.
        Outcome::Placed(placed) => println!("placed: order {}", placed.order_id()),
        // No order exists. Everything that the server said is in `errors`.
        Outcome::Rejected(rejected) if rejected.is_temporary() => {
            println!("send it again later: {rejected}");
        }
        Outcome::Rejected(rejected) => println!("correct it first: {rejected}"),
        // No order exists; the order never left this machine.
        Outcome::NotSent(not_sent) => println!("send it again: {not_sent}"),
        // An order may exist. Never send it again before it has been looked up.
        Outcome::Unknown(unknown) => {
            println!("{unknown}");
            let search = OrderSearch::after(order.order(), &unknown)
                .baseline(baseline)
                // A service waits for 15 minutes here, and asks again until the answer settles.
                .settle(Duration::from_secs(1));
            let report = client.find_order(&search).await?;
            match report.verdict {
                Verdict::Found => println!("it was placed: {:?}", report.order_id()),
                Verdict::NotFound => println!("it was not placed: it may be sent again"),
                Verdict::Ambiguous => println!("a person must look: {:?}", report.candidates),
                Verdict::TooEarly => println!("look again later"),
            }
        }
    }
    Ok(())
}
