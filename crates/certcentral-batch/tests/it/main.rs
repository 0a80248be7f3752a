//! Batches against the sandbox, over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at a fault")]

mod check;
mod journal;
mod resolve;
mod run;
mod secrets;
mod sheets;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use certcentral::transport::{Pacing, RetryPolicy, StopSwitch};
use certcentral::validation::Date;
use certcentral::{ApiKey, Client, ClientBuilder, Outcome};
use certcentral_batch::{
    Batch, BatchEvent, CheckOptions, Checked, Defaults, Journal, OrderFile, RowReport, RunOptions,
    RunReport,
};
use certcentral_sandbox::Sandbox;
use tempfile::TempDir;

/// What rows share.
const DEFAULTS: &str = r#"{
  "certificate": {
    "signature_hash": "sha256",
    "profile_option": "nonrepudiation",
    "individual": { "country": "NL" }
  },
  "provisioning_method": "qscd",
  "ship_info": { "country": "NL", "state": "Nederland", "method": "STANDARD" },
  "order_validity": { "years": 3 },
  "payment_method": "balance"
}"#;

const TODAY: Date = Date::constant(2026, 6, 9);

/// A place for the files of a test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A file with so many orders, a person each.
    fn orders(&self, count: u64) -> PathBuf {
        self.write("orders.jsonl", &(1..=count).map(line).collect::<String>())
    }

    fn journal(&self) -> Journal {
        Journal::open_or_create(&self.path("journal.db")).unwrap()
    }
}

/// A sandbox, a file with orders for it, and a client that neither waits for others nor tries twice.
struct Scene {
    sandbox: Sandbox,
    folder: Folder,
    file: PathBuf,
    client: Client,
    key: ApiKey,
}

impl Scene {
    async fn new(orders: u64) -> Self {
        Self::at(Sandbox::start().await.unwrap(), orders)
    }

    fn at(sandbox: Sandbox, orders: u64) -> Self {
        let folder = Folder::new();
        let (client, key) = (client_of(&sandbox).build(), key_of(&sandbox));
        Self { file: folder.orders(orders), folder, client, key, sandbox }
    }
}

/// A line of JSON Lines, for a person of its own.
fn line(number: u64) -> String {
    format!(
        r#"{{"reference":"R-{number}","order":{{"certificate":{{"signature_hash":"sha256","profile_option":"nonrepudiation","individual":{{"first_name":"Fenna","last_name":"Voorbeeld","email":"{}","telephone":"+31 20 555 0100","country":"NL","state":"Noord-Holland","professional_title":"Notaris"}}}},"csa_agreed_to":true,"provisioning_method":"qscd","ship_info":{{"name":"Fenna Voorbeeld","addr1":"Voorbeeldgracht 1","addr2":"","city":"Amsterdam","state":"Noord-Holland","zip":"1013 AA","country":"NL","method":"STANDARD"}},"payment_method":"balance"}}}}"#,
        email(number)
    ) + "\n"
}

fn email(number: u64) -> String {
    format!("person-{number}@example.com")
}

fn defaults() -> Defaults {
    Defaults::from_json(DEFAULTS.as_bytes()).unwrap()
}

fn client_of(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder(key_of(sandbox))
        .base_url(sandbox.url().parse().unwrap())
        .pacing(Pacing::unlimited())
        .attempt_timeout(Duration::from_secs(30))
        .retry(RetryPolicy::never())
}

fn key_of(sandbox: &Sandbox) -> ApiKey {
    ApiKey::new(sandbox.api_key()).unwrap()
}

/// Checks a file, and collects what is wrong with it.
fn check(
    journal: Journal,
    file: OrderFile,
    server: &str,
    options: &CheckOptions,
) -> (Checked, Vec<RowReport>) {
    let mut reports = Vec::new();
    let checked = Batch::check(journal, file, server, options, |row| reports.push(row.clone()));
    (checked.unwrap(), reports)
}

fn ready(checked: Checked) -> Batch {
    match checked {
        Checked::Ready(batch) => *batch,
        Checked::AtFault(faults) => panic!("at fault: {faults:?}"),
    }
}

/// A batch with a file of orders that are in order.
fn batch(folder: &Folder, file: &Path, sandbox: &Sandbox) -> Batch {
    let (checked, reports) = check(
        folder.journal(),
        OrderFile::open(file).unwrap(),
        &sandbox.url(),
        &CheckOptions::new(TODAY),
    );
    assert_eq!(reports, []);
    ready(checked)
}

/// Runs a batch to its end.
async fn run(
    batch: Batch,
    client: &Client,
    sandbox: &Sandbox,
    concurrency: usize,
) -> (RunReport, Vec<(String, Outcome)>) {
    let mut ended = Vec::new();
    let options = RunOptions::new().concurrency(NonZeroUsize::new(concurrency).unwrap());
    let report = batch
        .run(client, &key_of(sandbox), &options, &StopSwitch::new(), |event| {
            if let BatchEvent::Ended { reference, outcome } = event {
                ended.push((reference.clone(), (**outcome).clone()));
            }
        })
        .await
        .unwrap();
    (report, ended)
}

/// The results of a journal, a line a row.
fn results(journal: &Journal) -> Vec<String> {
    let mut output = Vec::new();
    journal.write_results(&mut output, certcentral_batch::ByteOrderMark::Without).unwrap();
    String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
}

/// Takes what is found, at once.
fn resolve_all() -> certcentral_batch::ResolveOptions {
    certcentral_batch::ResolveOptions::new().settle(Duration::ZERO).accept()
}
