//! How fast a batch is compared with the plain client, and how much memory it takes.
//!
//! `cargo bench -p certcentral-cli --bench batch`, with `CERTCENTRAL_BATCH_ORDERS` (100,000) and
//! `CERTCENTRAL_BATCH_CONCURRENCY` (8). The sandbox is a process of its own, so that only the batch
//! is measured.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use certcentral::pkio_professional::Order;
use certcentral::{ApiKey, Client, Pacing, Validated, today};
use tokio::task::JoinSet;

const PROGRAM: &str = env!("CARGO_BIN_EXE_certcentral");
const KEY: &str = "bench-key-0123456789";

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

fn order(number: usize) -> String {
    format!(
        r#"{{"certificate":{{"signature_hash":"sha256","profile_option":"nonrepudiation","individual":{{"first_name":"Fenna","last_name":"Voorbeeld","email":"person-{number}@example.com","telephone":"+31 20 555 0100","country":"NL","state":"Noord-Holland","professional_title":"Notaris"}}}},"csa_agreed_to":true,"provisioning_method":"qscd","ship_info":{{"name":"Fenna Voorbeeld","addr1":"Voorbeeldgracht 1","addr2":"","city":"Amsterdam","state":"Noord-Holland","zip":"1013 AA","country":"NL","method":"STANDARD"}},"payment_method":"balance"}}"#
    )
}

/// The sandbox as a process, and its URL.
struct Server(Child, String);

impl Server {
    fn start() -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["sandbox", "--api-key", KEY])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().last().unwrap().to_owned();
        Self(child, url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Orders a second of the plain client, and its time.
fn plain(url: &str, orders: usize, concurrency: usize) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::builder(ApiKey::new(KEY).unwrap())
        .base_url(url.parse().unwrap())
        .pacing(Pacing::unlimited())
        .build();
    let began = Instant::now();
    runtime.block_on(async {
        let mut running: JoinSet<bool> = JoinSet::new();
        for number in 0..orders {
            if running.len() == concurrency {
                assert!(running.join_next().await.unwrap().unwrap());
            }
            let order: Order = serde_json::from_str(&order(number)).unwrap();
            let order = Validated::check(order, today()).unwrap();
            let client = client.clone();
            running.spawn(async move { client.place_order(&order).await.into_result().is_ok() });
        }
        while let Some(placed) = running.join_next().await {
            assert!(placed.unwrap());
        }
    });
    orders as f64 / began.elapsed().as_secs_f64()
}

/// Orders a second of a batch, from its start to its end, and its peak of memory in KiB.
fn batch(folder: &Path, url: &str, orders: usize, concurrency: usize) -> (f64, u64) {
    let mut text = String::new();
    for number in 0..orders {
        writeln!(text, r#"{{"reference":"R-{number}","order":{}}}"#, order(number)).unwrap();
    }
    let file = folder.join(format!("orders-{orders}.jsonl"));
    fs::write(&file, text).unwrap();
    let began = Instant::now();
    let mut child = Command::new(PROGRAM)
        .args([
            "batch",
            "--no-pacing",
            "--base-url",
            url,
            "--concurrency",
            &concurrency.to_string(),
        ])
        .arg("--journal")
        .arg(folder.join(format!("journal-{orders}.db")))
        .arg(file)
        .env("CERTCENTRAL_API_KEY", KEY)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = loop {
        peak = peak_memory(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(status.success(), "{status}");
    (orders as f64 / began.elapsed().as_secs_f64(), peak)
}

/// The most memory that a process has had, where the system says so.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn main() {
    let orders = setting("CERTCENTRAL_BATCH_ORDERS", 100_000);
    let concurrency = setting("CERTCENTRAL_BATCH_CONCURRENCY", 8);
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start();

    let few = orders / 10;
    println!("{concurrency} orders at a time");
    let plain_rate = plain(&server.1, few, concurrency);
    println!("plain client, {few} orders: {plain_rate:.0} orders a second");
    let (rate, small) = batch(folder.path(), &server.1, few, concurrency);
    println!(
        "batch, {few} orders: {rate:.0} orders a second, {:.2} of the plain client, peak {} KiB",
        rate / plain_rate,
        small
    );
    let (rate, large) = batch(folder.path(), &server.1, orders, concurrency);
    println!(
        "batch, {orders} orders: {rate:.0} orders a second, {:.2} of the plain client, peak {} KiB, \
         {:.2} of that of {few}",
        rate / plain_rate,
        large,
        large as f64 / small as f64
    );
}
