//! What is allocated, and what is left in memory that was given back. Both are asked of the
//! allocator, of each thread for itself.

#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Validated, check, check_json};
use serde_json::json;

use crate::orders::{TODAY, full, with};

struct Observed;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// What is looked for in freed memory, and how often it was found.
    static NEEDLE: Cell<Option<&'static [u8]>> = const { Cell::new(None) };
    static FOUND: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it is; memory is only looked at before it
// is freed, while it is still ours.
unsafe impl GlobalAlloc for Observed {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: as the caller promises. Zeroed, so that all of it may be read again.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if let Some(needle) = NEEDLE.get() {
            // SAFETY: the block is of this size, was zeroed, and is not freed yet.
            let block = unsafe { std::slice::from_raw_parts(memory, layout.size()) };
            if block.windows(needle.len()).any(|window| window == needle) {
                FOUND.set(FOUND.get() + 1);
            }
        }
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static OBSERVED: Observed = Observed;

fn allocations_of<T>(work: impl FnOnce() -> T) -> usize {
    let before = ALLOCATIONS.get();
    drop(std::hint::black_box(work()));
    ALLOCATIONS.get() - before
}

#[test]
fn a_clean_order_is_checked_without_an_allocation() {
    let order: Order = serde_json::from_value(full()).unwrap();
    assert_eq!(allocations_of(|| check(&order, TODAY)), 0);
    let dated = with("/order_validity", json!({ "custom_expiration_date": "09 JUN 2027" }));
    let dated: Order = serde_json::from_value(dated).unwrap();
    assert_eq!(allocations_of(|| check(&dated, TODAY)), 0);
    // The count counts.
    let wrong: Order = serde_json::from_value(with("/csa_agreed_to", json!(false))).unwrap();
    assert_ne!(allocations_of(|| check(&wrong, TODAY)), 0);
}

#[test]
fn a_card_number_that_was_decoded_is_wiped() {
    // The number as it stands in the text is the caller's; only its decoded form is ours.
    let text = with("/credit_card/number", json!("NUMBER"))
        .to_string()
        .replace("NUMBER", r"\u00349168\u00302\u0037163");
    // Short enough to be in the first piece, were it decoded into memory that grows.
    NEEDLE.set(Some(b"491680"));
    FOUND.set(0);
    let report = check_json::<Order>(text.as_bytes(), TODAY);
    let found_by_check = FOUND.get();
    // The search searches.
    drop(std::hint::black_box(String::from("x4916802716x")));
    let found_by_hand = FOUND.get() - found_by_check;
    NEEDLE.set(None);
    assert!(!report.is_valid());
    assert_eq!((found_by_check, found_by_hand), (0, 1));
}

#[test]
fn validating_moves_the_order_and_copies_nothing() {
    let order: Order = serde_json::from_value(full()).unwrap();
    assert_eq!(allocations_of(|| std::mem::forget(Validated::check(order, TODAY))), 0);
}
