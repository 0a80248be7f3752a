//! A test of what is promised of memory: the program's copies of an order file and of a key file
//! are wiped. An allocator looks at every block of memory when it is freed.

// A global allocator cannot be written without.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::io::Read;

use certcentral::pkio_professional::Order;
use certcentral::{ApiKey, Validated, read_json, today};
use tempfile::TempDir;

use crate::args::Server;
use crate::commands::order;
use crate::env::{file, server};
use crate::receipt::fingerprint::Fingerprints;
use crate::show::{report, terminal};

const NUMBER: &str = "5555555555554444";
const KEY: &str = "WipeMe-0f1e2d3c4b5a-Key";

struct Searcher;

#[global_allocator]
static ALLOCATOR: Searcher = Searcher;

thread_local! {
    /// How many freed blocks held a secret, while somebody wants to know.
    static FOUND: Cell<Option<usize>> = const { Cell::new(None) };
}

// SAFETY: all calls go to the system's allocator unchanged.
unsafe impl GlobalAlloc for Searcher {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the contract of `alloc`. Zeroed, so that what a block held
        // in its last life is not found again.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Some(found) = FOUND.get() {
            // SAFETY: the block is still ours, as long as the layout says, and was zeroed.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            let holds = |secret: &str| {
                bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
            };
            if holds(NUMBER) || holds(KEY) {
                FOUND.set(Some(found + 1));
            }
        }
        // SAFETY: the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// How many freed blocks held a secret while this ran.
fn freed(run: impl FnOnce()) -> usize {
    FOUND.set(Some(0));
    run();
    FOUND.take().unwrap()
}

#[test]
fn the_search_finds_what_is_not_wiped() {
    assert_eq!(freed(|| drop(std::hint::black_box(NUMBER.to_owned()))), 1);
    assert_eq!(freed(|| drop(std::hint::black_box(KEY.as_bytes().repeat(2)))), 1);
}

#[test]
fn an_order_file_is_wiped() {
    let folder = TempDir::new().unwrap();
    let text = include_str!("../../../docs/examples/card-payment.json");
    let path = folder.path().join("order.json");
    fs::write(&path, text.replace("4111111111111111", NUMBER)).unwrap();
    let misspelt = folder.path().join("misspelt.json");
    fs::write(&misspelt, text.replace("4111111111111111", NUMBER).replace("cvv", "cwv")).unwrap();

    let unwiped = freed(|| {
        let text = file::read(&path, file::LARGEST_ORDER).unwrap();
        let (report, order) = read_json::<Order>(&text, today());
        assert!(report.is_valid());
        let order = Validated::check(order.unwrap(), today()).unwrap();
        let prints = Fingerprints::of(order.order(), &ApiKey::new(KEY).unwrap()).unwrap();
        assert!(prints.is_order(order.order()));
        drop(order::redacted(order.order()));
    });
    assert_eq!(unwiped, 0);

    let unwiped = freed(|| {
        let text = file::read(&misspelt, file::LARGEST_ORDER).unwrap();
        let (report, order) = read_json::<Order>(&text, today());
        assert!(order.is_none());
        let paint = terminal::Paint;
        assert!(!report::render("order.json", &text, &report, paint).contains(NUMBER));
    });
    assert_eq!(unwiped, 0);
}

#[test]
fn what_came_through_a_pipe_is_wiped() {
    let text = [NUMBER.as_bytes(), &b" ".repeat(100_000)].concat();
    // It comes in pieces, and nobody knows how much it will be.
    let unwiped = freed(|| {
        let (first, rest) = text.split_at(5000);
        drop(file::read_to_end(first.chain(rest), 0, 1_000_000).unwrap());
    });
    assert_eq!(unwiped, 0);
}

#[test]
fn a_key_file_is_wiped() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, format!("{KEY}\n")).unwrap();
    let arguments = Server { base_url: None, api_key_file: Some(path), timeout: None };
    let unwiped = freed(|| {
        assert_eq!(server::api_key(&arguments).unwrap().expose(), KEY);
    });
    assert_eq!(unwiped, 0);
}
