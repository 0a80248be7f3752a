//! A card that the tests pay with.

use certcentral_model::{
    BillingAddress, BillingDetails, CardDetails, CreditCard, Payment, Secret, SetAsDefault,
};

pub(crate) fn card(number: &str, cvv: &str) -> Payment {
    let card = CreditCard::new(CardDetails {
        number: Secret::new(number),
        expiration_month: "11",
        expiration_year: "2030",
        cvv: Secret::new(cvv),
        cardholder_name: "Fenna de Wit",
        set_as_default: SetAsDefault::No,
    });
    let address = BillingAddress::new(BillingDetails {
        address: "Voorbeeldgracht 1",
        city: "Amsterdam",
        country: "NL",
    });
    Payment::card(card, address)
}
