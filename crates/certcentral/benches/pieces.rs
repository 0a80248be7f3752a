//! Times and allocations of each piece: `cargo bench -p certcentral --bench pieces`.
//!
//! The figures are of the machine that they are taken on; docs/performance.md has the ratios.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench may stop at a fault")]

#[path = "server/mod.rs"]
mod server;

use certcentral::model::{CsaAgreement, Payment};
use certcentral::model::{ErrorResponse, OrderResponse};
use certcentral::pkio_professional::{
    Certificate, Individual, IndividualDetails, Order, ProfessionalTitle,
};
use certcentral::transport::{OrderBody, Pacing, order_request};
use certcentral::{ApiKey, BaseUrl, Client, Validated, check, check_json, read_json, today};
use divan::{AllocProfiler, Bencher, black_box};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const CARD_ORDER: &[u8] = include_bytes!("../../../docs/examples/card-payment.json");
const FAULTY_ORDER: &[u8] = include_bytes!("../../../docs/examples/faulty.json");
const ANSWER: &[u8] = br#"{"id":1234567,"requests":[{"id":8901,"status":"pending"}]}"#;
const REFUSAL: &[u8] = br#"{"errors":[{"code":"required_param:certificate.signature_hash",
    "message":"Missing required parameter"},{"code":"invalid_value:validity_years","message":"No"}]}"#;

fn main() {
    divan::main();
}

fn card_order() -> Order {
    serde_json::from_slice(CARD_ORDER).unwrap()
}

#[divan::bench]
fn make_an_order() -> Order {
    let individual = Individual::new(IndividualDetails {
        first_name: black_box("Fenna"),
        last_name: "de Wit",
        email: "fenna.dewit@example.com",
        telephone: "+31 20 555 0100",
        country: "NL",
        state: "Noord-Holland",
        professional_title: ProfessionalTitle::Notaris,
    });
    Order::new(Certificate::new(individual), CsaAgreement::Agreed, Payment::Balance)
}

#[divan::bench]
fn check_an_order(bencher: Bencher<'_, '_>) {
    let (order, today) = (card_order(), today());
    bencher.bench(|| check(black_box(&order), today));
}

#[divan::bench]
fn encode_an_order(bencher: Bencher<'_, '_>) {
    let order = card_order();
    bencher.bench(|| OrderBody::encode(black_box(&order)));
}

#[divan::bench]
fn encode_with_serde_json(bencher: Bencher<'_, '_>) {
    let order = card_order();
    bencher.bench(|| serde_json::to_vec(black_box(&order)));
}

#[divan::bench]
fn build_a_request(bencher: Bencher<'_, '_>) {
    let (base, key) = (BaseUrl::europe(), ApiKey::new("bench-key-zyxwvutsrqponmlk").unwrap());
    let order = card_order();
    bencher.bench(|| order_request(&base, &key, black_box(&order)));
}

#[divan::bench]
fn read_and_check_a_file(bencher: Bencher<'_, '_>) {
    let today = today();
    bencher.bench(|| read_json::<Order>(black_box(CARD_ORDER), today));
}

#[divan::bench]
fn report_a_faulty_file(bencher: Bencher<'_, '_>) {
    let today = today();
    bencher.bench(|| check_json::<Order>(black_box(FAULTY_ORDER), today));
}

#[divan::bench]
fn read_with_serde_json() -> Order {
    serde_json::from_slice(black_box(CARD_ORDER)).unwrap()
}

#[divan::bench]
fn read_an_answer() -> OrderResponse {
    serde_json::from_slice(black_box(ANSWER)).unwrap()
}

#[divan::bench]
fn read_errors() -> ErrorResponse {
    serde_json::from_slice(black_box(REFUSAL)).unwrap()
}

/// Over a socket on loopback, with the pacing of the API's limits out of the way or off.
#[divan::bench(args = ["paced", "unpaced"])]
fn place_an_order(bencher: Bencher<'_, '_>, pacing: &str) {
    let base = format!("http://{}/services/v2", server::serve());
    let pacing = match pacing {
        "paced" => server::pacing_out_of_the_way(),
        _ => Pacing::unlimited(),
    };
    let client = Client::builder(ApiKey::new("bench-key-zyxwvutsrqponmlk").unwrap())
        .base_url(base.parse().unwrap())
        .pacing(pacing)
        .build();
    let order = Validated::check(card_order(), today()).unwrap_or_else(|_| panic!("it is right"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    bencher.bench_local(|| runtime.block_on(client.place_order(black_box(&order))).kind());
}
