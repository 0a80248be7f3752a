//! Orders for a professional whom CertCentral knows already, with a validity of its own.
//!
//! ```sh
//! certcentral sandbox        # in a second terminal; export what it prints, then
//! cargo run --example known_professional
//! ```

use certcentral::model::{
    CsaAgreement, OrderValidity, Payment, ShipInfo, ShippingDetails, ShippingMethod,
};
use certcentral::pkio_professional::{Certificate, Individual, Order};
use certcentral::{Client, Validated, today};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The id alone: with it, no further details of the person may be given.
    let certificate = Certificate::new(Individual::existing(21));
    let order = Order::new(certificate, CsaAgreement::Agreed, Payment::Profile)
        .order_validity(OrderValidity::days(397))
        .ship_info(ShipInfo::new(ShippingDetails {
            name: "Daan Voorbeeld",
            addr1: "Voorbeeldweg 12",
            addr2: "3e verdieping",
            city: "Utrecht",
            state: "Utrecht",
            zip: "3511 AB",
            country: "NL",
            method: ShippingMethod::Expedited,
        }));

    let order = Validated::check(order, today())?;
    println!("{}", Client::from_env()?.place_order(&order).await);
    Ok(())
}
