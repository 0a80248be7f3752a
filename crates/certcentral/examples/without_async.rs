//! Places an order from a program without async, with the same four outcomes.
//!
//! ```sh
//! certcentral sandbox        # in a second terminal; export what it prints, then
//! cargo run --features blocking --example without_async -- docs/examples/new-professional.json
//! ```

use certcentral::blocking::Client;
use certcentral::pkio_professional::Order;
use certcentral::{Outcome, Validated, today};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: without_async ORDER.json")?;
    let order = Validated::<Order>::from_json(&std::fs::read(path)?, today())?;

    let client = Client::from_env()?;
    match client.place_order(&order) {
        Outcome::Placed(placed) => {
            println!("placed: order {}", placed.order_id());
            println!("status: {:?}", client.get_order(placed.order_id())?.status);
        }
        other => println!("{other}"),
    }
    Ok(())
}
