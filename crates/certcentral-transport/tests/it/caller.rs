//! Orders, clients and times that the tests share.

use std::time::Duration;

use certcentral_model::pkio_professional::{
    Certificate, Individual, IndividualDetails, Order, ProfessionalTitle,
};
use certcentral_model::{
    BillingAddress, BillingDetails, CardDetails, CreditCard, CsaAgreement, Payment, Secret,
    SetAsDefault,
};
use certcentral_sandbox::scripted::{Script, ScriptedServer};
use certcentral_transport::{ApiKey, Client, ClientBuilder, Outcome, Pacing, RetryPolicy};

pub(crate) const KEY: &str = "T3STK3Y-9f8e7d6c-5b4a3928";
pub(crate) const CARD_NUMBER: &str = "4111111111111111";
pub(crate) const CVV: &str = "739";

pub(crate) fn individual(first_name: &str, last_name: &str, email: &str) -> Individual {
    Individual::new(IndividualDetails {
        first_name,
        last_name,
        email,
        telephone: "+31 20 555 0100",
        country: "NL",
        state: "Noord-Holland",
        professional_title: ProfessionalTitle::Notaris,
    })
}

pub(crate) fn order_for(individual: Individual) -> Order {
    Order::new(Certificate::new(individual), CsaAgreement::Agreed, Payment::Balance)
}

pub(crate) fn order() -> Order {
    order_for(individual("Fenna", "de Wit", "fenna.dewit@example.com"))
}

pub(crate) fn card() -> Payment {
    let card = CreditCard::new(CardDetails {
        number: Secret::new(CARD_NUMBER),
        expiration_month: "11",
        expiration_year: "2030",
        cvv: Secret::new(CVV),
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

pub(crate) fn card_order() -> Order {
    order().payment(card())
}

/// A client without pacing that hardly waits between attempts.
pub(crate) fn builder(url: &str) -> ClientBuilder {
    Client::builder(ApiKey::new(KEY).unwrap())
        .base_url(url.parse().unwrap())
        .retry(RetryPolicy::default().first_wait(Duration::from_millis(1)))
        .pacing(Pacing::unlimited())
}

pub(crate) fn client(server: &ScriptedServer) -> Client {
    builder(&server.url()).build()
}

pub(crate) async fn serve(scripts: impl IntoIterator<Item = Script>) -> ScriptedServer {
    ScriptedServer::start(scripts).await.unwrap()
}

/// Reads one order, answers with these bytes, closes.
pub(crate) fn answer(bytes: impl AsRef<[u8]>) -> Script {
    Script::new().read_request().write(bytes)
}

/// Orders at a server that plays the script on every connection.
pub(crate) async fn order_at(script: Script) -> (Outcome, ScriptedServer) {
    let server = serve([script]).await;
    let outcome = client(&server).place_order(&card_order()).await;
    (outcome, server)
}

/// Runs an ignored test of this binary in a process of its own, with environment variables that
/// would disturb all others. Returns what it printed.
pub(crate) async fn in_child(test: &str, variables: &[(&str, &str)]) -> String {
    let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command
        .env_remove("SSL_CERT_DIR")
        .envs(variables.iter().copied())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    assert!(text.contains("1 passed"), "no such test: {test}\n{text}");
    text
}
