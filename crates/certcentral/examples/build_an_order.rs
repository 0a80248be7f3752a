//! Builds an order in Rust and places it.
//!
//! ```sh
//! certcentral sandbox        # in a second terminal; export what it prints, then
//! cargo run --example build_an_order
//! ```

use certcentral::model::{CsaAgreement, Payment, ShipInfo, ShippingDetails, ShippingMethod};
use certcentral::pkio_professional::{
    Certificate, Individual, IndividualDetails, Order, ProfessionalTitle,
};
use certcentral::{Client, Outcome, Validated, today};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let notary = Individual::new(IndividualDetails {
        first_name: "Fenna",
        last_name: "de Wit",
        email: "fenna.dewit@example.com",
        telephone: "+31 20 555 0100",
        country: "NL",
        state: "Noord-Holland",
        professional_title: ProfessionalTitle::Notaris,
    });
    // The holder has read the subscriber agreement and agrees to it. Ask; never assume it.
    let order = Order::new(Certificate::new(notary), CsaAgreement::Agreed, Payment::Balance)
        .ship_info(ShipInfo::new(ShippingDetails {
            name: "Fenna de Wit",
            addr1: "Voorbeeldgracht 1",
            addr2: "",
            city: "Amsterdam",
            state: "Noord-Holland",
            zip: "1015 AA",
            country: "NL",
            method: ShippingMethod::Standard,
        }));

    // An order that breaks a rule is not sent: `?` ends with the list of its faults.
    let order = Validated::check(order, today())?;
    for warning in order.warnings().warnings() {
        eprintln!("{warning}");
    }
    match Client::from_env()?.place_order(&order).await {
        Outcome::Placed(placed) => println!("placed: order {}", placed.order_id()),
        other => println!("{other}"),
    }
    Ok(())
}
