//! A storm: many orders at a server that fails in every way that the sandbox knows. Afterwards the
//! sandbox's own books must agree with every outcome, and nothing printed may hold a secret.
//!
//! The figures of docs/reliability.md:
//! `CERTCENTRAL_STORM_ORDERS=10000 cargo test --release -p certcentral --test it storm -- --nocapture`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certcentral::pkio_professional::{Individual, IndividualDetails, Order, ProfessionalTitle};
use certcentral::transport::{FindReport, OrderSearch, OutcomeKind, RetryPolicy, Verdict};
use certcentral::{Client, Outcome};
use certcentral_sandbox::{Approval, FaultKind, Sandbox};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing_subscriber::fmt::MakeWriter;

use super::{client_of, example};

const AT_ONCE: usize = 64;
const SEARCHED_ALONE: usize = 50;
const SEARCHES_AT_ONCE: usize = 4;
const KEY: &str = "storm-key-Qx7Lm2Vt9Rz4Kp6Wn8Bd";
const CARD: &str = "378282246310005";
const CVV: &str = "0737";
const SURNAME: &str = "Stormvogel";

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

fn email(number: u64) -> String {
    format!("storm-{number}@example.com")
}

/// A surname for each order, since a row with the surname of the person that is looked for leaves
/// doubt. All have the same length, so that none contains another, and end in consonants that no
/// transliteration changes.
fn surname(number: u64) -> String {
    let ending = format!("{number:05}");
    let letters = ending.bytes().map(|digit| char::from(b"bdfgkmnprt"[usize::from(digit - b'0')]));
    format!("{SURNAME}{}", letters.collect::<String>())
}

/// An order by card for a person of its own.
fn order(number: u64) -> Order {
    let mut order = example("card-payment");
    order.certificate.individual = Individual::new(IndividualDetails {
        first_name: "Fenna",
        last_name: &surname(number),
        email: &email(number),
        telephone: "+31 20 555 0100",
        country: "NL",
        state: "Noord-Holland",
        professional_title: ProfessionalTitle::Registeraccountant,
    });
    let card = order.credit_card.as_mut().unwrap();
    card.number = CARD.into();
    card.cvv = CVV.into();
    order
}

/// Looks until the lists are read whole: looking changes nothing.
async fn find(client: &Client, searches: &[OrderSearch], printed: &Printed) -> Vec<FindReport> {
    loop {
        match client.find_orders(searches).await {
            Ok(reports) => {
                printed.note(&format!("{reports:?}"));
                if reports.iter().all(|report| report.lists_are_whole) {
                    return reports;
                }
                let lost = reports.iter().find(|report| report.verdict == Verdict::NotFound);
                assert!(lost.is_none(), "the lists were not read whole: {lost:?}");
            }
            Err(error) => printed.note(&format!("{error} {error:?}")),
        }
    }
}

async fn run<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    at_once: usize,
    work: impl Iterator<Item = F>,
) -> Vec<T> {
    let permits = Arc::new(Semaphore::new(at_once));
    let mut running = JoinSet::new();
    for next in work {
        let permits = Arc::clone(&permits);
        running.spawn(async move {
            let _permit = permits.acquire().await;
            next.await
        });
    }
    running.join_all().await
}

// One thread: what it logs is all there is.
#[tokio::test]
async fn storm() {
    let orders = setting("CERTCENTRAL_STORM_ORDERS", 500);
    let seed = setting("CERTCENTRAL_STORM_SEED", 1);
    println!("{orders} orders, seed {seed}");

    let printed = Printed::default();
    // Also what speaks through the `log` crate, as the HTTP stack does. Another test may have set
    // it up before.
    let _ = tracing_log::LogTracer::init();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .without_time()
        .with_writer(printed.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);

    let sandbox = Sandbox::builder()
        .api_key(KEY)
        .approval(Approval::InTurn)
        .every_fault(0.7)
        .every_lookup_fault(0.02)
        .slow_answer(Duration::from_millis(20))
        .seed(seed)
        .start()
        .await
        .unwrap();
    let client = || {
        client_of(&sandbox).retry(
            RetryPolicy::default()
                .first_wait(Duration::from_millis(5))
                .total(Duration::from_secs(20)),
        )
    };
    let ordering = client().attempt_timeout(Duration::from_secs(2)).build();
    // Server and client share this thread, and the lists are long.
    let looking = client().attempt_timeout(Duration::from_secs(15)).build();

    let outcomes = run(
        AT_ONCE,
        (0..orders).map(|number| {
            let (client, printed) = (ordering.clone(), printed.clone());
            async move {
                let outcome = client.place_order(&crate::checked(order(number))).await;
                printed.note(&format!("{outcome} {outcome:?}"));
                (number, outcome)
            }
        }),
    )
    .await;

    let books = sandbox.books();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut searches = Vec::new();
    for (number, outcome) in outcomes {
        *counts.entry(outcome.kind().as_str()).or_default() += 1;
        if outcome.attempts() > 1 {
            *counts.entry("tried again").or_default() += 1;
        }
        let booked = books.orders_of(&email(number));
        assert!(booked.len() <= 1, "order {number} was placed {} times: {outcome}", booked.len());
        match outcome {
            Outcome::Placed(placed) => {
                assert_eq!(booked[0].id(), placed.order_id(), "order {number}");
            }
            Outcome::Rejected(_) | Outcome::NotSent(_) => {
                assert!(booked.is_empty(), "order {number} exists: {outcome}");
            }
            Outcome::Unknown(unknown) => {
                let search = OrderSearch::after(&order(number), &unknown);
                // The server works on nothing any more, so there is nothing to wait for.
                searches.push((number, search.settle(Duration::ZERO)));
            }
        }
    }
    println!("outcomes: {counts:?}");
    let faults = books.fault_counts();
    let on_the_way: u64 = faults
        .iter()
        .filter(|(kind, _)| {
            matches!(kind, FaultKind::Gateway(_) | FaultKind::Bare(_) | FaultKind::Stray(_))
        })
        .map(|(_, count)| count)
        .sum();
    println!(
        "faults: {}, of gateways and stray answers: {on_the_way}",
        faults.values().sum::<u64>()
    );

    let unknown = searches.len();
    let all: Vec<OrderSearch> = searches.iter().map(|(_, search)| search.clone()).collect();
    let reports = find(&looking, &all, &printed).await;
    let mut verdicts: BTreeMap<&str, u64> = BTreeMap::new();
    for ((number, _), report) in searches.iter().zip(&reports) {
        *verdicts.entry(report.verdict.as_str()).or_default() += 1;
        let booked: Vec<_> = books.orders_of(&email(*number)).iter().map(|o| o.id()).collect();
        match report.verdict {
            Verdict::Found => assert_eq!(booked, [report.order_id().unwrap()], "order {number}"),
            Verdict::NotFound => assert!(booked.is_empty(), "order {number}"),
            other => panic!("order {number}: {other} {report:?}"),
        }
    }
    // A search on its own says the same as one among all.
    let sample = (0..unknown).step_by(unknown.div_ceil(SEARCHED_ALONE).max(1));
    let alone = run(
        SEARCHES_AT_ONCE,
        sample.map(|index| {
            let (client, printed, search) = (looking.clone(), printed.clone(), all[index].clone());
            async move { (index, find(&client, &[search], &printed).await.remove(0)) }
        }),
    )
    .await;
    for (index, report) in alone {
        let among_all = &reports[index];
        assert_eq!((report.verdict, report.order_id()), (among_all.verdict, among_all.order_id()));
    }
    println!("verdicts on the {unknown} unknown ones: {verdicts:?}");
    println!("orders in the books: {}, none twice", books.order_count());

    // A storm that hits nothing proves nothing.
    if orders >= 5_000 {
        for kind in FaultKind::ALL {
            assert!(faults.contains_key(kind), "{kind} struck nothing");
        }
    }
    for kind in [OutcomeKind::Placed, OutcomeKind::Rejected, OutcomeKind::Unknown] {
        assert!(counts[kind.as_str()] > 0, "no order ended as {kind}");
    }
    assert!(verdicts["found"] > 0 && verdicts["not_found"] > 0, "{verdicts:?}");
    printed.assert_free_of_secrets(orders);
}

/// All that was printed, by the log and by outcomes, reports and errors.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    fn note(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
        self.0.lock().unwrap().push(b'\n');
    }

    fn assert_free_of_secrets(&self, orders: u64) {
        let printed = self.0.lock().unwrap();
        let printed = String::from_utf8_lossy(&printed);
        println!("searched {} KiB of log and messages for secrets", printed.len() / 1024);
        assert!(printed.contains("TRACE") && printed.contains("hyper_util"), "not all was logged");

        for line in printed.lines() {
            let digits: String = line.chars().filter(char::is_ascii_digit).collect();
            for (what, secret) in [("the key", KEY), ("the card", CARD), ("a name", SURNAME)] {
                assert!(!line.contains(secret), "{what} in: {line}");
            }
            assert!(!digits.contains(CARD), "the card in pieces in: {line}");
            let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
            assert!(words.all(|word| word != CVV), "the cvv in: {line}");
        }
        let mut sample = String::new();
        for number in (0..orders).step_by(97) {
            sample.clear();
            write!(sample, "storm-{number}@").unwrap();
            assert!(!printed.contains(&sample), "an address was printed");
        }
    }
}

impl io::Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Printed {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
