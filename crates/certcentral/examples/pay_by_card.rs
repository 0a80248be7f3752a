//! Orders with a credit card of its own. Number and cvv never show in a log or an error.
//!
//! ```sh
//! certcentral sandbox        # in a second terminal; export what it prints, then
//! cargo run --example pay_by_card
//! ```

use certcentral::model::{
    BillingAddress, BillingDetails, CardDetails, CreditCard, CsaAgreement, Payment, SaveCreditCard,
    SetAsDefault, ShipInfo, ShippingDetails, ShippingMethod,
};
use certcentral::pkio_professional::{Certificate, Individual, Order};
use certcentral::{Client, Secret, Validated, today};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let card = CreditCard::new(CardDetails {
        // A test number. `Secret` prints `[redacted]` and wipes itself.
        number: Secret::new("4111111111111111"),
        expiration_month: "12",
        expiration_year: "2030",
        cvv: Secret::new("123"),
        cardholder_name: "Sanne Janssen",
        set_as_default: SetAsDefault::No,
    })
    .save_credit_card(SaveCreditCard::DoNotSave);
    let billed_to = BillingAddress::new(BillingDetails {
        address: "Voorbeeldplein 3",
        city: "Alkmaar",
        country: "NL",
    })
    .zip("1811 AA");

    let order = Order::new(
        Certificate::new(Individual::existing(21)),
        CsaAgreement::Agreed,
        Payment::card(card, billed_to),
    )
    .ship_info(ShipInfo::new(ShippingDetails {
        name: "Sanne Janssen",
        addr1: "Voorbeeldplein 3",
        addr2: "",
        city: "Alkmaar",
        state: "Noord-Holland",
        zip: "1811 AA",
        country: "NL",
        method: ShippingMethod::Standard,
    }));
    println!("about to send {order:?}");

    let order = Validated::check(order, today())?;
    println!("{}", Client::from_env()?.place_order(&order).await);
    Ok(())
}
