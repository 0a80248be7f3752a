//! What is promised of memory: the program's copies of an order file and of a key file are wiped.
//!
//! It is about functions within the program, so the modules are taken in as they are. A test binary
//! of its own and without a harness: a program has one allocator, and the modules' own tests run
//! elsewhere.

#![allow(dead_code, unused_imports, reason = "the commands and the unit tests are not run here")]
#![allow(clippy::unwrap_used, reason = "it is a test")]

#[path = "../src/args/mod.rs"]
mod args;
#[path = "../src/commands/mod.rs"]
mod commands;
#[path = "../src/env/mod.rs"]
mod env;
#[path = "../src/exit.rs"]
mod exit;
#[path = "../../certcentral-model/tests/memory/mod.rs"]
mod memory;
#[path = "../src/show/mod.rs"]
mod show;

use std::fs;
use std::io::Read;

use certcentral::pkio_professional::Order;
use certcentral::{ApiKey, Validated, read_json, today};
use tempfile::TempDir;

use crate::args::options::Server;
use crate::commands::order;
use crate::env::{file, server};
use crate::memory::freed_with;
use crate::show::{mask, report};

const NUMBER: &str = "5555555555554444";
const KEY: &str = "WipeMe-0f1e2d3c4b5a-Key";

fn main() {
    the_search_finds_what_is_not_wiped();
    an_order_file_is_wiped();
    what_came_through_a_pipe_is_wiped();
    a_key_file_is_wiped();
    println!("nothing of a card number or a key is left in memory");
}

fn nothing_is_left_by(work: impl FnOnce()) {
    assert_eq!(freed_with(&[NUMBER, KEY], work), [0, 0], "blocks with the card number, the key");
}

fn the_search_finds_what_is_not_wiped() {
    assert_eq!(freed_with(&[NUMBER, KEY], || NUMBER.to_owned()), [1, 0]);
    assert_eq!(freed_with(&[NUMBER, KEY], || KEY.as_bytes().repeat(2)), [0, 1]);
}

fn an_order_file_is_wiped() {
    let folder = TempDir::new().unwrap();
    let text = include_str!("../../../docs/examples/card-payment.json");
    let path = folder.path().join("order.json");
    fs::write(&path, text.replace("4111111111111111", NUMBER)).unwrap();
    let misspelt = folder.path().join("misspelt.json");
    fs::write(&misspelt, text.replace("4111111111111111", NUMBER).replace("cvv", "cwv")).unwrap();

    nothing_is_left_by(|| {
        let text = file::read(&path, file::LARGEST_ORDER).unwrap();
        let (report, order) = read_json::<Order>(&text, today());
        assert!(report.is_valid());
        let order = Validated::check(order.unwrap(), today()).unwrap();
        let prints = certcentral_journal::Salt::from_bytes([1; 16]).order(order.order());
        assert_ne!(prints, [0; 32]);
        let shown = serde_json::to_string_pretty(&order::redacted(order.order())).unwrap();
        assert!(!mask::redacted(&shown).contains(NUMBER));
    });

    nothing_is_left_by(|| {
        let text = file::read(&misspelt, file::LARGEST_ORDER).unwrap();
        let (report, order) = read_json::<Order>(&text, today());
        assert!(order.is_none());
        assert!(!report::render("order.json", &text, &report).contains(NUMBER));
    });
}

fn what_came_through_a_pipe_is_wiped() {
    let text = [NUMBER.as_bytes(), &b" ".repeat(100_000)].concat();
    // It comes in pieces, and its length is unknown.
    nothing_is_left_by(|| {
        let (first, rest) = text.split_at(5000);
        drop(file::read_to_end(first.chain(rest), 0, 1_000_000).unwrap());
    });
}

fn a_key_file_is_wiped() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, format!("{KEY}\n")).unwrap();
    let arguments = Server { base_url: None, api_key_file: Some(path), timeout: None };
    nothing_is_left_by(|| {
        assert_eq!(server::api_key(&arguments).unwrap().expose(), KEY);
    });
}
