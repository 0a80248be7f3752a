//! Counts instructions: `cargo bench -p certcentral --bench instructions`.
//!
//! Instructions repeat from run to run, whatever else the machine does. Each piece of work runs
//! under `valgrind --tool=callgrind` in a process of its own for none, 1,000 and 10,000 orders;
//! what none costs is taken off. Without valgrind nothing can be counted, and it says so.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench may stop at a fault")]

#[path = "bare/mod.rs"]
mod bare;
#[path = "server/mod.rs"]
mod server;

use std::hint::black_box;
use std::process::{Command, ExitCode};

use certcentral::model::{ErrorResponse, OrderResponse};
use certcentral::pkio_professional::Order;
use certcentral::transport::{OrderBody, Pacing, order_request};
use certcentral::{ApiKey, BaseUrl, Client, Outcome, Validated, check, read_json, today};
use hyper::body::Bytes;

use server::{pacing_out_of_the_way, serve};

const CARD_ORDER: &[u8] = include_bytes!("../../../docs/examples/card-payment.json");
const ANSWER: &[u8] = br#"{"id":1234567,"requests":[{"id":8901,"status":"pending"}]}"#;
const REFUSAL: &[u8] = br#"{"errors":[{"code":"required_param:certificate.signature_hash",
    "message":"Missing required parameter"},{"code":"invalid_value:validity_years","message":"No"}]}"#;
const WORK: &[&str] =
    &["to_vec", "check", "encode", "build", "from_slice", "read_json", "answer", "errors"];
/// Over a socket, with a fresh connection for each; the server runs in another process, and the
/// kernel is not counted. Bare reqwest has our time limits, or none.
const WIRE: &[&str] = &["bare reqwest", "without limits", "order()", "order() unpaced"];

/// Does one kind of work so many times.
fn work(kind: &str, times: u32) {
    let order: Order = serde_json::from_slice(CARD_ORDER).unwrap();
    let json = serde_json::to_vec(&order).unwrap();
    let (base, key) = (BaseUrl::europe(), ApiKey::new("bench-key-zyxwvutsrqponmlk").unwrap());
    let today = today();
    for _ in 0..times {
        match kind {
            "to_vec" => drop(black_box(serde_json::to_vec(black_box(&order)))),
            "check" => drop(black_box(check(black_box(&order), today))),
            "encode" => drop(black_box(OrderBody::encode(black_box(&order)))),
            "build" => drop(black_box(order_request(&base, &key, black_box(&order)))),
            "from_slice" => drop(black_box(serde_json::from_slice::<Order>(black_box(&json)))),
            "read_json" => drop(black_box(read_json::<Order>(black_box(&json), today))),
            "answer" => drop(black_box(serde_json::from_slice::<OrderResponse>(ANSWER))),
            "errors" => drop(black_box(serde_json::from_slice::<ErrorResponse>(REFUSAL))),
            _ => unreachable!("{kind} is not among {WORK:?}"),
        }
    }
}

/// Sends one kind of request so many times.
fn send(kind: &str, times: u32, base: &str) {
    let order: Order = serde_json::from_slice(CARD_ORDER).unwrap();
    let json = Bytes::from(serde_json::to_vec(&order).unwrap());
    let order = Validated::check(order, today()).unwrap_or_else(|_| panic!("it is right"));
    let url = format!("{base}/order/certificate/pkio_qualified_organisation_person_prof");
    let bare = match kind {
        "without limits" => bare::without_limits(),
        _ => bare::with_limits(),
    };
    let bare = bare.build().unwrap();
    let pacing = match kind {
        "order() unpaced" => Pacing::unlimited(),
        _ => pacing_out_of_the_way(),
    };
    let client = Client::builder(ApiKey::new("bench-key-zyxwvutsrqponmlk").unwrap())
        .base_url(base.parse().unwrap())
        .pacing(pacing)
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for _ in 0..times {
            if matches!(kind, "bare reqwest" | "without limits") {
                let request = bare
                    .post(&url)
                    .header("x-dc-devkey", "bench-key-zyxwvutsrqponmlk")
                    .header("content-type", "application/json")
                    .header("accept", "application/json")
                    .body(json.clone());
                let response = request.send().await.unwrap();
                assert_eq!(response.status(), 201);
                black_box(response.bytes().await.unwrap());
            } else {
                let outcome = client.place_order(&order).await;
                assert!(matches!(outcome, Outcome::Placed(_)), "{outcome:?}");
            }
        }
    });
}

/// Instructions that the work takes.
fn count(kind: &str, times: u32, base: &str) -> Option<u64> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args(["--work", kind, &times.to_string(), base])
        .output()
        .ok()?;
    let words = String::from_utf8_lossy(&run.stderr).into_owned();
    words.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, kind, times, base] = arguments.as_slice()
        && flag == "--work"
    {
        let times = times.parse().unwrap();
        if WIRE.contains(&kind.as_str()) {
            send(kind, times, base)
        } else {
            work(kind, times)
        }
        return ExitCode::SUCCESS;
    }
    let base = format!("http://{}/services/v2", serve());
    for (kinds, few) in [(WORK, 1_000), (WIRE, 100)] {
        let mut first = None;
        println!(
            "{:<16} {:>13} {:>14} {:>24}",
            "a card order",
            "instructions",
            format!("/ {}", kinds[0]),
            "ten times the orders"
        );
        for kind in kinds {
            let [Some(none), Some(one), Some(ten)] =
                [0, few, 10 * few].map(|n| count(kind, n, &base))
            else {
                println!("SKIPPED: valgrind is not here, so no instructions were counted");
                return ExitCode::SUCCESS;
            };
            let (one, ten) = ((one - none) as f64, (ten - none) as f64);
            let each = ten / f64::from(10 * few);
            let ratio = each / *first.get_or_insert(each);
            println!("{kind:<16} {each:>13.0} {ratio:>14.2} {:>22.2} x", ten / one);
        }
        println!();
    }
    ExitCode::SUCCESS
}
