//! Prints the ratios of docs/performance.md: `cargo bench -p certcentral --bench ratios`.
//!
//! Everything is a ratio of two things timed in turn in one run, or a count. What a thing costs is
//! the median of many short rounds, so that a slow moment of the machine hits both alike.
//! Arguments are parts of the names of sections; without any, all sections run.

#![allow(unsafe_code, reason = "the allocator that counts")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench may stop at a fault")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use certcentral::pkio_professional::Order;
use certcentral::transport::OrderBody;
use certcentral::{check, check_json, read_json, today};

#[path = "../bare/mod.rs"]
mod bare;
#[path = "../server/mod.rs"]
mod server;
mod wire;

const CARD_ORDER: &[u8] = include_bytes!("../../../../docs/examples/card-payment.json");

/// Counts what is allocated.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations<T>(work: impl FnOnce() -> T) -> u64 {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    black_box(work());
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Nanoseconds that one call of each costs, and the median of the ratio of the rounds: both run in
/// every round, in turn.
fn compare<A, B>(mut a: impl FnMut() -> A, mut b: impl FnMut() -> B) -> (f64, f64, f64) {
    const CALLS: u32 = 2_000;
    let round = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        for _ in 0..CALLS {
            work();
        }
        start.elapsed().as_nanos() as f64 / f64::from(CALLS)
    };
    let (mut costs_a, mut costs_b, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for warm in 0..110 {
        let cost_a = round(&mut || drop(black_box(a())));
        let cost_b = round(&mut || drop(black_box(b())));
        if warm >= 10 {
            costs_a.push(cost_a);
            costs_b.push(cost_b);
            ratios.push(cost_a / cost_b);
        }
    }
    (median(costs_a), median(costs_b), median(ratios))
}

fn row(name: &str, figure: String, note: &str) {
    println!("{name:<64} {figure:>8}   {note}");
}

fn in_process() {
    let order: Order = serde_json::from_slice(CARD_ORDER).unwrap();
    let today = today();
    assert!(check(&order, today).is_clean(), "{}", check(&order, today));
    let json = serde_json::to_vec(&order).unwrap();
    println!("\nA full card order, {} bytes as JSON", json.len());

    let (check_ns, to_vec_ns, ratio) =
        compare(|| check(black_box(&order), today), || serde_json::to_vec(black_box(&order)));
    row(
        "check / serde_json::to_vec",
        format!("{ratio:.2}"),
        &format!("{check_ns:.0} ns / {to_vec_ns:.0} ns"),
    );

    let (encode_ns, _, ratio) =
        compare(|| OrderBody::encode(black_box(&order)), || serde_json::to_vec(black_box(&order)));
    row(
        "encoding, wiped / serde_json::to_vec",
        format!("{ratio:.2}"),
        &format!("{encode_ns:.0} ns"),
    );

    let (both_ns, _, ratio) = compare(
        || (check(black_box(&order), today), OrderBody::encode(black_box(&order))),
        || serde_json::to_vec(black_box(&order)),
    );
    row(
        "check and encoding / serde_json::to_vec",
        format!("{ratio:.2}"),
        &format!("{:.2} million orders a second", 1e3 / both_ns),
    );

    let (build_ns, _, ratio) =
        compare(|| wire::build(&order), || serde_json::to_vec(black_box(&order)));
    row(
        "building the whole request / serde_json::to_vec",
        format!("{ratio:.2}"),
        &format!("{build_ns:.0} ns"),
    );

    let (read_ns, _, ratio) = compare(
        || read_json::<Order>(black_box(&json), today),
        || serde_json::from_slice::<Order>(black_box(&json)),
    );
    row(
        "read_json / serde_json::from_slice",
        format!("{ratio:.2}"),
        &format!("{read_ns:.0} ns, with positions and rules"),
    );

    println!("\nAllocations");
    row("check, nothing to report", allocations(|| check(&order, today)).to_string(), "");
    row("encoding, wiped", allocations(|| OrderBody::encode(&order)).to_string(), "");
    row("building the whole request", allocations(|| wire::build(&order)).to_string(), "");
    row("serde_json::to_vec", allocations(|| serde_json::to_vec(&order)).to_string(), "");

    println!("\nTen times the input (1.0 is linear)");
    let faulty = |members: usize| {
        let members: Vec<String> = (0..members).map(|n| format!("\"unknown_{n}\":{n}")).collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    };
    let (one, ten) = (faulty(1_000), faulty(10_000));
    let time = |json: &[u8]| {
        median(
            (0..15)
                .map(|_| {
                    let start = Instant::now();
                    black_box(check_json::<Order>(black_box(json), today));
                    start.elapsed().as_secs_f64()
                })
                .collect(),
        )
    };
    row(
        "check_json, 10,000 faults / 10 x 1,000 faults",
        format!("{:.2}", time(&ten) / time(&one) / 10.0),
        "",
    );
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let section = |name: &str, run: &dyn Fn()| {
        if wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str())) {
            run();
        }
    };
    section("in-process", &in_process);
    section("over-the-wire", &wire::compare_with_bare_reqwest);
}
