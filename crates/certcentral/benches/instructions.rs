//! Counts instructions: `cargo bench -p certcentral --bench instructions`.
//!
//! Instructions repeat from run to run, whatever else the machine does. Each piece of work runs
//! under `valgrind --tool=callgrind` in a process of its own for none, 1,000 and 10,000 orders;
//! what none costs is taken off. Without valgrind nothing can be counted, and it says so.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench may stop at a fault")]

use std::hint::black_box;
use std::process::{Command, ExitCode};

use certcentral::model::{ErrorResponse, OrderResponse};
use certcentral::pkio_professional::Order;
use certcentral::transport::order_request;
use certcentral::{ApiKey, BaseUrl, check, read_json, today};

const CARD_ORDER: &[u8] = include_bytes!("../../../docs/examples/card-payment.json");
const ANSWER: &[u8] = br#"{"id":1234567,"requests":[{"id":8901,"status":"pending"}]}"#;
const REFUSAL: &[u8] = br#"{"errors":[{"code":"required_param:certificate.signature_hash",
    "message":"Missing required parameter"},{"code":"invalid_value:validity_years","message":"No"}]}"#;
const WORK: &[&str] = &["to_vec", "check", "build", "from_slice", "read_json", "answer", "errors"];

/// Does one kind of work so many times.
fn work(kind: &str, times: u32) {
    let order: Order = serde_json::from_slice(CARD_ORDER).unwrap();
    let json = serde_json::to_vec(&order).unwrap();
    let (base, key) = (BaseUrl::europe(), ApiKey::new("bench-key-0123456789abcdef").unwrap());
    let today = today();
    for _ in 0..times {
        match kind {
            "to_vec" => drop(black_box(serde_json::to_vec(black_box(&order)))),
            "check" => drop(black_box(check(black_box(&order), today))),
            "build" => drop(black_box(order_request(&base, &key, black_box(&order)))),
            "from_slice" => drop(black_box(serde_json::from_slice::<Order>(black_box(&json)))),
            "read_json" => drop(black_box(read_json::<Order>(black_box(&json), today))),
            "answer" => drop(black_box(serde_json::from_slice::<OrderResponse>(ANSWER))),
            "errors" => drop(black_box(serde_json::from_slice::<ErrorResponse>(REFUSAL))),
            _ => unreachable!("{kind} is not among {WORK:?}"),
        }
    }
}

/// Instructions that the work takes.
fn count(kind: &str, times: u32) -> Option<u64> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args(["--work", kind, &times.to_string()])
        .output()
        .ok()?;
    let words = String::from_utf8_lossy(&run.stderr).into_owned();
    words.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, kind, times] = arguments.as_slice()
        && flag == "--work"
    {
        work(kind, times.parse().unwrap());
        return ExitCode::SUCCESS;
    }
    println!(
        "{:<12} {:>16} {:>10} {:>24}",
        "a card order", "instructions", "/ to_vec", "10,000 / 10 x 1,000"
    );
    let mut to_vec = 0.0;
    for kind in WORK {
        let [Some(none), Some(one), Some(ten)] = [0, 1_000, 10_000].map(|n| count(kind, n)) else {
            println!("SKIPPED: valgrind is not here, so no instructions were counted");
            return ExitCode::SUCCESS;
        };
        let (one, ten) = ((one - none) as f64, (ten - none) as f64);
        if *kind == "to_vec" {
            to_vec = ten;
        }
        println!(
            "{kind:<12} {:>16.0} {:>10.2} {:>24.3}",
            ten / 10_000.0,
            ten / to_vec,
            ten / one / 10.0
        );
    }
    ExitCode::SUCCESS
}
