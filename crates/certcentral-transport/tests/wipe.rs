//! What is promised of memory (`docs/security.md`): the card number, the cvv and the key leave no
//! unwiped copy in any block of memory that our own types had. An allocator looks at every block
//! when it is freed.
//!
//! A test binary of its own, since a program has one allocator.

// A global allocator cannot be written without.
#![allow(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use certcentral_model::pkio_professional::{Certificate, Individual, Order};
use certcentral_model::{
    BillingAddress, BillingDetails, CardDetails, CreditCard, CsaAgreement, Payment, Secret,
    SetAsDefault,
};
use certcentral_sandbox::scripted::{Script, ScriptedServer};
use certcentral_transport::{ApiKey, BaseUrl, Client, OutcomeKind, Pacing, order_request};

/// Never found by the searcher in the program itself, which holds no freed memory.
const NUMBER: &[u8] = b"5555555555554444";
const KEY: &[u8] = b"WipeMe-0f1e2d3c4b5a-Key";

/// Searches blocks as they are freed.
struct Searcher;

thread_local! {
    // Only the thread that sends is searched: the server, which reads the order, has its own.
    static SEARCHING: Cell<bool> = const { Cell::new(false) };
}

static NUMBERS: AtomicUsize = AtomicUsize::new(0);
static KEYS: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Searcher = Searcher;

// SAFETY: all calls go to the system's allocator unchanged.
unsafe impl GlobalAlloc for Searcher {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the contract of `alloc`. Zeroed, so that what a block held
        // in its last life is not found again.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if SEARCHING.get() {
            // SAFETY: the block is still ours, as long as the layout says, and was zeroed.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            for (secret, found) in [(NUMBER, &NUMBERS), (KEY, &KEYS)] {
                if bytes.windows(secret.len()).any(|window| window == secret) {
                    found.fetch_add(1, Ordering::Relaxed);
                }
            }
            // SAFETY: as above. Wiped here, so that each copy is found once.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        // SAFETY: the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// How many freed blocks held the card number, and how many the key, while this ran.
fn freed(run: impl FnOnce()) -> (usize, usize) {
    NUMBERS.store(0, Ordering::SeqCst);
    KEYS.store(0, Ordering::SeqCst);
    SEARCHING.set(true);
    run();
    SEARCHING.set(false);
    (NUMBERS.load(Ordering::SeqCst), KEYS.load(Ordering::SeqCst))
}

fn text(secret: &[u8]) -> String {
    String::from_utf8(secret.to_vec()).unwrap()
}

fn card_order() -> Order {
    let card = CreditCard::new(CardDetails {
        number: Secret::new(text(NUMBER)),
        expiration_month: "11",
        expiration_year: "2030",
        cvv: Secret::new("739"),
        cardholder_name: "Fenna de Wit",
        set_as_default: SetAsDefault::No,
    });
    let address = BillingAddress::new(BillingDetails {
        address: "Voorbeeldgracht 1",
        city: "Amsterdam",
        country: "NL",
    });
    let certificate = Certificate::new(Individual::existing(21));
    Order::new(certificate, CsaAgreement::Agreed, Payment::card(card, address))
}

fn key() -> ApiKey {
    ApiKey::new(text(KEY)).unwrap()
}

/// Orders once, on this thread alone, at a server on another.
fn order_at(script: Script, timeout: Duration) -> ((usize, usize), OutcomeKind) {
    let servers =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = servers.block_on(ScriptedServer::start([script])).unwrap();
    let mut kind = None;
    let found = freed(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = Client::builder(key())
            .base_url(server.url().parse().unwrap())
            .attempt_timeout(timeout)
            .pacing(Pacing::unlimited())
            .build();
        let order = card_order();
        kind = Some(runtime.block_on(client.place_order(&order)).kind());
    });
    (found, kind.unwrap())
}

#[test]
fn what_is_promised_is_wiped() {
    // The searcher sees what is not wiped, or nothing below would mean anything.
    assert_eq!(freed(|| drop(text(NUMBER))), (1, 0));
    assert_eq!(freed(|| drop(text(KEY))), (0, 1));

    // Our own types.
    assert_eq!(freed(|| drop((card_order(), card_order().clone()))), (0, 0));
    assert_eq!(freed(|| drop((key(), key().clone()))), (0, 0));
    let padded = || {
        // Room for all of it, or growing would leave a copy that is the test's own.
        let mut padded = String::with_capacity(64);
        padded.extend([" ", std::str::from_utf8(KEY).unwrap(), "\n"]);
        padded
    };
    assert_eq!(freed(|| drop(ApiKey::new(padded()))), (0, 0));

    // The encoded order: one buffer, never grown.
    let base = BaseUrl::europe();
    assert_eq!(freed(|| drop(order_request(&base, &key(), &card_order()))), (0, 0));

    // All the way over the wire. The key in hyper's buffer for the head is not promised.
    let long = Duration::from_secs(60);
    let placed = Script::new().read_request().respond(201, r#"{"id":1}"#);
    let (found, kind) = order_at(placed, long);
    assert_eq!((found.0, kind), (0, OutcomeKind::Placed));

    let rejected = Script::new().read_request().respond(400, r#"{"errors":[{"code":"a"}]}"#);
    let (found, kind) = order_at(rejected, long);
    assert_eq!((found.0, kind), (0, OutcomeKind::Rejected));

    let lost = Script::new().read_request().reset();
    let (found, kind) = order_at(lost, long);
    assert_eq!((found.0, kind), (0, OutcomeKind::Unknown));

    // A timeout, wherever it strikes.
    for millis in [1, 20, 200] {
        let (found, _) = order_at(Script::new().hang(), Duration::from_millis(millis));
        assert_eq!(found.0, 0);
    }
}
