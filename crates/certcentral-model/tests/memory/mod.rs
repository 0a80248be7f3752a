//! An allocator for tests that counts allocations and searches freed blocks for secrets, for each
//! thread by itself.
//!
//! A test binary of any crate includes this file with `#[path]`, once, since a binary has one
//! allocator.

#![allow(unsafe_code, reason = "an allocator cannot be written without")]
#![allow(dead_code, reason = "not every test binary uses everything")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// What is searched for in freed blocks.
    static SECRETS: Cell<&'static [&'static str]> = const { Cell::new(&[]) };
    /// How many freed blocks held each of them.
    static FOUND: Cell<[usize; 2]> = const { Cell::new([0; 2]) };
}

struct Observer;

#[global_allocator]
static OBSERVER: Observer = Observer;

// SAFETY: every call goes to the system's allocator unchanged; a block is only looked at before it
// is freed, while it is still ours.
unsafe impl GlobalAlloc for Observer {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps to the contract of `alloc`. Zeroed, so that all of the block may
        // be read, and what it held in its last life is not found again.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let secrets = SECRETS.get();
        if !secrets.is_empty() {
            // SAFETY: the block is still ours, as long as the layout says, and was zeroed.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            let mut found = FOUND.get();
            for (secret, found) in secrets.iter().zip(&mut found) {
                *found += usize::from(
                    bytes.windows(secret.len()).any(|window| window == secret.as_bytes()),
                );
            }
            FOUND.set(found);
        }
        // SAFETY: the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// How often this thread allocates memory while the work is done.
pub(crate) fn allocations_of<T>(work: impl FnOnce() -> T) -> usize {
    let before = ALLOCATIONS.get();
    drop(black_box(work()));
    ALLOCATIONS.get() - before
}

/// How many blocks that this thread frees, while the work is done and its result dropped, hold each
/// of the secrets, of which there are two at most.
pub(crate) fn freed_with<T>(
    secrets: &'static [&'static str],
    work: impl FnOnce() -> T,
) -> [usize; 2] {
    FOUND.set([0; 2]);
    SECRETS.set(secrets);
    drop(black_box(work()));
    SECRETS.set(&[]);
    FOUND.get()
}
