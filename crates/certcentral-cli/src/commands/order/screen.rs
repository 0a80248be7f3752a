//! What is shown before an order is placed: one screen, without scrolling.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::time::Duration;

use certcentral::Client;
use certcentral::model::PaymentMethod;
use certcentral::pkio_professional::Order;
use certcentral_journal::Clear;

use crate::env::runtime::Runtime;
use crate::show::terminal::printable;

/// How long the balance is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says whom the order is for, where the token goes, and who pays.
pub(super) fn render(order: &Order, clear: &Clear, client: &Client, runtime: &Runtime) -> String {
    // Nobody sees it otherwise, so the balance is not asked for.
    if !io::stderr().is_terminal() {
        return String::new();
    }
    let individual = &order.certificate.individual;
    let text = |text: Option<&str>| printable(text.unwrap_or_default()).into_owned();
    let holder = match individual.id {
        Some(id) => format!("the individual {id}"),
        None => {
            let title = individual.professional_title.as_ref().map(|title| title.as_str());
            format!(
                "{} {}, {}, {}",
                text(individual.first_name.as_deref()),
                text(individual.last_name.as_deref()),
                text(title),
                text(individual.email.as_deref())
            )
        }
    };
    let years = order.order_validity.as_ref().and_then(|validity| validity.years);
    let years = match years {
        Some(1) => "1 year".to_owned(),
        Some(years) => format!("{years} years"),
        None => "no years given: DigiCert's default".to_owned(),
    };
    let token = match &order.ship_info {
        Some(ship) => {
            printable(&format!("{}, {}, {}", ship.name, ship.addr1, ship.city)).into_owned()
        }
        None => "no address given".to_owned(),
    };
    let paid = match &order.payment_method {
        PaymentMethod::Card => "the credit card in the file".to_owned(),
        PaymentMethod::Profile => "the default credit card of the account".to_owned(),
        _ => {
            let balance = runtime
                .block_on(async { tokio::time::timeout(PATIENCE, client.get_balance(None)).await });
            let left = match balance {
                Ok(Ok(balance)) => match (&balance.balance, &balance.currency) {
                    (Some(amount), Some(currency)) => format!("{amount} {currency} left"),
                    (Some(amount), None) => format!("{amount} left"),
                    _ => "what is left is not known".to_owned(),
                },
                _ => "what is left is not known".to_owned(),
            };
            format!("the balance of the account ({})", printable(&left))
        }
    };
    let has = if clear.is_complete {
        "none is listed at CertCentral, and the journal knows none"
    } else {
        "the journal knows none; the lists at CertCentral could not be read"
    };
    let mut screen = String::new();
    let host = client.base_url().host().to_string();
    for (name, value) in [
        ("at", host.as_str()),
        ("for", &holder),
        ("valid", &years),
        ("token to", &token),
        ("paid by", &paid),
        ("has orders", has),
    ] {
        let _ = writeln!(screen, "  {name:<11} {value}");
    }
    screen.truncate(screen.trim_end().len());
    screen
}
