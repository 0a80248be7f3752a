//! Proves an implementation of [`Store`]: each rule that the promise rests on, as a check
//! that panics where it does not hold.
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # fn main() {
//! use certcentral_journal::{SqliteStore, conformance};
//!
//! let folder = tempfile::tempdir().unwrap();
//! let path = folder.path().join("journal.db");
//! let runtime = tokio::runtime::Runtime::new().unwrap();
//! // Two handles on one journal, as two processes have them.
//! let first = SqliteStore::open_or_create(&path).unwrap();
//! runtime.block_on(conformance::run(&first, &first.clone()));
//! # }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a check that does not hold panics"
)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use certcentral::model::{OrderId, OrderStatus};
use certcentral::transport::Baseline;

use crate::claim::Refusal;
use crate::clock::BootClock;
use crate::digest::{PersonPrints, Print, Salt};
use crate::record::{Allowed, AttemptNumber, NewAttempt, Record};
use crate::state::State;
use crate::store::{Claim, Store, Wanted};
use crate::transition::{Ended, Obstacle, Transited, Transition};

const SERVER: &str = "https://certcentral.example.com/";
const PRODUCT: &str = "pkio_qualified_organisation_person_prof";

/// Runs all checks on two handles of one journal. What else is in it does no harm.
pub async fn run<S: Store>(one: &S, other: &S) {
    claims_are_durable_rows(one, other).await;
    a_reference_has_one_live_attempt(one, other).await;
    a_person_has_one_place(one, other).await;
    a_typo_of_an_open_attempt_is_in_the_way(one, other).await;
    concurrent_claims_make_one_row(one, other).await;
    related_persons_cannot_claim_at_once(one, other).await;
    an_order_has_one_owner(one, other).await;
    a_look_settles_only_what_is_over(one, other).await;
    a_late_order_is_kept(one, other).await;
    a_claim_can_be_disowned(one, other).await;
    what_is_forgotten_keeps_its_reference(one, other).await;
    attempts_come_in_order_and_in_parts(one).await;
    looks_are_kept(one, other).await;
}

static NUMBER: AtomicU64 = AtomicU64::new(1);

fn unique() -> u64 {
    let started = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos() as u64;
    (started >> 10) ^ (NUMBER.fetch_add(1, Ordering::SeqCst) << 40)
}

fn print(text: &str) -> Print {
    Salt::from_bytes([1; 16]).print("test", text)
}

fn person(name: &[&str], email: &str) -> PersonPrints {
    let full = name.join(" ");
    PersonPrints {
        person: print(&format!("{full} {email}")),
        individual: None,
        full_name: Some(print(&full)),
        email: Some(print(email)),
        words: name.iter().map(|word| print(word)).collect(),
    }
}

/// A person of this check alone.
fn somebody() -> PersonPrints {
    let number = unique();
    let name = format!("person{number}");
    person(&[&name], &format!("{number}@example.com"))
}

fn attempt(reference: Option<&str>, person: &PersonPrints, order: &str) -> NewAttempt {
    let mut token = [0; 16];
    getrandom::fill(&mut token).expect("random numbers");
    NewAttempt {
        server: SERVER.into(),
        product: PRODUCT.into(),
        reference: reference.map(str::to_owned),
        label: Some("label".into()),
        file: Some("orders.csv".into()),
        row: Some(7),
        digest: print(order),
        person: person.clone(),
        key: print("key"),
        account: Some(print("account")),
        token,
        look: None,
        over_after: Duration::from_secs(3600),
        clock_offset_ms: Some(-1500),
        over_boot: None,
        allowed: Allowed::default(),
    }
}

async fn claim<S: Store>(store: &S, new: &NewAttempt) -> Claim {
    store.claim(new).await.expect("the store works")
}

async fn claimed<S: Store>(store: &S, new: &NewAttempt) -> Record {
    *claim(store, new).await.expect("claimed")
}

fn ended(state: State, order_id: Option<u64>, status: Option<u16>) -> Transition {
    Transition::Ended(Ended {
        state,
        order_id: order_id.map(id),
        certificate_id: None,
        request_id: None,
        hinted_order_id: None,
        has_evidence: false,
        http_status: status,
        reason: Some("a_reason".into()),
        clock_offset_ms: Some(20),
        boot: None,
    })
}

fn id(number: u64) -> OrderId {
    OrderId::new(number).expect("an id")
}

/// An order id that nothing else has.
fn new_id() -> u64 {
    unique() >> 1
}

async fn transit<S: Store>(store: &S, record: &Record, transition: &Transition) -> Transited {
    store.transit(record.entry.attempt, transition).await.expect("the store works")
}

async fn read<S: Store>(store: &S, record: &Record) -> Record {
    let number = record.entry.attempt;
    let after = Some(AttemptNumber(number.0 - 1));
    let mut found = store.records(&Wanted::All, after, 1).await.expect("the store works");
    let found = found.pop().expect("the attempt is there");
    assert_eq!(found.entry.attempt, number);
    found
}

async fn claims_are_durable_rows<S: Store>(one: &S, other: &S) {
    let mut new = attempt(Some(&format!("ref-{}", unique())), &somebody(), "order");
    new.allowed.besides = vec![id(5)];
    new.over_boot = Some(BootClock { id: "boot".into(), milliseconds: 42 });
    let before = one.now().await.expect("a clock");
    let record = claimed(one, &new).await;
    let read = read(other, &record).await;
    assert_eq!(read, record, "another handle reads what was claimed");
    assert_eq!(read.entry.state, State::Sending);
    assert_eq!(read.entry.reference, new.reference);
    assert_eq!((read.entry.file.as_deref(), read.entry.row), (Some("orders.csv"), Some(7)));
    assert_eq!(
        (read.digest, read.person, read.token),
        (Some(new.digest), Some(new.person), new.token)
    );
    assert_eq!((read.besides, read.holds_place), (new.allowed.besides, true));
    assert_eq!((read.clock_offset_ms, read.given_up_boot), (Some(-1500), new.over_boot));
    assert!(read.entry.sent_at >= before - jiff::SignedDuration::from_secs(1));
    let open_for = read.entry.over_at.duration_since(read.entry.sent_at);
    assert_eq!(open_for.as_secs(), 3600, "it is over by the store's clock");
    assert_eq!(one.salt(), other.salt(), "all handles have one salt");
}

async fn a_reference_has_one_live_attempt<S: Store>(one: &S, other: &S) {
    let reference = format!("ref-{}", unique());
    let new = |order: &str| attempt(Some(&reference), &somebody(), order);
    let first = claimed(one, &new("order")).await;
    let same = claim(other, &new("order")).await;
    assert!(matches!(same, Err(Refusal::SameOrder(_))), "the same order is a replay");
    let conflict = claim(other, &new("another order")).await;
    assert!(matches!(conflict, Err(Refusal::OtherOrder(_))), "another order is a conflict");
    let mut elsewhere = new("order");
    elsewhere.server = "http://127.0.0.1:8080/".into();
    claimed(other, &elsewhere).await;

    transit(one, &first, &ended(State::Rejected, None, Some(400))).await;
    assert!(claim(other, &new("order")).await.is_err(), "what was refused for good is a replay");
    let mut again = new("order");
    again.allowed.refused = true;
    let second = claimed(other, &again).await;
    transit(one, &second, &ended(State::Rejected, None, Some(400))).await;
    let corrected = claimed(other, &new("a corrected order")).await;
    transit(one, &corrected, &ended(State::Rejected, None, Some(429))).await;
    let later = claimed(one, &new("a corrected order")).await;
    transit(one, &later, &ended(State::NotSent, None, None)).await;
    let last = claimed(one, &new("a corrected order")).await;
    assert!(last.entry.attempt > later.entry.attempt, "numbers grow");
    transit(one, &last, &ended(State::Placed, Some(new_id()), None)).await;
    for order in ["a corrected order", "yet another order"] {
        assert!(claim(other, &new(order)).await.is_err(), "a placed reference never expires");
    }
}

async fn a_person_has_one_place<S: Store>(one: &S, other: &S) {
    let person = somebody();
    let new = |reference: &str| attempt(Some(&format!("{reference}-{}", unique())), &person, "o");
    let first = claimed(one, &new("a")).await;
    let refused = claim(other, &new("b")).await;
    let Err(Refusal::SamePerson(records)) = refused else { panic!("a second order: {refused:?}") };
    assert_eq!(records[0].entry.attempt, first.entry.attempt);
    let order = new_id();
    transit(one, &first, &ended(State::Placed, Some(order), None)).await;
    assert!(claim(other, &new("c")).await.is_err(), "a placed order holds the place");
    assert!(claim(other, &attempt(None, &person, "x")).await.is_err(), "without a reference, too");

    let mut besides = new("d");
    besides.allowed.besides = vec![id(order)];
    let second = claimed(other, &besides).await;
    assert!(!read(one, &first).await.holds_place, "the new order has the place");
    let second_order = new_id();
    transit(one, &second, &ended(State::Placed, Some(second_order), None)).await;
    assert!(claim(other, &new("e")).await.is_err(), "and holds it");
    // An order that has ended gives the place up; the first was named, and stays named.
    transit(one, &second, &Transition::Seen(OrderStatus::from("revoked"))).await;
    let third = claimed(one, &new("f")).await;
    let mut fine = new("g");
    fine.allowed.same_person = true;
    claimed(other, &fine).await;
    assert!(!read(one, &third).await.holds_place);
    let absent = attempt(None, &somebody(), "o");
    let gone = claimed(one, &absent).await;
    transit(one, &gone, &ended(State::NotSent, None, None)).await;
    assert!(!read(one, &gone).await.holds_place, "what does not exist holds no place");
}

async fn a_typo_of_an_open_attempt_is_in_the_way<S: Store>(one: &S, other: &S) {
    let number = unique();
    let (email, office) = (format!("f{number}@example.com"), format!("o{number}@example.com"));
    let name = format!("fenna{number}");
    let open = claimed(one, &attempt(None, &person(&[&name, "wit"], &email), "o")).await;
    let typo = attempt(None, &person(&[&name, "witt"], &email), "o");
    assert!(claim(other, &typo).await.is_err(), "the mailbox and a word of the name");
    let namesake = attempt(None, &person(&[&name, "wit"], &office), "o");
    assert!(claim(other, &namesake).await.is_err(), "the full name");
    let colleague = attempt(None, &person(&["jan", "jansen"], &email), "o");
    let free = claimed(other, &colleague).await;
    transit(one, &free, &ended(State::NotSent, None, None)).await;
    let mut anyway = typo.clone();
    anyway.allowed.open = true;
    claimed(other, &anyway).await;
    assert_eq!(read(one, &open).await.entry.state, State::Sending, "the open one stays open");
}

async fn concurrent_claims_make_one_row<S: Store>(one: &S, other: &S) {
    let reference = format!("ref-{}", unique());
    let person = somebody();
    let news: Vec<_> = (0..12).map(|_| attempt(Some(&reference), &person, "order")).collect();
    let claims = news.iter().enumerate().map(|(number, new)| {
        let store = if number % 2 == 0 { one } else { other };
        async move { claim(store, new).await.is_ok() }
    });
    let claims = all(claims.collect()).await;
    assert_eq!(claims.into_iter().filter(|claimed| *claimed).count(), 1);
}

async fn related_persons_cannot_claim_at_once<S: Store>(one: &S, other: &S) {
    let number = unique();
    let email = format!("f{number}@example.com");
    let first = attempt(None, &person(&["fenna", "wit"], &email), "o");
    let second = attempt(None, &person(&["fenna", "maria", "wit"], &email), "o");
    let claims = all(vec![claim(one, &first), claim(other, &second)]).await;
    assert_eq!(claims.iter().filter(|claim| claim.is_ok()).count(), 1, "they may be one person");
}

async fn an_order_has_one_owner<S: Store>(one: &S, other: &S) {
    let order = new_id();
    let first = claimed(one, &attempt(None, &somebody(), "o")).await;
    let second = claimed(one, &attempt(None, &somebody(), "o")).await;
    let third = claimed(one, &attempt(None, &somebody(), "o")).await;
    transit(one, &first, &ended(State::Placed, Some(order), None)).await;
    let transited = transit(other, &second, &ended(State::Placed, Some(order), None)).await;
    assert_eq!(transited.obstacle, Some(Obstacle::OwnedBy(first.entry.attempt)));
    let entry = read(one, &second).await.entry;
    assert_eq!((entry.state, entry.order_id), (State::Unknown, None), "no answer is lost");
    assert_eq!((entry.hinted_order_id, entry.has_evidence), (Some(id(order)), true));
    for wrong in [Transition::Found(id(order)), Transition::Accepted(id(order))] {
        let refused = transit(other, &third, &wrong).await;
        assert_eq!(refused.obstacle, Some(Obstacle::OwnedBy(first.entry.attempt)));
        assert_eq!(read(one, &third).await.entry.state, State::Sending);
    }
    // At another server the same number is another order.
    let mut elsewhere = attempt(None, &somebody(), "o");
    elsewhere.server = "http://127.0.0.1:8080/".into();
    let elsewhere = claimed(one, &elsewhere).await;
    let placed = transit(one, &elsewhere, &ended(State::Placed, Some(order), None)).await;
    assert_eq!(placed.obstacle, None);
}

async fn a_look_settles_only_what_is_over<S: Store>(one: &S, other: &S) {
    let sending = claimed(one, &attempt(None, &somebody(), "o")).await;
    let refused = transit(other, &sending, &Transition::NotFound).await;
    assert_eq!(refused.obstacle, Some(Obstacle::State(State::Sending)), "it may still be sent");
    let refused = transit(other, &sending, &Transition::Released).await;
    assert_eq!(refused.obstacle, Some(Obstacle::State(State::Sending)), "a person must wait, too");

    let mut over = attempt(None, &somebody(), "o");
    over.over_after = Duration::ZERO;
    let over = claimed(one, &over).await;
    let absent = transit(other, &over, &Transition::NotFound).await;
    assert_eq!((absent.obstacle, absent.record.entry.state), (None, State::Absent));

    let unknown = claimed(one, &attempt(None, &somebody(), "o")).await;
    let Transition::Ended(lost) = ended(State::Unknown, None, Some(201)) else { unreachable!() };
    transit(one, &unknown, &Transition::Ended(Ended { has_evidence: true, ..lost })).await;
    let refused = transit(other, &unknown, &Transition::NotFound).await;
    assert_eq!(refused.obstacle, Some(Obstacle::State(State::Unknown)), "an answer spoke for it");
    let found = transit(other, &unknown, &Transition::Found(id(new_id()))).await;
    assert_eq!((found.obstacle, found.record.entry.state), (None, State::Placed));
    let settled = transit(one, &unknown, &Transition::Released).await;
    assert_eq!(settled.obstacle, Some(Obstacle::State(State::Placed)), "placed stays placed");

    let open = one.records(&Wanted::Open { server: SERVER }, None, usize::MAX).await;
    let open = open.expect("the store works");
    assert!(open.iter().any(|record| record.entry.attempt == sending.entry.attempt));
    assert!(open.iter().all(|record| record.entry.state.is_open()));
}

async fn a_late_order_is_kept<S: Store>(one: &S, other: &S) {
    let mut new = attempt(None, &somebody(), "o");
    new.over_after = Duration::ZERO;
    let record = claimed(one, &new).await;
    transit(other, &record, &Transition::NotFound).await;
    let order = new_id();
    let late = transit(one, &record, &ended(State::Placed, Some(order), None)).await;
    assert_eq!(late.obstacle, Some(Obstacle::State(State::Absent)));
    let entry = read(other, &record).await.entry;
    assert_eq!((entry.state, entry.late_order_id), (State::Absent, Some(id(order))));
}

async fn a_claim_can_be_disowned<S: Store>(one: &S, other: &S) {
    let new = attempt(None, &somebody(), "o");
    one.disown(&new.token).await.expect("nothing to disown is no failure");
    let record = claimed(one, &new).await;
    other.disown(&new.token).await.expect("the store works");
    assert_eq!(read(one, &record).await.entry.state, State::NotSent);
    let placed = claimed(one, &attempt(None, &new.person, "o")).await;
    transit(one, &placed, &ended(State::Placed, Some(new_id()), None)).await;
    other.disown(&placed.token).await.expect("the store works");
    assert_eq!(read(one, &placed).await.entry.state, State::Placed, "only what is being sent");
}

async fn what_is_forgotten_keeps_its_reference<S: Store>(one: &S, other: &S) {
    let reference = format!("ref-{}", unique());
    let person = somebody();
    let record = claimed(one, &attempt(Some(&reference), &person, "o")).await;
    transit(one, &record, &ended(State::Placed, Some(new_id()), None)).await;
    assert_eq!(other.forget(SERVER, &reference).await.expect("the store works"), 1);
    let forgotten = read(one, &record).await;
    assert_eq!((forgotten.digest, forgotten.person), (None, None));
    assert_eq!(forgotten.entry.state, State::Placed);
    assert!(claim(one, &attempt(Some(&reference), &person, "o")).await.is_err());
    let of_person = Wanted::Person { server: SERVER, person: &person };
    assert!(one.records(&of_person, None, 9).await.expect("the store works").is_empty());
}

async fn attempts_come_in_order_and_in_parts<S: Store>(store: &S) {
    let person = somebody();
    let mut numbers = Vec::new();
    for order in 0..5 {
        let record = claimed(store, &attempt(None, &person, &order.to_string())).await;
        transit(store, &record, &ended(State::NotSent, None, None)).await;
        numbers.push(record.entry.attempt);
    }
    let wanted = Wanted::Person { server: SERVER, person: &person };
    let mut read = Vec::new();
    loop {
        let part = store.records(&wanted, read.last().copied(), 2).await.expect("the store works");
        assert!(part.len() <= 2);
        if part.is_empty() {
            break;
        }
        read.extend(part.iter().map(|record| record.entry.attempt));
    }
    assert_eq!(read, numbers);
}

async fn looks_are_kept<S: Store>(one: &S, other: &S) {
    let listed: Baseline =
        serde_json::from_str(r#"{"orders":[3,7],"requests":[9]}"#).expect("a baseline");
    let number = one.add_look(&listed).await.expect("the store works");
    assert_eq!(other.look(number).await.expect("the store works"), listed);
    let mut new = attempt(None, &somebody(), "o");
    new.look = Some(number);
    let record = claimed(one, &new).await;
    assert_eq!(read(other, &record).await.look, Some(number));
}

/// Waits for all of some futures, which run at the same time.
async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut is_ready = true;
        for (future, output) in &mut futures {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => is_ready = false,
                }
            }
        }
        if is_ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    futures.into_iter().filter_map(|(_, output)| output).collect()
}
