//! Batches against the sandbox, over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at a fault")]

mod check;
mod run;
mod sheets;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use certcentral::transport::{Pacing, RetryPolicy, StopSwitch};
use certcentral::validation::Date;
use certcentral::{ApiKey, Client, ClientBuilder};
use certcentral_batch::{
    Batch, BatchEvent, CheckOptions, Checked, Defaults, OrderFile, RowReport, RunOptions, RunReport,
};
use certcentral_journal::{Journal, SqliteStore};
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

    /// The journal in this folder, as another process would open it.
    async fn journal(&self, sandbox: &Sandbox) -> Journal<SqliteStore> {
        let store = SqliteStore::open_or_create(&self.path("journal.db")).unwrap();
        Journal::open(store, client_of(sandbox).build()).await.unwrap()
    }
}

/// A line of JSON Lines, for a person of its own.
fn line(number: u64) -> String {
    format!(
        r#"{{"reference":"R-{number}","order":{{"certificate":{{"signature_hash":"sha256","profile_option":"nonrepudiation","individual":{{"first_name":"Fenna","last_name":"{}","email":"{}","telephone":"+31 20 555 0100","country":"NL","state":"Noord-Holland","professional_title":"Notaris"}}}},"csa_agreed_to":true,"provisioning_method":"qscd","ship_info":{{"name":"Fenna Voorbeeld","addr1":"Voorbeeldgracht 1","addr2":"","city":"Amsterdam","state":"Noord-Holland","zip":"1013 AA","country":"NL","method":"STANDARD"}},"payment_method":"balance"}}}}"#,
        last_name(number),
        email(number)
    ) + "\n"
}

/// A name of letters that nobody else has.
fn last_name(mut number: u64) -> String {
    let mut name = String::from("Voorbeeld");
    while number > 0 {
        name.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    name
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
fn check(file: OrderFile, options: &CheckOptions) -> (Checked, Vec<RowReport>) {
    let mut reports = Vec::new();
    let checked = Batch::check(file, options, |row| reports.push(row.clone()));
    (checked.unwrap(), reports)
}

fn ready(checked: Checked) -> Batch {
    match checked {
        Checked::Ready(batch) => *batch,
        Checked::AtFault(faults) => panic!("at fault: {faults:?}"),
    }
}

/// The rows of a batch that can be sent, by their references.
fn rows(batch: &Batch) -> Vec<String> {
    let mut orders = batch.orders().unwrap();
    std::iter::from_fn(|| orders.next().unwrap()).map(|row| row.reference()).collect()
}

/// Runs a batch to its end, and collects what happened.
async fn run(
    batch: &Batch,
    journal: &Journal<SqliteStore>,
    concurrency: usize,
) -> (RunReport, Vec<BatchEvent>) {
    let mut events = Vec::new();
    let options =
        RunOptions::new().concurrency(NonZeroUsize::new(concurrency).unwrap()).file("orders.jsonl");
    let report = batch
        .run(journal, &options, &StopSwitch::new(), |event| events.push(event.clone()))
        .await
        .unwrap();
    (report, events)
}
